// SPDX-License-Identifier: BSL-1.0
// The command line of `lockstep migrate`.
#include <CLI/CLI.hpp>

#include "cli/command_parts.hpp"
#include "cli/migrate/commands.hpp"

namespace lockstep::cli {
namespace {

// Of the migrations, where they are not the embedded ones.
void add_folder(CLI::App& app, MigrateOptions& options) {
  CLI::Option* dir = app.add_option("--dir", options.dir,
                                    "A folder of migrations, or one with sqlite, postgres, mysql "
                                    "in it; --domain names it in the ledger (default \"default\")");
  dir->type_name("DIR");
  app.add_option("--form", options.form, "How its files are written: detect, itinerary")
      ->check(CLI::IsMember({"detect", "itinerary"}))
      ->needs(dir);
  app.add_option("--key", options.key, "What the version is: version, or the whole stem")
      ->check(CLI::IsMember({"version", "stem"}))
      ->needs(dir);
  app.add_option("--foreign-keys", options.foreign_keys,
                 "Whether SQLite enforces foreign keys while they run: off, on")
      ->check(CLI::IsMember({"off", "on"}))
      ->needs(dir);
  app.add_flag("--allow-missing", options.allow_missing,
               "With --form itinerary: applied versions may lack their file")
      ->needs(dir);
}

// Where scratch databases are made.
void add_scratch(CLI::App& app, MigrateOptions& options) {
  app.add_option("--scratch-postgres", options.scratch_postgres,
                 "A server for scratch databases (default LOCKSTEP_TEST_POSTGRES_URL)")
      ->type_name("URL");
  app.add_option("--scratch-mysql", options.scratch_mysql,
                 "A server for scratch databases (default LOCKSTEP_TEST_MYSQL_URL)")
      ->type_name("URL");
}

// What adds commands to `migrate`.
class Commands {
 public:
  Commands(CLI::App& app, Options& options) : app_(app), options_(options) {}

  // A command about a set of migrations. It runs without a database.
  CLI::App* add(const char* name, const char* text, Action action) {
    CLI::App* sub = app_.add_subcommand(name, text);
    sub->add_option("--domain", options_.domains, "Only this domain (repeatable)")
        ->type_name("NAME");
    sub->add_flag("--json", options_.json, "JSON on stdout, one object a line");
    add_folder(*sub, options_.migrate);
    sub->callback([&options = options_, action = std::move(action)] { options.action = action; });
    return sub;
  }
  // And about a database.
  CLI::App* add(const char* name, const char* text, DatabaseCommand command) {
    CLI::App* sub = add(name, text, on_database(command));
    add_database(*sub, options_);
    return sub;
  }

 private:
  CLI::App& app_;
  Options& options_;
};

// Who waits for whom.
void add_locks(CLI::App& app, MigrateOptions& migrate) {
  app.add_option("--lock", migrate.lock, "What keeps other migrators out: session, table")
      ->check(CLI::IsMember({"session", "table"}));
  app.add_option("--lock-timeout", migrate.lock_timeout,
                 "How long to wait for other migrators (default 60s)")
      ->type_name("TIME");
  app.add_option("--ddl-lock-timeout", migrate.ddl_lock_timeout,
                 "How long a statement waits for the lock of a table, on servers (default 3s; 0: "
                 "as the server has it)")
      ->type_name("TIME");
}

// How files run.
void add_manner(CLI::App& app, Options& options) {
  MigrateOptions& migrate = options.migrate;
  add_locks(app, migrate);
  app.add_option("--tx", migrate.tx, "What one transaction holds: file, all")
      ->check(CLI::IsMember({"file", "all"}));
  app.add_option("--backup", migrate.backup, "Copy a SQLite database to this file before")
      ->type_name("FILE");
  app.add_flag("--dry-run", options.dry_run,
               "Run everything and undo it; where the engine cannot, show the plan");
}

void add_yes(CLI::App& app, Options& options) {
  app.add_flag("--yes", options.yes, "Do not ask");
}

void add_version(CLI::App& app, MigrateOptions& options) {
  app.add_option("version", options.version, "A version, or domain/version")
      ->required()
      ->type_name("VERSION");
}

// What becomes of versions that do not fit.
void add_policies(CLI::App& app, MigrateOptions& options) {
  app.add_option("--out-of-order", options.out_of_order,
                 "A pending version that is older than an applied one: error, apply, skip")
      ->check(CLI::IsMember({"error", "apply", "skip"}));
  app.add_flag("--strict", options.strict, "Every applied version must have its file");
}

void add_running(Commands& commands, Options& options) {
  MigrateOptions& migrate = options.migrate;
  CLI::App* up = commands.add("up", "Apply what is pending", migrate_up);
  add_manner(*up, options);
  up->add_option("count", migrate.count, "At most so many files");
  up->add_option("--to", migrate.to, "Up to this version")->type_name("VERSION");
  CLI::App* down = commands.add("down", "Revert the latest, or more", migrate_down);
  add_manner(*down, options);
  down->add_option("count", migrate.count, "So many files (default 1)");
  down->add_option("--to", migrate.to, "Down to this version, which stays")->type_name("VERSION");
  down->add_flag("--all", migrate.all, "Everything");
  add_yes(*down, options);
  add_policies(*up, migrate);
  CLI::App* go_to = commands.add("goto", "Revert and apply up to a version", migrate_goto);
  add_version(*go_to, migrate);
  add_yes(*go_to, options);
  CLI::App* redo = commands.add("redo", "Revert the latest, and apply them again", migrate_redo);
  redo->add_option("count", migrate.count, "So many files (default 1)");
  add_yes(*redo, options);
  for (CLI::App* app : {down, go_to, redo}) {
    app->add_flag("--stored", migrate.stored, "Go down by the texts that the ledger has kept");
  }
  CLI::App* plan = commands.add("plan", "What up would do, statement by statement", migrate_plan);
  plan->add_option("count", migrate.count, "At most so many files");
  plan->add_option("--to", migrate.to, "Up to this version")->type_name("VERSION");
  add_policies(*plan, migrate);
  add_locks(*commands.add("resume", "Go on with a file that has ended before its end",
                          migrate_resume),
            migrate);
}

void add_reporting(Commands& commands, Options& options) {
  commands.add("status", "What is applied and what is pending", migrate_status)
      ->add_flag("--check", options.migrate.check, "Exit with 3 if something is pending");
  commands.add("wait", "Wait until nothing is pending; others apply it", migrate_wait)
      ->add_option("--timeout", options.migrate.lock_timeout,
                   "How long, before it exits with 3 (default 60s)")
      ->type_name("TIME");
  commands.add("version", "The highest applied version of each domain", migrate_version);
  commands.add("history", "What happened, the latest last", migrate_history)
      ->add_option("count", options.migrate.count, "The latest so many events (default 50)");
  commands.add("verify", "Whether the database fits the files", migrate_verify)
      ->add_flag("--strict", options.migrate.strict, "A database ahead of the files is an error");
  CLI::App* validate =
      commands.add("validate", "Whether the files are valid, without a database", migrate_validate);
  validate->add_option("--engine", options.migrate.engine, "Only for sqlite, postgres or mysql")
      ->check(CLI::IsMember({"sqlite", "postgres", "mysql"}));
  add_database(*validate, options);
}

// What is about a database and no set of migrations.
CLI::App* add_plain(CLI::App& app, Options& options, const char* name, const char* text,
                    DatabaseCommand command) {
  CLI::App* sub = app.add_subcommand(name, text);
  add_database(*sub, options);
  sub->callback([&options, command] { options.action = on_database(command); });
  return sub;
}

void add_lock(CLI::App& migrate, Options& options) {
  CLI::App* lock = migrate.add_subcommand("lock", "Who has the lock of the migrators");
  lock->require_subcommand(1);
  add_plain(*lock, options, "status", "Tell who has it", migrate_lock_status)
      ->add_flag("--json", options.json, "JSON on stdout");
  add_plain(*lock, options, "release", "Take an expired row of --lock table away",
            migrate_lock_release)
      ->add_flag("--force", options.force, "Also one that has not expired");
}

void add_ledger(Commands& commands, Options& options) {
  MigrateOptions& migrate = options.migrate;
  CLI::App* baseline = commands.add(
      "baseline", "Take a version and all below it as applied, without running them",
      migrate_baseline);
  add_version(*baseline, migrate);
  baseline->add_flag("--force", options.force, "Add those that are missing below applied ones");
  CLI::App* mark = commands.add("mark", "Say that a version is applied, or not", migrate_mark);
  add_version(*mark, migrate);
  mark->add_option("state", migrate.state, "applied or pending")
      ->required()
      ->check(CLI::IsMember({"applied", "pending"}));
  mark->add_option("--reason", migrate.reason, "Why, for the history")->required();
  CLI::App* repair =
      commands.add("repair", "Set the ledger right, or what is left of failures", migrate_repair);
  repair->add_option("--rehash", migrate.rehash, "Accept the files of this applied version")
      ->type_name("VERSION");
  repair->add_flag("--drop-invalid-indexes", migrate.drop_invalid_indexes,
                   "Drop what CONCURRENTLY has left on PostgreSQL");
  CLI::App* adopt =
      commands.add("adopt", "Take over what another migrator has applied", migrate_adopt);
  adopt->add_option("--from", migrate.from, "Which: auto, golang-migrate, goose, dbmate, ...")
      ->check(CLI::IsMember({"auto", "golang-migrate", "goose", "dbmate", "sql-migrate",
                             "itinerary", "flyway", "sqlx", "diesel"}));
  for (CLI::App* app : {baseline, mark, repair, adopt}) add_yes(*app, options);
}

void add_lint(Commands& commands, Options& options) {
  MigrateOptions& migrate = options.migrate;
  CLI::App* lint =
      commands.add("lint", "What is dangerous in the files; reads no database", migrate_lint);
  lint->add_option("--engine", migrate.engine, "Only the files of this engine")
      ->check(CLI::IsMember({"sqlite", "postgres", "mysql"}));
  lint->add_option("--server-version", migrate.server_version,
                   "The oldest server: 14, 3.31.1, 10.6-MariaDB, mysql")
      ->type_name("VERSION");
  lint->add_option("--rule", migrate.rules, "Only this rule (repeatable)")->type_name("ID");
  lint->add_option("--no-rule", migrate.no_rules, "Not this rule (repeatable)")->type_name("ID");
  lint->add_flag("--strict", migrate.strict, "Exit with 10 for warnings too");
  lint->add_flag("--rules", migrate.list_rules, "List the rules");
}

void add_checks(Commands& commands, Options& options) {
  CLI::App* parity = commands.add("parity", "Whether the migrations of all engines make one schema",
                                  migrate_parity);
  add_scratch(*parity, options.migrate);
  parity
      ->add_option("--allow", options.migrate.allow,
                   "What they may differ in (default parity.toml in --dir)")
      ->type_name("FILE");
  CLI::App* drift = commands.add(
      "drift", "Whether the database is what its applied migrations make", migrate_drift);
  add_database(*drift, options);
  add_scratch(*drift, options.migrate);
  CLI::App* test =
      commands.add("test", "Every file up, down and up again, on scratch databases", migrate_test);
  add_scratch(*test, options.migrate);
  test->add_option("--starters", options.migrate.starters,
                   "So many at once in the end; 0: not tried (default 4)")
      ->check(CLI::Range(0, 64));
  CLI::App* create = commands.add("new", "Write the files of a new migration", migrate_new);
  create->add_option("name", options.migrate.name, "Its name")->required()->type_name("NAME");
  create->get_option("--dir")->required();
  CLI::App* renumber = commands.add("renumber", "New versions for pending files that come too late",
                                    migrate_renumber);
  renumber->get_option("--dir")->required();
  renumber->add_flag("--yes", options.yes, "Do not ask");
}

// About a database as such, without migrations.
void add_schema(CLI::App& migrate, Options& options) {
  const auto add = [&](const char* name, const char* text, DatabaseCommand command) {
    CLI::App* sub = add_plain(migrate, options, name, text, command);
    sub->add_flag("--json", options.json, "JSON on stdout");
    return sub;
  };
  add("dump", "Write the schema as SQL", migrate_dump)
      ->add_option("--output", options.output, "A file, and not stdout")
      ->type_name("FILE");
  add("load", "Make the schema of a dump in an empty database", migrate_load)
      ->add_option("file", options.file, "The dump")
      ->required()
      ->type_name("FILE");
  add("seed", "Run SQL files that may run again and again; nothing is recorded", migrate_seed)
      ->add_option("path", options.file, "A file, or a folder of .sql files")
      ->required()
      ->type_name("PATH");
  add("createdb", "Make the database that the URL names", migrate_createdb);
  add("dropdb", "Drop the database that the URL names", migrate_dropdb)
      ->add_option("--yes", options.migrate.typed, "Its name: do not ask for it")
      ->type_name("NAME");
}

}  // namespace

void add_migrate(CLI::App& app, Options& options) {
  CLI::App* migrate = app.add_subcommand("migrate", "Apply, revert and report the schema");
  migrate->require_subcommand(1);
  Commands commands(*migrate, options);
  add_running(commands, options);
  add_reporting(commands, options);
  add_lint(commands, options);
  add_lock(*migrate, options);
  add_ledger(commands, options);
  add_checks(commands, options);
  add_schema(*migrate, options);
}

}  // namespace lockstep::cli

// SPDX-License-Identifier: BSL-1.0
// lockstep migrate up | down | goto | redo | resume
#include "cli/interrupt.hpp"
#include "cli/migrate/commands.hpp"
#include "cli/migrate/output.hpp"
#include "cli/migrate/set.hpp"
#include "cli/migrate/time.hpp"
#include "cli/terminal.hpp"
#include "lockstep/backup.hpp"

namespace lockstep::cli {
namespace {

MigratorOptions read_manner(const Options& options, const Interrupt& interrupt) {
  const MigrateOptions& migrate = options.migrate;
  MigratorOptions how = migrator_options(options);
  how.lock = migrate.lock == "table" ? LockKind::table : LockKind::session;
  how.lock_timeout = read_time("--lock-timeout", migrate.lock_timeout);
  how.ddl_lock_timeout = read_time("--ddl-lock-timeout", migrate.ddl_lock_timeout);
  how.scope = migrate.tx == "all" ? TransactionScope::run : TransactionScope::file;
  how.dry_run = options.dry_run;
  how.stop = interrupt.token();
  how.cancel = interrupt.cancel();
  return how;
}

// Before the first file, if there is one.
void back_up(Database& db, Migrator& migrator, const Options& options, const MigrationGoal& goal) {
  const std::string& file = options.migrate.backup;
  if (file.empty() || migrator.plan(goal).empty()) return;
  lockstep::backup(db, file);
  message("copied    " + db.redacted_url() + " to " + file);
}

// Runs `go`, and tells of it.
template <class Go>
int run(Database& db, MigrationSet set, const Options& options, MigratorOptions how, const Go& go) {
  RunReport told(options, db.redacted_url());
  how.observer = [&](const MigrationEvent& event) { told.tell(event); };
  Migrator migrator(db, std::move(set), std::move(how));
  try {
    told.done(go(migrator, told));
    if (options.dry_run && !options.json) {
      message(db.capabilities().transactional_ddl
                  ? "dry run: all of it was undone"
                  : "dry run: nothing was run, since this engine cannot undo it");
    }
    return exit_done;
  } catch (const Error& error) {
    return told.failed(error, is_unfinished(migrator));
  }
}

int run(Database& db, MigrationSet set, const Options& options, const MigrationGoal& goal,
        MigratorOptions how) {
  const auto go = [&](Migrator& migrator, RunReport& told) {
    if (options.json) told.plan(migrator.plan(goal));
    back_up(db, migrator, options, goal);
    return migrator.run(goal);
  };
  return run(db, std::move(set), options, std::move(how), go);
}

// Says so where the database has what the files lack.
void tell_ahead(Database& db, const MigrationSet& set) {
  for (const MigrationStatus& status : Migrator(db, set).status()) {
    if (status.state != MigrationState::ahead) continue;
    message("the database is ahead of the files: it has " + status.domain + '/' + status.version +
            ", for which there is no file");
    return;
  }
}

std::string describe(const MigrationGoal& goal) {
  if (!goal.version.empty()) return "everything above " + goal.version;
  if (!goal.count) return "every migration";
  return *goal.count == 1 ? "the latest migration" : "the latest " + std::to_string(*goal.count);
}

}  // namespace

int migrate_up(const Options& options, const DatabaseChoice& choice) {
  const Interrupt interrupt(true);
  MigratorOptions how = read_manner(options, interrupt);
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(choice.url, choice.options);
  MigrationGoal goal;
  goal.count = options.migrate.count;
  goal.version = options.migrate.to;
  const MigrationSet files = set;
  const int code = run(db, std::move(set), options, goal, std::move(how));
  if (code == exit_done && !options.json) tell_ahead(db, files);
  return code;
}

int migrate_down(const Options& options, const DatabaseChoice& choice) {
  const MigrateOptions& migrate = options.migrate;
  const Interrupt interrupt(true);
  MigratorOptions how = read_manner(options, interrupt);
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(without_creating(choice.url), choice.options);
  MigrationGoal goal;
  goal.direction = MigrationDirection::down;
  goal.version = migrate.to;
  if (!migrate.all && migrate.to.empty()) goal.count = migrate.count.value_or(1);
  if (!options.dry_run &&
      !agrees(options, "revert " + describe(goal) + " of " + db.redacted_url() + "?",
              "nothing was reverted")) {
    return exit_refused;
  }
  return run(db, std::move(set), options, goal, std::move(how));
}

int migrate_resume(const Options& options, const DatabaseChoice& choice) {
  const Interrupt interrupt(true);
  MigratorOptions how = read_manner(options, interrupt);
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(without_creating(choice.url), choice.options);
  return run(db, std::move(set), options, std::move(how),
             [](Migrator& migrator, RunReport&) { return migrator.resume(); });
}

int migrate_goto(const Options& options, const DatabaseChoice& choice) {
  const std::string& version = options.migrate.version;
  const Interrupt interrupt(true);
  MigratorOptions how = read_manner(options, interrupt);
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(choice.url, choice.options);
  const MigrationGoal down{.direction = MigrationDirection::down, .version = version};
  const bool reverts = !Migrator(db, set, how).plan(down).empty();
  if (reverts && !agrees(options, "revert " + describe(down) + " of " + db.redacted_url() + "?",
                         "nothing was reverted or applied")) {
    return exit_refused;
  }
  return run(db, std::move(set), options, std::move(how),
             [&](Migrator& migrator, RunReport&) { return migrator.go_to(version); });
}

int migrate_redo(const Options& options, const DatabaseChoice& choice) {
  const std::size_t count = options.migrate.count.value_or(1);
  const Interrupt interrupt(true);
  MigratorOptions how = read_manner(options, interrupt);
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(without_creating(choice.url), choice.options);
  MigrationGoal goal;
  goal.count = count;
  if (!agrees(options, "revert " + describe(goal) + " of " + db.redacted_url() +
                           ", and apply it again?",
              "nothing was reverted")) {
    return exit_refused;
  }
  return run(db, std::move(set), options, std::move(how),
             [&](Migrator& migrator, RunReport&) { return migrator.redo(count); });
}

}  // namespace lockstep::cli

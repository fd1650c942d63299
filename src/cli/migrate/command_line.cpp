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

void add_running(Commands& commands, Options& options) {
  MigrateOptions& migrate = options.migrate;
  CLI::App* up = commands.add("up", "Apply what is pending", migrate_up);
  up->add_option("count", migrate.count, "At most so many files");
  up->add_option("--to", migrate.to, "Up to this version")->type_name("VERSION");
  CLI::App* down = commands.add("down", "Revert the latest, or more", migrate_down);
  down->add_option("count", migrate.count, "So many files (default 1)");
  down->add_option("--to", migrate.to, "Down to this version, which stays")->type_name("VERSION");
  down->add_flag("--all", migrate.all, "Everything");
  down->add_flag("--yes", options.yes, "Do not ask");
}

void add_reporting(Commands& commands, Options& options) {
  commands.add("status", "What is applied and what is pending", migrate_status)
      ->add_flag("--check", options.migrate.check, "Exit with 3 if something is pending");
}

}  // namespace

void add_migrate(CLI::App& app, Options& options) {
  CLI::App* migrate = app.add_subcommand("migrate", "Apply, revert and report the schema");
  migrate->require_subcommand(1);
  Commands commands(*migrate, options);
  add_running(commands, options);
  add_reporting(commands, options);
}

}  // namespace lockstep::cli

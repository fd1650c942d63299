// SPDX-License-Identifier: BSL-1.0
// lockstep migrate up | down
#include "cli/migrate/commands.hpp"
#include "cli/migrate/output.hpp"
#include "cli/migrate/set.hpp"
#include "cli/terminal.hpp"

namespace lockstep::cli {
namespace {

int run(Database& db, MigrationSet set, const Options& options, const MigrationGoal& goal) {
  RunReport told(options, db.redacted_url());
  MigratorOptions how;
  how.observer = [&](const MigrationEvent& event) { told.tell(event); };
  Migrator migrator(db, std::move(set), std::move(how));
  try {
    if (options.json) told.plan(migrator.plan(goal));
    told.done(migrator.run(goal));
    return exit_done;
  } catch (const Error& error) {
    return told.failed(error);
  }
}

std::string describe(const MigrationGoal& goal) {
  if (!goal.version.empty()) return "everything above " + goal.version;
  if (!goal.count) return "every migration";
  return *goal.count == 1 ? "the latest migration" : "the latest " + std::to_string(*goal.count);
}

}  // namespace

int migrate_up(const Options& options, const DatabaseChoice& choice) {
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(choice.url, choice.options);
  MigrationGoal goal;
  goal.count = options.migrate.count;
  goal.version = options.migrate.to;
  return run(db, std::move(set), options, goal);
}

int migrate_down(const Options& options, const DatabaseChoice& choice) {
  const MigrateOptions& migrate = options.migrate;
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(without_creating(choice.url), choice.options);
  MigrationGoal goal;
  goal.direction = MigrationDirection::down;
  goal.version = migrate.to;
  if (!migrate.all && migrate.to.empty()) goal.count = migrate.count.value_or(1);
  if (!options.yes && !confirm("revert " + describe(goal) + " of " + db.redacted_url() + "?")) {
    message("error[12]: nothing was reverted");
    message("  next: the same with --yes");
    return exit_refused;
  }
  return run(db, std::move(set), options, goal);
}

}  // namespace lockstep::cli

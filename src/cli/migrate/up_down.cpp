// SPDX-License-Identifier: BSL-1.0
// lockstep migrate up | down | resume
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
  MigratorOptions how;
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

// `work` is given the migrator and what tells of it.
template <class F>
int report_on(Database& db, MigrationSet set, const Options& options, MigratorOptions how,
              F&& work) {
  RunReport told(options, db.redacted_url());
  how.observer = [&](const MigrationEvent& event) { told.tell(event); };
  Migrator migrator(db, std::move(set), std::move(how));
  try {
    work(migrator, told);
    return exit_done;
  } catch (const Error& error) {
    return told.failed(error, is_unfinished(migrator));
  }
}

int run(Database& db, MigrationSet set, const Options& options, const MigrationGoal& goal,
        MigratorOptions how) {
  return report_on(
      db, std::move(set), options, std::move(how), [&](Migrator& migrator, RunReport& told) {
        if (options.json) told.plan(migrator.plan(goal));
        back_up(db, migrator, options, goal);
        told.done(migrator.run(goal));
        if (options.dry_run && !options.json) {
          message(db.capabilities().transactional_ddl
                      ? "dry run: all of it was undone"
                      : "dry run: nothing was run, since this engine cannot undo it");
        }
      });
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
  return run(db, std::move(set), options, goal, std::move(how));
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
  const bool asks = !options.yes && !options.dry_run;
  if (asks && !confirm("revert " + describe(goal) + " of " + db.redacted_url() + "?")) {
    message("error[12]: nothing was reverted");
    message("  next: the same with --yes");
    return exit_refused;
  }
  return run(db, std::move(set), options, goal, std::move(how));
}

int migrate_resume(const Options& options, const DatabaseChoice& choice) {
  const Interrupt interrupt(true);
  MigratorOptions how = read_manner(options, interrupt);
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(without_creating(choice.url), choice.options);
  return report_on(
      db, std::move(set), options, std::move(how),
      [](Migrator& migrator, RunReport& told) { told.done(migrator.resume()); });
}

}  // namespace lockstep::cli

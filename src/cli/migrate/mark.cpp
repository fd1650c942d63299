// SPDX-License-Identifier: BSL-1.0
// lockstep migrate baseline | mark
#include <nlohmann/json.hpp>

#include "cli/migrate/commands.hpp"
#include "cli/migrate/output.hpp"
#include "cli/migrate/set.hpp"
#include "cli/terminal.hpp"
#include "lockstep/migration_history.hpp"

namespace lockstep::cli {
namespace {

MigrationHistory history_of(Database& db, MigrationSet set, const Options& options) {
  return {db, std::move(set), migrator_options(options)};
}

// What was changed, as a document or a line for each.
void tell(const Database& db, const Options& options, const std::string& what,
          const std::vector<std::string>& versions) {
  if (options.json) {
    print_document(db.redacted_url(), "versions", versions);
    return;
  }
  for (const std::string& version : versions) message(what + ' ' + version);
  if (versions.empty()) message("nothing to do");
}

}  // namespace

int migrate_baseline(const Options& options, const DatabaseChoice& choice) {
  const MigrateOptions& migrate = options.migrate;
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(without_creating(choice.url), choice.options);
  if (options.force && !agrees(options,
                               "take all up to " + migrate.version + " that " + db.redacted_url() +
                                   " lacks as applied?",
                               "nothing was marked")) {
    return exit_refused;
  }
  tell(db, options, "baseline ",
       history_of(db, std::move(set), options).baseline(migrate.version, options.force));
  return exit_done;
}

int migrate_mark(const Options& options, const DatabaseChoice& choice) {
  const MigrateOptions& migrate = options.migrate;
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(without_creating(choice.url), choice.options);
  const bool applied = migrate.state == "applied";
  if (!applied &&
      !agrees(options,
              "forget that " + migrate.version + " is applied to " + db.redacted_url() +
                  "? it is not reverted, and the next up applies it again",
              "nothing was marked")) {
    return exit_refused;
  }
  MigrationHistory history = history_of(db, std::move(set), options);
  applied ? history.mark_applied(migrate.version, migrate.reason)
          : history.mark_pending(migrate.version, migrate.reason);
  tell(db, options, "marked " + migrate.state, {migrate.version});
  return exit_done;
}

}  // namespace lockstep::cli

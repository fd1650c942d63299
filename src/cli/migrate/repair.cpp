// SPDX-License-Identifier: BSL-1.0
// lockstep migrate repair
#include "cli/migrate/commands.hpp"
#include "cli/terminal.hpp"
#include "lockstep/invalid_indexes.hpp"

namespace lockstep::cli {
namespace {

int drop_indexes(const Options& options, Database& db) {
  const auto names = invalid_indexes(db);
  if (names.empty()) {
    message("no invalid indexes");
    return exit_done;
  }
  for (const std::string& name : names) message(name);
  if (!options.yes && !confirm("drop these indexes of " + db.redacted_url() + "?")) {
    message("error[12]: nothing was dropped");
    message("  next: the same with --yes");
    return exit_refused;
  }
  message(std::to_string(drop_invalid_indexes(db).size()) + " dropped");
  return exit_done;
}

}  // namespace

int migrate_repair(const Options& options, const DatabaseChoice& choice) {
  if (!options.migrate.drop_invalid_indexes) {
    raise(ErrorKind::invalid_argument, "migrate repair: say what, as in --drop-invalid-indexes");
  }
  Database db = Database::open(without_creating(choice.url), choice.options);
  return drop_indexes(options, db);
}

}  // namespace lockstep::cli

// SPDX-License-Identifier: BSL-1.0
// lockstep migrate repair
#include "cli/migrate/commands.hpp"
#include "cli/migrate/output.hpp"
#include "cli/migrate/set.hpp"
#include "cli/terminal.hpp"
#include "lockstep/invalid_indexes.hpp"
#include "lockstep/migration_history.hpp"

namespace lockstep::cli {
namespace {

int drop_indexes(const Options& options, Database& db) {
  const auto names = invalid_indexes(db);
  if (names.empty()) {
    message("no invalid indexes");
    return exit_done;
  }
  for (const std::string& name : names) message(name);
  if (!agrees(options, "drop these indexes of " + db.redacted_url() + "?",
              "nothing was dropped")) {
    return exit_refused;
  }
  message(std::to_string(drop_invalid_indexes(db).size()) + " dropped");
  return exit_done;
}

int accept_files(const Options& options, const DatabaseChoice& choice) {
  const std::string& version = options.migrate.rehash;
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(without_creating(choice.url), choice.options);
  if (!agrees(options,
              "accept the files of " + version + " as those that were applied to " +
                  db.redacted_url() + "?",
              "nothing was accepted")) {
    return exit_refused;
  }
  MigrationHistory(db, std::move(set), migrator_options(options)).rehash(version);
  message("accepted  " + version);
  return exit_done;
}

}  // namespace

int migrate_repair(const Options& options, const DatabaseChoice& choice) {
  if (!options.migrate.rehash.empty()) {
    if (const int code = accept_files(options, choice); code != exit_done) return code;
  } else if (!options.migrate.drop_invalid_indexes) {
    raise(ErrorKind::invalid_argument,
          "migrate repair: say what, as in --rehash or --drop-invalid-indexes");
  }
  if (!options.migrate.drop_invalid_indexes) return exit_done;
  Database db = Database::open(without_creating(choice.url), choice.options);
  return drop_indexes(options, db);
}

}  // namespace lockstep::cli

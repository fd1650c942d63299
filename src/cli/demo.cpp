// SPDX-License-Identifier: BSL-1.0
#include "cli/commands.hpp"
#include "cli/terminal.hpp"
#include "lockstep/migrate.hpp"

namespace lockstep::cli {

int demo(const Options& options) {
  const std::string domain = options.domains.empty() ? "scheduler" : options.domains.front();
  if (domain != "scheduler") {
    raise(ErrorKind::invalid_argument, "no story of a domain of that name (known: scheduler)");
  }
  Database db = Database::open(options.database.value_or("sqlite::memory:"));
  Migrator(db, MigrationSet::embedded(db.dialect().engine, {domain})).up();
  print(styled(Style::bold, "A scheduler's day on " + std::string(db.dialect().title)));
  demo_scheduler(db, options.keep);
  if (!options.database) {
    message(
        "\nThe same story on another engine: lockstep demo --database postgresql://user@host/name");
  }
  return exit_done;
}

}  // namespace lockstep::cli

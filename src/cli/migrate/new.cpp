// SPDX-License-Identifier: BSL-1.0
// lockstep migrate new | renumber
#include <chrono>
#include <nlohmann/json.hpp>

#include "cli/migrate/commands.hpp"
#include "cli/terminal.hpp"
#include "lockstep/migration_files.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

NewMigration asked_for(const Options& options) {
  if (options.domains.size() > 1) raise(ErrorKind::invalid_argument, "it takes one --domain");
  NewMigration migration{.name = options.migrate.name};
  if (!options.domains.empty()) migration.domain = options.domains.front();
  migration.now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  return migration;
}

}  // namespace

int migrate_new(const Options& options, const Lookup& /*environment*/) {
  const std::string& dir = options.migrate.dir;
  const auto written = new_migration(dir, asked_for(options));
  if (options.json) {
    print(ordered_json{{"format", 1}, {"files", written}}.dump());
  } else {
    for (const std::string& path : written) print(dir + '/' + path);
  }
  return exit_done;
}

int migrate_renumber(const Options& options, const DatabaseChoice& choice) {
  const std::string& dir = options.migrate.dir;
  Database db = Database::open(without_creating(choice.url), choice.options);
  const auto renamings = plan_renumbering(dir, asked_for(options), db);
  if (options.json) print(ordered_json{{"format", 1}, {"event", "renumber"}}.dump());
  for (const Renaming& each : renamings) {
    if (options.json) {
      print(ordered_json{{"event", "rename"}, {"from", each.from}, {"to", each.to}}.dump());
    } else {
      print(each.from + " -> " + each.to);
    }
  }
  if (renamings.empty()) {
    message("nothing to do");
    return exit_done;
  }
  if (!options.yes && !confirm("rename these files of " + dir + "?")) {
    message("error[12]: nothing was renamed");
    message("  next: the same with --yes");
    return exit_refused;
  }
  rename_files(dir, renamings);
  return exit_done;
}

}  // namespace lockstep::cli

// SPDX-License-Identifier: BSL-1.0
// lockstep migrate drift
#include <nlohmann/json.hpp>

#include "cli/migrate/commands.hpp"
#include "cli/migrate/set.hpp"
#include "cli/terminal.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

void print_json(const std::string& database, const DriftReport& report, int code) {
  print(ordered_json{{"format", 1}, {"event", "drift"}, {"database", database}}.dump());
  for (const ObjectDifference& each : report.differences) {
    print(ordered_json{{"event", "difference"},
                       {"kind", each.kind},
                       {"name", each.name},
                       {"what", each.what},
                       {"files", each.wanted},
                       {"database", each.found}}
              .dump());
  }
  for (const std::string& each : report.not_judged) {
    print(ordered_json{{"event", "not_judged"}, {"message", each}}.dump());
  }
  print(ordered_json{
      {"event", "summary"}, {"differences", report.differences.size()}, {"exit_code", code}}
            .dump());
}

}  // namespace

int migrate_drift(const Options& options, const Lookup& environment) {
  const DatabaseChoice choice = choose_database(options, environment);
  const MigrationSet set = read_set(options, choice);
  ScratchServers servers = scratch_servers(options, environment);
  Database db = Database::open(without_creating(choice.url), choice.options);
  const DriftReport report = check_drift(db, set, servers);
  const int code = report.differences.empty() ? exit_done : exit_checksum;
  if (options.json) {
    print_json(db.redacted_url(), report, code);
  } else {
    for (const ObjectDifference& each : report.differences) print(to_string(each));
    for (const std::string& each : report.not_judged) {
      message("not judged  " + each + ": other domains are applied too");
    }
    message(std::to_string(report.differences.size()) + " differences");
  }
  if (code != exit_done) {
    message("error[5]: " + db.redacted_url() + " is not what its migrations make");
    message("  next: write a migration for what is meant to stay, and undo the rest");
  }
  return code;
}

}  // namespace lockstep::cli

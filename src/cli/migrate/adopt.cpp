// SPDX-License-Identifier: BSL-1.0
// lockstep migrate adopt
#include <nlohmann/json.hpp>

#include "cli/migrate/commands.hpp"
#include "cli/migrate/output.hpp"
#include "cli/migrate/set.hpp"
#include "cli/terminal.hpp"
#include "lockstep/migration_history.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

void print_json(const Database& db, const AdoptReport& report) {
  print_document(db.redacted_url(), "adopt",
                 {{"tool", to_string(report.tool)},
                  {"table", report.table},
                  {"adopted", report.adopted},
                  {"known", report.known},
                  {"without_file", report.without_file},
                  {"differing", report.differing}});
}

void tell(const AdoptReport& report) {
  for (const std::string& version : report.adopted) message("adopted   " + version);
  for (const std::string& version : report.without_file) message("no file   " + version);
  for (const std::string& version : report.differing) {
    message("changed   " + version + ": its file is not the one that " +
            std::string(to_string(report.tool)) + " has applied");
  }
  message(std::to_string(report.adopted.size()) + " adopted from " + report.table + ", " +
          std::to_string(report.known.size()) + " known already");
}

}  // namespace

int migrate_adopt(const Options& options, const DatabaseChoice& choice) {
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(without_creating(choice.url), choice.options);
  const MigrationTool tool = migration_tool(options.migrate.from).value();
  const std::string named = tool == MigrationTool::detect ? "another migrator"
                                                          : std::string(to_string(tool));
  if (!agrees(options, "take over what " + named + " has applied to " + db.redacted_url() + "?",
              "nothing was adopted")) {
    return exit_refused;
  }
  const AdoptReport report =
      MigrationHistory(db, std::move(set), migrator_options(options)).adopt(tool);
  options.json ? print_json(db, report) : tell(report);
  return exit_done;
}

}  // namespace lockstep::cli

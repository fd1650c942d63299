// SPDX-License-Identifier: BSL-1.0
// lockstep maintenance
#include "lockstep/maintenance.hpp"

#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/terminal.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

ordered_json text_of(const std::optional<MaintenanceRun>& run) {
  return run ? ordered_json(format_timestamp(run->finished_at)) : ordered_json();
}

void print_json(const Database& db, const MaintenanceReport& report,
                const std::optional<MaintenanceRun>& before) {
  ordered_json steps = ordered_json::array();
  for (const MaintenanceStep& step : report.steps) {
    ordered_json told{{"statement", step.statement}, {"duration_ms", step.duration.count()}};
    told["problem"] = step.problem.empty() ? ordered_json() : ordered_json(step.problem);
    steps.push_back(std::move(told));
  }
  const ordered_json document{{"format", 1},
                              {"database", db.redacted_url()},
                              {"started_at", format_timestamp(report.started_at)},
                              {"finished_at", format_timestamp(report.finished_at)},
                              {"previous_run", text_of(before)},
                              {"steps", steps}};
  print(document.dump(2));
}

}  // namespace

int maintenance(const Options& options, const DatabaseChoice& choice) {
  const Interrupt interrupt;
  DatabaseOptions how = choice.options;
  how.warning = [](std::string_view text) { message("warning: " + std::string(text)); };
  Database db = Database::open(without_creating(choice.url), std::move(how));
  const auto before = last_maintenance(db);
  const MaintenanceReport report = lockstep::maintenance(db, {.stop = interrupt.token()});
  if (options.json) {
    print_json(db, report, before);
    return exit_done;
  }
  std::vector<std::vector<std::string>> rows{{"STATEMENT", "MS", "PROBLEM"}};
  for (const MaintenanceStep& step : report.steps) {
    rows.push_back({step.statement, std::to_string(step.duration.count()), step.problem});
  }
  print_table(rows);
  message("the run before this one: " +
          (before ? format_timestamp(before->finished_at).substr(0, 19) + " UTC" : "none"));
  return exit_done;
}

}  // namespace lockstep::cli

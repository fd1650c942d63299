// SPDX-License-Identifier: BSL-1.0
// lockstep migrate status
#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/migrate/commands.hpp"
#include "cli/migrate/output.hpp"
#include "cli/migrate/set.hpp"
#include "cli/terminal.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

ordered_json to_json(const MigrationStatus& status) {
  ordered_json json{{"domain", status.domain},
                    {"version", status.version},
                    {"name", status.name},
                    {"state", to_string(status.state)},
                    {"kind", status.kind},
                    {"changed", status.changed},
                    {"reformatted", status.reformatted},
                    {"out_of_order", status.out_of_order}};
  json["finished_at"] =
      status.finished_at ? ordered_json(format_timestamp(*status.finished_at)) : ordered_json();
  if (!status.error.empty()) json["error"] = status.error;
  return json;
}

std::string state_of(const MigrationStatus& status) {
  if (status.changed) return styled(Style::bad, "CHANGED");
  std::string text(to_string(status.state));
  if (status.reformatted) text += ", reformatted";
  if (status.kind == "baseline") text += ", baseline";
  if (status.out_of_order) text += ", late";
  if (status.state == MigrationState::applied) return styled(Style::good, text);
  return status.state == MigrationState::failed ? styled(Style::bad, text) : text;
}

}  // namespace

int migrate_status(const Options& options, const DatabaseChoice& choice) {
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(without_creating(choice.url), choice.options);
  const auto all = Migrator(db, std::move(set)).status();
  const auto pending = std::ranges::count(all, MigrationState::pending, &MigrationStatus::state);
  if (options.json) {
    ordered_json list = ordered_json::array();
    for (const MigrationStatus& status : all) list.push_back(to_json(status));
    print_document(db.redacted_url(), "migrations", std::move(list));
  } else {
    message("database  " + db.redacted_url() + "  (" + std::string(db.dialect().title) + ", from " +
            choice.origin + ")");
    std::vector<std::vector<std::string>> rows{{"DOMAIN", "VERSION", "NAME", "AT (UTC)", "STATE"}};
    for (const MigrationStatus& status : all) {
      rows.push_back({status.domain, status.version, status.name,
                      status.finished_at ? format_timestamp(*status.finished_at).substr(0, 19) : "",
                      state_of(status)});
    }
    print_table(rows);
    message(std::to_string(pending) + " pending");
  }
  return options.migrate.check && pending > 0 ? exit_pending : exit_done;
}

}  // namespace lockstep::cli

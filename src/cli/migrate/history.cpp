// SPDX-License-Identifier: BSL-1.0
// lockstep migrate history | version
#include <nlohmann/json.hpp>

#include "cli/migrate/commands.hpp"
#include "cli/migrate/output.hpp"
#include "cli/migrate/set.hpp"
#include "cli/terminal.hpp"
#include "lockstep/migration_history.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

ordered_json to_json(const MigrationLogEntry& entry) {
  return {{"at", format_timestamp(entry.logged_at)},
          {"event", entry.event},
          {"domain", entry.domain},
          {"version", entry.version},
          {"by", entry.applied_by},
          {"host", entry.host},
          {"tool_version", entry.tool_version},
          {"detail", entry.detail}};
}

std::string label(const MigrationLogEntry& entry) {
  return entry.version.empty() ? entry.domain : entry.domain + '/' + entry.version;
}

}  // namespace

int migrate_history(const Options& options, const DatabaseChoice& choice) {
  MigrationSet none(Dsn::parse(choice.url).engine, {});
  Database db = Database::open(without_creating(choice.url), choice.options);
  if (options.domains.size() > 1) {
    raise(ErrorKind::invalid_argument, "the history is of one --domain, or of all");
  }
  const std::string domain = options.domains.empty() ? "" : options.domains.front();
  const auto events =
      MigrationHistory(db, std::move(none)).events(domain, options.migrate.count.value_or(50));
  if (options.json) {
    ordered_json list = ordered_json::array();
    for (const MigrationLogEntry& each : events) list.push_back(to_json(each));
    print_document(db.redacted_url(), "events", std::move(list));
    return exit_done;
  }
  std::vector<std::vector<std::string>> rows{
      {"AT (UTC)", "EVENT", "VERSION", "BY", "HOST", "DETAIL"}};
  for (const MigrationLogEntry& each : events) {
    rows.push_back({format_timestamp(each.logged_at).substr(0, 19), each.event, label(each),
                    each.applied_by, each.host, each.detail});
  }
  print_table(rows);
  return exit_done;
}

int migrate_version(const Options& options, const DatabaseChoice& choice) {
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(without_creating(choice.url), choice.options);
  const auto domains = set.domains();
  Migrator migrator(db, std::move(set));
  ordered_json list = ordered_json::array();
  for (const std::string& domain : domains) {
    const auto version = migrator.current_version(domain);
    list.push_back({{"domain", domain}, {"version", version ? ordered_json(*version) : nullptr}});
    if (options.json) continue;
    version ? print(domain + '/' + *version) : message(domain + ": nothing is applied");
  }
  if (options.json) print_document(db.redacted_url(), "versions", std::move(list));
  return exit_done;
}

}  // namespace lockstep::cli

// SPDX-License-Identifier: BSL-1.0
// lockstep retention
#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/commands.hpp"
#include "cli/interrupt.hpp"
#include "cli/terminal.hpp"
#include "lockstep/agent/retention.hpp"
#include "lockstep/migrate.hpp"
#include "lockstep/workflow/retention.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

// Rows of a table that are, or were, to be deleted.
struct Doomed {
  std::string_view domain;
  std::string_view table;
  std::string_view rule;
  std::int64_t rows = 0;
};

using List = std::vector<Doomed>;

void add(List& list, const agent::RetentionCounts& counts) {
  Columns<agent::RetentionCounts>::each([&](std::string_view table, auto member) {
    list.push_back({"agent", table, "age", counts.*member});
  });
}

void add(List& list, const workflow::RetentionResult& result) {
  list.push_back({"workflow", "executions", "age", static_cast<std::int64_t>(result.too_old)});
  list.push_back({"workflow", "executions", "number", static_cast<std::int64_t>(result.too_many)});
}

std::int64_t sum(const List& list) {
  std::int64_t rows = 0;
  for (const Doomed& doomed : list) rows += doomed.rows;
  return rows;
}

void print_list(const Database& db, const List& list, const Options& options, bool finished) {
  if (options.json) {
    ordered_json rows = ordered_json::array();
    for (const Doomed& doomed : list) {
      rows.push_back({{"domain", doomed.domain},
                      {"table", doomed.table},
                      {"rule", doomed.rule},
                      {"rows", doomed.rows}});
    }
    const ordered_json document{{"format", 1},
                                {"database", db.redacted_url()},
                                {"dry_run", options.dry_run},
                                {"finished", finished},
                                {"tables", rows}};
    print(document.dump(2));
    return;
  }
  std::vector<std::vector<std::string>> table{{"DOMAIN", "TABLE", "RULE", "ROWS"}};
  for (const Doomed& doomed : list) {
    table.push_back({std::string(doomed.domain), std::string(doomed.table),
                     std::string(doomed.rule), std::to_string(doomed.rows)});
  }
  print_table(table);
}

// The domains that are asked for; if none is, those that the database has.
class Domains {
 public:
  Domains(Database& db, const Options& options)
      : agent(has(db, options, "agent")), workflow(has(db, options, "workflow")) {}

  bool agent;
  bool workflow;

 private:
  static bool has(Database& db, const Options& options, const std::string& name) {
    if (!options.domains.empty()) {
      return std::find(options.domains.begin(), options.domains.end(), name) !=
             options.domains.end();
    }
    Migrator migrator(db, MigrationSet::embedded(db.dialect().engine, {name}));
    if (migrator.current_version(name)) return true;
    message(name + ": not in this database");
    return false;
  }
};

workflow::RetentionPolicy workflow_policy(const Options& options) {
  workflow::RetentionPolicy policy;
  if (options.max_age_days) policy.max_age = std::chrono::days(*options.max_age_days);
  policy.keep_newest = options.keep_newest;
  return policy;
}

List count(Database& db, const Domains& domains, const workflow::RetentionPolicy& policy) {
  List list;
  if (domains.agent) add(list, agent::count_retention(db));
  if (domains.workflow) add(list, workflow::count_retention(db, policy));
  return list;
}

// False if it was stopped; `list` then has what was deleted until then.
bool purge(Database& db, const Domains& domains, const workflow::RetentionPolicy& policy,
           const std::stop_token& stop, List& list) {
  bool finished = true;
  if (domains.agent) {
    const auto result = agent::run_retention(db, {}, stop);
    finished = result.finished;
    add(list, result.deleted);
  }
  if (domains.workflow) {
    const auto result = workflow::run_retention(db, policy, stop);
    finished = finished && result.finished;
    add(list, result);
  }
  return finished;
}

}  // namespace

int retention(const Options& options, const DatabaseChoice& choice) {
  const Interrupt interrupt;
  Database db = Database::open(without_creating(choice.url), choice.options);
  const Domains domains(db, options);
  const auto policy = workflow_policy(options);
  const List doomed = count(db, domains, policy);
  if (options.dry_run) {
    print_list(db, doomed, options, true);
    return exit_done;
  }
  if (!options.yes && sum(doomed) > 0) {
    for (const Doomed& d : doomed) {
      if (d.rows > 0) message(std::string(d.table) + "  " + std::to_string(d.rows));
    }
    if (!confirm("delete these rows of " + db.redacted_url() + "?")) {
      message("error[12]: nothing was deleted");
      message("  next: the same with --dry-run to see them, or with --yes");
      return exit_refused;
    }
  }
  List deleted;
  const bool finished = purge(db, domains, policy, interrupt.token(), deleted);
  print_list(db, deleted, options, finished);
  if (finished) return exit_done;
  message("stopped: the rows that are counted are deleted; run it again for the rest");
  return exit_stopped;
}

}  // namespace lockstep::cli

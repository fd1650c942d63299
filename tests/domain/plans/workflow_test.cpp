// SPDX-License-Identifier: BSL-1.0
#include "lockstep/workflow/workflow.hpp"
#include "support/plan_check.hpp"
#include "support/target.hpp"

namespace lockstep::tests {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp start = Clock::start;
constexpr Timestamp middle = start + plan_rows / 2 * 1min;

// Every twentieth name is a workflow, with twenty executions. One in a hundred has failed, one is
// running, the others are completed.
void seed_executions(Database& db) {
  using Row = std::tuple<std::string, std::string, std::string, Timestamp>;
  db.insert_all(
      "INSERT INTO executions (id, workflow_id, workflow_version, status, started_at) "
      "VALUES (?, ?, '1.0.0', ?, ?)",
      plan_table([](int n) {
        const int kind = n % 100;
        return Row{plan_key(n), plan_key(n / 20 * 20),
                   kind == 0   ? "failed"
                   : kind == 1 ? "running"
                               : "completed",
                   start + n * 1min};
      }));
}

void seed(Database& db) {
  seed_executions(db);
  using Row = std::tuple<std::string, std::string, Timestamp>;
  db.insert_all(
      "INSERT INTO node_executions (id, execution_id, node_id, node_type, status, started_at) "
      "VALUES (?, ?, 'fetch', 'mcp_tool', 'completed', ?)",
      plan_table([](int n) {
        return Row{plan_key(n), plan_key(n / 20 * 20), start + n * 1min};
      }));
  db.insert_all(
      "INSERT INTO variable_snapshots (node_execution_id, execution_id, variable_name, timestamp) "
      "VALUES (?, ?, 'total', ?)",
      plan_table([](int n) {
        return Row{plan_key(n), plan_key(n / 20 * 20), start + n * 1min};
      }));
}

std::vector<PlanArgument> arguments() {
  return {
      // keys
      {"id", a_plan_key},
      {"workflow_id", a_plan_key},
      {"execution_id", a_plan_key},
      {"node_execution_id", a_plan_key},
      // which rows, and how many
      {"status", "failed"},
      {"from", middle},
      {"last", middle + 30min},
      {"pattern", "%row%"},
      {"before", start + 30min},
      {"keep", 10},
      {"limit", 10},
      {"offset", 10},
      // what is stored
      {"workflow_version", "1.0.0"},
      {"first_start", start},
      {"started_at", start},
      {"completed_at", start},
      {"created_at", start},
      {"error_type", nullptr},
      {"error_message", nullptr},
      {"error_node_id", nullptr},
      {"error_context", nullptr},
      {"return_value", nullptr},
      {"node_id", "fetch"},
      {"node_type", "mcp_tool"},
      {"inputs", nullptr},
      {"outputs", nullptr},
      {"retry_count", 1},
      {"variable_name", "total"},
      {"old_value", nullptr},
      {"new_value", nullptr},
      {"timestamp", start},
  };
}

TEST_CASE("plans: the workflow statements find their rows by an index") {
  check_plans({.name = "workflow",
               .statements = workflow::statements(),
               .seed = seed,
               .arguments = arguments()});
}

}  // namespace
}  // namespace lockstep::tests

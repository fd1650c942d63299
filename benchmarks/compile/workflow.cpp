// SPDX-License-Identifier: BSL-1.0
// An execution with a node, saved as it goes on, with a statement of its own.
#include <lockstep/database.hpp>
#include <lockstep/workflow/workflow.hpp>

namespace {

constexpr lockstep::Sql failed{"report.failed",
                               "SELECT COUNT(*) FROM executions WHERE status = :status"};

}  // namespace

int main(int argc, char** argv) {
  using namespace lockstep;
  auto db = Database::open(argc > 1 ? argv[1] : "sqlite:flows.db");
  auto execution = workflow::new_execution("nightly", "1.0.0");
  workflow::start(execution, db.now());
  workflow::ExecutionDetail detail{.execution = execution};
  auto& node = workflow::add_node_execution(
      detail, {.id = "", .execution_id = "", .node_id = "fetch", .node_type = "http"});
  workflow::start(node, db.now());
  workflow::complete(node, db.now(), Json{R"({"status": 200})"});
  workflow::complete(detail.execution, db.now(), Json{"42"});
  workflow::save_execution_with_nodes(db, detail.execution, detail.nodes);
  const auto found = workflow::load_execution(db, execution.id);
  const auto failures =
      db.fetch_value<std::int64_t>(failed, workflow::ExecutionStatus::failed);
  return found.nodes.size() == 1 && failures == 0 ? 0 : 1;
}

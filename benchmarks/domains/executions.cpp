// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/domains/executions.hpp"

#include <array>
#include <cstdio>

namespace lockstep::benchmarks {

using namespace std::chrono_literals;

std::string id_of(int number) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%08d-0000-4000-8000-000000000000", number);
  return text.data();
}

workflow::Execution execution_of(int number) {
  workflow::Execution out{.id = id_of(number),
                          .workflow_id = the_workflow,
                          .workflow_version = "1.0.0",
                          .status = workflow::ExecutionStatus::running,
                          .started_at = clock_time() + std::chrono::seconds(number),
                          .created_at = clock_time()};
  if (number % 2 == 0) workflow::complete(out, *out.started_at + 1s);
  return out;
}

workflow::ExecutionDetail detail_of(int number, int nodes) {
  workflow::ExecutionDetail out{.execution = execution_of(number)};
  for (int i = 0; i < nodes; ++i) {
    const std::string name = "node-" + std::to_string(i);
    workflow::NodeExecution node{.id = id_of(number) + "-" + std::to_string(i),
                                 .execution_id = id_of(number),
                                 .node_id = name,
                                 .node_type = "mcp_tool",
                                 .inputs = Json{R"({"node": ")" + name + R"(", "count": 42})"},
                                 .outputs = Json{R"({"result": "success", "items": [1, 2, 3]})"}};
    node.started_at = *out.execution.started_at + i * 1ms;
    node.completed_at = *node.started_at + 1ms;
    node.status = workflow::NodeStatus::completed;
    workflow::add_node_execution(out, std::move(node));
  }
  return out;
}

}  // namespace lockstep::benchmarks

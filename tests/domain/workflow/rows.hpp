// SPDX-License-Identifier: BSL-1.0
// Rows that the tests of the workflow domain begin with.
#pragma once

#include "lockstep/workflow/workflow.hpp"
#include "support/rows.hpp"

namespace lockstep::tests {

using namespace std::chrono_literals;

inline constexpr Timestamp noon = Clock::start + 12h;

// One that is running, or has ended a second after its start.
inline workflow::Execution execution(
    std::string id, std::string workflow_id = "wf", Timestamp started_at = noon,
    workflow::ExecutionStatus status = workflow::ExecutionStatus::running) {
  workflow::Execution out{.id = std::move(id),
                          .workflow_id = std::move(workflow_id),
                          .workflow_version = "1.0.0",
                          .status = status,
                          .started_at = started_at};
  if (is_terminal(status)) out.completed_at = started_at + 1s;
  return out;
}

inline workflow::NodeExecution node_of(std::string execution_id, std::string id,
                                       Timestamp started_at = noon) {
  return {.id = std::move(id),
          .execution_id = std::move(execution_id),
          .node_id = "fetch",
          .node_type = "mcp_tool",
          .status = workflow::NodeStatus::running,
          .started_at = started_at};
}

inline workflow::VariableSnapshot change_of(std::string execution_id, std::string variable_name,
                                            Timestamp timestamp = noon) {
  return {.execution_id = std::move(execution_id),
          .variable_name = std::move(variable_name),
          .new_value = Json{"1"},
          .timestamp = timestamp};
}

}  // namespace lockstep::tests

// SPDX-License-Identifier: BSL-1.0
// Executions of single nodes of a workflow: rows of `node_executions`. Shared rules: workflow.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::workflow {

enum class NodeStatus : std::uint8_t { pending, running, completed, failed, skipped };

[[nodiscard]] constexpr auto enum_texts(NodeStatus) {
  return std::array<std::string_view, 5>{"pending", "running", "completed", "failed", "skipped"};
}

// What kind of failure ended a node or an execution.
enum class ErrorType : std::uint8_t { validation, connection, execution, data, timeout };

[[nodiscard]] constexpr auto enum_texts(ErrorType) {
  return std::array<std::string_view, 5>{"validation", "connection", "execution", "data",
                                         "timeout"};
}

// One node's turn in an execution. Its error is there if error_type is, and error_message with it.
struct NodeExecution {
  std::string id;            // 1 to 64 characters
  std::string execution_id;  // 1 to 64 characters
  std::string node_id;       // of the workflow
  std::string node_type;     // such as "mcp_tool", 1 to 64 characters
  NodeStatus status = NodeStatus::pending;
  std::optional<Timestamp> started_at = {};    // as stored never null: see save_node_execution
  std::optional<Timestamp> completed_at = {};  // null: has not ended yet
  std::optional<Json> inputs = {};             // null: none; an object without members is stored so
  std::optional<Json> outputs = {};            // likewise
  std::optional<ErrorType> error_type = {};
  std::optional<std::string> error_message = {};  // any length
  std::optional<Json> error_context = {};         // as inputs
  std::int32_t retry_count = 0;                   // not negative

  friend bool operator==(const NodeExecution&, const NodeExecution&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &NodeExecution::id);
    column("execution_id", &NodeExecution::execution_id);
    column("node_id", &NodeExecution::node_id);
    column("node_type", &NodeExecution::node_type);
    column("status", &NodeExecution::status);
    column("started_at", &NodeExecution::started_at);
    column("completed_at", &NodeExecution::completed_at);
    column("inputs", &NodeExecution::inputs);
    column("outputs", &NodeExecution::outputs);
    column("error_type", &NodeExecution::error_type);
    column("error_message", &NodeExecution::error_message);
    column("error_context", &NodeExecution::error_context);
    column("retry_count", &NodeExecution::retry_count);
  }
};

// Which rows of a list.
struct Page {
  std::optional<std::int64_t> limit = {};  // null: all that follow; 0: none
  std::int64_t offset = 0;                 // how many to pass over; not negative
};

// Inserts `node`, or overwrites what may change in it: status, completed_at, outputs, the error and
// retry_count; started_at and inputs only if they are given. A new row without started_at gets now.
// Returns the row as stored. ForeignKey if execution_id names no execution, Duplicate if the id is
// that of a node of another execution.
NodeExecution save_node_execution(Executor& db, NodeExecution node);

// The nodes of an execution in the order in which they started, ties by id. Empty for an execution
// that does not exist.
[[nodiscard]] std::vector<NodeExecution> load_nodes(Executor& db, std::string_view execution_id,
                                                    const Page& page = {});

}  // namespace lockstep::workflow

// SPDX-License-Identifier: BSL-1.0
// Executions of workflows: rows of `executions`. Shared rules: workflow.hpp.
#pragma once

#include "lockstep/workflow/node_execution.hpp"

namespace lockstep::workflow {

enum class ExecutionStatus : std::uint8_t {
  pending,
  running,
  completed,
  failed,
  cancelled,
  timed_out,
};

[[nodiscard]] constexpr auto enum_texts(ExecutionStatus) {
  return std::array<std::string_view, 6>{"pending", "running",   "completed",
                                         "failed",  "cancelled", "timed_out"};
}

// One execution. Its error is there if error_type is, and error_message with it.
struct Execution {
  std::string id;                // 1 to 64 characters: see new_id in lifecycle.hpp
  std::string workflow_id;       // names a file, not a row
  std::string workflow_version;  // 1 to 64 characters
  ExecutionStatus status = ExecutionStatus::pending;
  std::optional<Timestamp> started_at = {};    // as stored never null: see save_execution
  std::optional<Timestamp> completed_at = {};  // null: has not ended yet
  std::optional<ErrorType> error_type = {};
  std::optional<std::string> error_message = {};  // any length
  std::optional<std::string> error_node_id = {};  // the node that failed, if it was one
  std::optional<Json> error_context = {};  // null: none; an object without members is stored so
  std::optional<Json> return_value = {};   // null: none; the JSON null is stored so
  Timestamp created_at = {};

  friend bool operator==(const Execution&, const Execution&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &Execution::id);
    column("workflow_id", &Execution::workflow_id);
    column("workflow_version", &Execution::workflow_version);
    column("status", &Execution::status);
    column("started_at", &Execution::started_at);
    column("completed_at", &Execution::completed_at);
    column("error_type", &Execution::error_type);
    column("error_message", &Execution::error_message);
    column("error_node_id", &Execution::error_node_id);
    column("error_context", &Execution::error_context);
    column("return_value", &Execution::return_value);
    column("created_at", &Execution::created_at);
  }
};

// An execution and its nodes, in the order in which they started, ties by id.
struct ExecutionDetail {
  Execution execution;
  std::vector<NodeExecution> nodes = {};

  friend bool operator==(const ExecutionDetail&, const ExecutionDetail&) = default;
};

// Inserts `execution`, or overwrites what may change in it: status, completed_at, the error, the
// return value, and started_at if it is given. workflow_id and workflow_version stay as they were
// first saved. A new row without started_at gets now. Knows nothing of nodes and variables. Returns
// the row, read after the write.
Execution save_execution(Executor& db, Execution execution);

// Saves the execution and then these nodes, all or nothing. A node without execution_id gets that
// of the execution; InvalidArgument for another one, Duplicate if a node's id is that of a node of
// another execution. Other nodes that it has stay. Returns all as stored.
ExecutionDetail save_execution_with_nodes(Executor& db, Execution execution,
                                          std::vector<NodeExecution> nodes);

// The execution and, by a statement of their own, its nodes. Without them, load_nodes gives them a
// page at a time. NotFound if there is none.
[[nodiscard]] ExecutionDetail load_execution(Executor& db, std::string_view id,
                                             bool with_nodes = true);

// Without nodes; nullopt if there is none.
[[nodiscard]] std::optional<Execution> find_execution(Executor& db, std::string_view id);

// Deletes its nodes and its variables' history too. NotFound if there is none.
void delete_execution(Executor& db, std::string_view id);

}  // namespace lockstep::workflow

// SPDX-License-Identifier: BSL-1.0
// What may become of an execution and of its nodes. Nothing here is stored before it is saved.
//
//     auto run = workflow::new_execution("nightly", "1.0.0");
//     workflow::start(run, db.now());
//     workflow::save_execution(db, run);
//     ...
//     workflow::complete(run, db.now(), Json{"42"});
//     workflow::save_execution(db, run);
//
// An execution is started while it is pending and ended while it is running; a node also may be
// skipped while it is pending. All else is InvalidState, and the struct is left as it was.
#pragma once

#include "lockstep/workflow/execution.hpp"

namespace lockstep::workflow {

// A random UUID (version 4) as text, 36 characters.
[[nodiscard]] std::string new_id();

// A pending execution with a new id. InvalidArgument for keys that cannot be stored.
[[nodiscard]] Execution new_execution(std::string workflow_id, std::string workflow_version);

// Whether nothing follows: completed, failed, cancelled, timed_out.
[[nodiscard]] constexpr bool is_terminal(ExecutionStatus status) noexcept {
  return status != ExecutionStatus::pending && status != ExecutionStatus::running;
}
// completed, failed, skipped.
[[nodiscard]] constexpr bool is_terminal(NodeStatus status) noexcept {
  return status != NodeStatus::pending && status != NodeStatus::running;
}

// Why an execution or a node failed.
struct Failure {
  ErrorType type = ErrorType::execution;
  std::string message;
  std::optional<std::string> node_id = {};  // of an execution only
  std::optional<Json> context = {};
};

void start(Execution& execution, Timestamp now);
void complete(Execution& execution, Timestamp now, std::optional<Json> return_value = {});
void fail(Execution& execution, Timestamp now, Failure failure);
void cancel(Execution& execution, Timestamp now);
void time_out(Execution& execution, Timestamp now);

void start(NodeExecution& node, Timestamp now);
void complete(NodeExecution& node, Timestamp now, std::optional<Json> outputs = {});
void fail(NodeExecution& node, Timestamp now, Failure failure);
void skip(NodeExecution& node, Timestamp now);

// From start to end; 0 while one of them is not known.
[[nodiscard]] std::chrono::microseconds duration(const Execution& execution) noexcept;
[[nodiscard]] std::chrono::microseconds duration(const NodeExecution& node) noexcept;

// Appends the node and returns it where it is now: with a new id if it had none, and with the
// execution's if it had no execution_id. InvalidArgument for the id of another execution.
NodeExecution& add_node_execution(ExecutionDetail& detail, NodeExecution node);

}  // namespace lockstep::workflow

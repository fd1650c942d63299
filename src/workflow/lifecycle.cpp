// SPDX-License-Identifier: BSL-1.0
#include "lockstep/workflow/lifecycle.hpp"

#include <random>

#include "checks.hpp"
#include "nodes.hpp"

namespace lockstep::workflow {
namespace {

template <class Status>
void require_status(std::string_view what, Status is, Status must) {
  if (is == must) return;
  raise(ErrorKind::invalid_state, std::string(what) + ": it is " + std::string(to_text(is)) +
                                      ", not " + std::string(to_text(must)));
}

void end(Execution& execution, Timestamp now, ExecutionStatus status) {
  require_status("execution", execution.status, ExecutionStatus::running);
  execution.status = status;
  execution.completed_at = now;
}

void end(NodeExecution& node, Timestamp now, NodeStatus status, NodeStatus from) {
  require_status("node_execution", node.status, from);
  node.status = status;
  node.completed_at = now;
}

template <class T>
std::chrono::microseconds passed(const T& row) noexcept {
  if (!row.started_at || !row.completed_at) return {};
  return *row.completed_at - *row.started_at;
}

}  // namespace

// RFC 4122, 4.4: 122 random bits, the version and the variant.
std::string new_id() {
  std::random_device device;
  std::uniform_int_distribution<unsigned> nibble(0, 15);
  std::string id = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  for (char& c : id) {
    if (c == 'x') c = "0123456789abcdef"[nibble(device)];
    if (c == 'y') c = "89ab"[nibble(device) % 4];
  }
  return id;
}

Execution new_execution(std::string workflow_id, std::string workflow_version) {
  require_key("execution.workflow_id", workflow_id);
  require_key("execution.workflow_version", workflow_version, 64);
  return {.id = new_id(),
          .workflow_id = std::move(workflow_id),
          .workflow_version = std::move(workflow_version)};
}

void start(Execution& execution, Timestamp now) {
  require_status("execution", execution.status, ExecutionStatus::pending);
  execution.status = ExecutionStatus::running;
  execution.started_at = now;
}

void complete(Execution& execution, Timestamp now, std::optional<Json> return_value) {
  end(execution, now, ExecutionStatus::completed);
  execution.return_value = std::move(return_value);
}

void fail(Execution& execution, Timestamp now, Failure failure) {
  end(execution, now, ExecutionStatus::failed);
  execution.error_type = failure.type;
  execution.error_message = std::move(failure.message);
  execution.error_node_id = std::move(failure.node_id);
  execution.error_context = std::move(failure.context);
}

void cancel(Execution& execution, Timestamp now) {
  end(execution, now, ExecutionStatus::cancelled);
}

void time_out(Execution& execution, Timestamp now) {
  end(execution, now, ExecutionStatus::timed_out);
}

void start(NodeExecution& node, Timestamp now) {
  require_status("node_execution", node.status, NodeStatus::pending);
  node.status = NodeStatus::running;
  node.started_at = now;
}

void complete(NodeExecution& node, Timestamp now, std::optional<Json> outputs) {
  end(node, now, NodeStatus::completed, NodeStatus::running);
  node.outputs = std::move(outputs);
}

void fail(NodeExecution& node, Timestamp now, Failure failure) {
  end(node, now, NodeStatus::failed, NodeStatus::running);
  node.error_type = failure.type;
  node.error_message = std::move(failure.message);
  node.error_context = std::move(failure.context);
}

void skip(NodeExecution& node, Timestamp now) {
  end(node, now, NodeStatus::skipped, NodeStatus::pending);
}

std::chrono::microseconds duration(const Execution& execution) noexcept {
  return passed(execution);
}

std::chrono::microseconds duration(const NodeExecution& node) noexcept { return passed(node); }

NodeExecution& add_node_execution(ExecutionDetail& detail, NodeExecution node) {
  detail::join(node, detail.execution.id);
  if (node.id.empty()) node.id = new_id();
  return detail.nodes.emplace_back(std::move(node));
}

}  // namespace lockstep::workflow

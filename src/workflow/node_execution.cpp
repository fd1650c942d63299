// SPDX-License-Identifier: BSL-1.0
#include "lockstep/workflow/node_execution.hpp"

#include "checks.hpp"
#include "nodes.hpp"
#include "schema.hpp"

namespace lockstep::workflow {
namespace {

using detail::statement;

// :first_start is what a new row gets, :started_at what was given.
constexpr Sql save_sql = statement("workflow.save_node_execution", R"(
INSERT INTO node_executions (id, execution_id, node_id, node_type, status, started_at, completed_at,
                             inputs, outputs, error_type, error_message, error_context, retry_count)
VALUES (:id, :execution_id, :node_id, :node_type, :status, :first_start, :completed_at,
        :inputs, :outputs, :error_type, :error_message, :error_context, :retry_count)
ON CONFLICT (id) DO UPDATE
SET status = excluded.status, started_at = COALESCE(:started_at, node_executions.started_at),
    completed_at = excluded.completed_at,
    inputs = COALESCE(excluded.inputs, node_executions.inputs), outputs = excluded.outputs,
    error_type = excluded.error_type, error_message = excluded.error_message,
    error_context = excluded.error_context, retry_count = excluded.retry_count)",
                                   {.mysql = R"(
INSERT INTO node_executions (id, execution_id, node_id, node_type, status, started_at, completed_at,
                             inputs, outputs, error_type, error_message, error_context, retry_count)
VALUES (:id, :execution_id, :node_id, :node_type, :status, :first_start, :completed_at,
        :inputs, :outputs, :error_type, :error_message, :error_context, :retry_count)
ON DUPLICATE KEY UPDATE
    status = VALUES(status), started_at = COALESCE(:started_at, started_at),
    completed_at = VALUES(completed_at),
    inputs = COALESCE(VALUES(inputs), inputs), outputs = VALUES(outputs),
    error_type = VALUES(error_type), error_message = VALUES(error_message),
    error_context = VALUES(error_context), retry_count = VALUES(retry_count))"});

constexpr Sql load_sql = statement("workflow.save_node_execution.load", R"(
SELECT id, execution_id, node_id, node_type, status, started_at, completed_at,
       inputs, outputs, error_type, error_message, error_context, retry_count
FROM node_executions
WHERE id = :id)");

constexpr Sql load_all_sql = statement("workflow.load_nodes", R"(
SELECT id, execution_id, node_id, node_type, status, started_at, completed_at,
       inputs, outputs, error_type, error_message, error_context, retry_count
FROM node_executions
WHERE execution_id = :execution_id
ORDER BY started_at, id
LIMIT :limit OFFSET :offset)");

// A node as it is written.
struct NodeWrite : NodeExecution {
  NodeWrite(NodeExecution node, Timestamp now)
      : NodeExecution(std::move(node)), first_start(started_at.value_or(now)) {}

  Timestamp first_start;

  static constexpr void columns(auto&& column) {
    NodeExecution::columns(column);
    column("first_start", &NodeWrite::first_start);
  }
};

}  // namespace

std::span<const Sql* const> detail::node_execution_statements() noexcept {
  static constexpr std::array all{&save_sql, &load_sql, &load_all_sql};
  return all;
}

void detail::join(NodeExecution& node, const std::string& execution_id) {
  if (node.execution_id.empty()) node.execution_id = execution_id;
  if (node.execution_id != execution_id) {
    raise(ErrorKind::invalid_argument, "node_execution.execution_id: of another execution");
  }
}

void detail::check(NodeExecution& node) {
  require_key("node_execution.id", node.id, id_size);
  require_key("node_execution.execution_id", node.execution_id, id_size);
  require_key("node_execution.node_id", node.node_id);
  require_key("node_execution.node_type", node.node_type, 64);
  check_json("node_execution.inputs", node.inputs, "{}");
  check_json("node_execution.outputs", node.outputs, "{}");
  check_error("node_execution", node);
  if (node.retry_count < 0) {
    raise(ErrorKind::invalid_argument, "node_execution.retry_count: negative");
  }
}

void detail::write(Transaction& tx, const std::vector<NodeExecution>& nodes) {
  std::vector<NodeWrite> rows;
  rows.reserve(nodes.size());
  for (const NodeExecution& node : nodes) rows.emplace_back(node, tx.now());
  tx.execute_all(save_sql, rows);
}

void detail::refuse_foreign_node() {
  ErrorInfo info;
  info.kind = ErrorKind::duplicate;
  info.what = "the id is that of a node of another execution";
  info.constraint = "pk_node_executions";
  info.table = "node_executions";
  info.columns = {"id"};
  info.statement = save_sql.name();
  raise(std::move(info));
}

NodeExecution save_node_execution(Executor& db, NodeExecution node) {
  detail::check(node);
  return db.atomically([&](Transaction& tx) {
    tx.execute(save_sql, NodeWrite(node, tx.now()));
    NodeExecution stored = tx.fetch_one<NodeExecution>(load_sql, node.id);
    if (stored.execution_id != node.execution_id) detail::refuse_foreign_node();
    return stored;
  });
}

std::vector<NodeExecution> load_nodes(Executor& db, std::string_view execution_id,
                                      const Page& page) {
  require_key("execution.id", execution_id, detail::id_size);
  return db.fetch_all<NodeExecution>(load_all_sql, execution_id, detail::row_limit(page.limit),
                                     detail::row_offset(page.offset));
}

}  // namespace lockstep::workflow

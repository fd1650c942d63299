// SPDX-License-Identifier: BSL-1.0
#include "lockstep/workflow/execution.hpp"

#include <unordered_set>

#include "checks.hpp"
#include "nodes.hpp"
#include "schema.hpp"

namespace lockstep::workflow {
namespace {

using detail::statement;

// :first_start is what a new row gets, :started_at what was given.
constexpr Sql save_sql = statement("workflow.save_execution", R"(
INSERT INTO executions (id, workflow_id, workflow_version, status, started_at, completed_at,
                        error_type, error_message, error_node_id, error_context, return_value,
                        created_at)
VALUES (:id, :workflow_id, :workflow_version, :status, :first_start, :completed_at,
        :error_type, :error_message, :error_node_id, :error_context, :return_value,
        :created_at)
ON CONFLICT (id) DO UPDATE
SET status = excluded.status, started_at = COALESCE(:started_at, executions.started_at),
    completed_at = excluded.completed_at, error_type = excluded.error_type,
    error_message = excluded.error_message, error_node_id = excluded.error_node_id,
    error_context = excluded.error_context, return_value = excluded.return_value)",
                                   {.mysql = R"(
INSERT INTO executions (id, workflow_id, workflow_version, status, started_at, completed_at,
                        error_type, error_message, error_node_id, error_context, return_value,
                        created_at)
VALUES (:id, :workflow_id, :workflow_version, :status, :first_start, :completed_at,
        :error_type, :error_message, :error_node_id, :error_context, :return_value,
        :created_at)
ON DUPLICATE KEY UPDATE
    status = VALUES(status), started_at = COALESCE(:started_at, started_at),
    completed_at = VALUES(completed_at), error_type = VALUES(error_type),
    error_message = VALUES(error_message), error_node_id = VALUES(error_node_id),
    error_context = VALUES(error_context), return_value = VALUES(return_value))"});

constexpr Sql load_sql = statement("workflow.load_execution", R"(
SELECT id, workflow_id, workflow_version, status, started_at, completed_at,
       error_type, error_message, error_node_id, error_context, return_value, created_at
FROM executions
WHERE id = :id)");

constexpr Sql delete_sql = statement("workflow.delete_execution", R"(
DELETE FROM executions
WHERE id = :id)");

void check(Execution& execution) {
  require_key("execution.id", execution.id, detail::id_size);
  require_key("execution.workflow_id", execution.workflow_id);
  require_key("execution.workflow_version", execution.workflow_version, 64);
  detail::check_error("execution", execution);
  if (execution.error_node_id) {
    require_key("execution.error_node_id", *execution.error_node_id);
    if (!execution.error_type) {
      raise(ErrorKind::invalid_argument, "execution.error_node_id: only with error_type");
    }
  }
  detail::check_json("execution.return_value", execution.return_value, "null");
}

void write(Executor& db, Execution& execution) {
  execution.created_at = db.now();
  const Timestamp first_start = execution.started_at.value_or(execution.created_at);
  db.execute(save_sql, execution, named("first_start", first_start));
}

}  // namespace

std::span<const Sql* const> detail::execution_statements() noexcept {
  static constexpr std::array all{&save_sql, &load_sql, &delete_sql};
  return all;
}

Execution save_execution(Executor& db, Execution execution) {
  check(execution);
  write(db, execution);
  return db.fetch_one<Execution>(load_sql, execution.id);
}

ExecutionDetail save_execution_with_nodes(Executor& db, Execution execution,
                                          std::vector<NodeExecution> nodes) {
  check(execution);
  for (NodeExecution& node : nodes) {
    detail::join(node, execution.id);
    detail::check(node);
  }
  return db.atomically([&](Transaction& tx) {
    write(tx, execution);
    detail::write(tx, nodes);
    ExecutionDetail stored = load_execution(tx, execution.id);
    std::unordered_set<std::string_view> its;
    for (const NodeExecution& node : stored.nodes) its.insert(node.id);
    for (const NodeExecution& node : nodes) {
      if (!its.contains(node.id)) detail::refuse_foreign_node();
    }
    return stored;
  });
}

ExecutionDetail load_execution(Executor& db, std::string_view id, bool with_nodes) {
  require_key("execution.id", id, detail::id_size);
  ExecutionDetail found{.execution = db.fetch_one<Execution>(load_sql, id)};
  if (with_nodes) found.nodes = load_nodes(db, id);
  return found;
}

std::optional<Execution> find_execution(Executor& db, std::string_view id) {
  require_key("execution.id", id, detail::id_size);
  return db.fetch_optional<Execution>(load_sql, id);
}

void delete_execution(Executor& db, std::string_view id) {
  require_key("execution.id", id, detail::id_size);
  db.execute_one(delete_sql, id);
}

}  // namespace lockstep::workflow

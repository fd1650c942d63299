// SPDX-License-Identifier: BSL-1.0
#include "lockstep/workflow/variable.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::workflow {
namespace {

using detail::statement;

constexpr Sql save_sql = statement("workflow.save_variable_snapshot", R"(
INSERT INTO variable_snapshots (execution_id, node_execution_id, variable_name, old_value,
                                new_value, timestamp)
VALUES (:execution_id, :node_execution_id, :variable_name, :old_value, :new_value, :timestamp)
RETURNING id)");

constexpr Sql list_sql = statement("workflow.list_variable_snapshots", R"(
SELECT id, execution_id, node_execution_id, variable_name, old_value, new_value, timestamp
FROM variable_snapshots
WHERE execution_id = :execution_id
ORDER BY timestamp, id
LIMIT :limit)");

constexpr Sql list_variable_sql = statement("workflow.list_variable_snapshots.variable", R"(
SELECT id, execution_id, node_execution_id, variable_name, old_value, new_value, timestamp
FROM variable_snapshots
WHERE execution_id = :execution_id AND variable_name = :variable_name
ORDER BY timestamp, id
LIMIT :limit)");

}  // namespace

std::span<const Sql* const> detail::variable_statements() noexcept {
  static constexpr std::array all{&save_sql, &list_sql, &list_variable_sql};
  return all;
}

VariableSnapshot save_variable_snapshot(Executor& db, VariableSnapshot snapshot) {
  require_key("variable_snapshot.execution_id", snapshot.execution_id, detail::id_size);
  auto& node = snapshot.node_execution_id;
  if (node && node->empty()) node.reset();
  if (node) require_key("variable_snapshot.node_execution_id", *node, detail::id_size);
  require_key("variable_snapshot.variable_name", snapshot.variable_name);
  detail::check_json("variable_snapshot.old_value", snapshot.old_value);
  detail::check_json("variable_snapshot.new_value", snapshot.new_value);
  if (!snapshot.timestamp) snapshot.timestamp = db.now();
  snapshot.id = db.insert_returning<std::int64_t>(save_sql, snapshot);
  return snapshot;
}

std::vector<VariableSnapshot> list_variable_snapshots(Executor& db, std::string_view execution_id,
                                                      std::optional<std::string_view> variable_name,
                                                      std::optional<std::int64_t> limit) {
  require_key("variable_snapshot.execution_id", execution_id, detail::id_size);
  const std::int64_t most = detail::row_limit(limit);
  if (!variable_name) return db.fetch_all<VariableSnapshot>(list_sql, execution_id, most);
  require_key("variable_snapshot.variable_name", *variable_name);
  return db.fetch_all<VariableSnapshot>(list_variable_sql, execution_id, *variable_name, most);
}

}  // namespace lockstep::workflow

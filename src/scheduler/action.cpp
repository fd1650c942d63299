// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scheduler/action.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::scheduler {
namespace {

using detail::statement;

constexpr Sql create_sql = statement("scheduler.create_action", R"(
INSERT INTO actions (id, name, action_type, config, created_at)
VALUES (:id, :name, :action_type, :config, :created_at))");

constexpr Sql get_sql = statement("scheduler.get_action", R"(
SELECT id, name, action_type, config, created_at
FROM actions
WHERE id = :id)");

constexpr Sql get_all_sql = statement("scheduler.get_all_actions", R"(
SELECT id, name, action_type, config, created_at
FROM actions
ORDER BY name, id)",
                                      {}, "it returns all actions");

constexpr Sql delete_sql = statement("scheduler.delete_action", R"(
DELETE FROM actions
WHERE id = :id)");

}  // namespace

std::span<const Sql* const> detail::action_statements() noexcept {
  static constexpr std::array all{&create_sql, &get_sql, &get_all_sql, &delete_sql};
  return all;
}

Action create_action(Executor& db, Action action) {
  require_key("action.id", action.id);
  require_key("action.name", action.name);
  detail::check_json("action.config", action.config);
  action.created_at = db.now();
  db.execute(create_sql, action);
  return action;
}

Action get_action(Executor& db, std::string_view id) {
  require_key("action.id", id);
  return db.fetch_one<Action>(get_sql, id);
}

std::vector<Action> get_all_actions(Executor& db) { return db.fetch_all<Action>(get_all_sql); }

void delete_action(Executor& db, std::string_view id) {
  require_key("action.id", id);
  db.execute_one(delete_sql, id);
}

}  // namespace lockstep::scheduler

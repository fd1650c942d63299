// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scheduler/types.hpp"

#include "schema.hpp"

namespace lockstep::scheduler {
namespace {

using detail::statement;

constexpr Sql list_actions_sql = statement("scheduler.list_action_types", R"(
SELECT id, name
FROM action_types
ORDER BY id)",
                                           {}, "it returns all types");

constexpr Sql list_constraints_sql = statement("scheduler.list_constraint_types", R"(
SELECT id, name
FROM constraint_types
ORDER BY id)",
                                               {}, "it returns all types");

// MySQL's IGNORE would pass over other errors too.
constexpr Sql restore_action_sql = statement("scheduler.restore_types.action", R"(
INSERT INTO action_types (id, name)
VALUES (:id, :name)
ON CONFLICT DO NOTHING)",
                                             {.mysql = R"(
INSERT INTO action_types (id, name)
VALUES (:id, :name)
ON DUPLICATE KEY UPDATE id = id)"});

constexpr Sql restore_constraint_sql = statement("scheduler.restore_types.constraint", R"(
INSERT INTO constraint_types (id, name)
VALUES (:id, :name)
ON CONFLICT DO NOTHING)",
                                                 {.mysql = R"(
INSERT INTO constraint_types (id, name)
VALUES (:id, :name)
ON DUPLICATE KEY UPDATE id = id)"});

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 8> constraint_names{
    "maxConcurrentRuns", "catchUp",
    "preRunHook",        "postRunHook",
    "catchUpWindow",     "maxExpectedRunTime",
    "maxAllowedRunTime", "requirePreviousSuccess"};

// With the ids 1, 2, ...
std::vector<NamedType> numbered(Names names) {
  std::vector<NamedType> types;
  for (const std::string_view name : names) {
    types.push_back({static_cast<std::int32_t>(types.size() + 1), std::string(name)});
  }
  return types;
}

}  // namespace

std::span<const Sql* const> detail::type_statements() noexcept {
  static constexpr std::array all{&list_actions_sql, &list_constraints_sql, &restore_action_sql,
                                  &restore_constraint_sql};
  return all;
}

std::vector<NamedType> list_action_types(Executor& db) {
  return db.fetch_all<NamedType>(list_actions_sql);
}

std::vector<NamedType> list_constraint_types(Executor& db) {
  return db.fetch_all<NamedType>(list_constraints_sql);
}

void restore_types(Executor& db) {
  const std::vector<NamedType> actions = numbered(enum_texts(ActionType{}));
  const std::vector<NamedType> constraints = numbered(constraint_names);
  db.atomically([&](Transaction& tx) {
    tx.execute_all(restore_action_sql, actions);
    tx.execute_all(restore_constraint_sql, constraints);
  });
}

}  // namespace lockstep::scheduler

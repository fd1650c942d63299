// SPDX-License-Identifier: BSL-1.0
#include "lockstep/provisioning/resource_state.hpp"

#include "checks.hpp"
#include "schema.hpp"
#include "upsert.hpp"

namespace lockstep::provisioning {
namespace {

using detail::statement;

constexpr Sql find_sql = statement("provisioning.upsert_resource_state.find", R"(
SELECT 1
FROM resource_state
WHERE resource_type = :resource_type AND resource_name = :resource_name)");

constexpr Sql update_sql = statement("provisioning.upsert_resource_state.update", R"(
UPDATE resource_state
SET state = :state, hash = :hash, last_run_id = :last_run_id, last_applied = :last_applied,
    updated_at = :updated_at
WHERE resource_type = :resource_type AND resource_name = :resource_name)");

// MySQL updates the row that it meets by whichever key: only that of the same resource is meant.
constexpr Sql insert_sql = statement("provisioning.upsert_resource_state", R"(
INSERT INTO resource_state (id, resource_type, resource_name, state, hash, last_run_id,
                            last_applied, created_at, updated_at)
VALUES (:id, :resource_type, :resource_name, :state, :hash, :last_run_id,
        :last_applied, :created_at, :updated_at)
ON CONFLICT (resource_type, resource_name) DO UPDATE
SET state = excluded.state, hash = excluded.hash, last_run_id = excluded.last_run_id,
    last_applied = excluded.last_applied, updated_at = excluded.updated_at)",
                                     {.mysql = R"(
INSERT INTO resource_state (id, resource_type, resource_name, state, hash, last_run_id,
                            last_applied, created_at, updated_at)
VALUES (:id, :resource_type, :resource_name, :state, :hash, :last_run_id,
        :last_applied, :created_at, :updated_at)
ON DUPLICATE KEY UPDATE
    id = IF(resource_type = VALUES(resource_type) AND resource_name = VALUES(resource_name),
            id, NULL),
    state = VALUES(state), hash = VALUES(hash), last_run_id = VALUES(last_run_id),
    last_applied = VALUES(last_applied), updated_at = VALUES(updated_at))"});

constexpr Sql get_sql = statement("provisioning.get_resource_state", R"(
SELECT id, resource_type, resource_name, state, hash, last_run_id, last_applied, created_at,
       updated_at
FROM resource_state
WHERE resource_type = :resource_type AND resource_name = :resource_name)");

constexpr Sql list_sql = statement("provisioning.list_resource_states", R"(
SELECT id, resource_type, resource_name, state, hash, last_run_id, last_applied, created_at,
       updated_at
FROM resource_state
ORDER BY last_applied DESC, id DESC
LIMIT :limit OFFSET :offset)");

constexpr Sql delete_sql = statement("provisioning.delete_resource_state", R"(
DELETE FROM resource_state
WHERE id = :id)");

constexpr detail::UpsertSql upsert_sql{
    .find = find_sql, .update = update_sql, .insert = insert_sql, .read = get_sql};

void check(const ResourceState& state) {
  require_key("resource_state.id", state.id);
  require_key("resource_state.resource_type", state.resource_type);
  require_key("resource_state.resource_name", state.resource_name);
  require_json("resource_state.state", state.state.text);
  require_key("resource_state.hash", state.hash, 128);
  require_key("resource_state.last_run_id", state.last_run_id);
}

}  // namespace

std::span<const Sql* const> detail::resource_state_statements() noexcept {
  static constexpr std::array all{&find_sql, &update_sql, &insert_sql,
                                  &get_sql,  &list_sql,   &delete_sql};
  return all;
}

ResourceState upsert_resource_state(Executor& db, ResourceState state) {
  check(state);
  state.updated_at = db.now();
  state.created_at = state.created_at.value_or(*state.updated_at);
  return detail::upsert(db, upsert_sql, state, state.resource_type, state.resource_name);
}

ResourceState get_resource_state(Executor& db, std::string_view resource_type,
                                 std::string_view resource_name) {
  require_key("resource_state.resource_type", resource_type);
  require_key("resource_state.resource_name", resource_name);
  return db.fetch_one<ResourceState>(get_sql, resource_type, resource_name);
}

std::vector<ResourceState> list_resource_states(Executor& db, std::optional<std::int64_t> limit,
                                                std::int64_t offset) {
  return db.fetch_all<ResourceState>(list_sql, detail::row_limit(limit),
                                     detail::row_offset(offset));
}

void delete_resource_state(Executor& db, std::string_view id) {
  require_key("resource_state.id", id);
  db.execute_one(delete_sql, id);
}

}  // namespace lockstep::provisioning

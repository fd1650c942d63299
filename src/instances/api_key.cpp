// SPDX-License-Identifier: BSL-1.0
#include "lockstep/instances/api_key.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::instances {
namespace {

using detail::statement;

constexpr Sql create_sql = statement("instances.create_key", R"(
INSERT INTO api_keys (key_hash, name, user_id, permission_mode, expires_at, created_at, updated_at)
VALUES (:key_hash, :name, :user_id, :permission_mode, :expires_at, :created_at, :updated_at)
RETURNING id)");

constexpr Sql create_permission_sql = statement("instances.create_key.permissions", R"(
INSERT INTO key_permissions (key_id, instance_id)
VALUES (:key_id, :instance_id))");

constexpr Sql get_by_id_sql = statement("instances.get_key_by_id", R"(
SELECT id, key_hash, name, user_id, permission_mode, expires_at, created_at, updated_at,
       last_used_at
FROM api_keys
WHERE id = :id)");

constexpr Sql get_of_user_sql = statement("instances.get_user_keys", R"(
SELECT id, key_hash, name, user_id, permission_mode, expires_at, created_at, updated_at,
       last_used_at
FROM api_keys
WHERE user_id = :user_id
ORDER BY created_at DESC, id DESC)");

constexpr Sql get_active_sql = statement("instances.get_active_keys", R"(
SELECT id, key_hash, name, user_id, permission_mode, expires_at, created_at, updated_at,
       last_used_at
FROM api_keys
WHERE expires_at IS NULL OR expires_at > :now
ORDER BY created_at DESC, id DESC)",
                                         {}, "most keys are active");

constexpr Sql delete_sql = statement("instances.delete_key", R"(
DELETE FROM api_keys
WHERE id = :id)");

constexpr Sql touch_sql = statement("instances.touch_key", R"(
UPDATE api_keys
SET last_used_at = :now, updated_at = :now
WHERE id = :id)");

constexpr Sql get_permissions_sql = statement("instances.get_permissions", R"(
SELECT instance_id
FROM key_permissions
WHERE key_id = :key_id
ORDER BY instance_id)");

constexpr Sql has_permission_sql = statement("instances.has_permission", R"(
SELECT 1
FROM key_permissions
WHERE key_id = :key_id AND instance_id = :instance_id)");

struct Permission {
  std::int64_t key_id = 0;
  std::int64_t instance_id = 0;

  static constexpr void columns(auto&& column) {
    column("key_id", &Permission::key_id);
    column("instance_id", &Permission::instance_id);
  }
};

void check(const ApiKey& key) {
  require_key("api_key.key_hash", key.key_hash);
  require_key("api_key.name", key.name, 100);
  require_key("api_key.user_id", key.user_id);
  static_cast<void>(to_text(key.permission_mode));
}

}  // namespace

std::span<const Sql* const> detail::api_key_statements() noexcept {
  static constexpr std::array all{&create_sql,      &create_permission_sql, &get_by_id_sql,
                                  &get_of_user_sql, &get_active_sql,        &delete_sql,
                                  &touch_sql,       &get_permissions_sql,   &has_permission_sql};
  return all;
}

ApiKey create_key(Executor& db, ApiKey key, std::span<const std::int64_t> instance_ids) {
  check(key);
  key.created_at = key.updated_at = detail::unix_now(db);
  key.last_used_at.reset();
  db.atomically([&](Transaction& tx) {
    key.id = tx.insert_returning<std::int64_t>(create_sql, key);
    if (key.permission_mode != PermissionMode::per_instance) return;
    std::vector<Permission> permissions;
    for (const std::int64_t id : instance_ids) permissions.push_back({key.id, id});
    tx.insert_all(create_permission_sql, permissions);
  });
  return key;
}

ApiKey get_key_by_id(Executor& db, std::int64_t id) {
  return db.fetch_one<ApiKey>(get_by_id_sql, id);
}

std::vector<ApiKey> get_user_keys(Executor& db, std::string_view user_id) {
  require_key("api_key.user_id", user_id);
  return db.fetch_all<ApiKey>(get_of_user_sql, user_id);
}

std::vector<ApiKey> get_active_keys(Executor& db) {
  return db.fetch_all<ApiKey>(get_active_sql, detail::unix_now(db));
}

void delete_key(Executor& db, std::int64_t id) { db.execute_one(delete_sql, id); }

bool touch_key(Executor& db, std::int64_t id) {
  return db.execute(touch_sql, detail::unix_now(db), id).rows_affected() > 0;
}

std::vector<std::int64_t> get_permissions(Executor& db, std::int64_t key_id) {
  return db.fetch_all<std::int64_t>(get_permissions_sql, key_id);
}

bool has_permission(Executor& db, std::int64_t key_id, std::int64_t instance_id) {
  return db.fetch_optional<std::int64_t>(has_permission_sql, key_id, instance_id).has_value();
}

}  // namespace lockstep::instances

// SPDX-License-Identifier: BSL-1.0
// API keys and the instances that they may use: rows of `api_keys` and `key_permissions`. Making
// and comparing hashes is the caller's. Shared rules: instances.hpp.
#pragma once

#include "lockstep/instances/instance.hpp"

namespace lockstep::instances {

enum class PermissionMode : std::uint8_t { allow_all, per_instance };

[[nodiscard]] constexpr auto enum_texts(PermissionMode) {
  return std::array<std::string_view, 2>{"allow_all", "per_instance"};
}

struct ApiKey {
  std::int64_t id = 0;   // given by the store
  std::string key_hash;  // a key: salted, so that equal hashes tell nothing; never the API key
  std::string name;      // a key of at most 100 characters, need not be unique
  std::string user_id;
  PermissionMode permission_mode = PermissionMode::per_instance;
  std::optional<UnixTime> expires_at = {};  // null: never
  UnixTime created_at{0};
  UnixTime updated_at{0};
  std::optional<UnixTime> last_used_at = {};  // null until touch_key

  friend bool operator==(const ApiKey&, const ApiKey&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &ApiKey::id);
    column("key_hash", &ApiKey::key_hash);
    column("name", &ApiKey::name);
    column("user_id", &ApiKey::user_id);
    column("permission_mode", &ApiKey::permission_mode);
    column("expires_at", &ApiKey::expires_at);
    column("created_at", &ApiKey::created_at);
    column("updated_at", &ApiKey::updated_at);
    column("last_used_at", &ApiKey::last_used_at);
  }
};

// Inserts `key` with its permissions, all or nothing, and returns it as stored, with its id. The
// permissions of a key that may use everything (allow_all) are not stored. ForeignKey if one of
// `instance_ids` names no instance, Duplicate if one is there twice.
ApiKey create_key(Executor& db, ApiKey key, std::span<const std::int64_t> instance_ids = {});

// NotFound if there is none.
[[nodiscard]] ApiKey get_key_by_id(Executor& db, std::int64_t id);

// The user's keys, newest first, ties by id downwards. Empty for an unknown user.
[[nodiscard]] std::vector<ApiKey> get_user_keys(Executor& db, std::string_view user_id);

// The keys that have not expired, newest first, ties by id downwards. A key has expired when now is
// its expires_at, or after it.
[[nodiscard]] std::vector<ApiKey> get_active_keys(Executor& db);

// Deletes its permissions too. NotFound if there is none.
void delete_key(Executor& db, std::int64_t id);

// Sets last_used_at to now. False if there is no such key: it may have been deleted meanwhile.
bool touch_key(Executor& db, std::int64_t id);

// Ids of the instances that the key may use, ascending. Empty for a key that may use everything,
// and for one that does not exist.
[[nodiscard]] std::vector<std::int64_t> get_permissions(Executor& db, std::int64_t key_id);

// Whether the permission is stored. A key that may use everything has none: ask for its mode first.
[[nodiscard]] bool has_permission(Executor& db, std::int64_t key_id, std::int64_t instance_id);

}  // namespace lockstep::instances

// SPDX-License-Identifier: BSL-1.0
// The state of managed resources as the last run left it: rows of `resource_state`. Shared rules:
// provisioning.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::provisioning {

// A resource has one row: type and name together are its key.
struct ResourceState {
  std::string id;
  std::string resource_type;
  std::string resource_name;
  Json state;
  std::string hash;  // of `state`, computed by the caller; 1 to 128 characters
  std::string last_run_id;
  Timestamp last_applied = {};               // the caller's business
  std::optional<Timestamp> created_at = {};  // null: now
  std::optional<Timestamp> updated_at = {};  // set by the store to now

  friend bool operator==(const ResourceState&, const ResourceState&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &ResourceState::id);
    column("resource_type", &ResourceState::resource_type);
    column("resource_name", &ResourceState::resource_name);
    column("state", &ResourceState::state);
    column("hash", &ResourceState::hash);
    column("last_run_id", &ResourceState::last_run_id);
    column("last_applied", &ResourceState::last_applied);
    column("created_at", &ResourceState::created_at);
    column("updated_at", &ResourceState::updated_at);
  }
};

// Inserts `state`, or, if its resource has a row, overwrites state, hash, last_run_id and
// last_applied there; that row keeps its id and its created_at, whatever `state` has. Returns the
// row, read after the write. ForeignKey if last_run_id names no run; Duplicate if the resource has
// no row and the id is that of another resource, which stays as it is.
ResourceState upsert_resource_state(Executor& db, ResourceState state);

// NotFound if there is none.
[[nodiscard]] ResourceState get_resource_state(Executor& db, std::string_view resource_type,
                                               std::string_view resource_name);

// All of them, latest last_applied first, ties by id downwards.
[[nodiscard]] std::vector<ResourceState> list_resource_states(
    Executor& db, std::optional<std::int64_t> limit = {}, std::int64_t offset = 0);

// By the id of the row, as stored. NotFound if there is none.
void delete_resource_state(Executor& db, std::string_view id);

}  // namespace lockstep::provisioning

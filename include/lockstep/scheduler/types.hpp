// SPDX-License-Identifier: BSL-1.0
// The types of actions and of constraints by number: rows of `action_types` and `constraint_types`,
// which the migration brings. Programs may add rows; none is ever deleted or given another number.
// Shared rules: scheduler.hpp.
#pragma once

#include "lockstep/scheduler/action.hpp"

namespace lockstep::scheduler {

// The numbers are the ids in the table.
enum class ActionTypeId : std::int32_t {
  retry = 1,
  kick_off_job,
  webhook,
  kill_all_instances,
  kill_latest_instance,
  skip_next_instance,
};

enum class ConstraintTypeId : std::int32_t {
  max_concurrent_runs = 1,
  catch_up,
  pre_run_hook,
  post_run_hook,
  catch_up_window,
  max_expected_run_time,
  max_allowed_run_time,
  require_previous_success,
};

[[nodiscard]] constexpr std::int32_t id_of(ActionTypeId type) noexcept {
  return static_cast<std::int32_t>(type);
}
[[nodiscard]] constexpr std::int32_t id_of(ConstraintTypeId type) noexcept {
  return static_cast<std::int32_t>(type);
}
// The id of what an action's row calls by name.
[[nodiscard]] constexpr std::int32_t id_of(ActionType type) noexcept {
  return static_cast<std::int32_t>(type) + 1;
}

// A row of either table.
struct NamedType {
  std::int32_t id = 0;
  std::string name;  // "kickOffJob", "catchUpWindow"

  friend bool operator==(const NamedType&, const NamedType&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &NamedType::id);
    column("name", &NamedType::name);
  }
};

// By id.
[[nodiscard]] std::vector<NamedType> list_action_types(Executor& db);
[[nodiscard]] std::vector<NamedType> list_constraint_types(Executor& db);

// Inserts the types that the migration brings where their id and name are missing, and changes no
// row. For tables that something has emptied.
void restore_types(Executor& db);

}  // namespace lockstep::scheduler

// SPDX-License-Identifier: BSL-1.0
// What can be done on an event of a job: rows of `actions`. Shared rules: scheduler.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::scheduler {

enum class ActionType : std::uint8_t {
  retry,
  kick_off_job,
  webhook,
  kill_all_instances,
  kill_latest_instance,
  skip_next_instance,
};

[[nodiscard]] constexpr auto enum_texts(ActionType) {
  return std::array<std::string_view, 6>{
      "retry",           "kickOffJob", "webhook", "killAllInstances", "killLatestInstance",
      "skipNextInstance"};
}

struct Action {
  std::string id;
  std::string name;
  ActionType action_type = ActionType::retry;
  std::optional<Json> config = {};  // what the type needs: a webhook's url, a job's id
  Timestamp created_at = {};

  friend bool operator==(const Action&, const Action&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &Action::id);
    column("name", &Action::name);
    column("action_type", &Action::action_type);
    column("config", &Action::config);
    column("created_at", &Action::created_at);
  }
};

// Inserts `action` and returns it as stored. Duplicate if the id exists.
Action create_action(Executor& db, Action action);

// NotFound if there is none.
[[nodiscard]] Action get_action(Executor& db, std::string_view id);

// All actions by name, ties by id; the whole table in memory.
[[nodiscard]] std::vector<Action> get_all_actions(Executor& db);

// Takes it off every job that has it. NotFound if there is none.
void delete_action(Executor& db, std::string_view id);

}  // namespace lockstep::scheduler

// SPDX-License-Identifier: BSL-1.0
// Actions that were taken for runs: rows of `action_runs`. Shared rules: scheduler.hpp.
#pragma once

#include "lockstep/scheduler/job.hpp"
#include "lockstep/scheduler/types.hpp"

namespace lockstep::scheduler {

struct ActionRun {
  std::string id;
  std::string run_id;
  std::int32_t action_type_id = 0;  // id_of(ActionTypeId::webhook), or that of a row of one's own
  Trigger trigger = Trigger::on_failure;
  // The violation that was the reason; null: none, or it has been deleted.
  std::optional<std::string> constraint_violation_id = {};
  Timestamp executed_at = {};
  bool success = false;
  std::optional<std::string> error = {};  // why it failed, any length
  std::optional<Json> details = {};

  friend bool operator==(const ActionRun&, const ActionRun&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &ActionRun::id);
    column("run_id", &ActionRun::run_id);
    column("action_type_id", &ActionRun::action_type_id);
    column("trigger", &ActionRun::trigger);
    column("constraint_violation_id", &ActionRun::constraint_violation_id);
    column("executed_at", &ActionRun::executed_at);
    column("success", &ActionRun::success);
    column("error", &ActionRun::error);
    column("details", &ActionRun::details);
  }
};

// Inserts `run`, every member as given, and returns it as stored. Duplicate if the id exists,
// ForeignKey if run_id, action_type_id or constraint_violation_id names nothing. It goes with its
// run, and with its job.
ActionRun create_action_run(Executor& db, ActionRun run);

// The run's actions, latest first, ties by id downwards. Empty for a run that does not exist.
[[nodiscard]] std::vector<ActionRun> get_action_runs(Executor& db, std::string_view run_id);

// What was done about the violation, latest first, ties by id downwards. Empty for a violation that
// does not exist.
[[nodiscard]] std::vector<ActionRun> get_action_runs_by_violation(
    Executor& db, std::string_view constraint_violation_id);

}  // namespace lockstep::scheduler

// SPDX-License-Identifier: BSL-1.0
// Settings that limit the runs of jobs: rows of `constraints`. Shared rules: scheduler.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::scheduler {

// A setting that is null does not apply.
struct Constraint {
  std::string id;
  std::optional<std::int32_t> max_concurrent_runs = {};
  std::optional<bool> catch_up = {};  // start runs that were missed
  // Durations, at most 32 characters each.
  std::optional<std::string> catch_up_window = {};
  std::optional<std::string> max_expected_run_time = {};
  std::optional<std::string> max_allowed_run_time = {};
  std::optional<Json> pre_run_hook = {};
  std::optional<Json> post_run_hook = {};
  std::optional<Json> require_previous_success = {};
  Timestamp created_at = {};
  Timestamp updated_at = {};

  friend bool operator==(const Constraint&, const Constraint&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &Constraint::id);
    column("max_concurrent_runs", &Constraint::max_concurrent_runs);
    column("catch_up", &Constraint::catch_up);
    column("catch_up_window", &Constraint::catch_up_window);
    column("max_expected_run_time", &Constraint::max_expected_run_time);
    column("max_allowed_run_time", &Constraint::max_allowed_run_time);
    column("pre_run_hook", &Constraint::pre_run_hook);
    column("post_run_hook", &Constraint::post_run_hook);
    column("require_previous_success", &Constraint::require_previous_success);
    column("created_at", &Constraint::created_at);
    column("updated_at", &Constraint::updated_at);
  }
};

// Inserts `constraint` and returns it as stored. Duplicate if the id exists.
Constraint create_constraint(Executor& db, Constraint constraint);

// NotFound if there is none.
[[nodiscard]] Constraint get_constraint(Executor& db, std::string_view id);

// Overwrites every setting of constraint.id, null ones too, and returns the row as stored: with the
// created_at it was given when it was created. NotFound if there is none.
Constraint update_constraint(Executor& db, Constraint constraint);

// Jobs lose their reference to it and get a new updated_at; job actions and violations that refer
// to it are deleted, the history of violations with them. NotFound if there is none.
void delete_constraint(Executor& db, std::string_view id);

}  // namespace lockstep::scheduler

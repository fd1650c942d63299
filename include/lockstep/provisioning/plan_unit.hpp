// SPDX-License-Identifier: BSL-1.0
// What a run does to one resource each: rows of `plan_units`. Shared rules: provisioning.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::provisioning {

enum class UnitAction : std::uint8_t { create, update, remove, read };

[[nodiscard]] constexpr auto enum_texts(UnitAction) {
  return std::array<std::string_view, 4>{"create", "update", "delete", "read"};
}

enum class UnitStatus : std::uint8_t { pending, running, completed, failed, skipped };

[[nodiscard]] constexpr auto enum_texts(UnitStatus) {
  return std::array<std::string_view, 5>{"pending", "running", "completed", "failed", "skipped"};
}

struct PlanUnit {
  std::string id;
  std::string run_id;
  std::string resource_type;
  std::string resource_name;
  UnitAction action = UnitAction::create;
  UnitStatus status = UnitStatus::pending;
  Json dependencies = {"[]"};  // ids of plan units, which need not exist; an empty text is []
  Json desired_state;
  std::optional<Json> actual_state = {};
  std::optional<Json> diff = {};
  std::optional<Timestamp> started_at = {};    // null: has not run yet
  std::optional<Timestamp> completed_at = {};  // null: has not ended yet
  std::optional<std::string> error = {};       // why it failed, any length
  std::int32_t retries = 0;
  std::optional<Timestamp> created_at = {};  // null: now
  std::optional<Timestamp> updated_at = {};  // null: now

  friend bool operator==(const PlanUnit&, const PlanUnit&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &PlanUnit::id);
    column("run_id", &PlanUnit::run_id);
    column("resource_type", &PlanUnit::resource_type);
    column("resource_name", &PlanUnit::resource_name);
    column("action", &PlanUnit::action);
    column("status", &PlanUnit::status);
    column("dependencies", &PlanUnit::dependencies);
    column("desired_state", &PlanUnit::desired_state);
    column("actual_state", &PlanUnit::actual_state);
    column("diff", &PlanUnit::diff);
    column("started_at", &PlanUnit::started_at);
    column("completed_at", &PlanUnit::completed_at);
    column("error", &PlanUnit::error);
    column("retries", &PlanUnit::retries);
    column("created_at", &PlanUnit::created_at);
    column("updated_at", &PlanUnit::updated_at);
  }
};

// Inserts `unit`, every member as given, and returns it as stored. Duplicate if the id exists,
// ForeignKey if run_id names no run.
PlanUnit create_plan_unit(Executor& db, PlanUnit unit);

// NotFound if there is none.
[[nodiscard]] PlanUnit get_plan_unit(Executor& db, std::string_view id);

// What goes with a new status.
struct UnitOutcome {
  std::optional<Json> actual_state = {};  // null clears what was there
  std::optional<std::string> error = {};  // null clears what was there
  bool keep_actual_state = false;         // leaves actual_state as it is; the one above is ignored
};

// Sets the status and what goes with it. started_at becomes now for running, if it is null;
// completed_at becomes now for completed, failed and skipped, and stays for the others. Any status
// may follow any other. Returns the row, read after the write. NotFound if there is none.
PlanUnit update_plan_unit_status(Executor& db, std::string_view id, UnitStatus status,
                                 UnitOutcome outcome = {});

// Adds one to its retries. Returns the row, read after the write. NotFound if there is none.
PlanUnit increment_plan_unit_retries(Executor& db, std::string_view id);

// The run's plan units, earliest created_at first, ties by id. Empty for a run that does not exist.
[[nodiscard]] std::vector<PlanUnit> list_plan_units_by_run(Executor& db, std::string_view run_id);

// Deletes its events too. NotFound if there is none.
void delete_plan_unit(Executor& db, std::string_view id);

}  // namespace lockstep::provisioning

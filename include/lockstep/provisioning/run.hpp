// SPDX-License-Identifier: BSL-1.0
// Executions of plans: rows of `runs`. Shared rules: provisioning.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::provisioning {

enum class RunStatus : std::uint8_t { pending, running, completed, failed, cancelled };

[[nodiscard]] constexpr auto enum_texts(RunStatus) {
  return std::array<std::string_view, 5>{"pending", "running", "completed", "failed", "cancelled"};
}

struct Run {
  std::string id;
  std::string plan_path;
  RunStatus status = RunStatus::pending;
  Timestamp started_at = {};                   // the caller's business
  std::optional<Timestamp> completed_at = {};  // null: has not ended
  std::optional<std::string> error = {};       // why it failed, any length
  Json metadata = {"{}"};                      // an empty text is {}
  std::optional<Timestamp> created_at = {};    // null: now
  std::optional<Timestamp> updated_at = {};    // null: now

  friend bool operator==(const Run&, const Run&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &Run::id);
    column("plan_path", &Run::plan_path);
    column("status", &Run::status);
    column("started_at", &Run::started_at);
    column("completed_at", &Run::completed_at);
    column("error", &Run::error);
    column("metadata", &Run::metadata);
    column("created_at", &Run::created_at);
    column("updated_at", &Run::updated_at);
  }
};

// Inserts `run`, every member as given, and returns it as stored. Duplicate if the id exists.
Run create_run(Executor& db, Run run);

// NotFound if there is none.
[[nodiscard]] Run get_run(Executor& db, std::string_view id);

// Sets the status and `error`, where null clears what was there; completed_at becomes now for
// completed, failed and cancelled, and null for the others. Any status may follow any other.
// Returns the row, read after the write. NotFound if there is none.
Run update_run_status(Executor& db, std::string_view id, RunStatus status,
                      std::optional<std::string_view> error = {});

// All runs, latest started_at first, ties by id downwards.
[[nodiscard]] std::vector<Run> list_runs(Executor& db, std::optional<std::int64_t> limit = {},
                                         std::int64_t offset = 0);

// Deletes its plan units and the events of both too. NotFound if there is none. ForeignKey, with
// nothing deleted, if it is the last_run_id of a resource state.
void delete_run(Executor& db, std::string_view id);

}  // namespace lockstep::provisioning

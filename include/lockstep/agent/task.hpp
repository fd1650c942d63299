// SPDX-License-Identifier: BSL-1.0
// Commands that the agent runs: rows of `tasks`. Shared rules: agent.hpp.
#pragma once

#include "lockstep/agent/unix_ms.hpp"

namespace lockstep::agent {

enum class TaskStatus : std::uint8_t {
  pending,
  running,
  awaiting_approval,
  completed,
  failed,
  cancelled,
};

[[nodiscard]] constexpr auto enum_texts(TaskStatus) {
  return std::array<std::string_view, 6>{"pending",   "running", "awaiting_approval",
                                         "completed", "failed",  "cancelled"};
}

struct Task {
  std::string id;
  TaskStatus status = TaskStatus::pending;
  std::string command;                               // a key
  Json params{"{}"};                                 // an empty text becomes {}
  std::string caller_id = {};                        // a key, or empty
  std::optional<std::string> response_channel = {};  // where the answer goes; keys
  std::optional<std::string> response_thread = {};
  std::optional<Json> result = {};
  std::optional<std::string> error = {};      // any length
  UnixMs created_at{0};                       // 0: now
  UnixMs updated_at{0};                       // 0: now
  std::optional<UnixMs> completed_at = {};    // null: has not ended yet
  std::optional<std::string> replay_of = {};  // the task that this one repeats

  friend bool operator==(const Task&, const Task&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &Task::id);
    column("status", &Task::status);
    column("command", &Task::command);
    column("params", &Task::params);
    column("caller_id", &Task::caller_id);
    column("response_channel", &Task::response_channel);
    column("response_thread", &Task::response_thread);
    column("result", &Task::result);
    column("error", &Task::error);
    column("created_at", &Task::created_at);
    column("updated_at", &Task::updated_at);
    column("completed_at", &Task::completed_at);
    column("replay_of", &Task::replay_of);
  }
};

// Inserts `task`, or overwrites every member of the one with its id; returns it as stored. A lease
// of the task stays (claim.hpp).
Task save_task(Executor& db, Task task);

[[nodiscard]] std::optional<Task> find_task(Executor& db, std::string_view id);

// NotFound if there is none.
[[nodiscard]] Task get_task(Executor& db, std::string_view id);

// Sets the status, and updated_at to now; any status may follow any other. A task that becomes
// completed, failed or cancelled gets completed_at if it is null; one that goes on loses it, so
// that retention leaves it alone. Returns the row, read after the write. NotFound if there is none.
Task update_task_status(Executor& db, std::string_view id, TaskStatus status);

// Ends a task: completed, even with an error, with completed_at and updated_at set to now, and
// `result` and `error`, where null clears what was there. Again overwrites. Returns the row, read
// after the write. NotFound if there is none.
Task complete_task(Executor& db, std::string_view id, std::optional<Json> result = {},
                   std::optional<std::string_view> error = {});

// The same for a task that failed; its result stays as it was.
Task fail_task(Executor& db, std::string_view id, std::optional<std::string_view> error);

struct TaskFilter {
  std::optional<TaskStatus> status = {};  // null: of every status
  std::optional<std::int64_t> limit = {};
};

// Newest first by created_at, ties by id downwards.
[[nodiscard]] std::vector<Task> list_tasks(Executor& db, const TaskFilter& filter = {});

inline constexpr std::string_view stuck_error = "stuck_on_startup";

// For the start of the program: every running task becomes failed with the error stuck_error, and
// completed_at and updated_at set to now. Returns how many. Tasks that a worker has claimed are not
// touched: another process may be running them, and reap_expired_tasks takes back the lost ones.
std::int64_t fail_stuck_tasks(Executor& db);

// For the start of the program: the pending tasks, oldest first by created_at, ties by id, to be
// put into a queue again. Changes nothing.
[[nodiscard]] std::vector<Task> requeue_pending_tasks(Executor& db);

// Makes a new pending task with the command, params, caller and response target of an old one, of
// whatever status, and replay_of naming it. `new_id` null: a random UUID. NotFound if there is no
// old task, Duplicate if new_id exists.
Task replay_task(Executor& db, std::string_view id, std::optional<std::string> new_id = {});

}  // namespace lockstep::agent

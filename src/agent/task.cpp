// SPDX-License-Identifier: BSL-1.0
#include "lockstep/agent/task.hpp"

#include <random>

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::agent {
namespace {

using detail::statement;

constexpr Sql save_sql = statement("agent.save_task", R"(
INSERT INTO tasks (id, status, command, params, caller_id, response_channel, response_thread,
                   result, error, created_at, updated_at, completed_at, replay_of)
VALUES (:id, :status, :command, :params, :caller_id, :response_channel, :response_thread,
        :result, :error, :created_at, :updated_at, :completed_at, :replay_of)
ON CONFLICT (id) DO UPDATE
SET status = excluded.status, command = excluded.command, params = excluded.params,
    caller_id = excluded.caller_id, response_channel = excluded.response_channel,
    response_thread = excluded.response_thread, result = excluded.result, error = excluded.error,
    created_at = excluded.created_at, updated_at = excluded.updated_at,
    completed_at = excluded.completed_at, replay_of = excluded.replay_of)",
                                   {.mysql = R"(
INSERT INTO tasks (id, status, command, params, caller_id, response_channel, response_thread,
                   result, error, created_at, updated_at, completed_at, replay_of)
VALUES (:id, :status, :command, :params, :caller_id, :response_channel, :response_thread,
        :result, :error, :created_at, :updated_at, :completed_at, :replay_of)
ON DUPLICATE KEY UPDATE
    status = VALUES(status), command = VALUES(command), params = VALUES(params),
    caller_id = VALUES(caller_id), response_channel = VALUES(response_channel),
    response_thread = VALUES(response_thread), result = VALUES(result), error = VALUES(error),
    created_at = VALUES(created_at), updated_at = VALUES(updated_at),
    completed_at = VALUES(completed_at), replay_of = VALUES(replay_of))"});

constexpr Sql create_sql = statement("agent.replay_task", R"(
INSERT INTO tasks (id, status, command, params, caller_id, response_channel, response_thread,
                   result, error, created_at, updated_at, completed_at, replay_of)
VALUES (:id, :status, :command, :params, :caller_id, :response_channel, :response_thread,
        :result, :error, :created_at, :updated_at, :completed_at, :replay_of))");

constexpr Sql get_sql = statement("agent.get_task", R"(
SELECT id, status, command, params, caller_id, response_channel, response_thread,
       result, error, created_at, updated_at, completed_at, replay_of
FROM tasks
WHERE id = :id)");

constexpr Sql update_status_sql = statement("agent.update_task_status", R"(
UPDATE tasks
SET status = :status, updated_at = :now, completed_at = NULL
WHERE id = :id)");

constexpr Sql end_sql = statement("agent.update_task_status.end", R"(
UPDATE tasks
SET status = :status, updated_at = :now, completed_at = COALESCE(completed_at, :now)
WHERE id = :id)");

constexpr Sql complete_sql = statement("agent.complete_task", R"(
UPDATE tasks
SET status = 'completed', result = :result, error = :error, completed_at = :now, updated_at = :now
WHERE id = :id)");

constexpr Sql fail_sql = statement("agent.fail_task", R"(
UPDATE tasks
SET status = 'failed', error = :error, completed_at = :now, updated_at = :now
WHERE id = :id)");

constexpr Sql list_sql = statement("agent.list_tasks", R"(
SELECT id, status, command, params, caller_id, response_channel, response_thread,
       result, error, created_at, updated_at, completed_at, replay_of
FROM tasks
ORDER BY created_at DESC, id DESC
LIMIT :limit)",
                                   {}, "without a limit it returns all tasks");

constexpr Sql list_of_status_sql = statement("agent.list_tasks.of_status", R"(
SELECT id, status, command, params, caller_id, response_channel, response_thread,
       result, error, created_at, updated_at, completed_at, replay_of
FROM tasks
WHERE status = :status
ORDER BY created_at DESC, id DESC
LIMIT :limit)");

constexpr Sql fail_stuck_sql = statement("agent.fail_stuck_tasks", R"(
UPDATE tasks
SET status = 'failed', error = :error, completed_at = :now, updated_at = :now
WHERE status = 'running' AND claimed_by IS NULL)");

constexpr Sql pending_sql = statement("agent.requeue_pending_tasks", R"(
SELECT id, status, command, params, caller_id, response_channel, response_thread,
       result, error, created_at, updated_at, completed_at, replay_of
FROM tasks
WHERE status = 'pending'
ORDER BY created_at, id)");

void check(Task& task, UnixMs now) {
  require_key("task.id", task.id);
  require_key("task.command", task.command);
  if (!task.caller_id.empty()) require_key("task.caller_id", task.caller_id);
  if (task.params.text.empty()) task.params.text = "{}";
  require_json("task.params", task.params.text);
  detail::check_key("task.response_channel", task.response_channel);
  detail::check_key("task.response_thread", task.response_thread);
  detail::check_json("task.result", task.result);
  detail::check_text(task.error);
  detail::check_time("task.created_at", task.created_at, now);
  detail::check_time("task.updated_at", task.updated_at, now);
  detail::check_time("task.completed_at", task.completed_at);
  detail::check_key("task.replay_of", task.replay_of);
}

bool ends(TaskStatus status) {
  return status == TaskStatus::completed || status == TaskStatus::failed ||
         status == TaskStatus::cancelled;
}

// A UUID of version 4: https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4
std::string random_uuid() {
  constexpr std::string_view form = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device random;
  std::string uuid(form);
  for (char& c : uuid) {
    const unsigned nibble = random() & 15U;
    if (c == 'x') c = digits[nibble];
    if (c == 'y') c = digits[8U | (nibble & 3U)];
  }
  return uuid;
}

}  // namespace

std::span<const Sql* const> detail::task_statements() noexcept {
  static constexpr std::array all{&save_sql,           &create_sql,   &get_sql,       &end_sql,
                                  &update_status_sql,  &complete_sql, &fail_sql,      &list_sql,
                                  &list_of_status_sql, &pending_sql,  &fail_stuck_sql};
  return all;
}

Task save_task(Executor& db, Task task) {
  check(task, now_ms(db));
  db.execute(save_sql, task);
  return task;
}

std::optional<Task> find_task(Executor& db, std::string_view id) {
  require_key("task.id", id);
  return db.fetch_optional<Task>(get_sql, id);
}

Task get_task(Executor& db, std::string_view id) {
  require_key("task.id", id);
  return db.fetch_one<Task>(get_sql, id);
}

Task update_task_status(Executor& db, std::string_view id, TaskStatus status) {
  require_key("task.id", id);
  db.execute_one(ends(status) ? end_sql : update_status_sql, status, now_ms(db), id);
  return db.fetch_one<Task>(get_sql, id);
}

Task complete_task(Executor& db, std::string_view id, std::optional<Json> result,
                   std::optional<std::string_view> error) {
  require_key("task.id", id);
  detail::check_json("task.result", result);
  db.execute_one(complete_sql, result, detail::text_or_null(error), now_ms(db), id);
  return db.fetch_one<Task>(get_sql, id);
}

Task fail_task(Executor& db, std::string_view id, std::optional<std::string_view> error) {
  require_key("task.id", id);
  db.execute_one(fail_sql, detail::text_or_null(error), now_ms(db), id);
  return db.fetch_one<Task>(get_sql, id);
}

std::vector<Task> list_tasks(Executor& db, const TaskFilter& filter) {
  const std::int64_t limit = detail::row_limit(filter.limit);
  if (!filter.status) return db.fetch_all<Task>(list_sql, limit);
  return db.fetch_all<Task>(list_of_status_sql, *filter.status, limit);
}

std::int64_t fail_stuck_tasks(Executor& db) {
  const auto failed = db.execute(fail_stuck_sql, stuck_error, now_ms(db));
  return static_cast<std::int64_t>(failed.rows_affected());
}

std::vector<Task> requeue_pending_tasks(Executor& db) { return db.fetch_all<Task>(pending_sql); }

Task replay_task(Executor& db, std::string_view id, std::optional<std::string> new_id) {
  if (!new_id) new_id = random_uuid();
  require_key("task.id", *new_id);
  Task task = get_task(db, id);
  task.replay_of = std::exchange(task.id, *std::move(new_id));
  task.status = TaskStatus::pending;
  task.result.reset();
  task.error.reset();
  task.completed_at.reset();
  task.created_at = task.updated_at = now_ms(db);
  db.execute(create_sql, task);
  return task;
}

}  // namespace lockstep::agent

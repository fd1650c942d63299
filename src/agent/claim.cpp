// SPDX-License-Identifier: BSL-1.0
#include "lockstep/agent/claim.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::agent {
namespace {

using detail::statement;

// Its index gives rows in the order of ORDER BY. Without the hint InnoDB may sort instead, and then
// it locks every row that is pending.
constexpr std::string_view pending = R"(
SELECT id
FROM tasks
WHERE status = 'pending'
ORDER BY created_at, id
LIMIT :limit)";

constexpr Sql pending_sql = statement("agent.claim_tasks.candidates", pending,
                                      {.postgres = R"(
SELECT id
FROM tasks
WHERE status = 'pending'
ORDER BY created_at, id
LIMIT :limit
FOR UPDATE SKIP LOCKED)",
                                       .mysql = R"(
SELECT id
FROM tasks FORCE INDEX (idx_tasks_status_created_at)
WHERE status = 'pending'
ORDER BY created_at, id
LIMIT :limit
FOR UPDATE SKIP LOCKED)"});

constexpr Sql pending_unlocked_sql = statement("agent.claim_tasks.candidates_unlocked", pending);

// The server's now in milliseconds: SQLite's has no more digits, PostgreSQL's numeric is exact, and
// MySQL's UNIX_TIMESTAMP would end in 2038.
constexpr Sql mark_sql = statement("agent.claim_tasks", R"(
UPDATE tasks
SET status = 'running', claimed_by = :worker, fence = fence + 1, updated_at = :now,
    lease_until = CAST(strftime('%s', 'now') AS INTEGER) * 1000
                  + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) + :lease
WHERE id = :key AND status = 'pending')",
                                   {.postgres = R"(
UPDATE tasks
SET status = 'running', claimed_by = :worker, fence = fence + 1, updated_at = :now,
    lease_until = FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) + CAST(:lease AS BIGINT)
WHERE id = :key AND status = 'pending')",
                                    .mysql = R"(
UPDATE tasks
SET status = 'running', claimed_by = :worker, fence = fence + 1, updated_at = :now,
    lease_until = TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) DIV 1000 + :lease
WHERE id = :key AND status = 'pending')"});

constexpr Sql read_sql = statement("agent.claim_tasks.read", R"(
SELECT id, command, params, caller_id, response_channel, response_thread, created_at, replay_of,
       claimed_by, lease_until, fence
FROM tasks
WHERE id = :key)");

constexpr ClaimSql claim_sql{.candidates = pending_sql,
                             .candidates_unlocked = pending_unlocked_sql,
                             .mark = mark_sql,
                             .read = read_sql};

constexpr Sql renew_sql = statement("agent.renew_task_lease", R"(
UPDATE tasks
SET lease_until = CAST(strftime('%s', 'now') AS INTEGER) * 1000
                  + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER) + :lease
WHERE id = :id AND status = 'running' AND claimed_by = :worker AND fence = :fence)",
                                    {.postgres = R"(
UPDATE tasks
SET lease_until = FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000) + CAST(:lease AS BIGINT)
WHERE id = :id AND status = 'running' AND claimed_by = :worker AND fence = :fence)",
                                     .mysql = R"(
UPDATE tasks
SET lease_until = TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) DIV 1000 + :lease
WHERE id = :id AND status = 'running' AND claimed_by = :worker AND fence = :fence)"});

constexpr Sql release_sql = statement("agent.release_task", R"(
UPDATE tasks
SET status = 'pending', claimed_by = NULL, lease_until = NULL, updated_at = :now
WHERE id = :id AND status = 'running' AND claimed_by = :worker AND fence = :fence)");

constexpr Sql complete_sql = statement("agent.complete_claimed_task", R"(
UPDATE tasks
SET status = 'completed', result = :result, error = NULL, completed_at = :now, updated_at = :now,
    claimed_by = NULL, lease_until = NULL
WHERE id = :id AND status = 'running' AND claimed_by = :worker AND fence = :fence)");

constexpr Sql fail_sql = statement("agent.fail_claimed_task", R"(
UPDATE tasks
SET status = 'failed', result = NULL, error = :error, completed_at = :now, updated_at = :now,
    claimed_by = NULL, lease_until = NULL
WHERE id = :id AND status = 'running' AND claimed_by = :worker AND fence = :fence)");

constexpr Sql exists_sql = statement("agent.claimed_task_exists", R"(
SELECT 1
FROM tasks
WHERE id = :id)");

// Rows are taken back one by one, by their key: an UPDATE of a range would lock gaps on InnoDB.
constexpr Sql expired_sql = statement("agent.reap_expired_tasks.candidates", R"(
SELECT id
FROM tasks
WHERE status = 'running'
  AND lease_until <= CAST(strftime('%s', 'now') AS INTEGER) * 1000
                     + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER)
ORDER BY lease_until, id)",
                                      {.postgres = R"(
SELECT id
FROM tasks
WHERE status = 'running'
  AND lease_until <= FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)
ORDER BY lease_until, id)",
                                       .mysql = R"(
SELECT id
FROM tasks
WHERE status = 'running'
  AND lease_until <= TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) DIV 1000
ORDER BY lease_until, id)"});

constexpr Sql reap_sql = statement("agent.reap_expired_tasks", R"(
UPDATE tasks
SET status = 'pending', claimed_by = NULL, lease_until = NULL, updated_at = :now
WHERE id = :id AND status = 'running'
  AND lease_until <= CAST(strftime('%s', 'now') AS INTEGER) * 1000
                     + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER))",
                                   {.postgres = R"(
UPDATE tasks
SET status = 'pending', claimed_by = NULL, lease_until = NULL, updated_at = :now
WHERE id = :id AND status = 'running'
  AND lease_until <= FLOOR(EXTRACT(EPOCH FROM clock_timestamp()) * 1000))",
                                    .mysql = R"(
UPDATE tasks
SET status = 'pending', claimed_by = NULL, lease_until = NULL, updated_at = :now
WHERE id = :id AND status = 'running'
  AND lease_until <= TIMESTAMPDIFF(MICROSECOND, '1970-01-01', UTC_TIMESTAMP(6)) DIV 1000)"});

constexpr Sql get_sql = statement("agent.claimed_task_ended", R"(
SELECT id, status, command, params, caller_id, response_channel, response_thread,
       result, error, created_at, updated_at, completed_at, replay_of
FROM tasks
WHERE id = :id)");

// The arguments of a claim: each statement takes those it has placeholders for.
struct Claim {
  std::string_view worker;
  std::int64_t limit;
  std::chrono::milliseconds lease;
  UnixMs now;

  static constexpr void columns(auto&& column) {
    column("worker", &Claim::worker);
    column("limit", &Claim::limit);
    column("lease", &Claim::lease);
    column("now", &Claim::now);
  }
};

void check_lease(std::chrono::milliseconds lease) {
  if (lease <= std::chrono::milliseconds(0)) {
    raise(ErrorKind::invalid_argument, "claim.lease: not above zero");
  }
  if (lease > std::chrono::days(365)) {
    raise(ErrorKind::invalid_argument, "claim.lease: above 365 days");
  }
}

void check_holder(std::string_view id, std::string_view worker) {
  require_key("task.id", id);
  require_key("claim.worker", worker);
}

// After a statement of the holder: one that matched no row has found no task, or no lease.
void require_held(const ExecuteResult& result, Executor& db, std::string_view id, const Sql& sql) {
  if (result.rows_affected() != 0) return;
  static_cast<void>(db.fetch_one<std::int64_t>(exists_sql, id));
  ErrorInfo info;
  info.kind = ErrorKind::invalid_state;
  info.what = "the lease is lost: the task is not running under this worker and fence";
  info.statement = sql.name();
  raise(std::move(info));
}

}  // namespace

std::span<const Sql* const> detail::claim_statements() noexcept {
  static constexpr std::array all{&pending_sql, &pending_unlocked_sql, &mark_sql, &read_sql,
                                  &renew_sql,   &release_sql,          &fail_sql, &complete_sql,
                                  &exists_sql,  &expired_sql,          &reap_sql, &get_sql};
  return all;
}

std::vector<ClaimedTask> claim_tasks(Database& db, const ClaimRequest& request) {
  require_key("claim.worker", request.worker);
  if (request.limit <= 0) raise(ErrorKind::invalid_argument, "claim.limit: not above zero");
  check_lease(request.lease);
  const Claim claim{request.worker, request.limit, request.lease, now_ms(db)};
  return claim_rows<ClaimedTask>(db, claim_sql, {}, claim);
}

void renew_task_lease(Executor& db, std::string_view id, std::string_view worker,
                      std::int64_t fence, std::chrono::milliseconds lease) {
  check_holder(id, worker);
  check_lease(lease);
  const auto renewed = db.execute(renew_sql, named("lease", lease), named("id", id),
                                  named("worker", worker), named("fence", fence));
  require_held(renewed, db, id, renew_sql);
}

void release_task(Executor& db, std::string_view id, std::string_view worker, std::int64_t fence) {
  check_holder(id, worker);
  const auto released = db.execute(release_sql, now_ms(db), id, worker, fence);
  require_held(released, db, id, release_sql);
}

Task complete_claimed_task(Executor& db, std::string_view id, std::string_view worker,
                           std::int64_t fence, std::optional<Json> result) {
  check_holder(id, worker);
  detail::check_json("task.result", result);
  const auto completed = db.execute(complete_sql, result, now_ms(db), id, worker, fence);
  require_held(completed, db, id, complete_sql);
  return db.fetch_one<Task>(get_sql, id);
}

Task fail_claimed_task(Executor& db, std::string_view id, std::string_view worker,
                       std::int64_t fence, std::optional<std::string_view> error) {
  check_holder(id, worker);
  const auto failed =
      db.execute(fail_sql, detail::text_or_null(error), now_ms(db), id, worker, fence);
  require_held(failed, db, id, fail_sql);
  return db.fetch_one<Task>(get_sql, id);
}

std::vector<std::string> reap_expired_tasks(Executor& db) {
  auto ids = db.fetch_all<std::string>(expired_sql);
  const UnixMs now = now_ms(db);
  std::erase_if(ids, [&](const std::string& id) {
    return db.execute(reap_sql, now, id).rows_affected() == 0;
  });
  return ids;
}

}  // namespace lockstep::agent

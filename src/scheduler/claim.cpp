// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scheduler/claim.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::scheduler {
namespace {

using detail::statement;

// The statements of a claim find a run by its primary key, those of its holder by run_id. InnoDB
// locks run_id's entry before the row then; a claim that took both, the other way round, would meet
// them in deadlocks.
//
// Its index gives rows in the order of ORDER BY. Without the hint it may sort instead, and then it
// locks every row that is due.
constexpr std::string_view due = R"(
SELECT job_id, scheduled_at
FROM job_runs
WHERE status = 'pending' AND scheduled_at <= :now
ORDER BY scheduled_at, job_id
LIMIT :limit)";

constexpr Sql due_sql = statement("scheduler.claim_due_runs.candidates", due,
                                  {.postgres = R"(
SELECT job_id, scheduled_at
FROM job_runs
WHERE status = 'pending' AND scheduled_at <= :now
ORDER BY scheduled_at, job_id
LIMIT :limit
FOR UPDATE SKIP LOCKED)",
                                   .mysql = R"(
SELECT job_id, scheduled_at
FROM job_runs FORCE INDEX (idx_job_runs_status_scheduled_at)
WHERE status = 'pending' AND scheduled_at <= :now
ORDER BY scheduled_at, job_id
LIMIT :limit
FOR UPDATE SKIP LOCKED)"});

constexpr Sql due_unlocked_sql = statement("scheduler.claim_due_runs.candidates_unlocked", due);

constexpr std::string_view due_of_job = R"(
SELECT job_id, scheduled_at
FROM job_runs
WHERE job_id = :of_job AND status = 'pending' AND scheduled_at <= :now
ORDER BY scheduled_at
LIMIT :limit)";

constexpr Sql due_of_job_sql = statement("scheduler.claim_due_runs.candidates_of_job", due_of_job,
                                         {.postgres = R"(
SELECT job_id, scheduled_at
FROM job_runs
WHERE job_id = :of_job AND status = 'pending' AND scheduled_at <= :now
ORDER BY scheduled_at
LIMIT :limit
FOR UPDATE SKIP LOCKED)",
                                          .mysql = R"(
SELECT job_id, scheduled_at
FROM job_runs FORCE INDEX (PRIMARY)
WHERE job_id = :of_job AND status = 'pending' AND scheduled_at <= :now
ORDER BY scheduled_at
LIMIT :limit
FOR UPDATE SKIP LOCKED)"});

constexpr Sql due_of_job_unlocked_sql =
    statement("scheduler.claim_due_runs.candidates_of_job_unlocked", due_of_job);

constexpr Sql mark_sql = statement("scheduler.claim_due_runs", R"(
UPDATE job_runs
SET status = 'running', started_at = COALESCE(started_at, :now), claimed_by = :worker,
    lease_until = strftime('%Y-%m-%d %H:%M:%f000', 'now',
                           '+' || (:lease / 1000.0) || ' seconds'),
    fence = fence + 1
WHERE job_id = :job_id AND scheduled_at = :scheduled_at AND status = 'pending')",
                                   {.postgres = R"(
UPDATE job_runs
SET status = 'running', started_at = COALESCE(started_at, :now), claimed_by = :worker,
    lease_until = clock_timestamp() + CAST(:lease AS BIGINT) * INTERVAL '1 millisecond',
    fence = fence + 1
WHERE job_id = :job_id AND scheduled_at = :scheduled_at AND status = 'pending')",
                                    .mysql = R"(
UPDATE job_runs
SET status = 'running', started_at = COALESCE(started_at, :now), claimed_by = :worker,
    lease_until = UTC_TIMESTAMP(6) + INTERVAL (:lease * 1000) MICROSECOND,
    fence = fence + 1
WHERE job_id = :job_id AND scheduled_at = :scheduled_at AND status = 'pending')"});

constexpr Sql read_sql = statement("scheduler.claim_due_runs.read", R"(
SELECT job_id, run_id, scheduled_at, started_at, completed_at, status, success, error,
       claimed_by, lease_until, fence
FROM job_runs
WHERE job_id = :job_id AND scheduled_at = :scheduled_at)");

constexpr ClaimSql any_job{.candidates = due_sql,
                           .candidates_unlocked = due_unlocked_sql,
                           .mark = mark_sql,
                           .read = read_sql};
constexpr ClaimSql one_job{.candidates = due_of_job_sql,
                           .candidates_unlocked = due_of_job_unlocked_sql,
                           .mark = mark_sql,
                           .read = read_sql};

constexpr Sql renew_sql = statement("scheduler.renew_lease", R"(
UPDATE job_runs
SET lease_until = strftime('%Y-%m-%d %H:%M:%f000', 'now',
                           '+' || (:lease / 1000.0) || ' seconds')
WHERE run_id = :run_id AND status = 'running' AND claimed_by = :worker AND fence = :fence)",
                                    {.postgres = R"(
UPDATE job_runs
SET lease_until = clock_timestamp() + CAST(:lease AS BIGINT) * INTERVAL '1 millisecond'
WHERE run_id = :run_id AND status = 'running' AND claimed_by = :worker AND fence = :fence)",
                                     .mysql = R"(
UPDATE job_runs
SET lease_until = UTC_TIMESTAMP(6) + INTERVAL (:lease * 1000) MICROSECOND
WHERE run_id = :run_id AND status = 'running' AND claimed_by = :worker AND fence = :fence)"});

constexpr Sql release_sql = statement("scheduler.release_run", R"(
UPDATE job_runs
SET status = 'pending', claimed_by = NULL, lease_until = NULL
WHERE run_id = :run_id AND status = 'running' AND claimed_by = :worker AND fence = :fence)");

constexpr Sql complete_sql = statement("scheduler.complete_claimed_run", R"(
UPDATE job_runs
SET status = :status, completed_at = :now, success = :success, error = :error,
    claimed_by = NULL, lease_until = NULL
WHERE run_id = :run_id AND status = 'running' AND claimed_by = :worker AND fence = :fence)");

constexpr Sql get_sql = statement("scheduler.complete_claimed_run.read", R"(
SELECT job_id, run_id, scheduled_at, started_at, completed_at, status, success, error
FROM job_runs
WHERE run_id = :run_id)");

constexpr Sql exists_sql = statement("scheduler.claimed_run_exists", R"(
SELECT 1
FROM job_runs
WHERE run_id = :run_id)");

// Rows are taken back one by one, by their key: an UPDATE of a range would lock gaps on InnoDB.
constexpr Sql expired_sql = statement("scheduler.reap_expired.candidates", R"(
SELECT run_id
FROM job_runs
WHERE status = 'running' AND lease_until <= strftime('%Y-%m-%d %H:%M:%f000', 'now')
ORDER BY lease_until, run_id)",
                                      {.postgres = R"(
SELECT run_id
FROM job_runs
WHERE status = 'running' AND lease_until <= clock_timestamp()
ORDER BY lease_until, run_id)",
                                       .mysql = R"(
SELECT run_id
FROM job_runs
WHERE status = 'running' AND lease_until <= UTC_TIMESTAMP(6)
ORDER BY lease_until, run_id)"});

constexpr Sql reap_sql = statement("scheduler.reap_expired", R"(
UPDATE job_runs
SET status = 'pending', claimed_by = NULL, lease_until = NULL
WHERE run_id = :run_id AND status = 'running'
  AND lease_until <= strftime('%Y-%m-%d %H:%M:%f000', 'now'))",
                                   {.postgres = R"(
UPDATE job_runs
SET status = 'pending', claimed_by = NULL, lease_until = NULL
WHERE run_id = :run_id AND status = 'running' AND lease_until <= clock_timestamp())",
                                    .mysql = R"(
UPDATE job_runs
SET status = 'pending', claimed_by = NULL, lease_until = NULL
WHERE run_id = :run_id AND status = 'running' AND lease_until <= UTC_TIMESTAMP(6))"});

struct RunKey {
  std::string job_id;
  Timestamp scheduled_at = {};

  static constexpr void columns(auto&& column) {
    column("job_id", &RunKey::job_id);
    column("scheduled_at", &RunKey::scheduled_at);
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

void check_holder(std::string_view run_id, std::string_view worker) {
  require_key("job_run.run_id", run_id);
  require_key("claim.worker", worker);
}

// After a statement of the holder that matched no row.
[[noreturn]] void raise_lost(Executor& db, std::string_view run_id, const Sql& sql) {
  static_cast<void>(db.fetch_one<std::int64_t>(exists_sql, run_id));
  ErrorInfo info;
  info.kind = ErrorKind::invalid_state;
  info.what = "the lease is lost: the run is not running under this worker and fence";
  info.statement = sql.name();
  raise(std::move(info));
}

}  // namespace

std::span<const Sql* const> detail::claim_statements() noexcept {
  static constexpr std::array all{
      &due_sql,    &due_unlocked_sql, &due_of_job_sql, &mark_sql, &due_of_job_unlocked_sql,
      &read_sql,   &renew_sql,        &release_sql,    &get_sql,  &complete_sql,
      &exists_sql, &reap_sql,         &expired_sql};
  return all;
}

std::vector<ClaimedRun> claim_due_runs(Database& db, const ClaimRequest& request) {
  require_key("claim.worker", request.worker);
  detail::check_key("claim.job_id", request.job_id);
  if (request.limit <= 0) raise(ErrorKind::invalid_argument, "claim.limit: not above zero");
  check_lease(request.lease);
  return claim_rows<ClaimedRun, RunKey>(db, request.job_id ? one_job : any_job, {}, request);
}

void renew_lease(Executor& db, std::string_view run_id, std::string_view worker, std::int64_t fence,
                 std::chrono::milliseconds lease) {
  check_holder(run_id, worker);
  check_lease(lease);
  const auto renewed = db.execute(renew_sql, named("lease", lease), named("run_id", run_id),
                                  named("worker", worker), named("fence", fence));
  if (renewed.rows_affected() == 0) raise_lost(db, run_id, renew_sql);
}

void release_run(Executor& db, std::string_view run_id, std::string_view worker,
                 std::int64_t fence) {
  check_holder(run_id, worker);
  const auto released = db.execute(release_sql, run_id, worker, fence);
  if (released.rows_affected() == 0) raise_lost(db, run_id, release_sql);
}

JobRun complete_claimed_run(Executor& db, std::string_view run_id, std::string_view worker,
                            std::int64_t fence, bool success,
                            std::optional<std::string_view> error) {
  check_holder(run_id, worker);
  const RunStatus status = success ? RunStatus::completed : RunStatus::failed;
  const auto completed =
      db.execute(complete_sql, status, db.now(), success, error, run_id, worker, fence);
  if (completed.rows_affected() == 0) raise_lost(db, run_id, complete_sql);
  return db.fetch_one<JobRun>(get_sql, run_id);
}

std::vector<std::string> reap_expired(Executor& db) {
  auto run_ids = db.fetch_all<std::string>(expired_sql);
  std::erase_if(run_ids, [&](const std::string& run_id) {
    return db.execute(reap_sql, run_id).rows_affected() == 0;
  });
  return run_ids;
}

}  // namespace lockstep::scheduler

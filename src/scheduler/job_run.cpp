// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scheduler/job_run.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::scheduler {
namespace {

using detail::statement;

constexpr Sql create_sql = statement("scheduler.create_job_run", R"(
INSERT INTO job_runs (job_id, run_id, scheduled_at, started_at, completed_at, status, success,
                      error)
VALUES (:job_id, :run_id, :scheduled_at, :started_at, :completed_at, :status, :success, :error))");

constexpr Sql get_sql = statement("scheduler.get_job_run", R"(
SELECT job_id, run_id, scheduled_at, started_at, completed_at, status, success, error
FROM job_runs
WHERE job_id = :job_id AND scheduled_at = :scheduled_at)");

constexpr Sql get_by_run_id_sql = statement("scheduler.get_job_run_by_run_id", R"(
SELECT job_id, run_id, scheduled_at, started_at, completed_at, status, success, error
FROM job_runs
WHERE run_id = :run_id)");

constexpr Sql get_of_job_sql = statement("scheduler.get_job_runs", R"(
SELECT job_id, run_id, scheduled_at, started_at, completed_at, status, success, error
FROM job_runs
WHERE job_id = :job_id
ORDER BY scheduled_at DESC
LIMIT :limit)");

// A run that gets another status has no holder any more: its old lease must not be reaped, and must
// not let the old holder end it. MySQL assigns from left to right, so the status comes last.
constexpr Sql update_status_sql = statement("scheduler.update_job_run_status", R"(
UPDATE job_runs
SET claimed_by = CASE WHEN status = :status THEN claimed_by END,
    lease_until = CASE WHEN status = :status THEN lease_until END,
    status = :status
WHERE run_id = :run_id)");

constexpr Sql start_sql = statement("scheduler.update_job_run_status.start", R"(
UPDATE job_runs
SET started_at = COALESCE(started_at, :now),
    claimed_by = CASE WHEN status = :status THEN claimed_by END,
    lease_until = CASE WHEN status = :status THEN lease_until END,
    status = :status
WHERE run_id = :run_id)");

constexpr Sql complete_sql = statement("scheduler.complete_job_run", R"(
UPDATE job_runs
SET status = :status, completed_at = :now, success = :success, error = :error,
    claimed_by = NULL, lease_until = NULL
WHERE run_id = :run_id)");

}  // namespace

std::span<const Sql* const> detail::job_run_statements() noexcept {
  static constexpr std::array all{&create_sql,     &get_sql,   &get_by_run_id_sql,
                                  &get_of_job_sql, &start_sql, &update_status_sql,
                                  &complete_sql};
  return all;
}

JobRun create_job_run(Executor& db, JobRun run) {
  require_key("job_run.job_id", run.job_id);
  require_key("job_run.run_id", run.run_id);
  db.execute(create_sql, run);
  return run;
}

JobRun get_job_run(Executor& db, std::string_view job_id, Timestamp scheduled_at) {
  require_key("job_run.job_id", job_id);
  return db.fetch_one<JobRun>(get_sql, job_id, scheduled_at);
}

JobRun get_job_run_by_run_id(Executor& db, std::string_view run_id) {
  require_key("job_run.run_id", run_id);
  return db.fetch_one<JobRun>(get_by_run_id_sql, run_id);
}

std::vector<JobRun> get_job_runs(Executor& db, std::string_view job_id,
                                 std::optional<std::int64_t> limit) {
  require_key("job_run.job_id", job_id);
  return db.fetch_all<JobRun>(get_of_job_sql, job_id, detail::row_limit(limit));
}

JobRun update_job_run_status(Executor& db, std::string_view run_id, RunStatus status,
                             RunStatusOptions options) {
  require_key("job_run.run_id", run_id);
  if (status == RunStatus::running && options.set_started_at) {
    db.execute_one(start_sql, db.now(), status, run_id);
  } else {
    db.execute_one(update_status_sql, status, run_id);
  }
  return db.fetch_one<JobRun>(get_by_run_id_sql, run_id);
}

JobRun complete_job_run(Executor& db, std::string_view run_id, bool success,
                        std::optional<std::string_view> error) {
  require_key("job_run.run_id", run_id);
  const RunStatus status = success ? RunStatus::completed : RunStatus::failed;
  db.execute_one(complete_sql, status, db.now(), success, error, run_id);
  return db.fetch_one<JobRun>(get_by_run_id_sql, run_id);
}

}  // namespace lockstep::scheduler

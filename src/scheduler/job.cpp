// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scheduler/job.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::scheduler {
namespace {

using detail::statement;

constexpr Sql create_sql = statement("scheduler.create_job", R"(
INSERT INTO jobs (id, name, schedule, pod_spec, constraint_id, created_at, updated_at)
VALUES (:id, :name, :schedule, :pod_spec, :constraint_id, :created_at, :updated_at))");

constexpr Sql get_sql = statement("scheduler.get_job", R"(
SELECT id, name, schedule, pod_spec, constraint_id, created_at, updated_at
FROM jobs
WHERE id = :id)");

constexpr Sql get_all_sql = statement("scheduler.get_all_jobs", R"(
SELECT id, name, schedule, pod_spec, constraint_id, created_at, updated_at
FROM jobs
ORDER BY created_at DESC, id DESC)",
                                      {}, "it returns all jobs");

constexpr Sql update_sql = statement("scheduler.update_job", R"(
UPDATE jobs
SET name = :name, schedule = :schedule, pod_spec = :pod_spec, constraint_id = :constraint_id,
    updated_at = :updated_at
WHERE id = :id)");

constexpr Sql delete_sql = statement("scheduler.delete_job", R"(
DELETE FROM jobs
WHERE id = :id)");

constexpr Sql create_action_sql = statement("scheduler.create_job_action", R"(
INSERT INTO job_actions (job_id, action_id, "trigger", constraint_id)
VALUES (:job_id, :action_id, :trigger, :constraint_id))");

constexpr Sql get_actions_sql = statement("scheduler.get_job_actions", R"(
SELECT job_id, action_id, "trigger", constraint_id
FROM job_actions
WHERE job_id = :job_id
ORDER BY action_id)");

constexpr Sql delete_action_sql = statement("scheduler.delete_job_action", R"(
DELETE FROM job_actions
WHERE job_id = :job_id AND action_id = :action_id)");

void check(Job& job) {
  require_key("job.id", job.id);
  require_key("job.name", job.name);
  require_key("job.schedule", job.schedule);
  detail::check_json("job.pod_spec", job.pod_spec);
  detail::check_key("job.constraint_id", job.constraint_id);
}

}  // namespace

std::span<const Sql* const> detail::job_statements() noexcept {
  static constexpr std::array all{&create_sql,      &get_sql,          &get_all_sql,
                                  &update_sql,      &delete_sql,       &create_action_sql,
                                  &get_actions_sql, &delete_action_sql};
  return all;
}

Job create_job(Executor& db, Job job) {
  check(job);
  job.created_at = job.updated_at = db.now();
  db.execute(create_sql, job);
  return job;
}

Job get_job(Executor& db, std::string_view id) {
  require_key("job.id", id);
  return db.fetch_one<Job>(get_sql, id);
}

std::vector<Job> get_all_jobs(Executor& db) { return db.fetch_all<Job>(get_all_sql); }

Job update_job(Executor& db, Job job) {
  check(job);
  job.updated_at = db.now();
  db.execute_one(update_sql, job);
  return db.fetch_one<Job>(get_sql, job.id);
}

void delete_job(Executor& db, std::string_view id) {
  require_key("job.id", id);
  db.execute_one(delete_sql, id);
}

JobAction create_job_action(Executor& db, JobAction job_action) {
  require_key("job_action.job_id", job_action.job_id);
  require_key("job_action.action_id", job_action.action_id);
  detail::check_key("job_action.constraint_id", job_action.constraint_id);
  if (job_action.constraint_id && job_action.trigger != Trigger::on_violation) {
    raise(ErrorKind::invalid_argument, "job_action.constraint_id: only with trigger on_violation");
  }
  db.execute(create_action_sql, job_action);
  return job_action;
}

std::vector<JobAction> get_job_actions(Executor& db, std::string_view job_id) {
  require_key("job_action.job_id", job_id);
  return db.fetch_all<JobAction>(get_actions_sql, job_id);
}

void delete_job_action(Executor& db, std::string_view job_id, std::string_view action_id) {
  require_key("job_action.job_id", job_id);
  require_key("job_action.action_id", action_id);
  db.execute_one(delete_action_sql, job_id, action_id);
}

}  // namespace lockstep::scheduler

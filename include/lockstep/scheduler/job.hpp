// SPDX-License-Identifier: BSL-1.0
// Job definitions and the actions that they trigger: rows of `jobs` and `job_actions`.
// Shared rules: scheduler.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::scheduler {

struct Job {
  std::string id;
  std::string name;      // need not be unique
  std::string schedule;  // a cron expression, 1 to 255 characters, stored as it is
  std::optional<Json> pod_spec = {};
  std::optional<std::string> constraint_id = {};  // null: runs without limits
  Timestamp created_at = {};
  Timestamp updated_at = {};

  friend bool operator==(const Job&, const Job&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &Job::id);
    column("name", &Job::name);
    column("schedule", &Job::schedule);
    column("pod_spec", &Job::pod_spec);
    column("constraint_id", &Job::constraint_id);
    column("created_at", &Job::created_at);
    column("updated_at", &Job::updated_at);
  }
};

// Inserts `job` and returns it as stored. Duplicate if the id exists, ForeignKey if constraint_id
// names no constraint.
Job create_job(Executor& db, Job job);

// NotFound if there is none.
[[nodiscard]] Job get_job(Executor& db, std::string_view id);

// All jobs, newest first, ties by id downwards; the whole table in memory: about 300 bytes a row
// plus pod_spec.
[[nodiscard]] std::vector<Job> get_all_jobs(Executor& db);

// Overwrites name, schedule, pod_spec and constraint_id of job.id and returns the row as stored:
// with the created_at it was given when it was created. NotFound if there is none, ForeignKey if
// constraint_id names no constraint.
Job update_job(Executor& db, Job job);

// Deletes its actions, its runs and their violations too. NotFound if there is none.
void delete_job(Executor& db, std::string_view id);

enum class Trigger : std::uint8_t { on_failure, on_violation, on_success, on_timeout };

[[nodiscard]] constexpr auto enum_texts(Trigger) {
  return std::array<std::string_view, 4>{"on_failure", "on_violation", "on_success", "on_timeout"};
}

// An action of a job, and when it is taken. A job has an action at most once.
struct JobAction {
  std::string job_id;
  std::string action_id;
  Trigger trigger = Trigger::on_failure;
  // Only with on_violation: the constraint that must be violated; null: any of them.
  std::optional<std::string> constraint_id = {};

  friend bool operator==(const JobAction&, const JobAction&) = default;
  static constexpr void columns(auto&& column) {
    column("job_id", &JobAction::job_id);
    column("action_id", &JobAction::action_id);
    column("trigger", &JobAction::trigger);
    column("constraint_id", &JobAction::constraint_id);
  }
};

// Gives the job the action; returns the row as stored. Duplicate if the job has it, ForeignKey if
// one of the ids names nothing, InvalidArgument for a constraint_id with another trigger than
// on_violation.
JobAction create_job_action(Executor& db, JobAction job_action);

// The job's actions by action_id. Empty for a job that does not exist.
[[nodiscard]] std::vector<JobAction> get_job_actions(Executor& db, std::string_view job_id);

// NotFound if the job does not have the action.
void delete_job_action(Executor& db, std::string_view job_id, std::string_view action_id);

}  // namespace lockstep::scheduler

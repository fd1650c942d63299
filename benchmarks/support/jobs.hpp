// SPDX-License-Identifier: BSL-1.0
// The rows that the raw clients and lockstep are compared on: jobs of the scheduler, foretold from
// their number, and the statements, the same text for every side.
#pragma once

#include "lockstep/scheduler/job.hpp"
#include "lockstep/scheduler/job_run.hpp"

namespace lockstep::benchmarks {

using scheduler::Job;

// Job `number` after `version` changes: its name, pod_spec and updated_at are others in each. Every
// fourth has a constraint, every eighth no pod_spec; both times have microseconds.
[[nodiscard]] Job job_of(int number, int version = 0);
[[nodiscard]] std::vector<Job> jobs_of(int count, int version = 0);
// 36 characters, as a UUID has, in the order of their numbers: where the table is kept in the order
// of its keys, a million in another order would take MariaDB a quarter of an hour to fill in.
[[nodiscard]] std::string job_id(int number);

// Rows that jobs refer to, which must be there first.
inline constexpr int constraint_count = 10;
[[nodiscard]] std::string constraint_id(int number);

// A run of job `number` that is due at `due`, the earlier the smaller the number.
[[nodiscard]] scheduler::JobRun run_of(int number);
inline constexpr Timestamp due = std::chrono::sys_days(std::chrono::year(2027) / 1 / 1);

// What was read: the same for the same rows in any order, microseconds included.
struct Total {
  std::int64_t count = 0;
  std::uint64_t checksum = 0;
  void add(const Job& job) noexcept;
  friend bool operator==(const Total&, const Total&) = default;
};
[[nodiscard]] Total total_of(const std::vector<Job>& jobs) noexcept;
[[nodiscard]] Total total_of(int count);  // of jobs_of(count)

inline constexpr Sql get_job{"bench.get", R"(
SELECT id, name, schedule, pod_spec, constraint_id, created_at, updated_at
FROM jobs WHERE id = :id)"};
inline constexpr Sql list_jobs{"bench.list", R"(
SELECT id, name, schedule, pod_spec, constraint_id, created_at, updated_at FROM jobs)"};
inline constexpr Sql insert_job{"bench.insert", R"(
INSERT INTO jobs (id, name, schedule, pod_spec, constraint_id, created_at, updated_at)
VALUES (:id, :name, :schedule, :pod_spec, :constraint_id, :created_at, :updated_at))"};
inline constexpr Sql insert_run{"bench.insert_run", R"(
INSERT INTO job_runs (job_id, run_id, scheduled_at, started_at, completed_at, status, success, error)
VALUES (:job_id, :run_id, :scheduled_at, :started_at, :completed_at, :status, :success, :error))"};
inline constexpr const char* give_back_runs_text =
    "UPDATE job_runs SET status = 'pending', started_at = NULL, claimed_by = NULL, "
    "lease_until = NULL, fence = 0";
inline constexpr Sql update_job{"bench.update", R"(
UPDATE jobs SET name = :name, schedule = :schedule, pod_spec = :pod_spec,
  constraint_id = :constraint_id, updated_at = :updated_at
WHERE id = :id)"};
inline constexpr Sql upsert_job{
    "bench.upsert",
    R"(
INSERT INTO jobs (id, name, schedule, pod_spec, constraint_id, created_at, updated_at)
VALUES (:id, :name, :schedule, :pod_spec, :constraint_id, :created_at, :updated_at)
ON CONFLICT (id) DO UPDATE SET name = excluded.name, schedule = excluded.schedule,
  pod_spec = excluded.pod_spec, constraint_id = excluded.constraint_id,
  updated_at = excluded.updated_at)",
    {.mysql = R"(
INSERT INTO jobs (id, name, schedule, pod_spec, constraint_id, created_at, updated_at)
VALUES (:id, :name, :schedule, :pod_spec, :constraint_id, :created_at, :updated_at)
ON DUPLICATE KEY UPDATE name = VALUES(name), schedule = VALUES(schedule),
  pod_spec = VALUES(pod_spec), constraint_id = VALUES(constraint_id),
  updated_at = VALUES(updated_at))"}};

}  // namespace lockstep::benchmarks

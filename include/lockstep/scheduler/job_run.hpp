// SPDX-License-Identifier: BSL-1.0
// Runs of jobs: rows of `job_runs`. Shared rules: scheduler.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::scheduler {

enum class RunStatus : std::uint8_t { pending, running, completed, failed, cancelled };

[[nodiscard]] constexpr auto enum_texts(RunStatus) {
  return std::array<std::string_view, 5>{"pending", "running", "completed", "failed", "cancelled"};
}

// One run. A job has one run for an instant; run_id is unique over all jobs.
struct JobRun {
  std::string job_id;
  std::string run_id;
  Timestamp scheduled_at = {};
  std::optional<Timestamp> started_at = {};    // null: has not run yet
  std::optional<Timestamp> completed_at = {};  // null: has not ended yet
  RunStatus status = RunStatus::pending;
  std::optional<bool> success = {};       // null until it has ended
  std::optional<std::string> error = {};  // why it failed, any length

  friend bool operator==(const JobRun&, const JobRun&) = default;
  static constexpr void columns(auto&& column) {
    column("job_id", &JobRun::job_id);
    column("run_id", &JobRun::run_id);
    column("scheduled_at", &JobRun::scheduled_at);
    column("started_at", &JobRun::started_at);
    column("completed_at", &JobRun::completed_at);
    column("status", &JobRun::status);
    column("success", &JobRun::success);
    column("error", &JobRun::error);
  }
};

// Inserts `run`, every member as given, and returns it as stored. Duplicate if the job has a run
// for scheduled_at or if run_id exists, ForeignKey if job_id names no job.
JobRun create_job_run(Executor& db, JobRun run);

// The job's run for exactly this instant, to the microsecond. NotFound if there is none.
[[nodiscard]] JobRun get_job_run(Executor& db, std::string_view job_id, Timestamp scheduled_at);

// NotFound if there is none.
[[nodiscard]] JobRun get_job_run_by_run_id(Executor& db, std::string_view run_id);

// The job's runs, latest scheduled_at first. Empty for a job that does not exist.
[[nodiscard]] std::vector<JobRun> get_job_runs(Executor& db, std::string_view job_id,
                                               std::optional<std::int64_t> limit = {});

struct RunStatusOptions {
  bool set_started_at = true;  // moving to running sets started_at to now if it is null
};

// Sets the status, and started_at as the options say; any status may follow any other. One that
// differs from the run's ends its lease (claim.hpp). Returns the row, read after the write.
// NotFound if there is none.
JobRun update_job_run_status(Executor& db, std::string_view run_id, RunStatus status,
                             RunStatusOptions options = {});

// Ends a run and its lease: completed or failed, with completed_at set to now, `success`, and
// `error`, where null clears what was there. Again overwrites. Returns the row, read after the
// write. NotFound if there is none.
JobRun complete_job_run(Executor& db, std::string_view run_id, bool success,
                        std::optional<std::string_view> error = {});

// What a batch of runs has become: one row for each run_id in it.
struct UpsertedRuns {
  std::uint64_t inserted = 0;
  std::uint64_t updated = 0;

  friend bool operator==(const UpsertedRuns&, const UpsertedRuns&) = default;
};

// Writes each run, every member as given, all or nothing: a run_id that exists is updated, another
// inserted, and the last element with a run_id wins, so that a batch can be written again. A status
// that differs from the run's ends its lease. ForeignKey if a job_id names no job, Duplicate if a
// run_id is that of another job or scheduled_at, or the job has another run for scheduled_at. If
// others have inserted or deleted a run meanwhile, Duplicate or Serialization: write the batch
// again. Error::row() does not count the elements of the batch.
UpsertedRuns upsert_job_runs(Executor& db, std::span<const JobRun> batch);

}  // namespace lockstep::scheduler

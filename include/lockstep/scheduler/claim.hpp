// SPDX-License-Identifier: BSL-1.0
// Workers that share the runs of `job_runs` between them. Shared rules: scheduler.hpp.
//
//     for (const auto& run : scheduler::claim_due_runs(
//              db, {.worker = "w-1", .now = now, .limit = 10, .lease = 5min})) {
//       ...  // for longer than the lease: renew_lease now and then
//       scheduler::complete_claimed_run(db, run.run_id, run.worker, run.fence, true);
//     }
//
// A claimed run is running and leased: to one worker, until a time of the database server's clock,
// under a fence that each claim of the run makes one larger. What a worker does with its run it
// does under its name and fence; once the lease has been reaped, or given to another, that is
// refused with InvalidState and nothing is changed. A lease that has ended and was not reaped yet
// still belongs to its worker.
//
// What is due is told by the caller's clock, when a lease ends by the server's: to the microsecond,
// on SQLite to the millisecond. update_job_run_status, complete_job_run and upsert_job_runs ask for
// no worker and no fence: they take a run from its holder when they change its status.
#pragma once

#include "lockstep/claim.hpp"
#include "lockstep/scheduler/job_run.hpp"

namespace lockstep::scheduler {

struct ClaimRequest {
  std::string worker;                       // a key
  Timestamp now = {};                       // runs scheduled for then or before are due
  std::int64_t limit = 1;                   // at most so many runs; at least 1
  std::chrono::milliseconds lease{60'000};  // above 0, at most 365 days
  std::optional<std::string> job_id = {};   // only runs of this job; null: of all jobs

  static constexpr void columns(auto&& column) {
    column("worker", &ClaimRequest::worker);
    column("now", &ClaimRequest::now);
    column("limit", &ClaimRequest::limit);
    column("lease", &ClaimRequest::lease);
    column("of_job", &ClaimRequest::job_id);  // job_id is that of a run
  }
};

// A run as it was claimed: a JobRun and its lease.
struct ClaimedRun {
  std::string job_id;
  std::string run_id;
  Timestamp scheduled_at = {};
  std::optional<Timestamp> started_at = {};  // of the first claim
  std::optional<Timestamp> completed_at = {};
  RunStatus status = RunStatus::running;
  std::optional<bool> success = {};
  std::optional<std::string> error = {};
  std::string worker;
  Timestamp lease_until = {};  // by the server's clock
  std::int64_t fence = 0;      // how often the run has been claimed

  friend bool operator==(const ClaimedRun&, const ClaimedRun&) = default;
  static constexpr void columns(auto&& column) {
    column("job_id", &ClaimedRun::job_id);
    column("run_id", &ClaimedRun::run_id);
    column("scheduled_at", &ClaimedRun::scheduled_at);
    column("started_at", &ClaimedRun::started_at);
    column("completed_at", &ClaimedRun::completed_at);
    column("status", &ClaimedRun::status);
    column("success", &ClaimedRun::success);
    column("error", &ClaimedRun::error);
    column("claimed_by", &ClaimedRun::worker);
    column("lease_until", &ClaimedRun::lease_until);
    column("fence", &ClaimedRun::fence);
  }
};

// Claims pending runs that are due, oldest first, ties by job_id: they become running, with
// started_at set to request.now if it is null. Commits by itself; no run is returned to two
// workers. Empty if none is due, or if others are claiming those that are. Runs whose lease has
// ended are not due before reap_expired.
[[nodiscard]] std::vector<ClaimedRun> claim_due_runs(Database& db, const ClaimRequest& request);

// Makes the lease end `lease` from the server's now. NotFound if there is no such run, InvalidState
// if the lease is lost: the run is not running, or under another worker or fence.
void renew_lease(Executor& db, std::string_view run_id, std::string_view worker, std::int64_t fence,
                 std::chrono::milliseconds lease);

// Gives the run back: pending, for anyone to claim. started_at and fence stay. Errors as
// renew_lease.
void release_run(Executor& db, std::string_view run_id, std::string_view worker,
                 std::int64_t fence);

// Ends the run and its lease: see complete_job_run. Errors as renew_lease.
JobRun complete_claimed_run(Executor& db, std::string_view run_id, std::string_view worker,
                            std::int64_t fence, bool success,
                            std::optional<std::string_view> error = {});

// Takes back the runs whose lease has ended: pending, for anyone to claim; started_at and fence
// stay. Returns their run_ids, those whose lease ended first in front. Each is taken by itself, so
// on a Database an error in between keeps those before it.
std::vector<std::string> reap_expired(Executor& db);

}  // namespace lockstep::scheduler

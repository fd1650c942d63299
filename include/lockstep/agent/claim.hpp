// SPDX-License-Identifier: BSL-1.0
// Workers that share the rows of `tasks` between them. Shared rules: agent.hpp.
//
//     for (const auto& task : agent::claim_tasks(db, {.worker = "w-1", .lease = 5min})) {
//       ...  // for longer than the lease: renew_task_lease now and then
//       agent::complete_claimed_task(db, task.id, task.worker, task.fence, result);
//     }
//
// A claimed task is running and leased: to one worker, until a time of the database server's clock,
// under a fence that each claim of the task makes one larger. What a worker does with its task it
// does under its name and fence; once the lease has been reaped, or given to another, that is
// refused with InvalidState and nothing is changed. A lease that has ended and was not reaped yet
// still belongs to its worker.
//
// The operations of task.hpp know no leases: a task that waits for an approval keeps its own, is
// not reaped meanwhile, and can be renewed when it is running again.
#pragma once

#include "lockstep/agent/task.hpp"
#include "lockstep/claim.hpp"

namespace lockstep::agent {

struct ClaimRequest {
  std::string worker;                       // a key
  std::int64_t limit = 1;                   // at most so many tasks; at least 1
  std::chrono::milliseconds lease{60'000};  // above 0, at most 365 days
};

// What a worker has to know of its task, and the lease.
struct ClaimedTask {
  std::string id;
  std::string command;
  Json params;
  std::string caller_id;
  std::optional<std::string> response_channel = {};
  std::optional<std::string> response_thread = {};
  UnixMs created_at{0};
  std::optional<std::string> replay_of = {};
  std::string worker;
  UnixMs lease_until{0};   // by the server's clock
  std::int64_t fence = 0;  // how often the task has been claimed

  friend bool operator==(const ClaimedTask&, const ClaimedTask&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &ClaimedTask::id);
    column("command", &ClaimedTask::command);
    column("params", &ClaimedTask::params);
    column("caller_id", &ClaimedTask::caller_id);
    column("response_channel", &ClaimedTask::response_channel);
    column("response_thread", &ClaimedTask::response_thread);
    column("created_at", &ClaimedTask::created_at);
    column("replay_of", &ClaimedTask::replay_of);
    column("claimed_by", &ClaimedTask::worker);
    column("lease_until", &ClaimedTask::lease_until);
    column("fence", &ClaimedTask::fence);
  }
};

// Claims pending tasks, oldest first by created_at, ties by id: they become running. Commits by
// itself; no task is returned to two workers. Empty if none is pending, or if others are claiming
// those that are. Tasks whose lease has ended are not pending before reap_expired_tasks.
[[nodiscard]] std::vector<ClaimedTask> claim_tasks(Database& db, const ClaimRequest& request);

// Makes the lease end `lease` from the server's now. NotFound if there is no such task,
// InvalidState if the lease is lost: the task is not running, or under another worker or fence.
void renew_task_lease(Executor& db, std::string_view id, std::string_view worker,
                      std::int64_t fence, std::chrono::milliseconds lease);

// Gives the task back: pending, for anyone to claim. The fence stays. Errors as renew_task_lease.
void release_task(Executor& db, std::string_view id, std::string_view worker, std::int64_t fence);

// Ends the task as completed, without an error, and its lease. Errors as renew_task_lease.
Task complete_claimed_task(Executor& db, std::string_view id, std::string_view worker,
                           std::int64_t fence, std::optional<Json> result = {});

// Ends the task as failed, without a result, and its lease. Errors as renew_task_lease.
Task fail_claimed_task(Executor& db, std::string_view id, std::string_view worker,
                       std::int64_t fence, std::optional<std::string_view> error);

// Takes back the running tasks whose lease has ended: pending, for anyone to claim; the fence
// stays. Returns their ids, those whose lease ended first in front. Each is taken by itself, so on
// a Database an error in between keeps those before it.
std::vector<std::string> reap_expired_tasks(Executor& db);

}  // namespace lockstep::agent

// SPDX-License-Identifier: BSL-1.0
// What the tests of task claims look at and begin with.
#pragma once

#include "rows.hpp"

namespace lockstep::tests {

inline constexpr Sql end_task_lease{"test.end_task_lease",
                                    "UPDATE tasks SET lease_until = :at WHERE id = :id"};

// What the lease of a task looks like in the database.
struct TaskLease {
  std::optional<std::string> claimed_by;
  std::optional<agent::UnixMs> lease_until;
  std::int64_t fence = 0;

  friend bool operator==(const TaskLease&, const TaskLease&) = default;
  static constexpr void columns(auto&& column) {
    column("claimed_by", &TaskLease::claimed_by);
    column("lease_until", &TaskLease::lease_until);
    column("fence", &TaskLease::fence);
  }
};

inline TaskLease lease_of_task(Executor& db, std::string_view id) {
  return db.fetch_one<TaskLease>("SELECT claimed_by, lease_until, fence FROM tasks WHERE id = ?",
                                 id);
}

inline agent::ClaimRequest tasks_for(std::string worker, std::int64_t limit = 10) {
  return {.worker = std::move(worker), .limit = limit, .lease = 90s};
}

}  // namespace lockstep::tests

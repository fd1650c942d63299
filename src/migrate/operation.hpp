// SPDX-License-Identifier: BSL-1.0
// Operation: one call of the migrator, on one connection and under one lock.
#pragma once

#include "migrate/lock.hpp"
#include "migrate/runner.hpp"

namespace lockstep::detail {

using Steps = std::vector<MigrationStep>;

// Where a call goes: to a goal, and from there to others.
struct Course {
  MigrationGoal first;
  // By what was done on the way to the first.
  std::function<std::vector<MigrationGoal>(const Steps& done)> then = {};
  bool needs_files = false;  // of what is reverted first: it is applied again
};

class Operation {
 public:
  Operation(Database& db, const MigrationSet& set, const MigratorOptions& options);

  // What run() would do now.
  [[nodiscard]] Steps plan(const Course& course);
  Steps run(const Course& course);
  Steps resume();

 private:
  [[nodiscard]] PlanInput input(const std::vector<LedgerRow>& rows);
  [[nodiscard]] std::vector<Task> tasks_of(const std::vector<LedgerRow>& rows,
                                           const MigrationGoal& goal, bool needs_files = false);
  // On the whole course, as far as it can be told before.
  [[nodiscard]] std::vector<Task> all_tasks(const Course& course);
  [[nodiscard]] bool nothing_to_do(const Course& course);
  void prepare_ledger();
  Steps run_locked(const Course& course);
  void require_unstopped(const MigrationStep& step);
  Steps run_files(Runner& runner, const Course& course);
  void run_goal(Runner& runner, MigrationGoal goal, bool needs_files, Steps& done);
  Steps run_whole(Runner& runner, const Course& course);
  Steps run_once(Runner& runner, const Course& course);
  void run_goal_whole(Runner& runner, std::vector<Task> tasks, Steps& done);

  const MigrationSet& set_;
  const MigratorOptions& options_;
  Pinned connection_;
  Ledger ledger_;
};

}  // namespace lockstep::detail

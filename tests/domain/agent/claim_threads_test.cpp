// SPDX-License-Identifier: BSL-1.0
// Claims of tasks by many threads at once.
#include <map>
#include <mutex>

#include "claims.hpp"
#include "support/threads.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::agent;

std::int64_t tasks_of(Database& db, TaskStatus status) {
  return db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM tasks WHERE status = ?", status);
}

TEST_SUITE_BEGIN("concurrent");

TEST_CASE_FIXTURE(Migrated, "claim_tasks: eight threads, every task is claimed exactly once") {
  constexpr int tasks = 200;
  db.transaction([](Transaction& tx) {
    for (int i = 0; i < tasks; ++i) save_task(tx, task("t-" + std::to_string(i)));
  });
  std::mutex mutex;
  std::map<std::string, int> claims;
  const int errors = in_threads(db, 8, [&](Database& given, int t) {
    // Half of them cannot skip locked tasks, so that they run into those that others have claimed.
    std::optional<Database> plain;
    if (shareable() && t % 2 == 0) plain = open_again({.allowed = {.skip_locked = false}});
    Database& own = plain ? *plain : given;
    const std::string worker = "w-" + std::to_string(t);
    while (tasks_of(own, TaskStatus::pending) > 0) {
      for (const ClaimedTask& claimed : claim_tasks(own, tasks_for(worker, 1 + t % 4))) {
        {
          const std::lock_guard lock(mutex);
          ++claims[claimed.id];
        }
        complete_claimed_task(own, claimed.id, worker, claimed.fence);
      }
    }
  });
  CHECK(errors == 0);
  CHECK(claims.size() == tasks);
  for (const auto& [id, times] : claims) {
    CAPTURE(id);
    CHECK(times == 1);
  }
  CHECK(tasks_of(db, TaskStatus::completed) == tasks);
}

TEST_SUITE_END();

}  // namespace
}  // namespace lockstep::tests

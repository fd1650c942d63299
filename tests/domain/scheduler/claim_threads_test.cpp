// SPDX-License-Identifier: BSL-1.0
// Claims of runs by many threads at once.
#include <algorithm>
#include <map>
#include <mutex>

#include "claims.hpp"
#include "support/threads.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

// What the threads of a test have seen: for each run the fences it was claimed under.
struct Seen {
  std::mutex mutex;
  std::map<std::string, std::vector<std::int64_t>> fences;
  std::atomic<int> errors{0};

  void add(const std::vector<ClaimedRun>& runs) {
    const std::lock_guard lock(mutex);
    for (const ClaimedRun& run : runs) fences[run.run_id].push_back(run.fence);
  }
};

void plan_many(Database& db, int runs) {
  db.transaction([&](Transaction& tx) {
    create_job(tx, job("job-1"));
    create_job(tx, job("job-2"));
    for (int i = 0; i < runs; ++i) {
      const std::string id = std::to_string(i);
      create_job_run(tx, run(i % 2 == 0 ? "job-1" : "job-2", "run-" + id, noon + i * 1ms));
    }
  });
}

std::int64_t left(Database& db) {
  return db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM job_runs WHERE status = 'pending'");
}

TEST_SUITE_BEGIN("concurrent");

TEST_CASE_FIXTURE(Migrated, "claim_due_runs: eight threads, every run is claimed exactly once") {
  constexpr int runs = 200;
  plan_many(db, runs);
  Seen seen;
  seen.errors += in_threads(db, 8, [&](Database& own, int t) {
    const std::string worker = "w-" + std::to_string(t);
    while (left(own) > 0) {
      const auto claimed = claim_due_runs(own, by(worker, noon + 1h, 1 + t % 4));
      seen.add(claimed);
      for (const ClaimedRun& run : claimed) {
        if (run.worker != worker) ++seen.errors;
        complete_claimed_run(own, run.run_id, worker, run.fence, true);
      }
    }
  });
  CHECK(seen.errors == 0);
  CHECK(seen.fences.size() == runs);
  for (const auto& [run_id, fences] : seen.fences) {
    CAPTURE(run_id);
    CHECK(fences == std::vector<std::int64_t>{1});
  }
  CHECK(db.fetch_value<std::int64_t>(
            "SELECT COUNT(*) FROM job_runs WHERE status = 'completed' AND fence = 1") == runs);
}

TEST_CASE_FIXTURE(Migrated,
                  "claim_due_runs: fences only grow while threads claim, reap and give back") {
  constexpr int runs = 12;
  constexpr int rounds = 20;
  plan_many(db, runs);
  Seen seen;
  seen.errors += in_threads(db, 8, [&](Database& own, int t) {
    const std::string worker = "w-" + std::to_string(t);
    for (int round = 0; round < rounds; ++round) {
      const auto claimed = claim_due_runs(own, by(worker, noon + 1h, 2));
      seen.add(claimed);
      for (const ClaimedRun& run : claimed) {
        if (round % 2 == 0) {
          own.execute(end_lease, long_ago, run.run_id);
        } else {
          release_run(own, run.run_id, worker, run.fence);
        }
      }
      static_cast<void>(reap_expired(own));
    }
  });
  CHECK(seen.errors == 0);
  std::size_t claims = 0;
  for (auto& [run_id, fences] : seen.fences) {
    CAPTURE(run_id);
    std::ranges::sort(fences);  // threads note them in any order
    for (std::size_t i = 0; i < fences.size(); ++i) {
      CHECK(fences[i] == static_cast<std::int64_t>(i) + 1);  // each number once, none left out
    }
    CHECK(lease_of(db, run_id).fence == static_cast<std::int64_t>(fences.size()));
    claims += fences.size();
  }
  CHECK(claims > runs);
}

TEST_SUITE_END();

}  // namespace
}  // namespace lockstep::tests

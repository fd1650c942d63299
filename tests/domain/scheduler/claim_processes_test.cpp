// SPDX-License-Identifier: BSL-1.0
// Claims of runs by many processes at once.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <thread>

#include "claim_worker.hpp"
#include "claims.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

constexpr int workers = 4;
constexpr int runs = 200;

void plan_runs(Database& db) {
  db.transaction([](Transaction& tx) {
    create_job(tx, job("job-1"));
    for (int i = 0; i < runs; ++i) {
      create_job_run(tx, run("job-1", "run-" + std::to_string(i), noon + i * 1ms));
    }
  });
}

// A claim_worker, and what it says.
class Worker {
 public:
  explicit Worker(const std::string& name) : output_(popen(command(name).c_str(), "r")) {
    REQUIRE(output_ != nullptr);
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker() { static_cast<void>(end()); }

  // The next line; empty after the last.
  std::string line() {
    std::array<char, 256> text{};
    if (std::fgets(text.data(), text.size(), output_) == nullptr) return {};
    const std::string found = text.data();
    return found.substr(0, found.find('\n'));
  }
  // Waits for its end: 0 if all went well.
  int end() { return output_ != nullptr ? pclose(std::exchange(output_, nullptr)) : 0; }

 private:
  static std::string command(const std::string& name) {
    return "'" LOCKSTEP_CLAIM_WORKER "' " + name + " " + std::to_string(runs);
  }

  std::FILE* output_;
};

// How often each run was claimed, by the workers' word.
using Claims = std::map<std::string, int>;

// No worker sees a run before all of them look for one.
Claims claims_of_processes(Database& db) {
  REQUIRE(setenv(worker_url_variable, database_url().c_str(), 1) == 0);
  std::array<std::optional<Worker>, workers> crew;
  for (auto& worker : crew) worker.emplace("w-" + std::to_string(&worker - crew.data()));
  for (auto& worker : crew) REQUIRE(worker->line() == worker_is_ready);
  plan_runs(db);
  Claims claims;
  for (auto& worker : crew) {
    for (std::string id; !(id = worker->line()).empty();) ++claims[id];
    CHECK(worker->end() == 0);
  }
  return claims;
}

// The same by threads, where no second process can open the database.
Claims claims_of_threads(Database& db) {
  plan_runs(db);
  Claims claims;
  std::mutex mutex;
  std::vector<std::thread> threads;
  for (int i = 0; i < workers; ++i) {
    threads.emplace_back([&, name = "w-" + std::to_string(i)] {
      for (;;) {
        const auto claimed = claim_due_runs(db, by(name, noon + 1h, 3));
        if (claimed.empty()) return;  // one connection: nobody else is claiming
        const std::lock_guard lock(mutex);
        for (const ClaimedRun& run : claimed) {
          ++claims[run.run_id];
          complete_claimed_run(db, run.run_id, run.worker, run.fence, true);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return claims;
}

TEST_SUITE_BEGIN("concurrent");

TEST_CASE_FIXTURE(Migrated, "claim_due_runs: four processes, every run is claimed exactly once") {
  const Claims claims = shareable() ? claims_of_processes(db) : claims_of_threads(db);
  CHECK(claims.size() == runs);
  for (const auto& [run_id, count] : claims) {
    CAPTURE(run_id);
    CHECK(count == 1);
  }
  CHECK(db.fetch_value<std::int64_t>(
            "SELECT COUNT(*) FROM job_runs WHERE status = 'completed' AND fence = 1") == runs);
}

TEST_SUITE_END();

}  // namespace
}  // namespace lockstep::tests

// SPDX-License-Identifier: BSL-1.0
// A worker process of claim_processes_test: `claim_worker NAME RUNS`, on the database of the URL in
// the environment. Says "ready", then claims and completes due runs until RUNS are completed, by
// whomever, and says the id of each that it has claimed, a line each.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "claim_worker.hpp"
#include "lockstep/scheduler/scheduler.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

// The test has failed, and nobody is left who would plan or complete the runs.
constexpr unsigned longest_life_s = 120;

// Behind every run that the test plans.
constexpr Timestamp now = std::chrono::sys_days(std::chrono::year(2100) / 1 / 1);

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

std::int64_t completed(Database& db) {
  return db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM job_runs WHERE status = 'completed'");
}

void work(Database& db, const std::string& name, std::int64_t runs) {
  say(std::string(worker_is_ready));
  while (completed(db) < runs) {
    for (const ClaimedRun& run : claim_due_runs(db, {.worker = name, .now = now, .limit = 3})) {
      say(run.run_id);
      complete_claimed_run(db, run.run_id, run.worker, run.fence, true);
    }
  }
}

}  // namespace
}  // namespace lockstep::tests

int main(int argc, char** argv) {
  const char* const url = std::getenv(lockstep::tests::worker_url_variable);
  if (argc != 3 || url == nullptr) return 2;
  alarm(lockstep::tests::longest_life_s);
  try {
    lockstep::Database db = lockstep::Database::open(url);
    lockstep::tests::work(db, argv[1], std::atoll(argv[2]));
    return 0;
  } catch (const lockstep::Error& e) {
    std::fprintf(stderr, "%s: %s\n", argv[1], e.what());
    return 1;
  }
}

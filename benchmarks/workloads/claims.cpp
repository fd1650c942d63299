// SPDX-License-Identifier: BSL-1.0
#include <benchmark/benchmark.h>

#include "benchmarks/support/store.hpp"
#include "benchmarks/workloads/workloads.hpp"

namespace lockstep::benchmarks {
namespace {

using scheduler::ClaimedRun;

// They are run number `first` and those after it, and it is the first time that they are claimed.
void expect_claimed(const std::vector<ClaimedRun>& runs, int first, const std::string& worker) {
  expect(runs.size() == claimed, "the number of runs");
  for (const ClaimedRun& run : runs) {
    const scheduler::JobRun given = run_of(first++);
    expect(run.run_id == given.run_id && run.job_id == given.job_id, "which runs are claimed");
    expect(run.scheduled_at == given.scheduled_at && run.started_at == due, "times of a run");
    expect(run.status == scheduler::RunStatus::running && !run.success && !run.error,
           "the state of a run");
    expect(run.worker == worker && run.fence == 1, "whose a run is");
    expect(run.lease_until > Timestamp() && !run.completed_at, "the lease of a run");
  }
}

}  // namespace

void run_claim(Side& side, benchmark::State& state) {
  const scheduler::ClaimRequest request{.worker = "worker-1", .now = due, .limit = claimed};
  side.give_back_runs();
  expect_claimed(side.claim(request), 0, request.worker);
  int next = claimed;
  for (auto _ : state) {
    if (next == row_count) {
      state.PauseTiming();
      side.give_back_runs();
      next = 0;
      state.ResumeTiming();
    }
    expect(side.claim(request).size() == claimed, "the number of runs");
    next += claimed;
  }
  side.give_back_runs();
}

}  // namespace lockstep::benchmarks

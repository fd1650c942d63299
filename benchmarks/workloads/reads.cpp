// SPDX-License-Identifier: BSL-1.0
#include <benchmark/benchmark.h>

#include "benchmarks/support/store.hpp"
#include "benchmarks/workloads/workloads.hpp"

namespace lockstep::benchmarks {
namespace {

constexpr int stride = 7919;  // no divisor of the number of jobs: each is asked for

const std::vector<std::string>& ids() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> out;
    for (int i = 0; i < job_count; ++i) out.push_back(job_id(i));
    return out;
  }();
  return all;
}

void expect_answers(Side& side) {
  for (int i = 0; i < job_count; i += 101) expect(side.get(job_id(i)) == job_of(i), "a job");
}

void list(Side& side, int count, benchmark::State& state) {
  side.begin(Side::Work::reads);
  expect(total_of(side.list()) == total_of(count), "the rows of all jobs");
  for (auto _ : state) {
    expect(side.list().size() == static_cast<std::size_t>(count), "the number of jobs");
  }
  side.commit();
}

}  // namespace

void run_get_alone(Side& side, benchmark::State& state) {
  expect_answers(side);
  std::size_t next = 0;
  for (auto _ : state) {
    const Job job = side.get(ids()[next]);
    benchmark::DoNotOptimize(&job);
    next = (next + stride) % job_count;
  }
}

void run_get(Side& side, benchmark::State& state) {
  side.begin(Side::Work::reads);
  run_get_alone(side, state);
  side.commit();
}

void run_list(Side& side, benchmark::State& state) { list(side, job_count, state); }
void run_list_many(Side& side, benchmark::State& state) { list(side, many_jobs, state); }

}  // namespace lockstep::benchmarks

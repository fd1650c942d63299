// SPDX-License-Identifier: BSL-1.0
#include <benchmark/benchmark.h>

#include "benchmarks/engines/engines.hpp"

namespace lockstep::benchmarks {
namespace {

constexpr int jobs = 10'000;
constexpr int many_jobs = 100'000;
constexpr int stride = 7919;  // no divisor of the number of jobs: each is asked for

const std::vector<std::string>& ids() {
  static const std::vector<std::string> all = [] {
    std::vector<std::string> out;
    for (int i = 0; i < jobs; ++i) out.push_back(job_id(i));
    return out;
  }();
  return all;
}

void expect_answers(Side& side) {
  for (int i = 0; i < jobs; i += 101) expect(side.get(job_id(i)) == job_of(i), "a job");
}

void get_alone(Side& side, benchmark::State& state) {
  expect_answers(side);
  std::size_t next = 0;
  for (auto _ : state) {
    const Job job = side.get(ids()[next]);
    benchmark::DoNotOptimize(&job);
    next = (next + stride) % jobs;
  }
}

void get(Side& side, benchmark::State& state) {
  side.begin(Side::Work::reads);
  get_alone(side, state);
  side.commit();
}

void list(Side& side, int count, benchmark::State& state) {
  side.begin(Side::Work::reads);
  expect(total_of(side.list()) == total_of(count), "the rows of all jobs");
  for (auto _ : state) {
    expect(side.list().size() == static_cast<std::size_t>(count), "the number of jobs");
  }
  side.commit();
}

void list_some(Side& side, benchmark::State& state) { list(side, jobs, state); }
void list_many(Side& side, benchmark::State& state) { list(side, many_jobs, state); }

}  // namespace

void add_reads(Suite& suite, const Contest& contest) {
  constexpr Limits get_limits{.sqlite = 1.05, .postgres = 1.03, .mariadb = 1.03};
  constexpr Limits list_limits{.sqlite = 1.05, .postgres = 1.05, .mariadb = 1.05};
  add(suite, contest, {.what = "get by key", .jobs = jobs, .run = get, .limits = get_limits});
  add(suite, contest, {.what = "get by key, through Database", .jobs = jobs, .run = get_alone});
  suite.ratios.push_back({.engine = contest.engine,
                          .what = "get by key, through Database, longer by",
                          .slow = "get by key, through Database/lockstep",
                          .fast = "get by key, through Database/raw",
                          .at_most = 100e-9,
                          .clock = Clock::cpu,
                          .difference = true});
  add(suite, contest,
      {.what = "list 10,000",
       .jobs = jobs,
       .run = list_some,
       .calls = jobs,
       .limits = list_limits});
  add(suite, contest,
      {.what = "list 100,000",
       .jobs = many_jobs,
       .run = list_many,
       .calls = many_jobs,
       .limits = list_limits});
}

}  // namespace lockstep::benchmarks

// SPDX-License-Identifier: BSL-1.0
#include <benchmark/benchmark.h>

#include "benchmarks/engines/engines.hpp"

namespace lockstep::benchmarks {
namespace {

template <int count>
void list(Side& side, benchmark::State& state) {
  side.begin(Side::Work::reads);
  expect(side.list().size() == count, "the number of jobs");
  for (auto _ : state) expect(side.list().size() == count, "the number of jobs");
  side.commit();
}

template <int count>
void stream(Side& side, benchmark::State& state) {
  Total total;
  side.begin(Side::Work::reads);
  side.stream([&](const Job& job) { total.add(job); });
  static const Total expected = total_of(count);
  expect(total == expected, "the rows of all jobs");
  for (auto _ : state) {
    std::size_t bytes = 0;
    int found = 0;
    side.stream([&](const Job& job) {
      bytes += job.name.size();
      ++found;
    });
    benchmark::DoNotOptimize(bytes);
    expect(found == count, "the number of jobs");
  }
  side.commit();
}

// A row of many against a row of some, on lockstep's side.
void add_linear(Suite& suite, const Contest& contest, const std::string& what) {
  suite.ratios.push_back({.engine = contest.engine,
                          .what = what + ": a row of 1,000,000 against one of 10,000",
                          .slow = what + " 1,000,000/lockstep",
                          .fast = what + " 10,000/lockstep",
                          .at_most = 2.0,
                          .clock = contest.clock});
}

}  // namespace

void add_growth(Suite& suite, const Contest& contest) {
  const auto on = [&](const char* what, int count, Workload::Run run) {
    add(suite, contest, {.what = what, .jobs = count, .run = run, .calls = count});
  };
  on("list 1,000", 1000, list<1000>);
  on("list 1,000,000", 1'000'000, list<1'000'000>);
  add_linear(suite, contest, "list");
  on("stream 10,000", 10'000, stream<10'000>);
  on("stream 1,000,000", 1'000'000, stream<1'000'000>);
  add_linear(suite, contest, "stream");
}

}  // namespace lockstep::benchmarks

// SPDX-License-Identifier: BSL-1.0
#include <benchmark/benchmark.h>

#include "benchmarks/engines/engines.hpp"

namespace lockstep::benchmarks {
namespace {

void open_database(const std::string& url) {
  expect(Database::open(url, {.max_open_connections = 1}).stats().open == 1, "a connection");
}

}  // namespace

void add_connects(Suite& suite, const Contest& contest, void (*raw)(const std::string& url)) {
  constexpr Limits limits{.sqlite = 1.15, .postgres = 1.05, .mariadb = 1.05};
  const auto on = [&](const char* what, void (*open)(const std::string& url)) {
    const auto body = [contest, open](benchmark::State& state) {
      const std::string url =
          contest.in_memory ? "sqlite::memory:" : contest.arena(job_count, false).url();
      for (auto _ : state) open(url);
    };
    suite.cases.push_back({.engine = contest.engine, .what = what, .run = body, .row = false});
  };
  on("connect/raw", raw);
  on("connect/lockstep", open_database);
  suite.ratios.push_back({.engine = contest.engine,
                          .what = "connect",
                          .slow = "connect/lockstep",
                          .fast = "connect/raw",
                          .at_most = limits.of(contest),
                          .clock = Clock::cpu});
}

}  // namespace lockstep::benchmarks

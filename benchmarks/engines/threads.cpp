// SPDX-License-Identifier: BSL-1.0
#include <benchmark/benchmark.h>

#include <exception>
#include <thread>

#include "benchmarks/engines/engines.hpp"

namespace lockstep::benchmarks {
namespace {

constexpr int gets = 20'000;  // of all threads together
constexpr int stride = 7919;

void get_some(Side& side, int first, int count) {
  static const std::vector<std::string> ids = [] {
    std::vector<std::string> out;
    for (int i = 0; i < job_count; ++i) out.push_back(job_id(i));
    return out;
  }();
  std::size_t next = static_cast<std::size_t>(first) % job_count;
  Job job;
  for (int i = 0; i < count; ++i) {
    job = side.get(ids[next]);
    expect(job.id == ids[next], "a job");
    next = (next + stride) % job_count;
  }
}

void get_all(const std::vector<std::unique_ptr<Side>>& sides) {
  const int each = gets / static_cast<int>(sides.size());
  std::vector<std::exception_ptr> failures(sides.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    threads.emplace_back([&, i] {
      try {
        get_some(*sides[i], static_cast<int>(i) * 1009, each);
      } catch (...) {
        failures[i] = std::current_exception();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure != nullptr) std::rethrow_exception(failure);
  }
}

}  // namespace

void add_threads(Suite& suite, const Contest& contest, int threads) {
  const std::string what = "get, threads: " + std::to_string(threads);
  const auto on = [&](const char* name, auto run) {
    suite.cases.push_back({.engine = contest.engine,
                           .what = what + name,
                           .run = run,
                           .calls = gets,
                           .row = false});
  };
  on("/raw", [contest, threads](benchmark::State& state) {
    const std::string& url = contest.arena(job_count, false).url();
    std::vector<std::unique_ptr<Side>> sides;
    for (int i = 0; i < threads; ++i) sides.push_back(contest.raw(url));
    get_all(sides);
    for (auto _ : state) get_all(sides);
  });
  on("/lockstep", [contest, threads](benchmark::State& state) {
    Database db = Database::open(
        contest.arena(job_count, false).url(),
        {.max_open_connections = threads, .max_idle_connections = threads});
    std::vector<std::unique_ptr<Side>> sides;
    for (int i = 0; i < threads; ++i) sides.push_back(lockstep_side(db));
    get_all(sides);
    for (auto _ : state) get_all(sides);
  });
  suite.ratios.push_back({.engine = contest.engine,
                          .what = what,
                          .slow = what + "/lockstep",
                          .fast = what + "/raw",
                          .clock = Clock::real});
  // 0.93 of the raw client's gets in a second.
  if (contest.engine == "SQLite file" && threads == 4) suite.ratios.back().at_most = 1 / 0.93;
}

}  // namespace lockstep::benchmarks

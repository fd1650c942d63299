// SPDX-License-Identifier: BSL-1.0
// What the pool itself takes, without a statement: nothing public does only that.
#include "core/pool.hpp"

#include <benchmark/benchmark.h>

#include "benchmarks/engines/engines.hpp"

namespace lockstep {

struct DatabaseOverPool {
  static detail::Pool& pool_of(const Database& db) { return db.pool(); }
};

namespace benchmarks {
namespace {

void lend_and_take_back(Database& db, benchmark::State& state) {
  detail::Pool& pool = DatabaseOverPool::pool_of(db);
  for (auto _ : state) {
    const detail::Lease lease =
        pool.acquire(detail::Purpose::statement, {}, SourceLocation::current());
    benchmark::DoNotOptimize(&*lease);
  }
  expect(pool.stats().in_use == 0 && pool.stats().open == 1, "one connection, given back");
}

}  // namespace

void add_pool(Suite& suite, const Contest& contest) {
  const std::string what = "pool: checkout and return";
  suite.cases.push_back({.engine = contest.engine,
                         .what = what + "/nothing",
                         .run = [](benchmark::State& state) { for (auto _ : state); },
                         .row = false});
  suite.cases.push_back({.engine = contest.engine,
                         .what = what + "/lockstep",
                         .run =
                             [contest](benchmark::State& state) {
                               const std::string url =
                                   contest.in_memory ? "sqlite::memory:"
                                                     : contest.arena(job_count, false).url();
                               Database db = Database::open(url, {.max_open_connections = 1});
                               lend_and_take_back(db, state);
                             },
                         .row = false});
  suite.ratios.push_back({.engine = contest.engine,
                          .what = what,
                          .slow = what + "/lockstep",
                          .fast = what + "/nothing",
                          .at_most = 100e-9,
                          .clock = Clock::cpu,
                          .difference = true});
}

}  // namespace benchmarks
}  // namespace lockstep

// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/engines/engines.hpp"

namespace lockstep::benchmarks {

void add_threads(Suite& suite, const Contest& contest, int threads) {
  const std::string what = "get, threads: " + std::to_string(threads);
  const auto on = [&](const char* name, auto run) {
    suite.cases.push_back({.engine = contest.engine,
                           .what = what + name,
                           .run = run,
                           .calls = gets_of_threads,
                           .row = false});
  };
  on("/raw", [contest, threads](benchmark::State& state) {
    const std::string& url = contest.arena(job_count, false).url();
    std::vector<std::unique_ptr<Side>> sides;
    for (int i = 0; i < threads; ++i) sides.push_back(contest.raw(url));
    run_get_threads(sides, state);
  });
  on("/lockstep", [contest, threads](benchmark::State& state) {
    Database db = Database::open(
        contest.arena(job_count, false).url(),
        {.max_open_connections = threads, .max_idle_connections = threads});
    std::vector<std::unique_ptr<Side>> sides;
    for (int i = 0; i < threads; ++i) sides.push_back(lockstep_side(db));
    run_get_threads(sides, state);
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

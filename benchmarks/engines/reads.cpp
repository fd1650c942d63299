// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/engines/engines.hpp"

namespace lockstep::benchmarks {

void add_reads(Suite& suite, const Contest& contest) {
  constexpr Limits get_limits{.sqlite = 1.05, .postgres = 1.03, .mariadb = 1.03};
  constexpr Limits list_limits{.sqlite = 1.05, .postgres = 1.05, .mariadb = 1.05};
  add(suite, contest, {.what = "get by key", .jobs = job_count, .run = run_get, .limits = get_limits});
  add(suite, contest, {.what = "get by key, through Database", .jobs = job_count, .run = run_get_alone});
  suite.ratios.push_back({.engine = contest.engine,
                          .what = "get by key, through Database, longer by",
                          .slow = "get by key, through Database/lockstep",
                          .fast = "get by key, through Database/raw",
                          .at_most = 100e-9,
                          .clock = Clock::cpu,
                          .difference = true});
  add(suite, contest,
      {.what = "list 10,000",
       .jobs = job_count,
       .run = run_list,
       .calls = job_count,
       .limits = list_limits});
  add(suite, contest,
      {.what = "list 100,000",
       .jobs = many_jobs,
       .run = run_list_many,
       .calls = many_jobs,
       .limits = list_limits});
}

}  // namespace lockstep::benchmarks

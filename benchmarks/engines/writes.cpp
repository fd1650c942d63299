// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/engines/engines.hpp"

namespace lockstep::benchmarks {

void add_writes(Suite& suite, const Contest& contest) {
  const bool memory = contest.engine == "SQLite memory";
  const auto on = [&](Workload workload) { add(suite, contest, workload); };
  on({.what = "insert, in a transaction",
      .jobs = 0,
      .run = run_insert,
      .calls = row_count,
      .limits = {1.05, 1.03, 1.03}});
  on({.what = "update, in a transaction",
      .jobs = job_count,
      .run = run_update,
      .calls = row_count,
      .limits = {1.05, 1.05, 1.03}});
  on({.what = "upsert, in a transaction",
      .jobs = job_count,
      .run = run_upsert,
      .calls = row_count,
      .limits = {1.05, 1.03, 1.03}});
  const Limits alone{memory ? std::optional(1.10) : std::nullopt, 1.10, 1.05};
  const auto on_alone = [&](const char* what, int there, auto run, const Limits& limits) {
    on({.what = what,
        .jobs = there,
        .writes = true,
        .run = run,
        .limits = limits,
        .client_only = true});
  };
  using enum Connection;
  on_alone("insert, alone", 0, run_insert_alone<kept>, alone);
  on_alone("begin, insert and commit", 0, run_insert_and_commit<kept>, alone);
  on_alone("update, alone", job_count, run_update_alone<kept>, alone);
  on_alone("upsert, alone", job_count, run_upsert_alone<kept>, alone);
  on_alone("insert, through Database", 0, run_insert_alone<taken>, {});
  on_alone("begin, insert and commit, through Database", 0, run_insert_and_commit<taken>, {});
  on_alone("update, through Database", job_count, run_update_alone<taken>, {});
  on_alone("upsert, through Database", job_count, run_upsert_alone<taken>, {});
}

void add_claims(Suite& suite, const Contest& contest) {
  const bool memory = contest.engine == "SQLite memory";
  add(suite, contest,
      {.what = "claim 10 runs that are due",
       .jobs = job_count,
       .writes = true,
       .run = run_claim,
       .limits = {memory ? std::optional(1.10) : std::nullopt, 1.10, 1.10},
       .client_only = true});
}

void add_pipelines(Suite& suite, const Contest& contest) {
  const auto on = [&](const char* what, auto run, auto run_raw, int there, double limit) {
    add(suite, contest,
        {.what = what,
         .jobs = there,
         .run = run,
         .run_raw = run_raw,
         .calls = row_count,
         .limits = {.postgres = limit},
         .stretch = true});
  };
  on("insert_all of 1,000, against one by one", run_insert_all,
     run_insert, 0, 0.75);
  on("execute_all of 1,000 updates, against one by one", run_update_all,
     run_update, job_count, 0.65);
  on("execute_all of 1,000 upserts, against one by one", run_upsert_all,
     run_upsert, job_count, 0.68);
}

void add_bulk(Suite& suite, const Contest& contest, const char* what, const Limits& limits,
              bool stretch) {
  add(suite, contest,
      {.what = what,
       .jobs = 0,
       .run = run_bulk,
       .calls = many_jobs,
       .limits = limits,
       .stretch = stretch});
}

}  // namespace lockstep::benchmarks

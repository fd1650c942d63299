// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/workloads/workloads.hpp"
#include "lockstep/database.hpp"

namespace lockstep::benchmarks {
namespace {

constexpr Sql insert_constraint{"bench.insert_constraint",
                                "INSERT INTO constraints (id) VALUES (?)"};

}  // namespace

void fill_jobs(Database& db, int count) {
  for (int i = 0; i < constraint_count; ++i) db.execute(insert_constraint, constraint_id(i));
  std::vector<Job> portion;
  for (int i = 0; i < count; ++i) {
    portion.push_back(job_of(i));
    if (portion.size() < 50'000 && i + 1 < count) continue;
    db.insert_all(insert_job, portion);
    portion.clear();
  }
  if (count < row_count) return;
  std::vector<scheduler::JobRun> runs;
  for (int i = 0; i < row_count; ++i) runs.push_back(run_of(i));
  db.insert_all(insert_run, runs);
}

}  // namespace lockstep::benchmarks

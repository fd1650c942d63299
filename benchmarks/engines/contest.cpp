// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/engines/engines.hpp"

namespace lockstep::benchmarks {
namespace {

constexpr Sql insert_constraint{"bench.insert_constraint",
                                "INSERT INTO constraints (id) VALUES (?)"};

// In portions, so that a million rows need not be in memory.
void fill(Database& db, int jobs) {
  for (int i = 0; i < constraint_count; ++i) db.execute(insert_constraint, constraint_id(i));
  std::vector<Job> portion;
  for (int i = 0; i < jobs; ++i) {
    portion.push_back(job_of(i));
    if (portion.size() < 50'000 && i + 1 < jobs) continue;
    db.insert_all(insert_job, portion);
    portion.clear();
  }
}

}  // namespace

Arena::Arena(const std::string& url, bool in_memory, int jobs, Raw raw)
    : store_(url, {"scheduler"}, [jobs](Database& db) { fill(db, jobs); }),
      make_raw_(std::move(raw)) {
  if (!in_memory) return;
  memory_.emplace("sqlite::memory:", std::vector<std::string>{"scheduler"},
                  [jobs](Database& db) { fill(db, jobs); });
}

Side& Arena::raw() {
  if (raw_ == nullptr) raw_ = make_raw_(store_.url());
  return *raw_;
}

Side& Arena::lockstep() {
  if (lockstep_ == nullptr) {
    lockstep_ = lockstep_side(memory_ ? memory_->db() : store_.db());
    lockstep_->tidy();
  }
  return *lockstep_;
}

Arena& Contest::arena(int jobs, bool written) const {
  auto& slot = (*arenas)[{jobs, written}];
  if (slot == nullptr) slot = std::make_unique<Arena>(url, in_memory, jobs, raw);
  return *slot;
}

std::optional<double> Limits::of(const Contest& contest) const {
  if (contest.engine == "PostgreSQL") return postgres;
  return contest.engine == "MariaDB" ? mariadb : sqlite;
}

void add(Suite& suite, const Contest& contest, const Workload& workload) {
  const std::string what = workload.what;
  const auto add_side = [&](const std::string& name, Workload::Run run, Side& (Arena::*side)()) {
    const auto body = [contest, run, side, jobs = workload.jobs,
                       written = workload.writes](benchmark::State& state) {
      run((contest.arena(jobs, written).*side)(), state);
    };
    suite.cases.push_back({.engine = contest.engine,
                           .what = name,
                           .run = body,
                           .calls = workload.calls,
                           .row = false});
  };
  add_side(what + "/raw", workload.run_raw != nullptr ? workload.run_raw : workload.run,
           &Arena::raw);
  add_side(what + "/lockstep", workload.run, &Arena::lockstep);
  suite.ratios.push_back({.engine = contest.engine,
                          .what = what,
                          .slow = what + "/lockstep",
                          .fast = what + "/raw",
                          .at_most = workload.limits.of(contest),
                          .clock = workload.client_only ? Clock::cpu : contest.clock,
                          .stretch = workload.stretch});
}

}  // namespace lockstep::benchmarks

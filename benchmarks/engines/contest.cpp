// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/engines/engines.hpp"

namespace lockstep::benchmarks {
Arena::Arena(const std::string& url, bool in_memory, int jobs, Raw raw)
    : store_(url, {"scheduler"}, [jobs](Database& db) { fill_jobs(db, jobs); }),
      make_raw_(std::move(raw)) {
  if (!in_memory) return;
  memory_.emplace("sqlite::memory:", std::vector<std::string>{"scheduler"},
                  [jobs](Database& db) { fill_jobs(db, jobs); });
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

// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/peers/races.hpp"

#include <benchmark/benchmark.h>

namespace lockstep::benchmarks {
namespace {

// What is as fast as lockstep, within what two runs of the same differ by.
constexpr double tie = 0.98;
constexpr double tie_of_copy = 0.96;

struct Discipline {
  const char* what;
  const char* command;  // see elsewhere.hpp
  int jobs;             // that are there before
  int calls;            // of one iteration
  void (*run)(Side& side, benchmark::State& state);
  Total (*total)();  // of what is read, or of the table that was written
  bool Peer::*taken;  // by whom
};

Total of_all() { return total_of(job_count); }
Total of_new() { return total_of(row_count); }
Total of_many() { return total_of(many_jobs); }
// Every hundred-and-first, as run_get asks for them.
Total of_some() {
  Total total;
  for (int i = 0; i < job_count; i += 101) total.add(job_of(i));
  return total;
}
// With every tenth in its next version.
Total of_changed() {
  Total total;
  for (int i = 0; i < job_count; ++i) total.add(job_of(i, i % 10 == 0 ? 1 : 0));
  return total;
}

constexpr Discipline disciplines[]{
    {"get by key", "get", job_count, 1, run_get, of_some, &Peer::rows},
    {"list 10,000", "list", job_count, job_count, run_list, of_all, &Peer::lists},
    {"insert, in a transaction", "insert", 0, row_count, run_insert, of_new, &Peer::rows},
    {"update, in a transaction", "update", job_count, row_count, run_update, of_changed,
     &Peer::rows},
    {"upsert, in a transaction", "upsert", job_count, row_count, run_upsert, of_changed,
     &Peer::rows},
    {"many: 100,000 at once", "bulk", 0, many_jobs, run_bulk, of_many, &Peer::bulk},
};

std::string name_of(const Discipline& discipline, const std::string& who) {
  return std::string(discipline.what) + ": " + who;
}

void add_lockstep(Suite& suite, const Course& course, const Discipline& discipline) {
  suite.cases.push_back({.engine = course.engine,
                         .what = name_of(discipline, "lockstep"),
                         .run =
                             [course, discipline](benchmark::State& state) {
                               discipline.run(course.ground(discipline.jobs).lockstep(), state);
                             },
                         .calls = discipline.calls,
                         .row = false});
}

void add_peer(Suite& suite, const Course& course, const Discipline& discipline, const Peer& peer) {
  Case entry{.engine = course.engine,
             .what = name_of(discipline, peer.name),
             .calls = discipline.calls,
             .row = false};
  if (peer.side != nullptr) {
    entry.run = [course, discipline, peer](benchmark::State& state) {
      Ground& ground = course.ground(discipline.jobs);
      ground.lockstep().tidy();
      discipline.run(ground.side(peer), state);
    };
  } else {
    entry.elsewhere = [course, discipline, peer] {
      Ground& ground = course.ground(discipline.jobs);
      ground.lockstep().tidy();
      const Seconds taken = ground.program(peer).time(discipline.command, discipline.total());
      return Seconds{taken.real / discipline.calls, taken.cpu / discipline.calls};
    };
  }
  suite.cases.push_back(std::move(entry));
}

void add_race(Suite& suite, const Course& course, const Discipline& discipline) {
  const std::string mine = name_of(discipline, "lockstep");
  Race race{.engine = course.engine,
            .what = std::string(discipline.what) + ": lockstep first, then ",
            .mine = mine,
            .clock = course.clock};
  add_lockstep(suite, course, discipline);
  add_ratio(suite, course, discipline.what, "lockstep");
  for (const Peer& peer : course.peers) {
    if (!(peer.*discipline.taken)) continue;
    add_peer(suite, course, discipline, peer);
    add_ratio(suite, course, discipline.what, peer.name);
    const bool copies = peer.copies && discipline.taken == &Peer::bulk;
    race.others.push_back({.name = peer.name,
                           .what = name_of(discipline, peer.name),
                           .at_least = copies ? tie_of_copy : tie});
  }
  suite.races.push_back(std::move(race));
}

}  // namespace

Ground::Ground(const std::string& url, bool in_memory, int count)
    : store_(url, {"scheduler"}, [count](Database& db) { fill_jobs(db, count); }) {
  if (!in_memory) return;
  memory_.emplace("sqlite::memory:", std::vector<std::string>{"scheduler"},
                  [count](Database& db) { fill_jobs(db, count); });
}

Side& Ground::lockstep() {
  if (lockstep_ == nullptr) {
    lockstep_ = lockstep_side(memory_ ? memory_->db() : store_.db());
    lockstep_->tidy();
  }
  return *lockstep_;
}

Target Ground::target() {
  return memory_ ? copy_in_memory(store_.url(), store_.db()) : target_of(store_.url());
}

Side& Ground::side(const Peer& peer) {
  auto& slot = sides_[peer.name];
  if (slot == nullptr) slot = peer.side(target());
  return *slot;
}

Elsewhere& Ground::program(const Peer& peer) {
  auto& slot = programs_[peer.name];
  if (slot == nullptr) slot = std::make_unique<Elsewhere>(peer.program, target());
  return *slot;
}

Ground& Course::ground(int jobs) const {
  auto& slot = (*grounds)[jobs];
  if (slot == nullptr) slot = std::make_unique<Ground>(url, in_memory, jobs);
  return *slot;
}

void add_ratio(Suite& suite, const Course& course, const std::string& what,
               const std::string& name) {
  suite.ratios.push_back({.engine = course.engine,
                          .what = what + ": " + name,
                          .slow = what + ": " + name,
                          .fast = what + ": lockstep",
                          .clock = course.clock});
}

void add_races(Suite& suite, const Course& course) {
  for (const Discipline& discipline : disciplines) add_race(suite, course, discipline);
}

}  // namespace lockstep::benchmarks

// SPDX-License-Identifier: BSL-1.0
#include <benchmark/benchmark.h>
#include <sched.h>

#include "benchmarks/peers/races.hpp"
#include "lockstep/database.hpp"

namespace lockstep::benchmarks {
namespace {

constexpr int threads = 4;
const std::string connect = "connect";
const std::string get_threads = "get by key, threads: " + std::to_string(threads);

using Run = std::function<void(benchmark::State&)>;

void add_case(Suite& suite, const Course& course, const std::string& what,
              const std::string& name, Run run, int calls = 1) {
  suite.cases.push_back({.engine = course.engine,
                         .what = what + ": " + name,
                         .run = std::move(run),
                         .calls = calls,
                         .row = false});
}

Target connect_target(const Course& course) {
  Target target = target_of(course.in_memory ? "sqlite::memory:" : course.ground(job_count).url());
  target.connect_only = true;
  return target;
}

void add_connect(Suite& suite, const Course& course, const Peer& peer) {
  if (peer.side != nullptr) {
    add_case(suite, course, connect, peer.name, [course, peer](benchmark::State& state) {
      const Target target = connect_target(course);
      for (auto _ : state) peer.side(target);
    });
  } else {
    suite.cases.push_back({.engine = course.engine,
                           .what = connect + ": " + peer.name,
                           .row = false,
                           .elsewhere = [course, peer] {
                             return course.ground(job_count).program(peer).time(connect, {});
                           }});
  }
  add_ratio(suite, course, connect, peer.name);
}

void add_connects(Suite& suite, const Course& course) {
  add_case(suite, course, connect, "lockstep", [course](benchmark::State& state) {
    const std::string url =
        course.in_memory ? "sqlite::memory:" : course.ground(job_count).url();
    for (auto _ : state) {
      expect(Database::open(url, {.max_open_connections = 1}).stats().open == 1, "a connection");
    }
  });
  add_ratio(suite, course, connect, "lockstep");
  for (const Peer& peer : course.peers) {
    // A program has but one target, and that in memory is a copy of a file.
    const bool copies = course.in_memory && peer.side == nullptr;
    if (peer.connects && !copies) add_connect(suite, course, peer);
  }
}

// Meanwhile this thread, and those that it starts, run on all CPUs.
class AllCpus {
 public:
  AllCpus() {
    cpu_set_t all;
    CPU_ZERO(&all);
    for (std::size_t cpu = 0; cpu < CPU_SETSIZE; ++cpu) CPU_SET(cpu, &all);
    expect(sched_getaffinity(0, sizeof before_, &before_) == 0, "the CPUs of this process");
    expect(sched_setaffinity(0, sizeof all, &all) == 0, "the CPUs of this machine");
  }
  ~AllCpus() { sched_setaffinity(0, sizeof before_, &before_); }
  AllCpus(const AllCpus&) = delete;
  AllCpus& operator=(const AllCpus&) = delete;

 private:
  cpu_set_t before_{};
};

using Sides = std::vector<std::unique_ptr<Side>>;

void add_threads(Suite& suite, const Course& course) {
  const auto on = [&](const std::string& name, Run run) {
    add_case(suite, course, get_threads, name, std::move(run), gets_of_threads);
    add_ratio(suite, course, get_threads, name);
    suite.ratios.back().clock = Clock::real;
  };
  on("lockstep", [course](benchmark::State& state) {
    const AllCpus all;
    Database db =
        Database::open(course.ground(job_count).url(),
                       {.max_open_connections = threads, .max_idle_connections = threads});
    Sides sides;
    for (int i = 0; i < threads; ++i) sides.push_back(lockstep_side(db));
    run_get_threads(sides, state);
  });
  for (const Peer& peer : course.peers) {
    if (!peer.threads) continue;
    on(peer.name, [course, peer](benchmark::State& state) {
      const AllCpus all;
      const Target target = target_of(course.ground(job_count).url());
      Sides sides;
      for (int i = 0; i < threads; ++i) sides.push_back(peer.side(target));
      run_get_threads(sides, state);
    });
  }
}

}  // namespace

void add_reports(Suite& suite, const Course& course) {
  add_connects(suite, course);
  if (course.engine == "SQLite file") add_threads(suite, course);
}

}  // namespace lockstep::benchmarks

// SPDX-License-Identifier: BSL-1.0
#include <benchmark/benchmark.h>

#include <array>
#include <cstdio>

#include "benchmarks/domains/domains.hpp"
#include "lockstep/scheduler/scheduler.hpp"

namespace lockstep::benchmarks {
namespace {

using scheduler::Job;
using scheduler::JobRun;

constexpr int jobs = 1000;
constexpr int runs = 10'000;
constexpr int runs_page = 100;

std::string numbered(const char* prefix, int number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%s-%08d", prefix, number);
  return text.data();
}

Job job_of(int number) {
  return {.id = numbered("job", number),
          .name = "Nightly report",
          .schedule = "0 2 * * *",
          .pod_spec = Json{R"({"image": "report:1.4", "args": ["--all"], "cpu": "500m"})"},
          .created_at = clock_time(),
          .updated_at = clock_time()};
}

JobRun run_of(int number) {
  const Timestamp scheduled = clock_time() + std::chrono::minutes(number);
  return {.job_id = job_of(0).id,
          .run_id = numbered("run", number),
          .scheduled_at = scheduled,
          .started_at = scheduled + std::chrono::milliseconds(20),
          .completed_at = scheduled + std::chrono::seconds(3),
          .status = scheduler::RunStatus::completed,
          .success = true};
}

void fill(Database& db) {
  db.transaction([](Transaction& tx) {
    for (int i = 0; i < jobs; ++i) scheduler::create_job(tx, job_of(i));
    for (int i = 0; i < runs; ++i) scheduler::create_job_run(tx, run_of(i));
  });
  expect(count(db, "job_runs") == runs, "the number of runs");
}

void check_created(Database& db, int created) {
  expect(count(db, "jobs") == created, "the number of jobs");
  expect(scheduler::get_job(db, job_of(created - 1).id) == job_of(created - 1),
         "the job created last");
}

void create_alone(Database& db, benchmark::State& state) {
  db.execute("DELETE FROM jobs");
  int created = 0;
  for (auto _ : state) scheduler::create_job(db, job_of(created++));
  check_created(db, created);
}

void create_together(Database& db, benchmark::State& state) {
  db.execute("DELETE FROM jobs");
  int created = 0;
  for (auto _ : state) {
    db.transaction([&](Transaction& tx) {
      for (int i = 0; i < jobs; ++i) scheduler::create_job(tx, job_of(created++));
    });
  }
  check_created(db, created);
}

void get(Database& db, benchmark::State& state) {
  std::vector<Job> expected;
  for (int i = 0; i < jobs; ++i) expected.push_back(job_of(i));
  std::size_t next = 0;
  for (auto _ : state) {
    const Job& job = expected[next];
    expect(scheduler::get_job(db, job.id) == job, "a job");
    next = (next + 7) % expected.size();
  }
}

void get_all(Database& db, benchmark::State& state) {
  std::vector<Job> expected;
  for (int i = jobs; i-- > 0;) expected.push_back(job_of(i));
  std::vector<Job> found;
  for (auto _ : state) {
    found = scheduler::get_all_jobs(db);
    expect(found.size() == jobs && found.front().id == expected.front().id &&
               found.back().id == expected.back().id,
           "all jobs");
  }
  expect(found == expected, "the rows of all jobs");
}

void get_runs(Database& db, benchmark::State& state) {
  std::vector<JobRun> expected;
  for (int i = 0; i < runs_page; ++i) expected.push_back(run_of(runs - 1 - i));
  std::vector<JobRun> found;
  for (auto _ : state) {
    found = scheduler::get_job_runs(db, job_of(0).id, runs_page);
    expect(found.size() == runs_page && found.front().run_id == expected.front().run_id &&
               found.back().run_id == expected.back().run_id,
           "runs of a job");
  }
  expect(found == expected, "the rows of runs");
}

struct Told {
  const char* in_memory;
  const char* normal;
};

}  // namespace

void add_jobs(Suite& suite, const std::filesystem::path& data) {
  struct Side {
    Place place;
    const char* Told::*told;
  };
  const std::array sides{
      Side{{"SQLite memory", "sqlite::memory:"}, &Told::in_memory},
      Side{{"SQLite normal", sqlite_url(data, "?synchronous=normal")}, &Told::normal}};
  for (const auto& [place, told_by] : sides) {
    const std::vector<std::string> domains{"scheduler"};
    const auto empty = std::make_shared<Store>(place.url, domains);
    const auto filled = std::make_shared<Store>(place.url, domains, fill);
    const auto add = [&](const char* what, Told told, const auto& store, auto run, int calls = 1) {
      suite.cases.push_back(
          {.engine = place.engine,
           .what = what,
           .run = [store, run](benchmark::State& state) { run(store->db(), state); },
           .calls = calls,
           .told = told.*told_by});
    };
    add("create_job", {"17 - 20 us", "69 - 106 us"}, empty, create_alone);
    add("create_job, 1,000 in a transaction, each", {"15 - 16 us", "24 - 33 us"}, empty,
        create_together, jobs);
    add("get_job", {"27 - 29 us", "39 - 61 us"}, filled, get);
    add("get_all_jobs, 1,000", {"4.5 - 7.1 ms", "6.4 - 9.5 ms"}, filled, get_all);
    add("get_job_runs, 100 of 10,000", {"0.41 - 0.78 ms", "0.48 - 0.73 ms"}, filled, get_runs);
  }
}

}  // namespace lockstep::benchmarks

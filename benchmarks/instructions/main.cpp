// SPDX-License-Identifier: BSL-1.0
// instructions_benchmarks raw|lockstep CASE COUNT: fills a table of jobs in memory, then reads it.
// ./bench instructions counts what COUNT and COUNT + 1000 take, and so what one of them does.
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include "benchmarks/raw/sqlite_jobs.hpp"
#include "lockstep/migration_set.hpp"
#include "lockstep/testing.hpp"

namespace lockstep::benchmarks {
namespace {

using scheduler::Job;

constexpr int jobs = 10'000;
constexpr std::string_view id_of_one = "00000000-0000-4000-8000-000000004711";

constexpr Sql insert_sql{"bench.insert_job",
                         "INSERT INTO jobs (id, name, schedule, pod_spec, constraint_id, "
                         "created_at, updated_at) VALUES (:id, :name, :schedule, :pod_spec, "
                         ":constraint_id, :created_at, :updated_at)"};
constexpr Sql get_sql{"bench.get_job",
                      "SELECT id, name, schedule, pod_spec, constraint_id, created_at, updated_at "
                      "FROM jobs WHERE id = :id"};
constexpr Sql list_sql{"bench.list_jobs",
                       "SELECT id, name, schedule, pod_spec, constraint_id, created_at, updated_at "
                       "FROM jobs LIMIT :count"};

std::string numbered(int number) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "00000000-0000-4000-8000-%012d", number);
  return text.data();
}

Job job_of(int number) {
  constexpr Timestamp begin = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);
  const Timestamp at = begin + std::chrono::microseconds(1'000'003) * number;
  return {.id = numbered(number),
          .name = "Nightly report of a region",
          .schedule = "0 2 * * *",
          .pod_spec = Json{R"({"image": "report:1.4", "args": ["--all"], "cpu": "500m"})"},
          .created_at = at,
          .updated_at = at};
}

void expect(bool right) {
  if (!right) throw std::runtime_error("instructions_benchmarks: a wrong answer");
}

// Both sides read the same rows in the same kind of transaction, or without one.
struct Raw {
  Raw() : db(MigrationSet::embedded(Engine::sqlite, {"scheduler"}).find("scheduler", "1")->up) {
    db.run("BEGIN");
    for (int i = 0; i < jobs; ++i) db.insert(job_of(i));
    db.run("COMMIT");
  }
  raw::SqliteJobs db;
};

void run_raw(std::string_view what, int count) {
  Raw raw;
  if (what != "get-alone") raw.db.run("BEGIN");
  expect(raw.db.list(jobs).size() == jobs);
  if (what == "list") {
    expect(raw.db.list(count).size() == static_cast<std::size_t>(count));
  } else {
    for (int i = 0; i < count; ++i) expect(raw.db.get(id_of_one).id == id_of_one);
  }
}

void run_lockstep(std::string_view what, int count) {
  Database db = testing::new_test_db({"scheduler"});
  std::vector<Job> rows(jobs);
  for (int i = 0; i < jobs; ++i) rows[static_cast<std::size_t>(i)] = job_of(i);
  db.insert_all(insert_sql, rows);
  if (what == "get-alone") {
    for (int i = 0; i < count; ++i) expect(db.fetch_one<Job>(get_sql, id_of_one).id == id_of_one);
    return;
  }
  Transaction tx = db.begin({.read_only = true});
  expect(tx.fetch_all<Job>(list_sql, jobs).size() == jobs);
  if (what == "list") {
    expect(tx.fetch_all<Job>(list_sql, count).size() == static_cast<std::size_t>(count));
  } else {
    for (int i = 0; i < count; ++i) expect(tx.fetch_one<Job>(get_sql, id_of_one).id == id_of_one);
  }
}

}  // namespace
}  // namespace lockstep::benchmarks

int main(int argc, char** argv) {
  using namespace lockstep::benchmarks;
  try {
    if (argc != 4) throw std::runtime_error("instructions_benchmarks raw|lockstep CASE COUNT");
    const bool raw = std::string_view(argv[1]) == "raw";
    (raw ? run_raw : run_lockstep)(argv[2], std::atoi(argv[3]));
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 2;
  }
}

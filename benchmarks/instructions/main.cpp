// SPDX-License-Identifier: BSL-1.0
// instructions_benchmarks raw|lockstep CASE COUNT FOLDER: makes a table of jobs in memory, then does
// COUNT calls of the case. ./bench instructions counts what more of them take, and so what one does.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "benchmarks/raw/raw.hpp"
#include "benchmarks/support/store.hpp"
#include "benchmarks/workloads/workloads.hpp"

namespace lockstep::benchmarks {
namespace {

constexpr int one = 4714;  // with a pod_spec, without a constraint

Store filled(const std::string& url) {
  return {url, {"scheduler"}, [](Database& db) { fill_jobs(db, job_count); }};
}

// As many as any case writes, whatever COUNT is: making them must not count.
std::vector<Job> jobs_to_write(std::string_view what) {
  std::vector<Job> jobs;
  for (int i = 0; i < job_count; ++i) {
    jobs.push_back(what == "insert" ? job_of(job_count + i) : job_of(i, 1));
  }
  return jobs;
}

void read(Side& side, std::string_view what, int count) {
  if (what == "list") {
    for (int i = 0; i < count; ++i) expect(side.list().size() == job_count, "the number of jobs");
    return;
  }
  const std::string id = job_id(one);
  for (int i = 0; i < count; ++i) expect(side.get(id).id == id, "a job");
}

void write(Side& side, std::string_view what, int count) {
  const std::vector<Job> jobs = jobs_to_write(what);
  for (int i = 0; i < count; ++i) {
    const Job& job = jobs.at(static_cast<std::size_t>(i));
    if (what == "insert") {
      side.insert(job);
    } else {
      what == "update" ? side.update(job) : side.upsert(job);
    }
  }
  expect(side.get(jobs[0].id) == jobs[0], "a job that was written");
}

void run(Side& side, std::string_view what, int count) {
  const bool writes = what == "insert" || what == "update" || what == "upsert";
  if (what != "get-alone") side.begin(writes ? Side::Work::writes : Side::Work::reads);
  expect(total_of(side.list()) == total_of(job_count), "the rows of all jobs");
  writes ? write(side, what, count) : read(side, what, count);
}

// Each on a connection of its own in memory, without a mutex for each call.
void run_raw(const std::string& folder, std::string_view what, int count) {
  Store file = filled(sqlite_url(folder));
  run(*raw_sqlite_in_memory(file.url()), what, count);
}

void run_lockstep(const std::string&, std::string_view what, int count) {
  Store memory = filled("sqlite::memory:");
  run(*lockstep_side(memory.db()), what, count);
}

}  // namespace
}  // namespace lockstep::benchmarks

int main(int argc, char** argv) {
  using namespace lockstep::benchmarks;
  try {
    if (argc != 5) throw std::runtime_error("instructions_benchmarks raw|lockstep CASE COUNT FOLDER");
    const bool raw = std::string_view(argv[1]) == "raw";
    (raw ? run_raw : run_lockstep)(argv[4], argv[2], std::atoi(argv[3]));
    return 0;
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 2;
  }
}

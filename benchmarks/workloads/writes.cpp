// SPDX-License-Identifier: BSL-1.0
#include <benchmark/benchmark.h>

#include <map>

#include "benchmarks/support/store.hpp"
#include "benchmarks/workloads/workloads.hpp"

namespace lockstep::benchmarks {
namespace {

using Write = void (*)(Side&, std::span<const Job>);

void insert_each(Side& side, std::span<const Job> given) {
  for (const Job& job : given) side.insert(job);
}
void update_each(Side& side, std::span<const Job> given) {
  for (const Job& job : given) side.update(job);
}
void upsert_each(Side& side, std::span<const Job> given) {
  for (const Job& job : given) side.upsert(job);
}

// Of `count` jobs, those given are there as they were given.
void expect_stored(Side& side, std::span<const Job> given, std::size_t count) {
  const std::vector<Job> found = side.list();
  expect(found.size() == count, "the number of jobs");
  std::map<std::string_view, const Job*> by_id;
  for (const Job& job : found) by_id[job.id] = &job;
  for (const Job& job : given) expect(*by_id.at(job.id) == job, "a job that was written");
}

// Writes the rows in a transaction that is rolled back, so that each time the table is the same and
// every value another than before. Only the writes are timed.
template <Write write>
void in_transaction(Side& side, std::span<const Job> given, std::size_t count,
                    benchmark::State& state) {
  side.tidy();
  bool checked = false;
  for (auto _ : state) {
    state.PauseTiming();
    side.begin(Side::Work::writes);
    state.ResumeTiming();
    write(side, given);
    state.PauseTiming();
    if (!checked) expect_stored(side, given, count);
    checked = true;
    side.rollback();
    state.ResumeTiming();
  }
}

template <Write write, int count = row_count>
void insert_rows(Side& side, benchmark::State& state) {
  static const std::vector<Job> given = jobs_of(count);
  in_transaction<write>(side, given, count, state);
}

// Of every tenth job.
const std::vector<Job>& changed_jobs() {
  static const std::vector<Job> given = [] {
    std::vector<Job> out;
    for (int i = 0; i < row_count; ++i) out.push_back(job_of(i * (job_count / row_count), 1));
    return out;
  }();
  return given;
}

template <Write write>
void change_rows(Side& side, benchmark::State& state) {
  in_transaction<write>(side, changed_jobs(), job_count, state);
}

// The side keeps its connection while it lives, if it is asked to.
class Keep {
 public:
  Keep(Side& side, Connection connection) : side_(connection == Connection::kept ? &side : nullptr) {
    if (side_ != nullptr) side_->keep_connection();
  }
  Keep(const Keep&) = delete;
  Keep& operator=(const Keep&) = delete;
  ~Keep() {
    if (side_ != nullptr) side_->give_back();
  }

 private:
  Side* side_;
};

// Each iteration writes a job of its own; afterwards all are there as they were given.
template <Connection connection, class Write>
void insert_new(Side& side, benchmark::State& state, Write write) {
  side.clear();
  side.tidy();
  const std::vector<Job> given = jobs_of(static_cast<int>(state.max_iterations));
  std::size_t next = 0;
  {
    const Keep keep(side, connection);
    for (auto _ : state) write(given[next++]);
  }
  expect(next == given.size(), "the number of calls");
  expect(total_of(side.list()) == total_of(given), "the jobs that were inserted");
  side.clear();
}

// One job after the other, in a version that no table has had yet.
std::vector<Job> new_versions(std::size_t count) {
  static int version = 1;
  std::vector<Job> given;
  given.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (i % job_count == 0) ++version;
    given.push_back(job_of(static_cast<int>(i % job_count), version));
  }
  return given;
}

// Each iteration gives one of the jobs another version.
template <Connection connection, void (Side::*write)(const Job&)>
void change_alone(Side& side, benchmark::State& state) {
  const auto count = static_cast<std::size_t>(state.max_iterations);
  const std::vector<Job> given = new_versions(count);
  side.tidy();
  std::size_t next = 0;
  {
    const Keep keep(side, connection);
    for (auto _ : state) (side.*write)(given[next++]);
  }
  expect(next == given.size(), "the number of calls");
  for (std::size_t i = count > job_count ? count - job_count : 0; i < count; ++i) {
    expect(side.get(given[i].id) == given[i], "a job that was changed");
  }
}

void insert_many(Side& side, std::span<const Job> given) { side.insert_all(given); }
void update_many(Side& side, std::span<const Job> given) { side.update_all(given); }
void upsert_many(Side& side, std::span<const Job> given) { side.upsert_all(given); }

}  // namespace

void run_insert(Side& side, benchmark::State& state) { insert_rows<insert_each>(side, state); }
void run_update(Side& side, benchmark::State& state) { change_rows<update_each>(side, state); }
void run_upsert(Side& side, benchmark::State& state) { change_rows<upsert_each>(side, state); }

template <Connection connection>
void run_insert_alone(Side& side, benchmark::State& state) {
  insert_new<connection>(side, state, [&](const Job& job) { side.insert(job); });
}

template <Connection connection>
void run_insert_and_commit(Side& side, benchmark::State& state) {
  insert_new<connection>(side, state, [&](const Job& job) {
    side.begin(Side::Work::writes);
    side.insert(job);
    side.commit();
  });
}

template <Connection connection>
void run_update_alone(Side& side, benchmark::State& state) {
  change_alone<connection, &Side::update>(side, state);
}

template <Connection connection>
void run_upsert_alone(Side& side, benchmark::State& state) {
  change_alone<connection, &Side::upsert>(side, state);
}

template void run_insert_alone<Connection::kept>(Side&, benchmark::State&);
template void run_insert_alone<Connection::taken>(Side&, benchmark::State&);
template void run_insert_and_commit<Connection::kept>(Side&, benchmark::State&);
template void run_insert_and_commit<Connection::taken>(Side&, benchmark::State&);
template void run_update_alone<Connection::kept>(Side&, benchmark::State&);
template void run_update_alone<Connection::taken>(Side&, benchmark::State&);
template void run_upsert_alone<Connection::kept>(Side&, benchmark::State&);
template void run_upsert_alone<Connection::taken>(Side&, benchmark::State&);

void run_insert_all(Side& side, benchmark::State& state) { insert_rows<insert_many>(side, state); }
void run_update_all(Side& side, benchmark::State& state) { change_rows<update_many>(side, state); }
void run_upsert_all(Side& side, benchmark::State& state) { change_rows<upsert_many>(side, state); }

void run_bulk(Side& side, benchmark::State& state) {
  insert_rows<insert_many, many_jobs>(side, state);
}

}  // namespace lockstep::benchmarks

// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/raw/sqlite_jobs.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace lockstep::benchmarks::raw {
namespace {

using scheduler::Job;

void require(bool right, sqlite3* handle) {
  if (!right) throw std::runtime_error(std::string("raw SQLite: ") + sqlite3_errmsg(handle));
}

std::string_view text(sqlite3_stmt* row, int column) {
  const auto* begin = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
  return {begin, static_cast<std::size_t>(sqlite3_column_bytes(row, column))};
}

int two_digits(const char* at) { return (at[0] - '0') * 10 + at[1] - '0'; }

// "YYYY-MM-DD HH:MM:SS.ffffff", and nothing else is there.
Timestamp instant(std::string_view text) {
  if (text.size() != 26) throw std::runtime_error("raw SQLite: no instant");
  const char* at = text.data();
  const std::chrono::year_month_day date(
      std::chrono::year(two_digits(at) * 100 + two_digits(at + 2)),
      std::chrono::month(static_cast<unsigned>(two_digits(at + 5))),
      std::chrono::day(static_cast<unsigned>(two_digits(at + 8))));
  const int seconds = (two_digits(at + 11) * 60 + two_digits(at + 14)) * 60 + two_digits(at + 17);
  const int micros =
      (two_digits(at + 20) * 100 + two_digits(at + 22)) * 100 + two_digits(at + 24);
  return std::chrono::sys_days(date) + std::chrono::seconds(seconds) +
         std::chrono::microseconds(micros);
}

void read(sqlite3_stmt* row, Job& job) {
  job.id = text(row, 0);
  job.name = text(row, 1);
  job.schedule = text(row, 2);
  if (sqlite3_column_type(row, 3) != SQLITE_NULL) job.pod_spec.emplace().text = text(row, 3);
  if (sqlite3_column_type(row, 4) != SQLITE_NULL) job.constraint_id.emplace(text(row, 4));
  job.created_at = instant(text(row, 5));
  job.updated_at = instant(text(row, 6));
}

void bind_text(sqlite3_stmt* statement, int index, std::string_view text) {
  sqlite3_bind_text(statement, index, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
}

}  // namespace

void SqliteClose::operator()(sqlite3* handle) const noexcept { sqlite3_close(handle); }
void SqliteClose::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

SqliteJobs::SqliteJobs(const std::string& schema) {
  sqlite3* handle = nullptr;
  sqlite3_open_v2(":memory:", &handle,
                  SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  handle_.reset(handle);
  run(schema);
  insert_ = prepare("INSERT INTO jobs (id, name, schedule, pod_spec, constraint_id, created_at, "
                    "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?)");
  get_ = prepare("SELECT id, name, schedule, pod_spec, constraint_id, created_at, updated_at "
                 "FROM jobs WHERE id = ?");
  list_ = prepare("SELECT id, name, schedule, pod_spec, constraint_id, created_at, updated_at "
                  "FROM jobs LIMIT ?");
}

SqliteStatement SqliteJobs::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  require(code == SQLITE_OK, handle_.get());
  return SqliteStatement(statement);
}

void SqliteJobs::run(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  require(code == SQLITE_OK, handle_.get());
}

void SqliteJobs::insert(const Job& job) {
  const std::string created = format_timestamp(job.created_at);
  const std::string updated = format_timestamp(job.updated_at);
  sqlite3_stmt* statement = insert_.get();
  bind_text(statement, 1, job.id);
  bind_text(statement, 2, job.name);
  bind_text(statement, 3, job.schedule);
  if (job.pod_spec) bind_text(statement, 4, job.pod_spec->text);
  if (job.constraint_id) bind_text(statement, 5, *job.constraint_id);
  bind_text(statement, 6, created);
  bind_text(statement, 7, updated);
  const int code = sqlite3_step(statement);
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  require(code == SQLITE_DONE, handle_.get());
}

Job SqliteJobs::get(std::string_view id) {
  sqlite3_stmt* statement = get_.get();
  bind_text(statement, 1, id);
  require(sqlite3_step(statement) == SQLITE_ROW, handle_.get());
  Job job;
  read(statement, job);
  require(sqlite3_step(statement) == SQLITE_DONE, handle_.get());
  sqlite3_reset(statement);
  return job;
}

std::vector<Job> SqliteJobs::list(int count) {
  sqlite3_stmt* statement = list_.get();
  sqlite3_bind_int(statement, 1, count);
  std::vector<Job> jobs;
  jobs.reserve(static_cast<std::size_t>(count));
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) read(statement, jobs.emplace_back());
  require(code == SQLITE_DONE, handle_.get());
  sqlite3_reset(statement);
  return jobs;
}

}  // namespace lockstep::benchmarks::raw

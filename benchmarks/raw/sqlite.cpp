// SPDX-License-Identifier: BSL-1.0
#include <sqlite3.h>

#include <array>
#include <stdexcept>

#include "benchmarks/raw/raw.hpp"
#include "benchmarks/raw/text.hpp"

namespace lockstep::benchmarks {
namespace {

using scheduler::ClaimedRun;

struct Close {
  void operator()(sqlite3* handle) const noexcept { sqlite3_close(handle); }
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, Close>;
using Statement = std::unique_ptr<sqlite3_stmt, Close>;

void require(bool right, sqlite3* handle) {
  if (!right) throw std::runtime_error(std::string("raw SQLite: ") + sqlite3_errmsg(handle));
}

void execute(sqlite3* handle, const char* sql) {
  require(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr) == SQLITE_OK, handle);
}

Handle open(const std::string& path) {
  sqlite3* opened = nullptr;
  const int code = sqlite3_open_v2(
      path.c_str(), &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
      nullptr);
  Handle handle(opened);
  require(code == SQLITE_OK, opened);
  return handle;
}

// As dialects/sqlite/handle.cpp has them.
void settle(sqlite3* handle, bool file) {
  sqlite3_busy_timeout(handle, 5000);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  if (file) execute(handle, "PRAGMA journal_mode=WAL");
  execute(handle, "PRAGMA synchronous=FULL");
}

std::string path_of(const std::string& url) {
  const std::string path = url.substr(url.find(':') + 1);
  return path.substr(0, path.find('?'));
}

Handle connected(const std::string& url) {
  const std::string path = path_of(url);
  Handle handle = open(path);
  settle(handle.get(), path != ":memory:");
  return handle;
}

int two_digits(const char* at) { return (at[0] - '0') * 10 + at[1] - '0'; }

// "YYYY-MM-DD HH:MM:SS.ffffff", and nothing else is there.
Timestamp instant(std::string_view text) {
  if (text.size() != timestamp_text_size) throw std::runtime_error("raw SQLite: no instant");
  const char* at = text.data();
  const std::chrono::year_month_day date(
      std::chrono::year(two_digits(at) * 100 + two_digits(at + 2)),
      std::chrono::month(static_cast<unsigned>(two_digits(at + 5))),
      std::chrono::day(static_cast<unsigned>(two_digits(at + 8))));
  const int seconds = (two_digits(at + 11) * 60 + two_digits(at + 14)) * 60 + two_digits(at + 17);
  const int micros = (two_digits(at + 20) * 100 + two_digits(at + 22)) * 100 + two_digits(at + 24);
  return std::chrono::sys_days(date) + std::chrono::seconds(seconds) +
         std::chrono::microseconds(micros);
}

std::string_view text(sqlite3_stmt* row, int column) {
  const auto* begin = reinterpret_cast<const char*>(sqlite3_column_text(row, column));
  return {begin, static_cast<std::size_t>(sqlite3_column_bytes(row, column))};
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

using TimestampText = std::array<char, timestamp_text_size>;

// Everything bound is alive until the statement has been stepped: SQLite copies nothing.
class Binder {
 public:
  explicit Binder(sqlite3_stmt* statement) : statement_(statement) {}

  void add(std::string_view text) {
    sqlite3_bind_text(statement_, ++index_, text.data(), static_cast<int>(text.size()),
                      SQLITE_STATIC);
  }
  void add(const Job& job) {
    add(job.name);
    add(job.schedule);
    if (job.pod_spec) {
      add(job.pod_spec->text);
    } else {
      sqlite3_bind_null(statement_, ++index_);
    }
    if (job.constraint_id) {
      add(*job.constraint_id);
    } else {
      sqlite3_bind_null(statement_, ++index_);
    }
  }
  void add(std::int64_t number) { sqlite3_bind_int64(statement_, ++index_, number); }
  void add(Timestamp time, TimestampText& text) {
    format_timestamp(time, text.data());
    add(std::string_view(text.data(), text.size()));
  }

 private:
  sqlite3_stmt* statement_;
  int index_ = 0;
};

std::optional<Timestamp> maybe_instant(sqlite3_stmt* row, int column) {
  if (sqlite3_column_type(row, column) == SQLITE_NULL) return std::nullopt;
  return instant(text(row, column));
}

void read(sqlite3_stmt* row, ClaimedRun& run) {
  run.job_id = text(row, 0);
  run.run_id = text(row, 1);
  run.scheduled_at = instant(text(row, 2));
  run.started_at = maybe_instant(row, 3);
  run.completed_at = maybe_instant(row, 4);
  run.status = find_enum<scheduler::RunStatus>(text(row, 5)).value();
  if (sqlite3_column_type(row, 6) != SQLITE_NULL) run.success = sqlite3_column_int(row, 6) != 0;
  if (sqlite3_column_type(row, 7) != SQLITE_NULL) run.error.emplace(text(row, 7));
  run.worker = text(row, 8);
  run.lease_until = instant(text(row, 9));
  run.fence = sqlite3_column_int64(row, 10);
}

class Sqlite final : public Side {
 public:
  explicit Sqlite(Handle handle);

  void begin(Work work) override { finish((work == Work::reads ? begin_ : begin_write_).get()); }
  void commit() override { finish(commit_.get()); }
  void rollback() override { finish(rollback_.get()); }

  [[nodiscard]] Job get(std::string_view id) override;
  [[nodiscard]] std::vector<Job> list() override;
  void stream(const std::function<void(const Job&)>& visit) override;
  void insert(const Job& job) override { write(insert_.get(), job); }
  void update(const Job& job) override;
  void upsert(const Job& job) override { write(upsert_.get(), job); }
  void insert_all(std::span<const Job> jobs) override {
    for (const Job& job : jobs) insert(job);
  }
  [[nodiscard]] std::vector<ClaimedRun> claim(const scheduler::ClaimRequest& request) override;
  void give_back_runs() override { execute(handle_.get(), give_back_runs_text); }
  void clear() override { execute(handle_.get(), "DELETE FROM jobs"); }

 private:
  using Key = std::pair<std::string, std::string>;  // job_id and scheduled_at
  Statement prepare(std::string_view sql);
  std::vector<Key> due_keys(std::string_view now, std::int64_t limit);
  void write(sqlite3_stmt* statement, const Job& job);
  void finish(sqlite3_stmt* statement);

  Handle handle_;
  Statement begin_, begin_write_, commit_, rollback_, get_, list_, insert_, update_, upsert_;
  Statement due_, mark_, read_;
  std::size_t listed_ = 0;  // rows of the last time
};

Sqlite::Sqlite(Handle handle)
    : handle_(std::move(handle)),
      begin_(prepare("BEGIN")),
      begin_write_(prepare("BEGIN IMMEDIATE")),
      commit_(prepare("COMMIT")),
      rollback_(prepare("ROLLBACK")),
      get_(prepare(get_job.text(Engine::sqlite))),
      list_(prepare(list_jobs.text(Engine::sqlite))),
      insert_(prepare(insert_job.text(Engine::sqlite))),
      update_(prepare(update_job.text(Engine::sqlite))),
      upsert_(prepare(upsert_job.text(Engine::sqlite))),
      due_(prepare(scheduler_statement("scheduler.claim_due_runs.candidates_unlocked")
                       .text(Engine::sqlite))),
      mark_(prepare(scheduler_statement("scheduler.claim_due_runs").text(Engine::sqlite))),
      read_(prepare(scheduler_statement("scheduler.claim_due_runs.read").text(Engine::sqlite))) {}

Statement Sqlite::prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  require(code == SQLITE_OK, handle_.get());
  return Statement(statement);
}

void Sqlite::finish(sqlite3_stmt* statement) {
  const int code = sqlite3_step(statement);
  sqlite3_reset(statement);
  require(code == SQLITE_DONE, handle_.get());
}

Job Sqlite::get(std::string_view id) {
  Binder(get_.get()).add(id);
  require(sqlite3_step(get_.get()) == SQLITE_ROW, handle_.get());
  Job job;
  read(get_.get(), job);
  require(sqlite3_step(get_.get()) == SQLITE_DONE, handle_.get());  // is it the only one
  sqlite3_reset(get_.get());
  return job;
}

std::vector<Job> Sqlite::list() {
  std::vector<Job> jobs;
  jobs.reserve(listed_);
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(list_.get())) == SQLITE_ROW) read(list_.get(), jobs.emplace_back());
  require(code == SQLITE_DONE, handle_.get());
  sqlite3_reset(list_.get());
  listed_ = jobs.size();
  return jobs;
}

void Sqlite::stream(const std::function<void(const Job&)>& visit) {
  Job job;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(list_.get())) == SQLITE_ROW) {
    job.pod_spec.reset();
    job.constraint_id.reset();
    read(list_.get(), job);
    visit(job);
  }
  require(code == SQLITE_DONE, handle_.get());
  sqlite3_reset(list_.get());
}

void Sqlite::write(sqlite3_stmt* statement, const Job& job) {
  TimestampText created{};
  TimestampText updated{};
  Binder binder(statement);
  binder.add(job.id);
  binder.add(job);
  binder.add(job.created_at, created);
  binder.add(job.updated_at, updated);
  finish(statement);
}

void Sqlite::update(const Job& job) {
  TimestampText updated{};
  Binder binder(update_.get());
  binder.add(job);
  binder.add(job.updated_at, updated);
  binder.add(job.id);
  finish(update_.get());
}

std::vector<Sqlite::Key> Sqlite::due_keys(std::string_view now, std::int64_t limit) {
  Binder binder(due_.get());
  binder.add(now);
  binder.add(limit);
  std::vector<Key> keys;
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(due_.get())) == SQLITE_ROW) {
    keys.emplace_back(text(due_.get(), 0), text(due_.get(), 1));
  }
  require(code == SQLITE_DONE, handle_.get());
  sqlite3_reset(due_.get());
  return keys;
}

std::vector<ClaimedRun> Sqlite::claim(const scheduler::ClaimRequest& request) {
  TimestampText at{};
  format_timestamp(request.now, at.data());
  const std::string_view now(at.data(), at.size());
  std::vector<ClaimedRun> runs;
  begin(Work::writes);
  for (const auto& [job_id, scheduled_at] : due_keys(now, request.limit)) {
    Binder mark(mark_.get());
    mark.add(now);
    mark.add(request.worker);
    mark.add(request.lease.count());
    mark.add(job_id);
    mark.add(scheduled_at);
    finish(mark_.get());
    if (sqlite3_changes(handle_.get()) != 1) continue;
    Binder key(read_.get());
    key.add(job_id);
    key.add(scheduled_at);
    require(sqlite3_step(read_.get()) == SQLITE_ROW, handle_.get());
    read(read_.get(), runs.emplace_back());
    sqlite3_reset(read_.get());
  }
  commit();
  return runs;
}

}  // namespace

std::unique_ptr<Side> raw_sqlite(const std::string& url) {
  return std::make_unique<Sqlite>(connected(url));
}

void connect_sqlite(const std::string& url) { connected(url); }

std::unique_ptr<Side> raw_sqlite_in_memory(const std::string& url) {
  const Handle file = open(path_of(url));
  Handle memory = open(":memory:");
  sqlite3_backup* copy = sqlite3_backup_init(memory.get(), "main", file.get(), "main");
  require(copy != nullptr, memory.get());
  const int code = sqlite3_backup_step(copy, -1);
  sqlite3_backup_finish(copy);
  require(code == SQLITE_DONE, memory.get());
  settle(memory.get(), false);
  return std::make_unique<Sqlite>(std::move(memory));
}

}  // namespace lockstep::benchmarks

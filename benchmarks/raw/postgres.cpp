// SPDX-License-Identifier: BSL-1.0
#include <endian.h>
#include <libpq-fe.h>

#include <array>
#include <cstring>
#include <stdexcept>

#include "benchmarks/raw/raw.hpp"
#include "benchmarks/raw/text.hpp"

namespace lockstep::benchmarks {
namespace {

using scheduler::ClaimedRun;

struct Close {
  void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Close>;
using Result = std::unique_ptr<PGresult, Close>;

// PostgreSQL counts microseconds from there.
constexpr Timestamp epoch = std::chrono::sys_days(std::chrono::year(2000) / 1 / 1);

constexpr std::string_view copy_head("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
constexpr std::string_view copy_tail("\377\377", 2);
constexpr std::size_t copy_piece = std::size_t{1} << 16;

// As dialects/postgres/session.cpp has them, where the server's are others.
constexpr std::pair<const char*, const char*> settings[]{{"client_encoding", "UTF8"},
                                                         {"TimeZone", "UTC"},
                                                         {"DateStyle", "ISO, MDY"},
                                                         {"standard_conforming_strings", "on"},
                                                         {"IntervalStyle", "postgres"}};

Connection connected(const std::string& url) {
  Connection connection(PQconnectdb(url.c_str()));
  bool right = PQstatus(connection.get()) == CONNECTION_OK;
  for (const auto& [name, value] : settings) {
    const char* const found = PQparameterStatus(connection.get(), name);
    if (!right || (found != nullptr && std::strcmp(found, value) == 0)) continue;
    const std::string sql = "SET " + std::string(name) + " TO '" + value + "'";
    right = PQresultStatus(Result(PQexec(connection.get(), sql.c_str())).get()) == PGRES_COMMAND_OK;
  }
  if (right) return connection;
  throw std::runtime_error(std::string("raw PostgreSQL: ") + PQerrorMessage(connection.get()));
}

std::int64_t to_network(Timestamp time) {
  return static_cast<std::int64_t>(
      htobe64(static_cast<std::uint64_t>((time - epoch).count())));
}

Timestamp from_network(const char* bytes) {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes, sizeof number);
  return epoch + std::chrono::microseconds(static_cast<std::int64_t>(be64toh(number)));
}

std::string_view text(const PGresult* result, int row, int column) {
  return {PQgetvalue(result, row, column),
          static_cast<std::size_t>(PQgetlength(result, row, column))};
}

void read(const PGresult* result, int row, Job& job) {
  job.id = text(result, row, 0);
  job.name = text(result, row, 1);
  job.schedule = text(result, row, 2);
  if (PQgetisnull(result, row, 3) == 0) job.pod_spec.emplace().text = text(result, row, 3);
  if (PQgetisnull(result, row, 4) == 0) job.constraint_id.emplace(text(result, row, 4));
  job.created_at = from_network(PQgetvalue(result, row, 5));
  job.updated_at = from_network(PQgetvalue(result, row, 6));
}

std::int64_t number(const PGresult* result, int row, int column) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, PQgetvalue(result, row, column), sizeof bits);
  return static_cast<std::int64_t>(be64toh(bits));
}

std::optional<Timestamp> maybe_instant(const PGresult* result, int column) {
  if (PQgetisnull(result, 0, column) != 0) return std::nullopt;
  return from_network(PQgetvalue(result, 0, column));
}

void read(const PGresult* result, ClaimedRun& run) {
  run.job_id = text(result, 0, 0);
  run.run_id = text(result, 0, 1);
  run.scheduled_at = from_network(PQgetvalue(result, 0, 2));
  run.started_at = maybe_instant(result, 3);
  run.completed_at = maybe_instant(result, 4);
  run.status = find_enum<scheduler::RunStatus>(text(result, 0, 5)).value();
  if (PQgetisnull(result, 0, 6) == 0) run.success = *PQgetvalue(result, 0, 6) != 0;
  if (PQgetisnull(result, 0, 7) == 0) run.error.emplace(text(result, 0, 7));
  run.worker = text(result, 0, 8);
  run.lease_until = from_network(PQgetvalue(result, 0, 9));
  run.fence = number(result, 0, 10);
}

// Arguments in binary form; the text is the caller's.
class Arguments {
 public:
  void add(std::string_view text) {
    values_[size_] = text.data();
    lengths_[size_] = static_cast<int>(text.size());
    ++size_;
  }
  void add(const Job& job) {
    add(job.name);
    add(job.schedule);
    add(job.pod_spec ? std::string_view(job.pod_spec->text) : std::string_view());
    add(job.constraint_id ? std::string_view(*job.constraint_id) : std::string_view());
  }
  void add(Timestamp time) { add_bits(to_network(time)); }
  void add(std::int64_t number) {
    add_bits(static_cast<std::int64_t>(htobe64(static_cast<std::uint64_t>(number))));
  }

  [[nodiscard]] int size() const { return static_cast<int>(size_); }
  [[nodiscard]] const char* const* values() const { return values_.data(); }
  [[nodiscard]] const int* lengths() const { return lengths_.data(); }
  [[nodiscard]] const int* formats() const { return binary.data(); }

 private:
  void add_bits(std::int64_t bits) {
    numbers_[size_] = bits;
    add({reinterpret_cast<const char*>(&numbers_[size_]), sizeof bits});
  }

  static constexpr std::array<int, 7> binary{1, 1, 1, 1, 1, 1, 1};
  std::array<const char*, 7> values_;
  std::array<int, 7> lengths_;
  std::array<std::int64_t, 7> numbers_;
  std::size_t size_ = 0;
};

class CopyBuffer {
 public:
  explicit CopyBuffer(PGconn* connection) : connection_(connection) { buffer_ = copy_head; }
  void add(const Job& job) {
    number(htobe16(7));
    add(std::string_view(job.id));
    add(std::string_view(job.name));
    add(std::string_view(job.schedule));
    job.pod_spec ? add(std::string_view(job.pod_spec->text)) : number(~std::uint32_t{0});
    job.constraint_id ? add(std::string_view(*job.constraint_id)) : number(~std::uint32_t{0});
    add(job.created_at);
    add(job.updated_at);
    if (buffer_.size() >= copy_piece) put();
  }
  void end() {
    buffer_ += copy_tail;
    put();
  }

 private:
  template <class T>
  void number(T value) {
    buffer_.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void add(std::string_view text) {
    number(htobe32(static_cast<std::uint32_t>(text.size())));
    buffer_ += text;
  }
  void add(Timestamp time) {
    number(htobe32(8));
    number(to_network(time));
  }
  void put() {
    if (PQputCopyData(connection_, buffer_.data(), static_cast<int>(buffer_.size())) != 1) {
      throw std::runtime_error(std::string("raw PostgreSQL: ") + PQerrorMessage(connection_));
    }
    buffer_.clear();
  }

  PGconn* connection_;
  std::string buffer_;
};

class Postgres final : public Side {
 public:
  explicit Postgres(const std::string& url);

  void begin(Work work) override { run(work == Work::reads ? "BEGIN READ ONLY" : "BEGIN"); }
  void commit() override { run("COMMIT"); }
  void rollback() override { run("ROLLBACK"); }

  [[nodiscard]] Job get(std::string_view id) override;
  [[nodiscard]] std::vector<Job> list() override;
  void stream(const std::function<void(const Job&)>& visit) override;
  void insert(const Job& job) override { write("insert", job); }
  void update(const Job& job) override;
  void upsert(const Job& job) override { write("upsert", job); }
  void insert_all(std::span<const Job> jobs) override;
  [[nodiscard]] std::vector<ClaimedRun> claim(const scheduler::ClaimRequest& request) override;
  void give_back_runs() override { run(give_back_runs_text); }
  void clear() override { run("DELETE FROM jobs"); }
  void tidy() override { run("VACUUM ANALYZE jobs"); }

 private:
  [[noreturn]] void fail() const {
    throw std::runtime_error(std::string("raw PostgreSQL: ") + PQerrorMessage(connection_.get()));
  }
  Result expect_result(PGresult* result, ExecStatusType status) const {
    Result owned(result);
    if (PQresultStatus(result) != status) fail();
    return owned;
  }
  void run(const char* sql) {
    expect_result(PQexec(connection_.get(), sql), PGRES_COMMAND_OK);
  }
  void prepare(const char* name, const Sql& sql) {
    expect_result(PQprepare(connection_.get(), name, numbered(sql.text(Engine::postgres)).c_str(),
                            0, nullptr),
                  PGRES_COMMAND_OK);
  }
  Result execute(const char* name, const Arguments& arguments, ExecStatusType status) {
    return expect_result(PQexecPrepared(connection_.get(), name, arguments.size(),
                                        arguments.values(), arguments.lengths(),
                                        arguments.formats(), 1),
                         status);
  }
  void write(const char* name, const Job& job);

  Connection connection_;
};

Postgres::Postgres(const std::string& url) : connection_(connected(url)) {
  prepare("get", get_job);
  prepare("list", list_jobs);
  prepare("insert", insert_job);
  prepare("update", update_job);
  prepare("upsert", upsert_job);
  prepare("due", scheduler_statement("scheduler.claim_due_runs.candidates"));
  prepare("mark", scheduler_statement("scheduler.claim_due_runs"));
  prepare("read", scheduler_statement("scheduler.claim_due_runs.read"));
}

Job Postgres::get(std::string_view id) {
  Arguments arguments;
  arguments.add(id);
  const Result result = execute("get", arguments, PGRES_TUPLES_OK);
  if (PQntuples(result.get()) != 1) fail();
  Job job;
  read(result.get(), 0, job);
  return job;
}

std::vector<Job> Postgres::list() {
  const Result result = execute("list", {}, PGRES_TUPLES_OK);
  const int count = PQntuples(result.get());
  std::vector<Job> jobs;
  jobs.reserve(static_cast<std::size_t>(count));
  for (int row = 0; row < count; ++row) read(result.get(), row, jobs.emplace_back());
  return jobs;
}

void Postgres::stream(const std::function<void(const Job&)>& visit) {
  PGconn* const connection = connection_.get();
  if (PQsendQueryPrepared(connection, "list", 0, nullptr, nullptr, nullptr, 1) == 0 ||
      PQsetSingleRowMode(connection) == 0) {
    fail();
  }
  Job job;
  while (PGresult* const next = PQgetResult(connection)) {
    const Result result(next);
    if (PQresultStatus(next) == PGRES_TUPLES_OK) continue;
    if (PQresultStatus(next) != PGRES_SINGLE_TUPLE) fail();
    job.pod_spec.reset();
    job.constraint_id.reset();
    read(next, 0, job);
    visit(job);
  }
}

void Postgres::write(const char* name, const Job& job) {
  Arguments arguments;
  arguments.add(job.id);
  arguments.add(job);
  arguments.add(job.created_at);
  arguments.add(job.updated_at);
  execute(name, arguments, PGRES_COMMAND_OK);
}

void Postgres::update(const Job& job) {
  Arguments arguments;
  arguments.add(job);
  arguments.add(job.updated_at);
  arguments.add(job.id);
  execute("update", arguments, PGRES_COMMAND_OK);
}

void Postgres::insert_all(std::span<const Job> jobs) {
  PGconn* const connection = connection_.get();
  expect_result(PQexec(connection,
                       "COPY jobs (id, name, schedule, pod_spec, constraint_id, created_at, "
                       "updated_at) FROM STDIN (FORMAT binary)"),
                PGRES_COPY_IN);
  CopyBuffer buffer(connection);
  for (const Job& job : jobs) buffer.add(job);
  buffer.end();
  if (PQputCopyEnd(connection, nullptr) != 1) fail();
  expect_result(PQgetResult(connection), PGRES_COMMAND_OK);
  if (PQgetResult(connection) != nullptr) fail();
}

std::vector<ClaimedRun> Postgres::claim(const scheduler::ClaimRequest& request) {
  run("BEGIN ISOLATION LEVEL READ COMMITTED");
  Arguments wanted;
  wanted.add(request.now);
  wanted.add(request.limit);
  const Result keys = execute("due", wanted, PGRES_TUPLES_OK);
  std::vector<ClaimedRun> runs;
  for (int row = 0; row < PQntuples(keys.get()); ++row) {
    Arguments mark;
    mark.add(request.now);
    mark.add(request.worker);
    mark.add(std::int64_t{request.lease.count()});
    mark.add(text(keys.get(), row, 0));
    mark.add(text(keys.get(), row, 1));
    const Result marked = execute("mark", mark, PGRES_COMMAND_OK);
    if (std::strcmp(PQcmdTuples(marked.get()), "1") != 0) continue;
    Arguments key;
    key.add(text(keys.get(), row, 0));
    key.add(text(keys.get(), row, 1));
    const Result found = execute("read", key, PGRES_TUPLES_OK);
    if (PQntuples(found.get()) != 1) fail();
    read(found.get(), runs.emplace_back());
  }
  run("COMMIT");
  return runs;
}

}  // namespace

std::unique_ptr<Side> raw_postgres(const std::string& url) {
  return std::make_unique<Postgres>(url);
}

void connect_postgres(const std::string& url) { connected(url); }

}  // namespace lockstep::benchmarks

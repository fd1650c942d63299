// SPDX-License-Identifier: BSL-1.0
#include <mysql.h>

#include <array>
#include <regex>
#include <stdexcept>

#include "benchmarks/raw/raw.hpp"
#include "benchmarks/raw/text.hpp"

namespace lockstep::benchmarks {
namespace {

constexpr std::size_t columns = 7;
// Rows of VALUES in a statement.
constexpr std::size_t value_rows = 500;
// And in an array: about a megabyte.
constexpr std::size_t array_rows = 4000;

// As dialects/mysql/open.cpp has them.
constexpr const char* settings =
    "SET NAMES utf8mb4 COLLATE utf8mb4_bin, "
    "sql_mode='STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,"
    "ANSI_QUOTES,PIPES_AS_CONCAT', time_zone='+00:00', autocommit=1, net_write_timeout=600, "
    "innodb_snapshot_isolation=1";

using scheduler::ClaimedRun;

struct Close {
  void operator()(MYSQL* connection) const noexcept { mysql_close(connection); }
  void operator()(MYSQL_STMT* statement) const noexcept { mysql_stmt_close(statement); }
};
using Connection = std::unique_ptr<MYSQL, Close>;
using Statement = std::unique_ptr<MYSQL_STMT, Close>;

[[noreturn]] void fail(const char* why) {
  throw std::runtime_error(std::string("raw MariaDB: ") + why);
}

Connection connected(const std::string& url) {
  static const std::regex form("mysql://([^:]+):([^@]+)@([^:]+):([0-9]+)/([^?]+).*");
  std::smatch part;
  if (!std::regex_match(url, part, form)) fail("what URL is this");
  Connection connection(mysql_init(nullptr));
  if (mysql_real_connect(connection.get(), part.str(3).c_str(), part.str(1).c_str(),
                         part.str(2).c_str(), part.str(5).c_str(),
                         static_cast<unsigned>(std::stoi(part.str(4))), nullptr,
                         CLIENT_FOUND_ROWS) == nullptr ||
      mysql_query(connection.get(), settings) != 0) {
    fail(mysql_error(connection.get()));
  }
  return connection;
}

MYSQL_TIME broken_down(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  MYSQL_TIME out{};
  out.year = static_cast<unsigned>(static_cast<int>(date.year()));
  out.month = static_cast<unsigned>(date.month());
  out.day = static_cast<unsigned>(date.day());
  out.hour = static_cast<unsigned>(clock.hours().count());
  out.minute = static_cast<unsigned>(clock.minutes().count());
  out.second = static_cast<unsigned>(clock.seconds().count());
  out.second_part = static_cast<unsigned long>(clock.subseconds().count());
  out.time_type = MYSQL_TIMESTAMP_DATETIME;
  return out;
}

Timestamp instant(const MYSQL_TIME& time) {
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(time.year)),
                                         std::chrono::month(time.month),
                                         std::chrono::day(time.day));
  return std::chrono::sys_days(date) + std::chrono::hours(time.hour) +
         std::chrono::minutes(time.minute) + std::chrono::seconds(time.second) +
         std::chrono::microseconds(time.second_part);
}

// One row of arguments.
class Arguments {
 public:
  explicit Arguments(MYSQL_BIND* binds) : binds_(binds) {}

  void add(std::string_view text) {
    MYSQL_BIND& bind = next(MYSQL_TYPE_STRING);
    bind.buffer = const_cast<char*>(text.data());
    bind.buffer_length = text.size();
  }
  void add(const Job& job) {
    add(job.name);
    add(job.schedule);
    job.pod_spec ? add(job.pod_spec->text) : add_null();
    job.constraint_id ? add(*job.constraint_id) : add_null();
  }
  void add(MYSQL_TIME& time) {
    MYSQL_BIND& bind = next(MYSQL_TYPE_DATETIME);
    bind.buffer = &time;
    bind.buffer_length = sizeof time;
  }
  void add(const std::int64_t& number) {
    MYSQL_BIND& bind = next(MYSQL_TYPE_LONGLONG);
    bind.buffer = const_cast<std::int64_t*>(&number);
  }
  void add_whole(const Job& job, std::array<MYSQL_TIME, 2>& times) {
    add(job.id);
    add(job);
    times = {broken_down(job.created_at), broken_down(job.updated_at)};
    add(times[0]);
    add(times[1]);
  }

 private:
  void add_null() { next(MYSQL_TYPE_NULL); }
  MYSQL_BIND& next(enum_field_types type) {
    MYSQL_BIND& bind = *binds_++;
    bind = {};
    bind.buffer_type = type;
    return bind;
  }

  MYSQL_BIND* binds_;
};

// Where the client library puts the row of a result.
class Cells {
 public:
  Cells() {
    for (std::size_t i = 0; i < columns; ++i) {
      MYSQL_BIND& bind = binds_[i];
      bind.length = &lengths_[i];
      bind.is_null = &nulls_[i];
      if (i < texts_.size()) {
        bind.buffer_type = MYSQL_TYPE_STRING;
        bind.buffer = texts_[i].data();
        bind.buffer_length = texts_[i].size();
      } else {
        bind.buffer_type = MYSQL_TYPE_DATETIME;
        bind.buffer = &times_[i - texts_.size()];
        bind.buffer_length = sizeof(MYSQL_TIME);
      }
    }
  }
  Cells(const Cells&) = delete;
  Cells& operator=(const Cells&) = delete;

  [[nodiscard]] MYSQL_BIND* binds() { return binds_.data(); }
  void read(Job& job) const {
    job.id = text(0);
    job.name = text(1);
    job.schedule = text(2);
    if (nulls_[3] == 0) job.pod_spec.emplace().text = text(3);
    if (nulls_[4] == 0) job.constraint_id.emplace(text(4));
    job.created_at = instant(times_[0]);
    job.updated_at = instant(times_[1]);
  }

 private:
  [[nodiscard]] std::string_view text(std::size_t i) const {
    return {texts_[i].data(), lengths_[i]};
  }

  std::array<MYSQL_BIND, columns> binds_{};
  std::array<unsigned long, columns> lengths_{};
  std::array<my_bool, columns> nulls_{};
  std::array<std::array<char, 1024>, 5> texts_;  // the rows here have no longer ones
  std::array<MYSQL_TIME, 2> times_;
};

// The row of a claimed run; and of a key, which is its first and third column.
class RunCells {
 public:
  RunCells() {
    for (const std::size_t i : {0U, 1U, 5U, 7U, 8U}) bind(i, MYSQL_TYPE_STRING, texts_[i]);
    for (const std::size_t i : {2U, 3U, 4U, 9U}) bind(i, MYSQL_TYPE_DATETIME, times_[i]);
    for (const std::size_t i : {6U, 10U}) bind(i, MYSQL_TYPE_LONGLONG, numbers_[i]);
    keys_ = {binds_[0], binds_[2]};
  }
  RunCells(const RunCells&) = delete;
  RunCells& operator=(const RunCells&) = delete;

  [[nodiscard]] MYSQL_BIND* binds() { return binds_.data(); }
  [[nodiscard]] MYSQL_BIND* key_binds() { return keys_.data(); }
  [[nodiscard]] std::string_view text(std::size_t i) const {
    return {texts_[i].data(), lengths_[i]};
  }
  [[nodiscard]] const MYSQL_TIME& scheduled_at() const { return times_[2]; }
  void read(ClaimedRun& run) const {
    run.job_id = text(0);
    run.run_id = text(1);
    run.scheduled_at = instant(times_[2]);
    if (nulls_[3] == 0) run.started_at = instant(times_[3]);
    if (nulls_[4] == 0) run.completed_at = instant(times_[4]);
    run.status = find_enum<scheduler::RunStatus>(text(5)).value();
    if (nulls_[6] == 0) run.success = numbers_[6] != 0;
    if (nulls_[7] == 0) run.error.emplace(text(7));
    run.worker = text(8);
    run.lease_until = instant(times_[9]);
    run.fence = numbers_[10];
  }

 private:
  static constexpr std::size_t width = 11;
  template <class T>
  void bind(std::size_t i, enum_field_types type, T& place) {
    binds_[i].buffer_type = type;
    binds_[i].buffer = &place;
    binds_[i].buffer_length = sizeof place;
    binds_[i].length = &lengths_[i];
    binds_[i].is_null = &nulls_[i];
  }

  std::array<MYSQL_BIND, width> binds_{};
  std::array<MYSQL_BIND, 2> keys_{};
  std::array<unsigned long, width> lengths_{};
  std::array<my_bool, width> nulls_{};
  std::array<std::array<char, 1024>, width> texts_;  // the rows here have no longer ones
  std::array<MYSQL_TIME, width> times_;
  std::array<std::int64_t, width> numbers_;
};

class Mysql final : public Side {
 public:
  Mysql(const std::string& url, MysqlBulk bulk);

  void begin(Work work) override {
    run(work == Work::reads ? "START TRANSACTION READ ONLY" : "START TRANSACTION");
  }
  void commit() override { run("COMMIT"); }
  void rollback() override { run("ROLLBACK"); }

  [[nodiscard]] Job get(std::string_view id) override;
  [[nodiscard]] std::vector<Job> list() override;
  void stream(const std::function<void(const Job&)>& visit) override;
  void insert(const Job& job) override { write(insert_.get(), job); }
  void update(const Job& job) override;
  void upsert(const Job& job) override { write(upsert_.get(), job); }
  void insert_all(std::span<const Job> jobs) override;
  [[nodiscard]] std::vector<ClaimedRun> claim(const scheduler::ClaimRequest& request) override;
  void give_back_runs() override { run(give_back_runs_text); }
  void clear() override { run("DELETE FROM jobs"); }

 private:
  void require(bool right) const {
    if (!right) fail(mysql_error(connection_.get()));
  }
  void require(bool right, MYSQL_STMT* statement) const {
    if (!right) fail(mysql_stmt_error(statement));
  }
  void run(const char* sql) { require(mysql_query(connection_.get(), sql) == 0); }
  Statement prepare(const std::string& text);
  void execute(MYSQL_STMT* statement, MYSQL_BIND* arguments);
  bool fetch(MYSQL_STMT* statement);
  void write(MYSQL_STMT* statement, const Job& job);
  using Key = std::pair<std::string, MYSQL_TIME>;  // job_id and scheduled_at
  std::vector<Key> due_keys(MYSQL_TIME now, std::int64_t limit);
  bool mark(const scheduler::ClaimRequest& request, MYSQL_TIME now, Key& key);
  void insert_values(std::span<const Job> jobs);
  void insert_array(std::span<const Job> jobs);

  Connection connection_;
  MysqlBulk bulk_;
  Cells cells_;
  RunCells run_cells_;
  Statement get_, list_, insert_, update_, upsert_, many_;
  Statement due_, mark_, read_;
};

Mysql::Mysql(const std::string& url, MysqlBulk bulk) : connection_(connected(url)), bulk_(bulk) {
  const auto text = [](const Sql& sql) { return with_question_marks(sql.text(Engine::mysql)); };
  get_ = prepare(text(get_job));
  list_ = prepare(text(list_jobs));
  insert_ = prepare(text(insert_job));
  update_ = prepare(text(update_job));
  upsert_ = prepare(text(upsert_job));
  due_ = prepare(text(scheduler_statement("scheduler.claim_due_runs.candidates")));
  mark_ = prepare(text(scheduler_statement("scheduler.claim_due_runs")));
  read_ = prepare(text(scheduler_statement("scheduler.claim_due_runs.read")));
  std::string many = text(insert_job);
  for (std::size_t i = 1; i < value_rows; ++i) many += ", (?, ?, ?, ?, ?, ?, ?)";
  if (bulk_ == MysqlBulk::values) many_ = prepare(many);
}

Statement Mysql::prepare(const std::string& text) {
  Statement statement(mysql_stmt_init(connection_.get()));
  require(statement != nullptr);
  require(mysql_stmt_prepare(statement.get(), text.data(), text.size()) == 0, statement.get());
  return statement;
}

void Mysql::execute(MYSQL_STMT* statement, MYSQL_BIND* arguments) {
  if (arguments != nullptr) require(mysql_stmt_bind_param(statement, arguments) == 0, statement);
  require(mysql_stmt_execute(statement) == 0, statement);
}

bool Mysql::fetch(MYSQL_STMT* statement) {
  const int code = mysql_stmt_fetch(statement);
  require(code == 0 || code == MYSQL_NO_DATA, statement);
  return code == 0;
}

Job Mysql::get(std::string_view id) {
  std::array<MYSQL_BIND, 1> binds;
  Arguments(binds.data()).add(id);
  execute(get_.get(), binds.data());
  require(mysql_stmt_bind_result(get_.get(), cells_.binds()) == 0, get_.get());
  require(fetch(get_.get()), get_.get());
  Job job;
  cells_.read(job);
  mysql_stmt_free_result(get_.get());
  return job;
}

std::vector<Job> Mysql::list() {
  execute(list_.get(), nullptr);
  require(mysql_stmt_bind_result(list_.get(), cells_.binds()) == 0, list_.get());
  std::vector<Job> jobs;
  while (fetch(list_.get())) cells_.read(jobs.emplace_back());
  mysql_stmt_free_result(list_.get());
  return jobs;
}

void Mysql::stream(const std::function<void(const Job&)>& visit) {
  execute(list_.get(), nullptr);
  require(mysql_stmt_bind_result(list_.get(), cells_.binds()) == 0, list_.get());
  Job job;
  while (fetch(list_.get())) {
    job.pod_spec.reset();
    job.constraint_id.reset();
    cells_.read(job);
    visit(job);
  }
  mysql_stmt_free_result(list_.get());
}

void Mysql::write(MYSQL_STMT* statement, const Job& job) {
  std::array<MYSQL_BIND, columns> binds;
  std::array<MYSQL_TIME, 2> times;
  Arguments(binds.data()).add_whole(job, times);
  execute(statement, binds.data());
}

void Mysql::update(const Job& job) {
  std::array<MYSQL_BIND, 6> binds;
  MYSQL_TIME updated = broken_down(job.updated_at);
  Arguments arguments(binds.data());
  arguments.add(job);
  arguments.add(updated);
  arguments.add(job.id);
  execute(update_.get(), binds.data());
}

void Mysql::insert_all(std::span<const Job> jobs) {
  bulk_ == MysqlBulk::array ? insert_array(jobs) : insert_values(jobs);
}

void Mysql::insert_values(std::span<const Job> jobs) {
  std::vector<MYSQL_BIND> binds(columns * value_rows);
  std::vector<std::array<MYSQL_TIME, 2>> times(value_rows);
  for (; jobs.size() >= value_rows; jobs = jobs.subspan(value_rows)) {
    Arguments arguments(binds.data());
    for (std::size_t i = 0; i < value_rows; ++i) arguments.add_whole(jobs[i], times[i]);
    execute(many_.get(), binds.data());
  }
  for (const Job& job : jobs) insert(job);
}

// Column by column: arrays of addresses, lengths and indicators.
class Column {
 public:
  void set(std::size_t row, std::string_view text) {
    addresses_[row] = text.data();
    lengths_[row] = text.size();
    indicators_[row] = STMT_INDICATOR_NONE;
  }
  void set(std::size_t row, Timestamp time) {
    if (times_.empty()) times_.resize(array_rows);
    times_[row] = broken_down(time);
    addresses_[row] = &times_[row];
  }
  void set_null(std::size_t row) { indicators_[row] = STMT_INDICATOR_NULL; }
  void bind(MYSQL_BIND& bind) {
    bind = {};
    bind.buffer_type = times_.empty() ? MYSQL_TYPE_STRING : MYSQL_TYPE_DATETIME;
    bind.buffer = static_cast<void*>(addresses_.data());
    bind.length = lengths_.data();
    bind.u.indicator = indicators_.data();
  }

 private:
  std::array<const void*, array_rows> addresses_{};
  std::array<unsigned long, array_rows> lengths_{};
  std::array<char, array_rows> indicators_{};
  std::vector<MYSQL_TIME> times_;
};

void Mysql::insert_array(std::span<const Job> jobs) {
  std::vector<Column> table(columns);
  std::array<MYSQL_BIND, columns> binds;
  while (!jobs.empty()) {
    const auto count = static_cast<unsigned>(std::min(jobs.size(), array_rows));
    for (std::size_t row = 0; row < count; ++row) {
      const Job& job = jobs[row];
      table[0].set(row, job.id);
      table[1].set(row, job.name);
      table[2].set(row, job.schedule);
      job.pod_spec ? table[3].set(row, job.pod_spec->text) : table[3].set_null(row);
      job.constraint_id ? table[4].set(row, *job.constraint_id) : table[4].set_null(row);
      table[5].set(row, job.created_at);
      table[6].set(row, job.updated_at);
    }
    for (std::size_t i = 0; i < columns; ++i) table[i].bind(binds[i]);
    mysql_stmt_attr_set(insert_.get(), STMT_ATTR_ARRAY_SIZE, &count);
    execute(insert_.get(), binds.data());
    jobs = jobs.subspan(count);
  }
  const unsigned none = 0;
  mysql_stmt_attr_set(insert_.get(), STMT_ATTR_ARRAY_SIZE, &none);
}

std::vector<Mysql::Key> Mysql::due_keys(MYSQL_TIME now, std::int64_t limit) {
  std::array<MYSQL_BIND, 2> binds;
  Arguments arguments(binds.data());
  arguments.add(now);
  arguments.add(limit);
  execute(due_.get(), binds.data());
  require(mysql_stmt_bind_result(due_.get(), run_cells_.key_binds()) == 0, due_.get());
  std::vector<Key> keys;
  while (fetch(due_.get())) keys.emplace_back(run_cells_.text(0), run_cells_.scheduled_at());
  mysql_stmt_free_result(due_.get());
  return keys;
}

bool Mysql::mark(const scheduler::ClaimRequest& request, MYSQL_TIME now, Key& key) {
  const std::int64_t lease = request.lease.count();
  std::array<MYSQL_BIND, 5> binds;
  Arguments arguments(binds.data());
  arguments.add(now);
  arguments.add(request.worker);
  arguments.add(lease);
  arguments.add(key.first);
  arguments.add(key.second);
  execute(mark_.get(), binds.data());
  return mysql_stmt_affected_rows(mark_.get()) == 1;
}

std::vector<ClaimedRun> Mysql::claim(const scheduler::ClaimRequest& request) {
  run("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
  run("START TRANSACTION");
  const MYSQL_TIME now = broken_down(request.now);
  std::vector<ClaimedRun> runs;
  for (Key& key : due_keys(now, request.limit)) {
    if (!mark(request, now, key)) continue;
    std::array<MYSQL_BIND, 2> binds;
    Arguments arguments(binds.data());
    arguments.add(key.first);
    arguments.add(key.second);
    execute(read_.get(), binds.data());
    require(mysql_stmt_bind_result(read_.get(), run_cells_.binds()) == 0, read_.get());
    require(fetch(read_.get()), read_.get());
    run_cells_.read(runs.emplace_back());
    mysql_stmt_free_result(read_.get());
  }
  run("COMMIT");
  return runs;
}

}  // namespace

std::unique_ptr<Side> raw_mysql(const std::string& url, MysqlBulk bulk) {
  return std::make_unique<Mysql>(url, bulk);
}

void connect_mysql(const std::string& url) { connected(url); }

}  // namespace lockstep::benchmarks

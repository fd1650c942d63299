// SPDX-License-Identifier: BSL-1.0
// Prepared statements, in the binary protocol.
#include <algorithm>

#include "dialects/mysql/bulk.hpp"
#include "dialects/mysql/cells.hpp"

namespace lockstep::detail {
namespace {

constexpr int unsupported_in_prepared_protocol = 1295;
constexpr int needs_reprepare = 1615;
constexpr int new_result_columns = 2057;
constexpr int interrupted = 1317;
constexpr int over_time = 1969;

// Of the packet with an array; larger ones gain nothing.
constexpr std::size_t array_bytes = std::size_t{1} << 20;

constexpr const char* stale_text = "the columns of the result have changed";

struct CloseStatement {
  void operator()(MYSQL_STMT* statement) const noexcept { mysql_stmt_close(statement); }
};
using StatementHandle = std::unique_ptr<MYSQL_STMT, CloseStatement>;

// The last error of a statement. Some only the connection knows: those that end a result.
NativeError error_of(MYSQL_STMT* statement, MYSQL* connection) {
  const unsigned int code = mysql_stmt_errno(statement);
  if (code == 0) return mysql_error_of(connection);
  return describe_mysql_error(static_cast<int>(code), mysql_stmt_sqlstate(statement),
                              mysql_stmt_error(statement));
}

// A statement that the prepared protocol does not know.
class MysqlDirectStatement final : public Statement {
 public:
  MysqlDirectStatement(MysqlSession& session, std::string text)
      : session_(session), text_(std::move(text)) {}

  void execute(std::span<const Value> arguments, Fetch) override {
    if (!arguments.empty()) {
      throw describe_mysql_error(unsupported_in_prepared_protocol, "HY000",
                                 "this statement takes no arguments");
    }
    session_.run(text_);
  }
  bool next() override { return false; }
  void reset() noexcept override {}
  [[nodiscard]] std::uint64_t rows_affected() const noexcept override { return 0; }

 private:
  MysqlSession& session_;
  const std::string text_;
};

class MysqlStatement final : public Statement {
 public:
  MysqlStatement(MysqlSession& session, StatementHandle handle, MysqlText kind);
  ~MysqlStatement() override { end(); }

  void execute(std::span<const Value> arguments, Fetch fetch) override;
  std::uint64_t execute_all(ArgumentRows& rows) override;
  bool next() override;
  void reset() noexcept override;
  [[nodiscard]] std::uint64_t rows_affected() const noexcept override {
    return kind_.writes ? affected_ : 0;
  }
  [[nodiscard]] std::size_t row_count() const noexcept override { return row_count_; }

 private:
#ifdef LOCKSTEP_MYSQL_ARRAYS
  std::uint64_t execute_arrays(ArgumentRows& rows);
  std::uint64_t execute_first(std::span<const Value> row);
  void execute_array(MysqlArrays& arrays, std::size_t first);
#endif
  [[noreturn]] void fail();
  [[noreturn]] void fail(NativeError error);
  [[noreturn]] void fail_stale();
  void check_columns();
  void take_counts();
  void store();
  void drain();
  void end() noexcept;

  MysqlSession& session_;
  StatementHandle handle_;
  const MysqlText kind_;
  MysqlArguments arguments_;
  MysqlCells cells_;
  std::uint64_t affected_ = 0;
  std::size_t row_count_ = 0;
  bool described_ = false;  // columns_ is what the result must have
  bool open_ = false;       // a result is being read
  bool watched_ = false;    // between start() and finish() of the session
  bool stale_ = false;      // the client has a wrong idea of the result's columns
};

MysqlStatement::MysqlStatement(MysqlSession& session, StatementHandle handle, MysqlText kind)
    : session_(session),
      handle_(std::move(handle)),
      kind_(kind),
      arguments_(mysql_stmt_param_count(handle_.get())) {
  const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(
      mysql_stmt_result_metadata(handle_.get()), mysql_free_result);
  if (result == nullptr) return;
  const std::span<const MYSQL_FIELD> fields(mysql_fetch_fields(result.get()),
                                            mysql_num_fields(result.get()));
  for (const MYSQL_FIELD& field : fields) columns_.emplace_back(field.name, field.name_length);
  described_ = !columns_.empty();
}

void MysqlStatement::execute(std::span<const Value> arguments, Fetch fetch) {
  reset();
  if (stale_) throw describe_mysql_error(needs_reprepare, "HY000", stale_text);
  session_.require_packet(arguments_.set(handle_.get(), arguments));
  session_.start();
  watched_ = true;
  session_.note_start(kind_);
  affected_ = 0;
  row_count_ = 0;
  if (mysql_stmt_execute(handle_.get()) != 0) fail();
  if (mysql_stmt_field_count(handle_.get()) == 0) {
    take_counts();
    drain();
    end();
    return;
  }
  open_ = true;
  check_columns();
  if (fetch != Fetch::buffered) return;
  store();
  row_count_ = mysql_stmt_num_rows(handle_.get());
  session_.finish();
  watched_ = false;
}

std::uint64_t MysqlStatement::execute_all(ArgumentRows& rows) {
#ifdef LOCKSTEP_MYSQL_ARRAYS
  if (kind_.arrays && !described_ && session_.takes_arrays()) return execute_arrays(rows);
#endif
  return Statement::execute_all(rows);
}

#ifdef LOCKSTEP_MYSQL_ARRAYS

// The server executes an array whole or not at all, and tells the row that failed.
std::uint64_t MysqlStatement::execute_arrays(ArgumentRows& rows) {
  reset();
  // Single executions bind other things.
  struct Back {
    MysqlStatement& statement;
    ~Back() {
      const unsigned int none = 0;
      mysql_stmt_attr_set(statement.handle_.get(), STMT_ATTR_ARRAY_SIZE, &none);
      statement.arguments_.unbind();
    }
  } const back{*this};
  auto row = rows.next();
  if (row.empty()) return 0;
  const std::uint64_t each = execute_first(row);
  const std::size_t columns = row.size();
  MysqlArrays arrays(columns, std::min(array_bytes, session_.max_packet() - 1));
  std::size_t done = 1;
  for (row = rows.next(); !row.empty(); row = rows.next()) {
    if (row.size() != columns) throw mysql_wrong_arguments(columns, row.size());
    if (arrays.add(row)) continue;
    execute_array(arrays, done);
    done += arrays.rows();
    arrays.clear();
    arrays.add(row);
  }
  if (arrays.rows() > 0) execute_array(arrays, done);
  return each * (done + arrays.rows());
}

// How many rows a row of arguments inserts: the count of an array holds what triggers did, too.
std::uint64_t MysqlStatement::execute_first(std::span<const Value> row) {
  try {
    execute(row, Fetch::buffered);
  } catch (NativeError& e) {
    e.row = 0;
    throw;
  }
  return affected_;
}

void MysqlStatement::execute_array(MysqlArrays& arrays, std::size_t first) {
  try {
    session_.require_packet(arrays.bytes());
    session_.start();
  } catch (NativeError& e) {
    if (arrays.rows() == 1) e.row = first;
    throw;
  }
  watched_ = true;
  session_.note_start(kind_);
  if (!arrays.bind(handle_.get()) || mysql_stmt_execute(handle_.get()) != 0) {
    NativeError error = error_of(handle_.get(), session_.handle());
    const bool ended = error.code == interrupted || error.code == over_time || error.link_lost;
    const auto row = ended ? std::nullopt : session_.failed_row();
    if (row) error.row = first + *row - 1;
    if (!row && arrays.rows() == 1) error.row = first;
    fail(std::move(error));
  }
  take_counts();
  drain();
  end();
}

#endif

// A statement without a result tells its counts at once.
void MysqlStatement::take_counts() {
  const auto affected = mysql_stmt_affected_rows(handle_.get());
  if (affected != ~decltype(affected){0}) affected_ = affected;
  if (kind_.inserts) session_.note_insert_id(mysql_stmt_insert_id(handle_.get()));
}

// A table can change under a prepared statement. The client then takes over the types of the new
// columns but keeps the old names; the connection has the names that the server has just sent.
void MysqlStatement::check_columns() {
  const MYSQL* connection = session_.handle();
  const std::span<const MYSQL_FIELD> fields(connection->fields, connection->field_count);
  const auto same = [](const MYSQL_FIELD& field, const std::string& name) {
    return std::string_view(field.name, field.name_length) == name;
  };
  if (!std::equal(fields.begin(), fields.end(), columns_.begin(), columns_.end(), same)) {
    if (described_) fail_stale();
    columns_.clear();
    for (const MYSQL_FIELD& field : fields) columns_.emplace_back(field.name, field.name_length);
    described_ = kind_.writes;  // those of RETURNING are told now, those of CALL each time
  }
  cells_.describe(fields);
}

bool MysqlStatement::next() {
  if (!open_) return false;
  if (!cells_.bind(handle_.get())) fail();
  const int result = mysql_stmt_fetch(handle_.get());
  if (result == 0 || result == MYSQL_DATA_TRUNCATED) {
    if (!cells_.read(handle_.get(), result == MYSQL_DATA_TRUNCATED, row_)) fail();
    ++affected_;  // of RETURNING: the rows that it tells of
    return true;
  }
  if (result != MYSQL_NO_DATA) fail();
  row_.clear();
  open_ = false;
  mysql_stmt_free_result(handle_.get());
  drain();
  end();
  return false;
}

// Freeing a result that could not be stored would make the client wait for it for ever at the next
// execution (Connector/C 3.3); without that it starts clean.
void MysqlStatement::store() {
  if (mysql_stmt_store_result(handle_.get()) == 0) return;
  open_ = false;
  fail();
}

// A procedure can give several results, and can fail after the first one.
void MysqlStatement::drain() {
  while (mysql_more_results(session_.handle()) != 0) {
    if (!watched_) session_.start();
    watched_ = true;
    cells_.unbind();
    const int result = mysql_stmt_next_result(handle_.get());
    if (result > 0) fail();
    if (result < 0) return;
    if (mysql_stmt_field_count(handle_.get()) == 0) continue;
    store();
    mysql_stmt_free_result(handle_.get());
  }
}

// Reading to the end of an unbuffered result is left to the client library.
void MysqlStatement::end() noexcept {
  if (handle_ == nullptr) return;
  if (std::exchange(open_, false)) mysql_stmt_free_result(handle_.get());
  while (mysql_more_results(session_.handle()) != 0 && mysql_stmt_next_result(handle_.get()) == 0) {
    mysql_stmt_free_result(handle_.get());
    cells_.unbind();
  }
  if (std::exchange(watched_, false)) session_.finish();
}

void MysqlStatement::reset() noexcept {
  end();
  row_.clear();
  cells_.trim();
}

void MysqlStatement::fail() {
  NativeError error = error_of(handle_.get(), session_.handle());
  if (error.code == new_result_columns) fail_stale();
  fail(std::move(error));
}

// Running a query again does no harm; what writes has been done already, and says so.
void MysqlStatement::fail_stale() {
  stale_ = true;
  open_ = false;
  handle_.reset();  // takes what is left of the result with it
  fail(kind_.writes ? describe_mysql_error(0, {}, std::string(stale_text) + ", after it has run")
                    : describe_mysql_error(needs_reprepare, "HY000", stale_text));
}

void MysqlStatement::fail(NativeError error) {
  if (std::exchange(open_, false)) mysql_stmt_free_result(handle_.get());
  watched_ = false;
  session_.fail(std::move(error));
}

}  // namespace

std::unique_ptr<Statement> prepare_mysql(MysqlSession& session, std::string_view text) {
  session.require_packet(text.size() + 1);
  session.start();
  StatementHandle handle(mysql_stmt_init(session.handle()));
  if (handle == nullptr) session.fail(mysql_error_of(session.handle()));
  if (mysql_stmt_prepare(handle.get(), text.data(), text.size()) == 0) {
    session.finish();
    return std::make_unique<MysqlStatement>(session, std::move(handle), inspect_mysql_text(text));
  }
  NativeError error = error_of(handle.get(), session.handle());
  handle.reset();
  if (error.code != unsupported_in_prepared_protocol) session.fail(std::move(error));
  session.finish();
  return std::make_unique<MysqlDirectStatement>(session, std::string(text));
}

}  // namespace lockstep::detail

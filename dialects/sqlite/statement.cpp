// SPDX-License-Identifier: BSL-1.0
// Statements of SQLite: compiled, bound and stepped with its own interface.
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "dialects/sqlite/sqlite.hpp"

namespace lockstep::detail {

namespace {

// Larger copies of arguments are not kept for the next execution.
constexpr std::size_t largest_kept_copy = std::size_t{64} * 1024;

// The first word of a statement, behind blanks and comments, in upper case.
std::string first_word(std::string_view text) {
  for (;;) {
    const std::size_t start = text.find_first_not_of(" \t\r\n\f;");
    text.remove_prefix(std::min(start, text.size()));
    std::size_t end = 0;
    if (text.starts_with("--")) {
      end = text.find('\n');
    } else if (text.starts_with("/*")) {
      end = text.find("*/", 2);
      if (end != std::string_view::npos) end += 2;
    } else {
      break;
    }
    text.remove_prefix(std::min(end, text.size()));
  }
  std::string word;
  for (const char c : text) {
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (upper < 'A' || upper > 'Z') break;
    word += upper;
  }
  return word;
}

bool counts_changes(sqlite3_stmt* statement, std::string_view text) {
  if (sqlite3_stmt_readonly(statement)) return false;
  const std::string word = first_word(text);
  return word == "INSERT" || word == "UPDATE" || word == "DELETE" || word == "REPLACE" ||
         word == "WITH";
}

class SqliteStatement final : public Statement {
 public:
  SqliteStatement(SqliteHandle& handle, SqliteStatementPtr statement, std::string_view text,
                  unsigned dirt)
      : handle_(handle),
        statement_(std::move(statement)),
        parameters_(static_cast<std::size_t>(sqlite3_bind_parameter_count(statement_.get()))),
        dirt_(dirt),
        counts_changes_(counts_changes(statement_.get(), text)),
        writes_(!sqlite3_stmt_readonly(statement_.get())) {
    read_columns();
  }

  ~SqliteStatement() override { reset(); }

  void execute(std::span<const Value> arguments, Fetch fetch) override;
  bool next() override;
  void reset() noexcept override;
  [[nodiscard]] std::uint64_t rows_affected() const noexcept override { return affected_; }

 private:
  void read_columns();
  int first_step();
  void read_row();
  void bind(std::span<const Value> arguments, bool keep);
  void make_room(std::span<const Value> kept);
  char* instant_text(int index);
  int bind_one(int index, const Value& value, bool keep, char*& copy);
  bool arrive(int code);
  [[noreturn]] void fail(int code);

  SqliteHandle& handle_;
  SqliteStatementPtr statement_;
  std::size_t parameters_;
  unsigned dirt_;        // what an execution does to the session
  bool counts_changes_;  // INSERT, UPDATE or DELETE
  bool writes_;
  bool used_ = false;     // stepped since the last reset
  bool first_ = false;    // execute() has read the first row already
  bool done_ = true;      // no row is left
  std::uint64_t affected_ = 0;
  std::vector<char> copies_;
  std::vector<std::array<char, timestamp_text_size>> instants_;  // empty, or one per parameter
};

void SqliteStatement::read_columns() {
  const auto count = static_cast<std::size_t>(sqlite3_column_count(statement_.get()));
  columns_.clear();
  columns_.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const char* name = sqlite3_column_name(statement_.get(), static_cast<int>(i));
    columns_.emplace_back(name ? name : "");
  }
  row_.resize(count);
}

// SQLite compiles a statement again when the schema has changed since; that can only happen in the
// first step. The columns may be others then.
int SqliteStatement::first_step() {
  const unsigned before = handle_.compiled;
  const int code = sqlite3_step(statement_.get());
  if (handle_.compiled != before && !columns_.empty()) {
    ++columns_version_;
    read_columns();
  }
  return code;
}

// Arguments are bound without a copy of SQLite's. Those of a stream may end before its last row is
// read: they are copied here, into memory that is kept for the next execution, where
// SQLITE_TRANSIENT would allocate and free once per argument.
void SqliteStatement::execute(std::span<const Value> arguments, Fetch fetch) {
  if (used_) reset();
  handle_.start();
  if (writes_) handle_.start_writing();
  affected_ = 0;
  bind(arguments, fetch == Fetch::streamed);
  handle_.dirt |= dirt_;
  used_ = true;
  done_ = false;
  first_ = arrive(first_step());
}

bool SqliteStatement::next() {
  if (first_) {
    first_ = false;
    return true;
  }
  return !done_ && arrive(sqlite3_step(statement_.get()));
}

// After a step: true at a row, false at the end.
bool SqliteStatement::arrive(int code) {
  if (code == SQLITE_ROW) {
    read_row();
    return true;
  }
  if (code != SQLITE_DONE) fail(code);
  done_ = true;
  if (counts_changes_) affected_ = static_cast<std::uint64_t>(sqlite3_changes64(handle_.db));
  return false;
}

void SqliteStatement::fail(int code) {
  try {
    handle_.fail(code);
  } catch (...) {
    reset();  // frees the locks; the result of sqlite3_reset is `code` again
    throw;
  }
}

void SqliteStatement::reset() noexcept {
  if (used_) sqlite3_reset(statement_.get());
  used_ = false;
  first_ = false;
  done_ = true;
  // The other bindings dangle now; SQLite reads none before execute() has bound them all again.
  if (copies_.size() > largest_kept_copy) {
    sqlite3_clear_bindings(statement_.get());
    std::vector<char>().swap(copies_);
  }
}

void SqliteStatement::bind(std::span<const Value> arguments, bool keep) {
  if (arguments.size() != parameters_) {
    throw sqlite_error(SQLITE_RANGE, "wrong number of arguments");
  }
  if (keep) make_room(arguments);
  char* copy = copies_.data();
  int index = 0;
  for (const Value& value : arguments) {
    const int code = bind_one(++index, value, keep, copy);
    if (code != SQLITE_OK) handle_.fail(code);
  }
}

// For the arguments that are kept to the end of a stream.
void SqliteStatement::make_room(std::span<const Value> kept) {
  std::size_t needed = 0;
  for (const Value& value : kept) {
    if (value.type() >= ValueType::decimal && value.type() <= ValueType::bytes) {
      needed += value.as_text().size();
    }
  }
  if (copies_.size() < needed) copies_.resize(needed);
}

// Where the text of an instant stays until the next execution.
char* SqliteStatement::instant_text(int index) {
  if (instants_.empty()) instants_.resize(parameters_);
  return instants_[static_cast<std::size_t>(index - 1)].data();
}

// `copy` is where the next copied argument goes.
int SqliteStatement::bind_one(int index, const Value& value, bool keep, char*& copy) {
  sqlite3_stmt* statement = statement_.get();
  switch (value.type()) {
    case ValueType::null:
      return sqlite3_bind_null(statement, index);
    case ValueType::boolean:
      return sqlite3_bind_int(statement, index, value.as_boolean() ? 1 : 0);
    case ValueType::integer:
      return sqlite3_bind_int64(statement, index, value.as_integer());
    case ValueType::real:
      return sqlite3_bind_double(statement, index, value.as_real());
    case ValueType::timestamp: {
      char* const text = instant_text(index);
      format_timestamp(value.as_timestamp(), text);
      return sqlite3_bind_text(statement, index, text, timestamp_text_size, nullptr);
    }
    case ValueType::decimal:
    case ValueType::text:
    case ValueType::bytes:
      break;
  }
  const std::string_view data = value.as_text();
  const char* from = data.empty() ? "" : data.data();  // a null pointer would bind NULL
  if (keep && !data.empty()) {
    std::memcpy(copy, from, data.size());
    from = std::exchange(copy, copy + data.size());
  }
  if (value.type() == ValueType::bytes) {
    return sqlite3_bind_blob64(statement, index, from, data.size(), nullptr);
  }
  return sqlite3_bind_text64(statement, index, from, data.size(), nullptr, SQLITE_UTF8);
}

// Each cell is looked up once, and then read as the value of a function would be. SQLite calls that
// unsafe only where another thread may use the connection meanwhile: a session is of one thread.
void SqliteStatement::read_row() {
  int column = 0;
  for (Value& cell : row_) {
    sqlite3_value* const value = sqlite3_column_value(statement_.get(), column);
    switch (sqlite3_value_type(value)) {
      case SQLITE_INTEGER:
        cell = Value::integer(sqlite3_value_int64(value));
        break;
      case SQLITE_FLOAT:
        cell = Value::real(sqlite3_value_double(value));
        break;
      case SQLITE_TEXT: {
        const unsigned char* text = sqlite3_value_text(value);
        if (!text) fail(SQLITE_NOMEM);
        const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
        cell = Value::text({reinterpret_cast<const char*>(text), size});
        break;
      }
      case SQLITE_BLOB: {
        const auto* bytes = static_cast<const std::byte*>(sqlite3_value_blob(value));
        const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
        if (!bytes && size > 0) fail(SQLITE_NOMEM);
        cell = Value::bytes({bytes, size});
        break;
      }
      default:
        cell = Value();
    }
    ++column;
  }
}

}  // namespace

std::unique_ptr<Statement> prepare_sqlite(SqliteHandle& handle, std::string_view text) {
  const unsigned before = std::exchange(handle.dirt, 0);
  SqliteStatementPtr statement;
  try {
    statement = handle.prepare(text, true);
  } catch (...) {
    handle.dirt |= before;
    throw;
  }
  const unsigned own = std::exchange(handle.dirt, handle.dirt | before);
  if (!statement) throw sqlite_error(SQLITE_ERROR, "incomplete input");
  return std::make_unique<SqliteStatement>(handle, std::move(statement), text, own);
}

}  // namespace lockstep::detail

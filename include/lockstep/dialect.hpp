// SPDX-License-Identifier: BSL-1.0
// The contract of an engine: data first, then a few functions. Everything that differs between
// engines is behind a `Dialect` constant; dialects/README.md shows how to add one.
//
// Thread rule: a Dialect is constant. A Session and its Statements belong to one thread at a time; what
// ends a statement from another one is the stop token of its Limits.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>

#include "lockstep/dsn.hpp"
#include "lockstep/error.hpp"
#include "lockstep/value.hpp"

namespace lockstep {

// What a connection can do. Asked per connection, since servers of one engine differ.
struct Capabilities {
  bool returning_insert = true;   // INSERT ... RETURNING
  bool returning_update = true;   // UPDATE ... RETURNING
  bool returning_delete = true;   // DELETE ... RETURNING
  bool transactional_ddl = true;  // CREATE TABLE is undone by ROLLBACK
  bool partial_index = true;      // CREATE INDEX ... WHERE
  bool skip_locked = true;        // SELECT ... FOR UPDATE SKIP LOCKED
  bool concurrent_writers = true; // two transactions can write at the same time
  bool names_foreign_keys = true; // the error of a foreign key tells its name
  bool strict_values = true;      // a wrong type, a division by zero, a scalar subquery of two rows
                                  // are errors, and not converted, NULL, the first row
  friend bool operator==(const Capabilities&, const Capabilities&) = default;
};

// What both have.
[[nodiscard]] constexpr Capabilities operator&(const Capabilities& a, const Capabilities& b) {
  return {.returning_insert = a.returning_insert && b.returning_insert,
          .returning_update = a.returning_update && b.returning_update,
          .returning_delete = a.returning_delete && b.returning_delete,
          .transactional_ddl = a.transactional_ddl && b.transactional_ddl,
          .partial_index = a.partial_index && b.partial_index,
          .skip_locked = a.skip_locked && b.skip_locked,
          .concurrent_writers = a.concurrent_writers && b.concurrent_writers,
          .names_foreign_keys = a.names_foreign_keys && b.names_foreign_keys,
          .strict_values = a.strict_values && b.strict_values};
}

enum class Isolation : std::uint8_t { engine_default, read_committed, repeatable_read, serializable };

struct TransactionOptions {
  Isolation isolation = Isolation::engine_default;
  bool read_only = false;
  int retries = 0;  // how often transaction() runs the closure again after a retryable error
  std::optional<std::chrono::nanoseconds> deadline = {};  // from now, for everything inside
};

// How the SQL text of an engine is written, for the lexer.
struct LexicalRules {
  bool backslash_escapes = false;   // '\'' inside '...'
  bool escape_strings = false;      // E'...' has backslash escapes
  bool backtick_names = false;      // `name`
  bool bracket_names = false;       // [name]
  bool dollar_quotes = false;       // $tag$ ... $tag$
  bool hash_comments = false;       // # to the end of the line
  bool nested_comments = false;     // /* /* */ */
  bool dashes_need_blank = false;   // "--" begins a comment only before white space
  bool executable_comments = false; // /*! ... */ is code
  bool numbered_placeholders = false;  // $1 and not ?
};

// A failure as the client library told it. Thrown by Session and Statement; the facade turns it
// into an Error, once.
struct NativeError {
  enum class Interruption : std::uint8_t { none, deadline, cancel };
  int code = 0;              // SQLite's extended code, MySQL's errno; 0 on PostgreSQL
  std::string sqlstate;      // PostgreSQL and MySQL
  std::string message;       // the engine's text
  std::string constraint;    // where the engine tells it; "PRIMARY" on MySQL
  std::string table;
  std::vector<std::string> columns;
  bool link_lost = false;    // the connection cannot be used any more
  Interruption interruption = Interruption::none;  // our own deadline or cancel ended the statement
  // Of Statement::execute_all: the row that failed; of a NativePipeline: the execution; from 0.
  std::optional<std::size_t> row;
  std::optional<std::size_t> offset;  // of Session::run: where in its text, in bytes, it points
  bool connecting = false;   // while opening
  bool stale_plan = false;   // a prepared statement no longer fits the schema: prepare it again
};

// One line of an engine's code table: docs/errors.md is generated from it.
struct ErrorCode {
  int code = 0;               // used where sqlstate is empty
  std::string_view sqlstate;  // "23505"; a prefix of two characters stands for its class
  ErrorKind kind = ErrorKind::unknown;
  std::string_view note;      // what beside the code decides, if anything
};

// When to stop: both may be absent. Checked while waiting for a connection, for a lock and for the
// engine.
struct Limits {
  std::optional<std::chrono::steady_clock::time_point> deadline = {};
  std::stop_token stop = {};
};

enum class Fetch : std::uint8_t {
  buffered,  // the client may hold the whole result; the connection is free after execute
  at_once,   // every row is read at once, before the connection does anything else
  streamed,  // constant memory; the connection is busy until the result ends
};

// Rows of arguments in native order, as Statement::execute_all takes them.
class ArgumentRows {
 public:
  ArgumentRows() = default;
  ArgumentRows(const ArgumentRows&) = delete;
  ArgumentRows& operator=(const ArgumentRows&) = delete;
  virtual ~ArgumentRows() = default;
  // The next row, checked as execute() has its arguments, valid until the next call; empty after
  // the last, and when rows have no arguments. Throws Error for a row that cannot be bound.
  virtual std::span<const Value> next() = 0;
};

// A prepared statement. Ends before its session.
class Statement {
 public:
  Statement() = default;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  virtual ~Statement() = default;

  // Binds `arguments`, as many as the native text has placeholders, and starts. The arguments
  // need not outlive the call if it is streamed, else they last until reset().
  // Text has been checked for NUL and UTF-8, numbers for NaN and infinities.
  virtual void execute(std::span<const Value> arguments, Fetch fetch) = 0;
  // Executes once per row, inside a transaction, and returns the sum of rows_affected(). What was
  // done before a failure is undone by the caller. Engines override it with a faster way.
  virtual std::uint64_t execute_all(ArgumentRows& rows);
  // Moves to the next row; false after the last one. Cells are valid until the next call.
  virtual bool next() = 0;
  // Ends the execution and frees its result: the statement can be executed again.
  virtual void reset() noexcept = 0;
  // Rows that an INSERT, UPDATE or DELETE matched, after the last row was read; 0 otherwise.
  [[nodiscard]] virtual std::uint64_t rows_affected() const noexcept = 0;
  // Rows of a buffered result; 0 if it is not known in advance.
  [[nodiscard]] virtual std::size_t row_count() const noexcept { return 0; }

  // The current row, one cell per column.
  [[nodiscard]] std::span<const Value> row() const noexcept { return row_; }
  // Names of the result's columns, valid after execute; empty if there is no result.
  [[nodiscard]] std::span<const std::string> columns() const noexcept { return columns_; }
  // Another number after the columns have changed under the statement.
  [[nodiscard]] std::uint32_t columns_version() const noexcept { return columns_version_; }

 protected:
  std::vector<Value> row_;
  std::vector<std::string> columns_;
  std::uint32_t columns_version_ = 0;
};

// Executions of several statements of one session, inside a transaction, that need not wait for each
// other's answers. Ends before its session; while it lives nothing else but prepare() is called.
class NativePipeline {
 public:
  NativePipeline() = default;
  NativePipeline(const NativePipeline&) = delete;
  NativePipeline& operator=(const NativePipeline&) = delete;
  virtual ~NativePipeline() = default;

  // As Statement::execute, but its rows are thrown away, and its failure may only show later: in
  // another add(), in Session::prepare() or in finish(), with NativeError::row telling which
  // execution it was, from 0. None of those that were added after it has any effect then, and
  // nothing is called any more.
  virtual void add(Statement& statement, std::span<const Value> arguments) = 0;
  // Waits for the answers: the rows that each execution matched, in order.
  virtual std::vector<std::uint64_t> finish() = 0;
};

// How far the copy of a whole database is, in pages of the engine.
struct CopyProgress {
  std::int64_t done = 0;
  std::int64_t total = 0;
};

// A whole database into a file, or out of one.
struct CopyOrder {
  std::string file;   // that is written, and is empty and the caller's own; or that is read
  Limits limits = {};
  // After each step, of a restore but the last; may throw.
  std::function<void(const CopyProgress&)> progress = {};
  // Of a restore: called before a database that is there is changed, with its path and what reads
  // the next bytes of its file; the last part is empty.
  std::function<void(const std::string& path, const std::function<std::string()>& read)> keep = {};
};

enum class TransactionState : std::uint8_t {
  none,     // autocommit
  active,   // open
  failed,   // open, and the engine refuses everything but a rollback
  unknown,  // the connection is gone
};

enum class SettingsOf : std::uint8_t { lockstep, engine };

// A connection as the engine's client has it. Owns a SOCI session and speaks on its handle.
class Session {
 public:
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  virtual ~Session() = default;

  // Prepares a text in the engine's own placeholders.
  virtual std::unique_ptr<Statement> prepare(std::string_view text) = 0;
  // Engines override it where executions can be sent without waiting; else each runs at once.
  virtual std::unique_ptr<NativePipeline> pipeline();
  // Runs one statement without arguments; a result is thrown away.
  virtual void run(std::string_view text) = 0;
  // Rows that the last run() has matched, if it was an INSERT, UPDATE or DELETE.
  [[nodiscard]] virtual std::uint64_t rows_run() const noexcept { return 0; }
  virtual void begin(const TransactionOptions& options) = 0;
  virtual void commit() { run("COMMIT"); }
  virtual void rollback() { run("ROLLBACK"); }

  [[nodiscard]] virtual TransactionState transaction_state() const noexcept = 0;
  [[nodiscard]] virtual Capabilities capabilities() const noexcept = 0;
  // The value that the last INSERT gave to the identity column.
  [[nodiscard]] virtual std::int64_t last_insert_id() const noexcept = 0;
  // A round trip to the engine; false if the connection is dead.
  virtual bool ping() noexcept = 0;
  // Whether the link looks usable without a round trip: false when the peer has closed it.
  [[nodiscard]] virtual bool looks_alive() const noexcept = 0;
  // Back to the state after open: no transaction, temporary tables, locks or session settings of
  // the last user, with the statements still prepared. False: drop the connection.
  virtual bool reset() noexcept = 0;
  // Outside of a transaction, until reset(): the engine's own settings, for SQL that was written
  // without lockstep (foreign keys, quotes and strictness are then as the engine has them), or
  // those of open() again. Either way it takes back what SQL has set meanwhile.
  virtual void use_settings(SettingsOf /*whose*/) {}
  // What holds for every statement until it is called again.
  virtual void limit(const Limits& limits) = 0;
  // Has what the server says beside its answers told from now on: notices, and the warnings of a
  // run(). They may quote values. Empty: no more. SQLite says nothing.
  virtual void on_notice(std::function<void(std::string_view)> /*told*/) {}
  // The engine's version as it tells it: "3.40.1", "15.20", "10.11.19-MariaDB".
  [[nodiscard]] virtual std::string version() const = 0;
  // Copies one state of the whole database, while others write, and proves that the copy is sound.
  // Returns its number of pages. Only where Dialect::backup_tool is empty.
  virtual std::int64_t copy_to(const CopyOrder& order);
  // The address of the SOCI session of this connection, for code that speaks SOCI itself.
  [[nodiscard]] virtual void* soci() noexcept = 0;
  // What a soci_error that such code has just thrown means.
  [[nodiscard]] virtual NativeError explain_soci(const std::exception& error) = 0;

  // Takes, or gives back, the lock that only one migrator of this database can hold. `key` is
  // chosen by the caller, at most 64 characters. Never waits. SQLite has no such lock: it always
  // succeeds there, and the write lock of BEGIN IMMEDIATE does the work. MigrationLocked behind a
  // pooler, which gives the lock's connection to others.
  virtual bool try_migration_lock(std::string_view key) = 0;
  // Whether the server still has the lock down as this session's. SQLite: always.
  virtual bool holds_migration_lock(std::string_view /*key*/) { return true; }
  virtual void migration_unlock(std::string_view key) noexcept = 0;
};

struct SessionOptions {
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds busy_timeout{5'000};  // longest wait for a lock (SQLite)
  Capabilities allowed;  // what is false here is not used, even where the engine has it
  std::function<void(std::string_view)> warning = {};  // as DatabaseOptions; must not throw
};

// A DSN that the engine has understood.
struct Target {
  std::string dsn;        // the engine's own form; may hold a password
  std::string redacted;   // for messages
  bool single_connection = false;  // one connection is the database: never a second, never retired
};

// One engine. A constant per engine in dialects/<engine>/dialect.cpp.
struct Dialect {
  Engine engine;
  std::string_view name;                       // "sqlite": also the folder of its migrations
  std::string_view driver;                     // "sqlite3": the name in driver + DSN pairs
  std::string_view title;                      // "SQLite", for people
  LexicalRules lexical;
  Capabilities capabilities;                   // of its best server
  std::span<const ErrorCode> errors;

  // Parses a DSN of this engine. InvalidArgument if it is malformed.
  Target (*parse)(const Dsn& dsn);
  // Opens and sets up a session; throws NativeError.
  std::unique_ptr<Session> (*open)(const Target& target, const SessionOptions& options);
  // The kind of a failure: by code first; by text only where errors.md says so.
  ErrorKind (*classify)(const NativeError& error) noexcept;

  // The engine's own programs, where lockstep cannot back up and restore; empty: it can.
  std::string_view backup_tool = {};
  std::string_view restore_tool = {};
  // Puts the sound database of order.file in the place of the target, all or nothing, while nobody
  // else has it open; returns its number of pages. Throws NativeError.
  std::int64_t (*restore)(const Target& target, const CopyOrder& order) = nullptr;

  // What maintenance() runs on one connection, in this order and outside a transaction.
  std::span<const std::string_view> maintenance = {};
  // And after it, for each table that `table_list` selects, as a statement writes it, in the place
  // of "{table}". Answers rows of table, operation, kind of message ("Error": it failed), message.
  std::string_view table_list = {};
  std::string_view table_maintenance = {};
};

// Every engine of this build, in the order of `Engine`.
[[nodiscard]] std::span<const Dialect* const> dialects() noexcept;
[[nodiscard]] const Dialect& dialect(Engine engine) noexcept;

}  // namespace lockstep

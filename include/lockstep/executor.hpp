// SPDX-License-Identifier: BSL-1.0
// Executor: what runs statements. A Database (each call leases a connection) and a Transaction
// (has one) are both executors, so every query is written once, against `Executor&`.
//
//     Job job = db.fetch_one<Job>(job_by_id, id);              // 0 rows: NotFound, 2: TooManyRows
//     std::optional<Job> found = db.fetch_optional<Job>(job_by_id, id);
//     std::vector<Job> due = db.fetch_all<Job>(jobs_due, now, 100);
//     auto n = db.fetch_value<std::int64_t>(jobs_count);
//     auto changed = db.execute(job_rename, name, id).rows_affected();
//
// Arguments: by position (`?`, or `:name` in the order of first use), or by name: named("id", v)
// and structs with a descriptor, whose members serve the placeholders of their column names.
// They are read during the call only, so a temporary is always legal.
//
// Every verb throws what docs/errors.md lists; InvalidArgument and MappingError come before
// anything is sent, or after the rows were read, and do not poison a transaction.
#pragma once

#include "lockstep/detail/arguments.hpp"
#include "lockstep/detail/cursor.hpp"
#include "lockstep/detail/rows.hpp"
#include "lockstep/dialect.hpp"
#include "lockstep/row_stream.hpp"

namespace lockstep {

class Bounded;
class Transaction;

// What a statement without rows did.
class ExecuteResult {
 public:
  explicit ExecuteResult(std::uint64_t rows) noexcept : rows_(rows) {}
  // Rows matched: an UPDATE counts rows that already had the new values, on every engine.
  [[nodiscard]] std::uint64_t rows_affected() const noexcept { return rows_; }

 private:
  std::uint64_t rows_;
};

// How long a call may take, everything included, and what may stop it.
struct CallOptions {
  std::optional<std::chrono::nanoseconds> deadline = {};  // from now; zero or less is InvalidArgument
  std::stop_token stop = {};
  // Whether something limits the call.
  [[nodiscard]] bool any() const noexcept { return deadline || stop.stop_possible(); }
};

class Executor {
 public:
  virtual ~Executor() = default;

  // Runs a statement and reads no rows.
  template <class... A>
  ExecuteResult execute(const Query& query, const A&... args);
  // Runs a statement that must match exactly one row: NotFound for none, TooManyRows for more. The
  // statement has taken effect then, so use it on a key, or in a transaction.
  template <class... A>
  void execute_one(const Query& query, const A&... args);

  // T is a struct with a descriptor, a std::tuple (columns by position) or a scalar (one column).
  template <class T, class... A>
  [[nodiscard]] T fetch_one(const Query& query, const A&... args);
  template <class T, class... A>
  [[nodiscard]] std::optional<T> fetch_optional(const Query& query, const A&... args);
  // All rows, in the order of the result, in memory.
  template <class T, class... A>
  [[nodiscard]] std::vector<T> fetch_all(const Query& query, const A&... args);
  // Rows one at a time, in constant memory: see RowStream.
  template <class T, class... A>
  [[nodiscard]] RowStream<T> stream(const Query& query, const A&... args);
  // The one column of the one row.
  template <class T, class... A>
  [[nodiscard]] T fetch_value(const Query& query, const A&... args);

  // Runs an INSERT whose text ends with RETURNING and reads its one row. Where the connection has
  // no RETURNING the clause is cut and the last insert id answers it: then T is an integer and the
  // clause names one identity column, anything else is Unsupported.
  template <class T, class... A>
  [[nodiscard]] T insert_returning(const Query& query, const A&... args);

  // Runs an INSERT, UPDATE or DELETE once for each element of `rows`, all or nothing, by the fastest
  // route of the engine, and returns the number of rows matched. An element is a struct with a
  // descriptor, a std::tuple (by position) or a scalar. Errors are those of execute(), with
  // Error::row() telling the element where the engine tells it; in a transaction they poison it.
  template <class Rows>
  std::uint64_t execute_all(const Query& query, const Rows& rows);
  // The same, under the name that says what it is for most often.
  template <class Rows>
  std::uint64_t insert_all(const Query& query, const Rows& rows) {
    return execute_all(query, rows);
  }

  // Runs fn(Transaction&) all or nothing: in a transaction on a Database, in a savepoint on a
  // Transaction. For operations of several statements.
  template <class F>
  auto atomically(F&& fn, SourceLocation at = SourceLocation::current());

  // The same executor with a deadline and a stop token for every call through it. It borrows this.
  [[nodiscard]] Bounded with(CallOptions options);

  [[nodiscard]] virtual const Dialect& dialect() const = 0;
  // Of a connection of this executor; a Database that has none yet opens one.
  [[nodiscard]] virtual Capabilities capabilities() = 0;
  // The time that operations store, truncated to microseconds: Options::clock, UTC.
  [[nodiscard]] virtual Timestamp now() const = 0;
  // Name of the driver: "sqlite3", "postgres", "mysql".
  [[nodiscard]] std::string_view driver() const { return dialect().driver; }
  // The engine's own placeholder for argument n = 1, 2, ...: "$n" on PostgreSQL, "?" elsewhere.
  // For text that leaves lockstep: its own statements are written with `?` or `:name`.
  [[nodiscard]] std::string placeholder(int n) const;

 protected:
  Executor() = default;
  Executor(const Executor&) = default;
  Executor& operator=(const Executor&) = default;

 private:
  friend class Bounded;
  // Runs a statement to its end and gives its rows to the reader. Without one they are thrown away,
  // and the number of rows matched is returned.
  virtual std::uint64_t run(const Query& query, const detail::Arguments& arguments,
                            detail::Verb verb, detail::RowReader* reader,
                            const CallOptions& options) = 0;
  // Starts a statement whose rows are streamed. The cursor keeps the connection until it ends.
  virtual detail::Cursor start(const Query& query, const detail::Arguments& arguments,
                               const CallOptions& options) = 0;
  // Runs a statement once per row, all or nothing.
  virtual std::uint64_t run_all(const Query& query, detail::RowSource& rows,
                                const CallOptions& options) = 0;
  virtual Transaction start_atomic(const CallOptions& options, SourceLocation at) = 0;
};

// An executor with limits, as Executor::with makes it. Borrows the executor behind it.
class Bounded final : public Executor {
 public:
  Bounded(Executor& base, CallOptions options) : base_(base), options_(std::move(options)) {}
  [[nodiscard]] const Dialect& dialect() const override { return base_.dialect(); }
  [[nodiscard]] Capabilities capabilities() override { return base_.capabilities(); }
  [[nodiscard]] Timestamp now() const override { return base_.now(); }

 private:
  std::uint64_t run(const Query& query, const detail::Arguments& arguments, detail::Verb verb,
                    detail::RowReader* reader, const CallOptions& options) override;
  detail::Cursor start(const Query& query, const detail::Arguments& arguments,
                       const CallOptions& options) override;
  std::uint64_t run_all(const Query& query, detail::RowSource& rows,
                        const CallOptions& options) override;
  Transaction start_atomic(const CallOptions& options, SourceLocation at) override;

  Executor& base_;
  CallOptions options_;
};

}  // namespace lockstep

#include "lockstep/detail/executor_verbs.hpp"
#include "lockstep/transaction.hpp"

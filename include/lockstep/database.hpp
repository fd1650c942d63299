// SPDX-License-Identifier: BSL-1.0
// Database: a pool of connections to one database, and the executor most programs use.
//
//     auto db = lockstep::Database::open("sqlite::memory:");
//     auto db = lockstep::Database::open(url, {.max_open_connections = 16});
//
// Thread rule: share it between threads. Every call leases a connection and gives it back.
#pragma once

#include <concepts>
#include <functional>

#include "lockstep/detail/retries.hpp"
#include "lockstep/executor.hpp"
#include "lockstep/leased.hpp"
#include "lockstep/observer.hpp"
#include "lockstep/pool_stats.hpp"

namespace lockstep {

// Counts are never negative; zero, or a duration of zero, means the default.
struct DatabaseOptions {
  int max_open_connections = 25;
  int max_idle_connections = 5;
  std::chrono::milliseconds max_lifetime = std::chrono::minutes(5);   // shortened by up to a tenth
  std::chrono::milliseconds max_idle_time = std::chrono::minutes(5);
  std::chrono::milliseconds acquire_timeout = std::chrono::seconds(30);
  std::chrono::milliseconds connect_timeout = std::chrono::seconds(10);
  std::chrono::milliseconds busy_timeout = std::chrono::seconds(5);   // SQLite: wait for the lock
  int statement_cache_size = 256;  // prepared statements kept per connection
  Capabilities allowed = {};       // switch off what the engine has, to see what happens without
  std::function<Timestamp()> clock = {};  // times that operations store; empty: the system clock
  // Time of the pool; empty: std::chrono::steady_clock.
  std::function<std::chrono::steady_clock::time_point()> steady_clock = {};
  // What an operator should know, one line without values or secrets: a connection that failed to
  // open, a slow statement, a warning of the server, a pooler that was found out. May be called
  // from any thread; must not use this Database. What it throws is dropped.
  std::function<void(std::string_view)> warning = {};
  // A statement that takes longer, its wait for a connection included, is told to `warning`; zero:
  // none is.
  std::chrono::nanoseconds slow_statement{0};
  std::shared_ptr<Observer> observer = {};  // of every statement and of the pool
};

namespace detail {
class Pinned;
class SociDoor;
class UpkeepDoor;
}

class Database final : public Executor {
 public:
  // Opens a pool and proves it with one connection. InvalidArgument for a malformed URL or option;
  // Unauthenticated, UndefinedObject, ConnectionLost, CannotOpen ... name the redacted target.
  [[nodiscard]] static Database open(std::string_view url, DatabaseOptions options = {},
                                     SourceLocation at = SourceLocation::current());
  // Driver and DSN: sqlite3, postgres or mysql; see Dsn::from_driver.
  [[nodiscard]] static Database open(std::string_view driver, std::string_view dsn,
                                     DatabaseOptions options = {},
                                     SourceLocation at = SourceLocation::current());
  [[nodiscard]] static Database open(const Dsn& dsn, DatabaseOptions options,
                                     SourceLocation at = SourceLocation::current());

  // Every use of what was moved from is a LogicError, but for close().
  Database(Database&&) noexcept = default;
  Database& operator=(Database&&) noexcept;
  // As close().
  ~Database() override;

  // A connection for calls that belong on the same one: see lockstep/leased.hpp. `options` are for the
  // wait for it. LogicError if the thread has one already, or is inside a transaction.
  [[nodiscard]] Leased lease(const CallOptions& options = {},
                             SourceLocation at = SourceLocation::current());

  // Begins a transaction on a connection of its own. On SQLite a transaction that may write takes
  // the write lock at once.
  [[nodiscard]] Transaction begin(const TransactionOptions& options = {},
                                  SourceLocation at = SourceLocation::current());

  // Runs fn(Transaction&) and commits; rolls back and throws the same exception if fn throws. With
  // options.retries, runs the whole closure again after Serialization, Deadlock or Busy, and after
  // ConnectionLost before COMMIT was sent, waiting with full jitter: the closure must have no
  // effect outside the transaction. Never after CommitUnknown.
  template <std::invocable<Transaction&> F>
  auto transaction(F&& fn, const TransactionOptions& options = {},
                   SourceLocation at = SourceLocation::current());

  // The same, committed at most once for all calls with this token, a key that the caller chooses,
  // in this process or another: see lockstep/outcome.hpp. Returns a std::optional of fn's result,
  // or a bool for void: the value, or true, if the work of this call is committed; nullopt, or
  // false, if an earlier call had committed already, and fn was not run, or undone. CommitUnknown
  // is settled by asking for the token, with fn run again if nothing was committed, and thrown only
  // if the database does not answer, ten times or until the deadline. InvalidArgument for a
  // malformed token or read_only, Configuration if `lockstep migrate up` was not run.
  template <std::invocable<Transaction&> F>
  auto transaction(std::string_view token, F&& fn, const TransactionOptions& options = {},
                   SourceLocation at = SourceLocation::current());

  // A round trip; throws what it met.
  void ping(SourceLocation at = SourceLocation::current());
  [[nodiscard]] PoolStats stats() const;
  // The target without its password, for messages.
  [[nodiscard]] const std::string& redacted_url() const;

  // Closes idle connections and refuses new calls (Closed); leased connections are closed when they
  // come back. Idempotent.
  void close() noexcept;

  [[nodiscard]] const Dialect& dialect() const override;
  [[nodiscard]] Capabilities capabilities() override;
  [[nodiscard]] Timestamp now() const override;

 private:
  friend class detail::Pinned;
  friend class detail::SociDoor;
  friend class detail::UpkeepDoor;
  friend struct DatabaseOverPool;  // of the unit tests: a database without an engine
  explicit Database(std::shared_ptr<detail::Pool> pool) noexcept : pool_(std::move(pool)) {}
  std::uint64_t run(const Query& query, const detail::Arguments& arguments, detail::Verb verb,
                    detail::RowReader* reader, const CallOptions& options) override;
  detail::Cursor start(const Query& query, const detail::Arguments& arguments,
                       const CallOptions& options) override;
  std::uint64_t run_all(const Query& query, detail::RowSource& rows,
                        const CallOptions& options) override;
  Transaction start_atomic(const CallOptions& options, SourceLocation at) override;
  bool run_once(std::string_view token, const std::function<void(Transaction&)>& work,
                const TransactionOptions& options, SourceLocation at);
  detail::Pool& pool() const;

  std::shared_ptr<detail::Pool> pool_;  // shared with the leases: see detail::Lease
};

template <std::invocable<Transaction&> F>
auto Database::transaction(F&& fn, const TransactionOptions& options, SourceLocation at) {
  return detail::Retries(pool(), options).run([&](const TransactionOptions& left) {
    Transaction tx = begin(left, at);
    return detail::run_and_commit(tx, fn);
  });
}

template <std::invocable<Transaction&> F>
auto Database::transaction(std::string_view token, F&& fn, const TransactionOptions& options,
                           SourceLocation at) {
  using Result = std::decay_t<std::invoke_result_t<F&, Transaction&>>;
  if constexpr (std::is_void_v<Result>) {
    return run_once(token, [&fn](Transaction& tx) { fn(tx); }, options, at);
  } else {
    std::optional<Result> result;
    const auto work = [&](Transaction& tx) { result.emplace(fn(tx)); };
    if (!run_once(token, work, options, at)) result.reset();
    return result;
  }
}

}  // namespace lockstep

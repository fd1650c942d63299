// SPDX-License-Identifier: BSL-1.0
// Pool: connections to one database, lent one thread at a time.
//
// Waiters are served first come, first served; idle connections last in, first out. One connector
// thread opens connections outside the lock, so that a caller waits no longer than its deadline
// while a connect hangs. No lock is held while an engine is spoken to.
//
// Thread rule: every member function may be called from any thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <random>

#include "core/connection.hpp"
#include "lockstep/database.hpp"

namespace lockstep::detail {

// What a pool opens, and how.
struct Source {
  const Dialect* dialect = nullptr;
  Target target;
  // Opens a session; throws NativeError. Called by the connector thread.
  std::function<std::unique_ptr<Session>()> open;
};

class Pool : public std::enable_shared_from_this<Pool> {
 public:
  Pool(Source source, DatabaseOptions options);
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;
  ~Pool();

  // Opens the first connection and throws what it met, without trying again.
  void open_first();
  // A connection on loan. Closed, AcquireTimeout, Timeout, Cancelled, what opening met if trying
  // again cannot help, and LogicError for a thread that is inside a transaction of this pool, or
  // would wait for itself.
  [[nodiscard]] Lease acquire(Purpose purpose, const Limits& limits, const SourceLocation& at);
  // The same for a statement whose lease ends before the call of the Database does, which keeps the
  // pool meanwhile: sharing it costs two atomic operations.
  [[nodiscard]] Lease acquire_within_call(const Limits& limits, const SourceLocation& at);
  // Takes a connection back; called by its lease.
  void release(Connection& connection) noexcept;
  void close() noexcept;

  [[nodiscard]] PoolStats stats() const;
  [[nodiscard]] Capabilities capabilities() const;
  [[nodiscard]] const Dialect& dialect() const noexcept { return *source_.dialect; }
  [[nodiscard]] const std::string& redacted() const noexcept { return source_.target.redacted; }
  [[nodiscard]] const DatabaseOptions& options() const noexcept { return options_; }
  [[nodiscard]] Timestamp now() const;
  // A number in [0, limit), for jitter.
  [[nodiscard]] std::int64_t random_below(std::int64_t limit);

 private:
  using Owned = std::unique_ptr<Connection>;

  // A caller in the queue. Lives on its stack; everything in it is guarded by mutex_.
  struct Waiter {
    Waiter(Purpose p, SourceLocation a) : purpose(p), at(a) {}
    Purpose purpose;
    SourceLocation at;
    std::thread::id thread = std::this_thread::get_id();
    std::condition_variable wake;
    Connection* connection = nullptr;
    std::exception_ptr error;
    bool stopped = false;
  };

  using Reason = PoolEvent::Kind;  // why a connection is closed

  [[nodiscard]] SteadyTime steady_now() const;
  // For ages: the same time, but to some milliseconds and for a quarter of the price if that will do.
  [[nodiscard]] SteadyTime rough_now() const;
  [[nodiscard]] int capacity() const noexcept;
  [[nodiscard]] Owned open_connection();
  [[nodiscard]] std::unique_ptr<Session> open_session();
  // Tells the observer.
  [[nodiscard]] Connection& acquire_watched(Purpose purpose, const Limits& limits,
                                            const SourceLocation& at);
  [[nodiscard]] Connection& acquire_connection(Purpose purpose, const Limits& limits,
                                               const SourceLocation& at);

  void require_open(const SourceLocation& at) const;
  void refuse_second_lease(bool would_wait, const SourceLocation& at) const;
  Connection* take_idle(std::unique_lock<std::mutex>& lock, SteadyTime& now, const Limits& limits,
                        const SourceLocation& at);
  bool prove(std::unique_lock<std::mutex>& lock, Connection& connection, const Limits& limits,
             const SourceLocation& at);
  Connection* wait_for_connection(std::unique_lock<std::mutex>& lock, Waiter& waiter,
                                  const Limits& limits);
  [[noreturn]] void fail_wait(const Waiter& waiter, const Limits& limits);
  [[nodiscard]] std::string describe_holders() const;
  void lend(Connection& connection, Purpose purpose, std::thread::id thread,
            const SourceLocation& at, SteadyTime now);
  void give(Connection& connection);

  void want_connection();
  void connector();
  void connect_for_waiters(std::unique_lock<std::mutex>& lock);
  void open_failed(std::unique_lock<std::mutex>& lock, const Error& error, int& failures);
  void reap(std::unique_lock<std::mutex>& lock);
  [[nodiscard]] std::optional<Reason> why_retire(const Connection& connection,
                                                 SteadyTime now) const;
  void retire_surplus(std::vector<Owned>& out);
  void retire_older_than(SteadyTime opened, std::vector<Owned>& out);
  [[nodiscard]] Owned take(const Connection& connection, Reason reason);

  const Source source_;
  const bool exact_;  // ages are told, or taken from a clock of the caller's
  const DatabaseOptions options_;
  Telemetry telemetry_;

  mutable std::mutex mutex_;
  std::condition_variable connector_wake_;
  std::vector<Owned> connections_;    // all that are open
  std::vector<Connection*> idle_;     // the last used one at the end
  std::deque<Waiter*> waiters_;
  PoolStats stats_;
  std::optional<Capabilities> capabilities_;
  std::string last_open_error_;
  std::minstd_rand random_;
  bool closed_ = false;
  bool connector_running_ = false;
  std::thread connector_thread_;
};

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// Connection: a session with its statement cache and the state of its transaction. Here, and only
// here, a NativeError becomes an Error.
//
// Thread rule: one thread at a time; `holder` is read by the pool from others.
#pragma once

#include <atomic>
#include <thread>

#include "core/telemetry.hpp"
#include "lockstep/detail/cursor.hpp"
#include "lockstep/executor.hpp"

namespace lockstep::detail {

using SteadyTime = std::chrono::steady_clock::time_point;

// What a lease is for: a thread that is inside a transaction, or has leased a connection for itself,
// must not lease a second one.
enum class Purpose : std::uint8_t { statement, stream, transaction, lease };

// Who has a connection; for the message of AcquireTimeout.
struct Holder {
  std::atomic<std::thread::id> thread{};
  SourceLocation at;
  SteadyTime since;
  Purpose purpose = Purpose::statement;
};

class PipelineRun;

class Connection {
 public:
  Connection(const Dialect& dialect, std::unique_ptr<Session> session, std::size_t cache_size,
             Telemetry& telemetry);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection();

  [[nodiscard]] const Dialect& dialect() const noexcept { return dialect_; }
  [[nodiscard]] Session& session() noexcept { return *session_; }
  [[nodiscard]] const StatementCache& cache() const noexcept { return cache_; }
  [[nodiscard]] bool broken() const noexcept { return broken_; }

  // Binds and starts a statement; the caller ends it with finish().
  Prepared& start(const Query& query, const Arguments& arguments, Verb verb, const Limits& limits);
  // See Executor::run.
  std::uint64_t run(const Query& query, const Arguments& arguments, Verb verb, RowReader* reader,
                    const Limits& limits);
  // Runs a statement once per row, inside a transaction; returns the rows matched.
  std::uint64_t run_all(const Query& query, RowSource& rows, const Limits& limits);
  bool next(Prepared& prepared, const Query& query) {
    try {
      const bool more = prepared.statement->next();
      if (more) ++prepared.seen.rows;
      return more;
    } catch (const NativeError& e) {
      fail_next(e, prepared, query);
    }
  }
  void finish(Prepared& prepared) noexcept;

  // A streamed cursor reads from this connection, from here, until it attaches null: nothing else
  // may run meanwhile (LogicError).
  void attach_stream(Cursor* cursor) noexcept { stream_ = cursor; }
  // LogicError while a stream or a pipeline is open.
  void require_free(const Query& query) const {
    if (stream_ != nullptr || pipeline_ != nullptr) refuse_second_use(query);
  }

  // Runs one native statement without arguments; a result is thrown away.
  void run(const Query& query, const Limits& limits);

  // Transactions: level 1 is BEGIN, each further level a savepoint.
  [[nodiscard]] int level() const noexcept { return level_; }
  // Whether an error has poisoned `level` or one around it.
  [[nodiscard]] bool aborted(int level) const noexcept {
    return aborted_from_ != 0 && level >= aborted_from_;
  }
  void begin(const TransactionOptions& options, const Limits& limits, SourceLocation at);
  void push_savepoint(const Limits& limits, SourceLocation at);
  // Ends the innermost level for good; throws with that level poisoned.
  void commit(const Limits& limits, SourceLocation at);
  // Ends the innermost level and undoes it, by the deadline of `limits` if there is one. What cannot
  // be undone breaks the connection.
  void rollback(const Limits& limits = {}) noexcept;

  // Back to the state after open, for the next lessee. False: drop the connection.
  bool clean() noexcept;
  // Without a round trip: false if the peer has closed the connection.
  [[nodiscard]] bool looks_alive() const noexcept { return session_->looks_alive(); }
  // A round trip: false if the connection is dead, or silent until the deadline.
  bool validate(const Limits& limits) noexcept;
  // Throws what a round trip met.
  void ping(const Limits& limits, SourceLocation at);

  // Throws what code that spoke SOCI on this session has met; poisons the transaction.
  [[noreturn]] void fail_soci(const std::exception& error, const Query& query);
  // LogicError, and the transaction poisoned, if such code has ended it.
  void require_transaction(const Query& query);

  Holder holder;
  std::chrono::nanoseconds waited{0};  // by the lessee, until its first statement is told
  PoolEvent::Kind closed_as = PoolEvent::Kind::closed_with_pool;
  SteadyTime opened_at;
  SteadyTime last_used;
  SteadyTime retire_at;

 private:
  friend class PipelineRun;
  using Amend = std::function<void(const NativeError&, ErrorInfo&)>;

  // What every call goes through is inlined by force, here and elsewhere: frames of functions that are
  // called once were an eighth of what lockstep added to a read.
  [[gnu::always_inline]] Prepared& prepare(const Query& query, Verb verb) {
    const bool emulate = verb == Verb::insert_returning && !capabilities_.returning_insert;
    const StatementKey key{query.text(dialect_.engine), query.sql() != nullptr, emulate};
    Prepared* const known = cache_.find(key);
    return known != nullptr ? *known : prepare_anew(query, key);
  }
  Prepared& prepare_anew(const Query& query, const StatementKey& key);
  [[noreturn]] void fail(Prepared& prepared, const Query& query);
  // Runs a command of the facade's own; `amend` may correct what its failure means.
  void send(const Query& query, const Limits& limits, const std::function<void()>& command,
            const Amend& amend = {});
  // Begins and ends what the observer is told of an execution.
  void watch(const Query& query, Execution& seen) noexcept {
    seen.rows = 0;
    seen.error.reset();
    if (telemetry_.watches_statements()) begin_to_watch(query, seen);
  }
  void begin_to_watch(const Query& query, Execution& seen) noexcept;
  void tell(Execution& seen) noexcept;
  [[noreturn]] void fail_next(const NativeError& e, Prepared& prepared, const Query& query);
  [[noreturn]] void refuse_second_use(const Query& query) const;
  [[nodiscard]] LexedSql lex(const Query& query, bool emulate) const;
  void require_allowed(const LexedSql& lexed, const Query& query) const;
  std::uint64_t read(Prepared& prepared, const Query& query, Verb verb, RowReader& reader);
  std::uint64_t read_inserted_id(Prepared& prepared, const Query& query, RowReader& reader);
  void launch(Prepared& prepared, std::span<const Value> arguments, Fetch fetch);
  void run_native(std::string_view text, const Query& query, const Limits& limits);
  // Ends the stream or the pipeline that is open, if one is.
  void end_open() noexcept;
  void apply(const Limits& limits, const Query& query) {
    if (limits.deadline || limits.stop.stop_possible()) set_limits(limits, query);
  }
  void set_limits(const Limits& limits, const Query& query);
  void clear_limits() noexcept {
    if (limited_) lift_limits();
  }
  void lift_limits() noexcept;
  void poison() noexcept;
  // What `e` means, after the state of the connection was brought in line with it.
  [[nodiscard]] ErrorInfo translate(const NativeError& e, const Query& query,
                                    const LexedSql* lexed);
  void undo(int level, const Limits& limits);

  const Dialect& dialect_;
  std::unique_ptr<Session> session_;
  Telemetry& telemetry_;
  StatementCache cache_;  // statements end before the session
  Capabilities capabilities_;
  Cursor* stream_ = nullptr;
  PipelineRun* pipeline_ = nullptr;
  int level_ = 0;
  int aborted_from_ = 0;  // 0: nothing is poisoned
  bool broken_ = false;
  bool limited_ = false;
};

[[nodiscard]] Limits real_limits_of(const std::optional<std::chrono::nanoseconds>& deadline,
                                    const std::stop_token& stop);
// When a call with these options must end. InvalidArgument for a deadline of zero or less.
[[nodiscard]] inline Limits limits_of(const std::optional<std::chrono::nanoseconds>& deadline,
                                      const std::stop_token& stop) {
  if (!deadline && !stop.stop_possible()) [[likely]] return {};
  return real_limits_of(deadline, stop);
}
// The earlier deadline of both, and the stop token of `inner` if it has one.
[[nodiscard]] Limits combine(const Limits& outer, Limits inner);

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "lockstep/transaction.hpp"

#include "core/connection.hpp"
#include "core/pool.hpp"

namespace lockstep {

using detail::Lease;

Transaction::Transaction(Lease lease, std::shared_ptr<detail::Pool> pool,
                         const TransactionOptions& options, const Limits& limits, SourceLocation at)
    : lease_(std::move(lease)), pool_(std::move(pool)), limits_(limits), at_(at) {
  lease_->begin(options, limits_, at_);
}

Transaction::Transaction(Lease lease, std::shared_ptr<detail::Pool> pool, const Limits& limits,
                         SourceLocation at)
    : lease_(std::move(lease)),
      pool_(std::move(pool)),
      limits_(limits),
      at_(at),
      level_(lease_->level() + 1) {
  lease_->push_savepoint(limits_, at_);
}

Transaction::Transaction(Transaction& outer, const CallOptions& options, SourceLocation at)
    : pool_(outer.pool_),
      limits_(detail::combine(outer.limits_, detail::limits_of(options.deadline, options.stop))),
      at_(at),
      level_(outer.level_ + 1) {
  outer.require_usable("nested", at);
  lease_ = Lease(*outer.lease_);
  lease_->push_savepoint(limits_, at_);
}

Transaction::Transaction(Transaction&& other) noexcept
    : Executor(other),
      lease_(std::move(other.lease_)),
      pool_(other.pool_),  // what was moved from still answers for its dialect
      limits_(std::move(other.limits_)),
      at_(other.at_),
      level_(other.level_),
      state_(std::exchange(other.state_, State::rolled_back)) {}

Transaction::~Transaction() {
  if (state_ == State::open) end(State::rolled_back);
}

// Rolls back this level and all inside it, then gives the connection back.
void Transaction::end(State state) noexcept {
  while (lease_->level() >= level_) lease_->rollback(limits_);
  state_ = state;
  lease_.release();
}

bool Transaction::usable() const noexcept {
  return state_ == State::open && lease_->level() == level_ && !lease_->aborted(level_);
}

void Transaction::require_usable(std::string_view what, SourceLocation at) const {
  if (!usable()) refuse(what, at);
}

void Transaction::refuse(std::string_view what, SourceLocation at) const {
  ErrorInfo info;
  info.kind = ErrorKind::logic_error;
  info.statement = what;
  info.location = at;
  if (state_ == State::committed) {
    info.what = "the transaction was committed";
  } else if (state_ == State::rolled_back) {
    info.what = "the transaction was rolled back or moved from";
  } else if (lease_->level() != level_) {
    info.what = "a nested transaction is open: use that, or end it first";
  } else {
    info.kind = ErrorKind::transaction_aborted;
  }
  raise(std::move(info));
}

void Transaction::commit() {
  try {
    require_usable("commit", at_);
  } catch (const TransactionAborted&) {
    end(State::rolled_back);
    throw;
  }
  lease_->require_free(Query("commit", at_));
  try {
    lease_->commit(limits_, at_);
  } catch (...) {
    end(State::rolled_back);
    throw;
  }
  state_ = State::committed;
  lease_.release();
}

void Transaction::rollback() {
  try {
    require_usable("rollback", at_);
  } catch (const TransactionAborted&) {
  }
  end(State::rolled_back);
}

Transaction Transaction::begin(TransactionOptions) {
  raise(ErrorKind::logic_error,
        "a transaction cannot begin inside a transaction: nested() makes a savepoint", at_);
}

const Dialect& Transaction::dialect() const { return pool_->dialect(); }

Capabilities Transaction::capabilities() { return pool_->capabilities(); }

Timestamp Transaction::now() const { return pool_->now(); }

// Before a statement. The transaction may have been handed to another thread since it began.
[[gnu::always_inline]] inline void Transaction::enter(const Query& query) {
  if (!usable()) refuse(query.name(), query.location());
  lease_->holder.thread.store(std::this_thread::get_id(), std::memory_order_relaxed);
}

Limits Transaction::narrowed(const CallOptions& options) const {
  return detail::combine(limits_, detail::limits_of(options.deadline, options.stop));
}

std::uint64_t Transaction::run(const Query& query, const detail::Arguments& arguments,
                               detail::Verb verb, detail::RowReader* reader,
                               const CallOptions& options) {
  enter(query);
  if (!options.any()) return lease_->run(query, arguments, verb, reader, limits_);
  return lease_->run(query, arguments, verb, reader, narrowed(options));
}

detail::Cursor Transaction::start(const Query& query, const detail::Arguments& arguments,
                                  const CallOptions& options) {
  enter(query);
  detail::Prepared& prepared =
      lease_->start(query, arguments, detail::Verb::stream, narrowed(options));
  return {Lease(*lease_), prepared, query};
}

std::uint64_t Transaction::run_all(const Query& query, detail::RowSource& rows,
                                   const CallOptions& options) {
  enter(query);
  return lease_->run_all(query, rows, narrowed(options));
}

std::uint64_t Transaction::run_all_and_commit(const Query& query, detail::RowSource& rows) {
  const std::uint64_t count = run_all(query, rows, {});
  commit();
  return count;
}

Transaction Transaction::start_atomic(const CallOptions& options, SourceLocation at) {
  return {*this, options, at};
}

}  // namespace lockstep

// SPDX-License-Identifier: BSL-1.0
#include "lockstep/leased.hpp"

#include "core/connection.hpp"
#include "core/pool.hpp"

namespace lockstep {

using detail::Lease;

// The lease may have been handed to another thread since it was made.
void Leased::enter(std::string_view what, const SourceLocation& at) const {
  const auto refuse = [&](std::string_view why) {
    ErrorInfo info;
    info.kind = ErrorKind::logic_error;
    info.what = why;
    info.statement = what;
    info.location = at;
    raise(std::move(info));
  };
  if (!lease_) refuse("the lease was moved from");
  if (lease_->level() > 0) refuse("a transaction of this connection is open: use that, or end it");
  lease_->holder.thread.store(std::this_thread::get_id(), std::memory_order_relaxed);
}

Transaction Leased::begin(const TransactionOptions& options, SourceLocation at) {
  enter("begin", at);
  return {Lease(*lease_), pool_, options, detail::limits_of(options.deadline, {}), at};
}

const Dialect& Leased::dialect() const { return pool_->dialect(); }

Capabilities Leased::capabilities() { return pool_->capabilities(); }

Timestamp Leased::now() const { return pool_->now(); }

std::uint64_t Leased::run(const Query& query, const detail::Arguments& arguments,
                          detail::Verb verb, detail::RowReader* reader,
                          const CallOptions& options) {
  enter(query.name(), query.location());
  const Limits limits = detail::limits_of(options.deadline, options.stop);
  return lease_->run(query, arguments, verb, reader, limits);
}

detail::Cursor Leased::start(const Query& query, const detail::Arguments& arguments,
                             const CallOptions& options) {
  enter(query.name(), query.location());
  const Limits limits = detail::limits_of(options.deadline, options.stop);
  detail::Prepared& prepared = lease_->start(query, arguments, detail::Verb::stream, limits);
  return {Lease(*lease_), prepared, query};
}

std::uint64_t Leased::run_all(const Query& query, detail::RowSource& rows,
                              const CallOptions& options) {
  Transaction tx = start_atomic(options, query.location());
  return tx.run_all_and_commit(query, rows);
}

Transaction Leased::start_atomic(const CallOptions& options, SourceLocation at) {
  enter("begin", at);
  const Limits limits = detail::limits_of(options.deadline, options.stop);
  return {Lease(*lease_), pool_, TransactionOptions{}, limits, at};
}

}  // namespace lockstep

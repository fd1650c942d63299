// SPDX-License-Identifier: BSL-1.0
#include "migrate/code_executor.hpp"

namespace lockstep::detail {

const Dialect& CodeExecutor::dialect() const { return pool_->dialect(); }

Capabilities CodeExecutor::capabilities() { return pool_->capabilities(); }

Timestamp CodeExecutor::now() const { return pool_->now(); }

void CodeExecutor::require_sound() const {
  if (lease_->level() != level_) {
    raise(ErrorKind::logic_error, "a nested transaction is open: use that, or end it first");
  }
  if (level_ > 0 && lease_->aborted(level_)) {
    raise(ErrorKind::transaction_aborted, "a statement has failed before");
  }
}

Limits CodeExecutor::limits(const CallOptions& options) const {
  return combine(limits_, limits_of(options.deadline, options.stop));
}

std::uint64_t CodeExecutor::run(const Query& query, const Arguments& arguments, Verb verb,
                                RowReader* reader, const CallOptions& options) {
  require_sound();
  return lease_->run(query, arguments, verb, reader, limits(options));
}

Cursor CodeExecutor::start(const Query& query, const Arguments& arguments,
                           const CallOptions& options) {
  require_sound();
  Prepared& prepared = lease_->start(query, arguments, Verb::stream, limits(options));
  return {Lease(*lease_), prepared, query};
}

std::uint64_t CodeExecutor::run_all(const Query& query, RowSource& rows,
                                    const CallOptions& options) {
  require_sound();
  if (level_ > 0) return lease_->run_all(query, rows, limits(options));
  Transaction tx = start_atomic(options, query.location());
  return tx.run_all_and_commit(query, rows);
}

Transaction CodeExecutor::start_atomic(const CallOptions& options, SourceLocation at) {
  require_sound();
  if (level_ > 0) return {Lease(*lease_), pool_, limits(options), at};
  return {Lease(*lease_), pool_, TransactionOptions{}, limits(options), at};
}

void run_code(Pinned& connection, const MigrationFunction& code, const Limits& limits) {
  CodeExecutor executor(connection, limits);
  try {
    code(executor);
    executor.require_sound();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    raise(ErrorKind::migration_failed, error.what());
  }
}

}  // namespace lockstep::detail

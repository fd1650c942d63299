// SPDX-License-Identifier: BSL-1.0
// The transactions of a connection, and what the pool asks of it between two lessees.
#include <algorithm>

#include "core/connection.hpp"
#include "core/query_error.hpp"

namespace lockstep::detail {
namespace {

// What the facade itself asks of an engine must be answered within this time, or the connection is
// dropped.
constexpr std::chrono::seconds upkeep_limit{5};
// What a rollback gets of that when the deadline of its transaction is over.
constexpr std::chrono::milliseconds least_undo_time{250};

// Names of what the facade itself runs, for errors and observers.
constexpr Sql begin_sql{"begin", "BEGIN"};
constexpr Sql savepoint_sql{"savepoint", "SAVEPOINT"};
constexpr Sql release_sql{"release savepoint", "RELEASE SAVEPOINT"};
constexpr Sql commit_sql{"commit", "COMMIT"};
constexpr Sql rollback_sql{"rollback", "ROLLBACK"};
constexpr Sql rollback_to_sql{"rollback to savepoint", "ROLLBACK TO SAVEPOINT"};
constexpr Sql ping_sql{"ping", "SELECT 1"};

std::string savepoint_name(int level) { return "lockstep_" + std::to_string(level); }

}  // namespace

void Connection::begin(const TransactionOptions& options, const Limits& limits, SourceLocation at) {
  send(Query(begin_sql, at), limits, [&] { session_->begin(options); });
  level_ = 1;
  aborted_from_ = 0;
}

void Connection::push_savepoint(const Limits& limits, SourceLocation at) {
  run_native("SAVEPOINT " + savepoint_name(level_ + 1), Query(savepoint_sql, at), limits);
  ++level_;
}

void Connection::commit(const Limits& limits, SourceLocation at) {
  if (level_ > 1) {
    run_native("RELEASE SAVEPOINT " + savepoint_name(level_), Query(release_sql, at), limits);
    --level_;
    return;
  }
  const Query query(commit_sql, at);
  require_free(query);
  send(
      query, limits, [this] { session_->commit(); },
      [this](const NativeError& e, ErrorInfo& info) {
        // The server may have committed before it stopped answering; a transaction that is still
        // open was not committed.
        const bool open = session_->transaction_state() == TransactionState::active;
        const bool interrupted = e.interruption != NativeError::Interruption::none && !open;
        if (e.link_lost || interrupted) info.kind = ErrorKind::commit_unknown;
      });
  level_ = 0;
}

void Connection::rollback(const Limits& limits) noexcept {
  end_open();
  const int level = level_--;
  try {
    if (!broken_) undo(level, limits);
    if (aborted_from_ >= level) aborted_from_ = 0;
  } catch (const NativeError&) {
    broken_ = true;
  }
  if (broken_) aborted_from_ = level_ > 0 ? 1 : 0;
  clear_limits();
}

// The engine may have ended the transaction by itself (SQLite on a full disk, MySQL after a
// deadlock): then there is nothing to undo, and the levels around stay poisoned.
void Connection::undo(int level, const Limits& limits) {
  if (session_->transaction_state() == TransactionState::none) {
    aborted_from_ = 1;
    return;
  }
  const auto now = std::chrono::steady_clock::now();
  Limits upkeep;
  upkeep.deadline = now + upkeep_limit;
  if (limits.deadline) {
    upkeep.deadline = std::min(*upkeep.deadline, std::max(*limits.deadline, now + least_undo_time));
  }
  session_->limit(upkeep);
  limited_ = true;
  Execution seen;
  watch(Query(level == 1 ? rollback_sql : rollback_to_sql, holder.at), seen);
  try {
    if (level == 1) {
      session_->rollback();
    } else {
      session_->run("ROLLBACK TO SAVEPOINT " + savepoint_name(level));
      session_->run("RELEASE SAVEPOINT " + savepoint_name(level));
    }
  } catch (const NativeError& e) {
    seen.error = dialect_.classify(e);
    tell(seen);
    throw;
  }
  tell(seen);
}

bool Connection::clean() noexcept {
  end_open();
  cache_.report();
  while (level_ > 0) rollback();
  return !broken_ && session_->reset();
}

bool Connection::validate(const Limits& limits) noexcept {
  Limits upkeep;
  upkeep.deadline = std::chrono::steady_clock::now() + upkeep_limit;
  if (limits.deadline && *limits.deadline < *upkeep.deadline) upkeep.deadline = limits.deadline;
  try {
    session_->limit(upkeep);
    limited_ = true;
    if (!session_->looks_alive() || !session_->ping()) broken_ = true;
  } catch (const NativeError&) {
    broken_ = true;
  }
  clear_limits();
  return !broken_;
}

void Connection::fail_soci(const std::exception& error, const Query& query) {
  raise(translate(session_->explain_soci(error), query, nullptr));
}

void Connection::require_transaction(const Query& query) {
  if (level_ == 0 || session_->transaction_state() != TransactionState::none) return;
  poison();
  raise_about(query, ErrorKind::logic_error,
              "a transaction of lockstep was ended by code that does not own it");
}

void Connection::ping(const Limits& limits, SourceLocation at) { run(Query(ping_sql, at), limits); }

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// Leased: an executor that keeps one connection of a Database, for calls that belong on the same one:
// temporary tables, settings and locks of a session, or many short calls without the pool between.
//
//     lockstep::Leased connection = db.lease();
//     connection.execute("CREATE TEMPORARY TABLE picked (id VARCHAR(36) PRIMARY KEY)");
//     connection.insert_all("INSERT INTO picked (id) VALUES (?)", ids);
//     auto jobs = connection.fetch_all<Job>(jobs_picked);
//
// Each call stands for itself, as on a Database; begin() and atomically() make transactions. What is
// left of the session goes with the lease: the pool gets the connection back clean, or not at all.
//
// A connection that is lost stays lost: every call says ConnectionLost, and another lease helps.
// The Database must not be used by the thread that holds a lease, nor the lease while a transaction
// or a stream of it is open (LogicError); those must end before it does.
//
// Thread rule: one thread at a time.
#pragma once

#include "lockstep/transaction.hpp"

namespace lockstep {

class Leased final : public Executor {
 public:
  // What was moved from only answers for its dialect; its calls are a LogicError.
  Leased(Leased&& other) noexcept
      : Executor(other), lease_(std::move(other.lease_)), pool_(other.pool_) {}
  Leased& operator=(Leased&&) = delete;

  // Begins a transaction on this connection. LogicError if one is open.
  [[nodiscard]] Transaction begin(const TransactionOptions& options = {},
                                  SourceLocation at = SourceLocation::current());

  [[nodiscard]] const Dialect& dialect() const override;
  [[nodiscard]] Capabilities capabilities() override;
  [[nodiscard]] Timestamp now() const override;

 private:
  friend class Database;
  Leased(detail::Lease lease, std::shared_ptr<detail::Pool> pool) noexcept
      : lease_(std::move(lease)), pool_(std::move(pool)) {}

  std::uint64_t run(const Query& query, const detail::Arguments& arguments, detail::Verb verb,
                    detail::RowReader* reader, const CallOptions& options) override;
  detail::Cursor start(const Query& query, const detail::Arguments& arguments,
                       const CallOptions& options) override;
  std::uint64_t run_all(const Query& query, detail::RowSource& rows,
                        const CallOptions& options) override;
  Transaction start_atomic(const CallOptions& options, SourceLocation at) override;
  // Before a call.
  void enter(std::string_view what, const SourceLocation& at) const;

  detail::Lease lease_;
  std::shared_ptr<detail::Pool> pool_;
};

}  // namespace lockstep

// SPDX-License-Identifier: BSL-1.0
// CodeExecutor: what the code of a migration runs its statements on.
#pragma once

#include "lockstep/migration_code.hpp"
#include "migrate/pinned.hpp"

namespace lockstep::detail {

// On the migrator's connection, in the transaction that is open there or without one. The first
// error that the engine returns poisons that transaction, as in a Transaction.
class CodeExecutor final : public Executor {
 public:
  // `limits` hold for every statement.
  CodeExecutor(Pinned& connection, Limits limits)
      : lease_(connection.borrow()), pool_(connection.pool()), limits_(std::move(limits)) {}

  [[nodiscard]] const Dialect& dialect() const override;
  [[nodiscard]] Capabilities capabilities() override;
  [[nodiscard]] Timestamp now() const override;
  // TransactionAborted after an error that the code has kept to itself.
  void require_sound() const;

 private:
  std::uint64_t run(const Query& query, const Arguments& arguments, Verb verb, RowReader* reader,
                    const CallOptions& options) override;
  Cursor start(const Query& query, const Arguments& arguments, const CallOptions& options) override;
  std::uint64_t run_all(const Query& query, RowSource& rows, const CallOptions& options) override;
  Transaction start_atomic(const CallOptions& options, SourceLocation at) override;
  [[nodiscard]] Limits limits(const CallOptions& options) const;

  Lease lease_;
  std::shared_ptr<Pool> pool_;
  Limits limits_;
  int level_ = lease_->level();  // 1 in a transaction, 0 without one
};

// Calls the code. Whatever std::exception it throws comes as an Error.
void run_code(Pinned& connection, const MigrationFunction& code, const Limits& limits);

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// Pinned: one connection of a Database, kept for as long as this lives.
#pragma once

#include "core/pool.hpp"

namespace lockstep::detail {

// An executor for the ledger, and the raw statements, transactions and the session's lock that a
// migrator needs on the same connection.
class Pinned final : public Executor {
 public:
  explicit Pinned(Database& db);

  // Runs one statement as it is written: nothing in it is a placeholder.
  void run(std::string_view text, const Limits& limits = {});
  // Rows that it has matched, if it was an INSERT, UPDATE or DELETE.
  [[nodiscard]] std::uint64_t rows_run() { return lease_->session().rows_run(); }
  // On SQLite, takes the write lock.
  void begin();
  // CommitUnknown if the connection was lost meanwhile. If it throws, call rollback().
  void commit();
  // Ends whatever transaction is open, also one that a statement has begun.
  void rollback() noexcept;
  // Whether the engine has a transaction open.
  [[nodiscard]] bool in_transaction();
  // See DataVersion; none on an engine without.
  [[nodiscard]] std::optional<std::uint32_t> data_version();
  // Whether the connection cannot be used any more.
  [[nodiscard]] bool broken();
  // Takes the session's migration lock; false if another session has it. See Session.
  [[nodiscard]] bool try_lock(std::string_view key);
  void unlock(std::string_view key) noexcept;
  [[nodiscard]] bool holds_lock(std::string_view key);
  // See Session; empty: no more.
  void on_notice(std::function<void(std::string_view)> told);
  // The engine's version as it tells it.
  [[nodiscard]] std::string version() { return lease_->session().version(); }
  // The address of the connection's SOCI session.
  [[nodiscard]] void* soci() { return lease_->session().soci(); }
  // For another executor on the same connection.
  [[nodiscard]] Lease borrow() const { return Lease(*lease_); }
  [[nodiscard]] std::shared_ptr<Pool> pool() const { return pool_.shared_from_this(); }
  // See Session; the pool drops the connection afterwards, or sets it right.
  void use_settings(SettingsOf whose);

  [[nodiscard]] const Dialect& dialect() const override { return pool_.dialect(); }
  [[nodiscard]] Capabilities capabilities() override { return lease_->session().capabilities(); }
  [[nodiscard]] Timestamp now() const override { return pool_.now(); }

 private:
  std::uint64_t run(const Query& query, const Arguments& arguments, Verb verb, RowReader* reader,
                    const CallOptions& options) override;
  Cursor start(const Query& query, const Arguments& arguments, const CallOptions& options) override;
  std::uint64_t run_all(const Query& query, RowSource& rows, const CallOptions& options) override;
  Transaction start_atomic(const CallOptions& options, SourceLocation at) override;

  Pool& pool_;
  Lease lease_;
};

}  // namespace lockstep::detail

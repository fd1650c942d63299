// SPDX-License-Identifier: BSL-1.0
// One change of the ledger by hand.
#pragma once

#include "migrate/lock.hpp"
#include "migrate/plan_parts.hpp"

namespace lockstep::detail {

// Holds the migrators' lock and an open transaction in which the ledger is there. What is not
// committed is undone.
class LedgerChange {
 public:
  LedgerChange(Database& db, const MigrationSet& set, const MigratorOptions& options);
  LedgerChange(const LedgerChange&) = delete;
  LedgerChange& operator=(const LedgerChange&) = delete;
  ~LedgerChange() { connection_.rollback(); }

  [[nodiscard]] Pinned& connection() noexcept { return connection_; }
  [[nodiscard]] Ledger& ledger() noexcept { return ledger_; }
  // As they were when this began.
  [[nodiscard]] const std::vector<LedgerRow>& rows() const noexcept { return rows_; }
  [[nodiscard]] const RowIndex& index() const noexcept { return index_; }

  // The version of a goal, as it is written in the set, which has it going up, or in the ledger.
  [[nodiscard]] Target target(const std::string& version, MigrationDirection direction) const;
  // Writes a row of an applied migration. Without a time, it is not known when that was.
  void record(const Migration& migration, std::string kind, std::optional<Timestamp> applied_at);
  // The same for a version without a file.
  void record(std::string domain, std::string version, std::string name,
              std::optional<Timestamp> applied_at);
  void log(std::string_view domain, std::string_view version, std::string_view event,
           std::string_view detail);
  void commit() {
    lock_.require();
    connection_.commit();
  }

 private:
  void begin(const MigratorOptions& options);

  const MigrationSet& set_;
  Pinned connection_;
  Ledger ledger_;
  MigrationLock lock_;
  std::vector<LedgerRow> rows_;
  RowIndex index_;
};

}  // namespace lockstep::detail

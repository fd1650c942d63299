// SPDX-License-Identifier: BSL-1.0
// Runs a file statement by statement, each for good, with the progress in its ledger row.
#pragma once

#include "migrate/file_execution.hpp"

namespace lockstep::detail {

class StatementRun {
 public:
  StatementRun(Pinned& connection, Ledger& ledger, Journal& journal, FileExecution& execution)
      : connection_(connection), ledger_(ledger), journal_(journal), execution_(execution) {}

  // False, with nothing done, if another migrator was faster. Throws MigrationFailed, or what the
  // ledger met.
  [[nodiscard]] bool run(Task& task);

 private:
  void require_no_transaction();
  [[noreturn]] void fail(const MigrationStep& step, std::size_t index, const Error& error);
  void unlock_tables() noexcept;

  Pinned& connection_;
  Ledger& ledger_;
  Journal& journal_;
  FileExecution& execution_;
  bool locks_tables_ = false;  // the file has locked tables of its own
  std::size_t kept_ = 0;       // statements that are done for good
};

}  // namespace lockstep::detail

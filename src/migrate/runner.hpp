// SPDX-License-Identifier: BSL-1.0
// Runs one file.
#pragma once

#include "migrate/foreign_keys.hpp"
#include "migrate/statement_run.hpp"

namespace lockstep::detail {

// Runs tasks on a connection that holds the migration lock, where the engine has one.
class Runner {
 public:
  // Puts the connection under the settings that the files of the set run under.
  Runner(Pinned& connection, Ledger& ledger, const MigratorOptions& options,
         const MigrationSet& set);

  // Runs the file and writes the ledger; the step gets its duration. False, with nothing done, if
  // another migrator was faster. Throws MigrationFailed, or what the ledger met.
  [[nodiscard]] bool run(Task& task);

 private:
  [[nodiscard]] bool run_in_transaction(Task& task);
  void commit(const MigrationStep& step);
  void require_transaction(const MigrationStep& step, std::size_t index);
  void require_foreign_keys(const MigrationStep& step);
  [[noreturn]] void fail_undone(const MigrationStep& step, const std::string& place,
                                const Error& error);
  void use_settings();

  Pinned& connection_;
  Ledger& ledger_;
  const MigratorOptions& options_;
  bool engine_settings_;  // and not those of the facade
  bool enforces_foreign_keys_;
  Journal journal_;
  StatementRun statements_;
  ForeignKeyCheck foreign_keys_;
  bool checks_foreign_keys_ = false;  // around the file that runs
};

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// Runs one file.
#pragma once

#include "migrate/foreign_keys.hpp"
#include "migrate/planner.hpp"

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
  [[nodiscard]] bool run_statements(Task& task);
  [[nodiscard]] bool claim(const Task& task);
  void finish(Task& task);
  void commit(const MigrationStep& step);
  void require_transaction(const MigrationStep& step, std::size_t index);
  void require_no_transaction();
  void require_foreign_keys(const MigrationStep& step);
  [[noreturn]] void fail_undone(const MigrationStep& step, const std::string& place,
                                const Error& error);
  [[noreturn]] void fail_kept(const MigrationStep& step, std::size_t index, const Error& error);
  void log_failure(const MigrationStep& step, const std::string& place,
                   const Error& error) noexcept;
  void unlock_tables() noexcept;
  void use_settings();
  void tell(MigrationEvent::Kind kind, const MigrationStep& step, std::size_t statement = 0) const;

  Pinned& connection_;
  Ledger& ledger_;
  const MigratorOptions& options_;
  bool engine_settings_;  // and not those of the facade
  bool enforces_foreign_keys_;
  ForeignKeyCheck foreign_keys_;
  bool checks_foreign_keys_ = false;  // around the file that runs
  bool locks_tables_ = false;         // it has locked tables of its own
  std::chrono::steady_clock::time_point begin_;
  std::size_t kept_ = 0;  // statements that are done for good, where each stands alone
};

}  // namespace lockstep::detail

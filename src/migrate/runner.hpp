// SPDX-License-Identifier: BSL-1.0
// Runs one file.
#pragma once

#include "migrate/foreign_keys.hpp"
#include "migrate/statement_run.hpp"

namespace lockstep::detail {

// All files run in one transaction, which was rolled back and begins again.
struct RunAgain {};

// Runs tasks on a connection that holds the migration lock, where the engine has one.
class Runner {
 public:
  Runner(Pinned& connection, Ledger& ledger, MigrationLock& lock, const MigratorOptions& options);

  // Runs the file and writes the ledger; the step gets its duration. False, with nothing done, if
  // another migrator was faster. Throws MigrationFailed, Cancelled, MigrationLocked, or what the
  // ledger met. In a transaction of the caller, that of all files: neither begins nor commits one,
  // and throws RunAgain when a lock was not to be had.
  [[nodiscard]] bool run(Task& task);
  // Goes on with a file that has ended before its end.
  [[nodiscard]] bool resume(Resumption& resumption);
  // Before the transaction of all files: puts the session under their settings.
  void prepare_whole(const std::vector<Task>& tasks);
  // Commits all of them.
  void commit_whole(const std::vector<MigrationStep>& steps);
  // Refuses tasks that cannot be in the transaction with others.
  void require_whole(const std::vector<Task>& tasks) const;

 private:
  [[nodiscard]] bool run_in_transaction(Task& task);
  // None: to be tried again.
  [[nodiscard]] std::optional<bool> attempt(Task& task, LockWaits& waits);
  // Of the file in its transaction; false: to be tried again.
  [[nodiscard]] bool run_statements(const MigrationStep& step, LockWaits& waits);
  [[nodiscard]] bool run_code(const Task& task, LockWaits& waits);
  void commit(const MigrationStep& step);
  void require_transaction(const MigrationStep& step, const std::string& place);
  void require_foreign_keys(const MigrationStep& step);
  [[noreturn]] void fail_statement(const MigrationStep& step, std::size_t index,
                                   const Error& error);
  [[noreturn]] void fail_end(const MigrationStep& step, const std::string& place,
                             const Error& error);
  [[nodiscard]] bool enforces_foreign_keys(const Task& task) const;
  void use_settings(const Task& task);
  void restore_session();
  [[nodiscard]] bool is_as_left();

  Pinned& connection_;
  Ledger& ledger_;
  const MigratorOptions& options_;
  Journal journal_;
  FileExecution execution_;
  StatementRun statements_;
  ForeignKeyCheck foreign_keys_;
  bool checks_foreign_keys_ = false;  // around the file that runs
  bool was_checked_ = false;          // the last one
  SessionSettings session_ = {};      // what it is set to
  bool settled_ = true;               // to those of the facade, and nobody has changed them
  LockWaits whole_waits_;             // of a run that is one transaction
  std::optional<std::uint32_t> left_at_;  // data_version() after the last file; none: not known
};

}  // namespace lockstep::detail

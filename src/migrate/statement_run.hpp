// SPDX-License-Identifier: BSL-1.0
// Runs a file statement by statement, each for good, with the progress in its ledger row.
//
// What a transaction can take back shares one with its progress. Before any other statement the
// ledger says what is about to be done, and with what catalog: resume() finds out from it whether
// the statement was done when nobody was left to say so.
#pragma once

#include "migrate/catalog_print.hpp"
#include "migrate/file_execution.hpp"
#include "migrate/plan_resume.hpp"
#include "migrate/session_replay.hpp"
#include "migrate/statement_effect.hpp"

namespace lockstep::detail {

class StatementRun {
 public:
  // What all files of a run share.
  struct Tools {
    Pinned& connection;
    Ledger& ledger;
    const MigratorOptions& options;
    Journal& journal;
    FileExecution& execution;
  };
  explicit StatementRun(const Tools& tools)
      : connection_(tools.connection),
        ledger_(tools.ledger),
        options_(tools.options),
        journal_(tools.journal),
        execution_(tools.execution) {}

  // False, with nothing done, if another migrator was faster. Throws MigrationFailed, or what the
  // ledger met.
  [[nodiscard]] bool run(Task& task);
  // Goes on with a file that has ended before its end. InvalidState if that cannot be done; says
  // what to do instead.
  [[nodiscard]] bool resume(Resumption& resumption);

 private:
  void go_on(Task& task, std::size_t from);
  void run_code(Task& task);
  void finish(Task& task);
  void run_one(const MigrationStep& step, std::size_t index, Effect effect);
  void attempt(const MigrationStep& step, std::size_t index, Effect effect,
               const std::function<void()>& send);
  void lock_tables(const MigrationStatement& statement);
  void write_progress(const MigrationStep& step, std::size_t done);
  void note_session(const MigrationStatement& statement, Effect effect);
  void rebuild_session(const Resumption& resumption, const SessionReplay& replay);
  void drop_invalid_index(const MigrationStatement& statement);
  [[nodiscard]] std::size_t place_to_resume(const Resumption& resumption);
  void begin_statement();
  void commit_statement();
  void require_no_transaction();
  [[noreturn]] void fail(const MigrationStep& step, std::size_t index, const Error& error);
  [[noreturn]] void fail_code(const MigrationStep& step, const Error& error);
  std::string note_failure(const MigrationStep& step, std::size_t index, const Error& error);
  void unlock_tables() noexcept;

  Pinned& connection_;
  Ledger& ledger_;
  const MigratorOptions& options_;
  Journal& journal_;
  FileExecution& execution_;
  bool locks_tables_ = false;     // the file has locked tables of its own
  bool commits_itself_ = false;   // the file has switched autocommit off
  std::string chain_;             // of the statements that are done
  std::optional<CatalogPrint> before_;  // the statement that runs, if it may change the catalog
};

}  // namespace lockstep::detail

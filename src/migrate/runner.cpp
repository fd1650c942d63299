// SPDX-License-Identifier: BSL-1.0
#include "migrate/runner.hpp"

#include "migrate/lock.hpp"

namespace lockstep::detail {

Runner::Runner(Pinned& connection, Ledger& ledger, const MigratorOptions& options,
               const MigrationSet& set)
    : connection_(connection),
      ledger_(ledger),
      options_(options),
      engine_settings_(set.engine_settings()),
      enforces_foreign_keys_(set.engine() == Engine::sqlite &&
                             (!set.engine_settings() || set.foreign_keys())),
      journal_(connection, ledger, options),
      statements_(connection, ledger, journal_),
      foreign_keys_(connection) {
  use_settings();
}

bool Runner::run(Task& task) {
  journal_.begin();
  const MigrationStep& step = task.step;
  const bool unguarded = step.foreign_keys_off && step.transactional && enforces_foreign_keys_;
  if (unguarded) connection_.run("PRAGMA foreign_keys=OFF");
  checks_foreign_keys_ = engine_settings_ || unguarded;
  const bool done = step.transactional ? run_in_transaction(task) : statements_.run(task);
  if (unguarded) connection_.run("PRAGMA foreign_keys=ON");
  if (!done) return false;
  ledger_.restore_session();
  use_settings();
  return true;
}

void Runner::use_settings() {
  if (!engine_settings_) return;
  connection_.use_engine_settings();
  if (enforces_foreign_keys_) connection_.run("PRAGMA foreign_keys=ON");
}

bool Runner::run_in_transaction(Task& task) {
  const MigrationStep& step = task.step;
  const Undo undo(connection_);
  begin_patiently(connection_, options_);
  if (!journal_.claim(task)) return false;
  journal_.tell(MigrationEvent::Kind::start, step);
  if (checks_foreign_keys_) foreign_keys_.before();
  for (std::size_t i = 0; i < step.statements.size(); ++i) {
    if (step.statements[i].implied) continue;
    journal_.tell(MigrationEvent::Kind::statement, step, i);
    try {
      connection_.run(step.statements[i].text);
    } catch (const Error& error) {
      journal_.tell(MigrationEvent::Kind::failed, step, i);
      fail_undone(step, describe_statement(step, i), error);
    }
    require_transaction(step, i);
  }
  if (checks_foreign_keys_) require_foreign_keys(step);
  journal_.finish(task);
  commit(step);
  journal_.tell(MigrationEvent::Kind::done, step);
  return true;
}

// Only what a set refuses could end it: see controls_transaction().
void Runner::require_transaction(const MigrationStep& step, std::size_t index) {
  if (connection_.in_transaction()) return;
  raise_failed(
      step, describe_statement(step, index),
      "it has ended the transaction of its file; what the file did until then may be kept");
}

void Runner::require_foreign_keys(const MigrationStep& step) {
  const auto finding = foreign_keys_.after();
  if (!finding) return;
  journal_.tell(MigrationEvent::Kind::failed, step, step.statements.size());
  ErrorInfo info;
  info.kind = ErrorKind::foreign_key;
  info.what = "after it " + *finding + ", which was not so before";
  fail_undone(step, "end of " + step.file, Error(std::move(info)));
}

// What the engine checks only now (a deferred constraint) fails the file as a statement would.
void Runner::commit(const MigrationStep& step) {
  try {
    connection_.commit();
  } catch (const CommitUnknown&) {
    throw;
  } catch (const Error& error) {
    journal_.tell(MigrationEvent::Kind::failed, step, step.statements.size());
    fail_undone(step, "commit of " + step.file, error);
  }
}

void Runner::fail_undone(const MigrationStep& step, const std::string& place, const Error& error) {
  connection_.rollback();
  journal_.log_failure(step, place, error);
  raise_failed(step, place + ", database unchanged", error);
}

}  // namespace lockstep::detail

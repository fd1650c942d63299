// SPDX-License-Identifier: BSL-1.0
#include "migrate/runner.hpp"

#include <utility>

namespace lockstep::detail {

Runner::Runner(Pinned& connection, Ledger& ledger, MigrationLock& lock,
               const MigratorOptions& options, const MigrationSet& set)
    : connection_(connection),
      ledger_(ledger),
      options_(options),
      engine_settings_(set.engine_settings()),
      enforces_foreign_keys_(set.engine() == Engine::sqlite &&
                             (!set.engine_settings() || set.foreign_keys())),
      journal_(connection, ledger, options),
      execution_(connection, lock, options, journal_),
      statements_({connection, ledger, options, journal_, execution_}),
      foreign_keys_(connection),
      whole_waits_(options) {
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

bool Runner::resume(Resumption& resumption) {
  journal_.begin();
  if (!statements_.resume(resumption)) return false;
  ledger_.restore_session();
  use_settings();
  return true;
}

void Runner::require_whole(const std::vector<Task>& tasks) const {
  std::string files;
  for (const Task& task : tasks) {
    const MigrationStep& step = task.step;
    if (step.transactional && !(step.foreign_keys_off && enforces_foreign_keys_)) continue;
    files += (files.empty() ? "" : ", ") + step.domain + '/' + step.file;
  }
  if (files.empty()) return;
  raise(ErrorKind::invalid_argument,
        "migrator: one transaction for all files is not for those that run without one, or set "
        "foreign_keys before theirs: " +
            files);
}

// SQLite takes no setting of foreign keys in a transaction.
void Runner::use_settings() {
  execution_.use_session_settings();
  if (!engine_settings_ || connection_.in_transaction()) return;
  connection_.use_engine_settings();
  if (enforces_foreign_keys_) connection_.run("PRAGMA foreign_keys=ON");
}

bool Runner::run_in_transaction(Task& task) {
  if (connection_.in_transaction()) {
    if (const auto done = attempt(task, whole_waits_)) return *done;
    throw RunAgain{};
  }
  for (LockWaits waits(options_);;) {
    const Undo undo(connection_);
    begin_patiently(connection_, options_);
    const auto done = attempt(task, waits);
    if (!done) continue;
    if (*done) commit(task.step);
    return *done;
  }
}

std::optional<bool> Runner::attempt(Task& task, LockWaits& waits) {
  const MigrationStep& step = task.step;
  const bool as_left = is_as_left();
  execution_.begin(step);
  if (!journal_.claim(task, as_left)) return false;
  journal_.tell(MigrationEvent::Kind::start, step);
  if (checks_foreign_keys_) foreign_keys_.before(as_left);
  for (std::size_t i = 0; i < step.statements.size(); ++i) {
    if (step.statements[i].implied) continue;
    journal_.tell(MigrationEvent::Kind::statement, step, i);
    try {
      execution_.run(step, i);
    } catch (const Error& error) {
      connection_.rollback();
      if (waits.again(error, [&] { journal_.tell_retry(step, i, error); })) return std::nullopt;
      fail_statement(step, i, error);
    }
    require_transaction(step, i);
  }
  if (checks_foreign_keys_) require_foreign_keys(step);
  execution_.require_lock();
  journal_.finish(task);
  left_at_ = connection_.data_version();
  return true;
}

// Whether the last file that was done here is the latest that has happened to the database.
bool Runner::is_as_left() {
  const auto left_at = std::exchange(left_at_, {});
  return left_at && left_at == connection_.data_version();
}

// Only what a set refuses could end it: see controls_transaction().
void Runner::require_transaction(const MigrationStep& step, std::size_t index) {
  if (connection_.in_transaction()) return;
  raise_failed(
      step, describe_statement(step, index),
      "it has ended the transaction of its file; what the file did until then may be kept");
}

void Runner::require_foreign_keys(const MigrationStep& step) {
  const auto finding = foreign_keys_.after(step);
  if (!finding) return;
  ErrorInfo info;
  info.kind = ErrorKind::foreign_key;
  info.what = "after it " + *finding + ", which was not so before";
  fail_end(step, "end of " + step.file, Error(std::move(info)));
}

// What the engine checks only now (a deferred constraint) fails the file as a statement would.
void Runner::commit(const MigrationStep& step) {
  try {
    connection_.commit();
  } catch (const CommitUnknown&) {
    throw;
  } catch (const Error& error) {
    fail_end(step, "commit of " + step.file, error);
  }
  left_at_ = connection_.data_version();
  journal_.tell(MigrationEvent::Kind::done, step);
}

void Runner::commit_whole(const std::vector<Task>& tasks) {
  try {
    connection_.commit();
  } catch (const CommitUnknown&) {
    throw;
  } catch (const Error& error) {
    fail_end(tasks.back().step, "commit of all files", error);
  }
  for (const Task& task : tasks) journal_.tell(MigrationEvent::Kind::done, task.step);
}

void Runner::fail_statement(const MigrationStep& step, std::size_t index, const Error& error) {
  journal_.tell_failed(step, index, error);
  const std::string place = describe_statement(step, index);
  journal_.log_failure(step, place, error);
  raise_failed(step, place + ", database unchanged" + execution_.aftermath(step, index, error),
               error, index);
}

void Runner::fail_end(const MigrationStep& step, const std::string& place, const Error& error) {
  connection_.rollback();
  journal_.tell_failed(step, step.statements.size(), error);
  journal_.log_failure(step, place, error);
  raise_failed(step, place + ", database unchanged", error);
}

}  // namespace lockstep::detail

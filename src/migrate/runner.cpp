// SPDX-License-Identifier: BSL-1.0
#include "migrate/runner.hpp"

#include <algorithm>
#include <utility>

namespace lockstep::detail {
namespace {

std::string name_of(const MigrationStep& step) { return step.domain + '/' + step.file; }

}  // namespace

Runner::Runner(Pinned& connection, Ledger& ledger, MigrationLock& lock,
               const MigratorOptions& options)
    : connection_(connection),
      ledger_(ledger),
      options_(options),
      journal_(connection, ledger, options),
      execution_(connection, lock, options, journal_),
      statements_({connection, ledger, options, journal_, execution_}),
      foreign_keys_(connection),
      whole_waits_(options) {
  execution_.use_session_settings();
}

bool Runner::run(Task& task) {
  journal_.begin();
  use_settings(task);
  const MigrationStep& step = task.step;
  const bool unguarded = step.foreign_keys_off && step.transactional && enforces_foreign_keys(task);
  if (unguarded) connection_.run("PRAGMA foreign_keys=OFF");
  checks_foreign_keys_ = task.session.engine || unguarded;
  const bool done = step.transactional ? run_in_transaction(task) : statements_.run(task);
  if (unguarded) connection_.run("PRAGMA foreign_keys=ON");
  if (done) restore_session();
  return done;
}

bool Runner::resume(Resumption& resumption) {
  journal_.begin();
  use_settings(resumption.task);
  const bool done = statements_.resume(resumption);
  if (done) restore_session();
  return done;
}

void Runner::prepare_whole(const std::vector<Task>& tasks) {
  if (tasks.empty()) return;
  use_settings(tasks.front());
  require_whole(tasks);
}

void Runner::require_whole(const std::vector<Task>& tasks) const {
  std::string files;
  for (const Task& task : tasks) {
    const MigrationStep& step = task.step;
    if (step.transactional && !(step.foreign_keys_off && enforces_foreign_keys(task))) continue;
    files += (files.empty() ? "" : ", ") + name_of(step);
  }
  if (!files.empty()) {
    raise(ErrorKind::invalid_argument,
          "migrator: one transaction for all files is not for those that run without one, or set "
          "foreign_keys before theirs: " +
              files);
  }
  if (connection_.dialect().engine != Engine::sqlite) return;
  for (const Task& task : tasks) {
    if (task.session == session_) continue;
    raise(ErrorKind::invalid_argument,
          "migrator: one transaction for all files is not for sets of different settings, which "
          "SQLite changes outside of transactions alone: " +
              name_of(task.step));
  }
}

bool Runner::enforces_foreign_keys(const Task& task) const {
  return connection_.dialect().engine == Engine::sqlite &&
         (!task.session.engine || task.session.foreign_keys);
}

// Those of the facade are there when the connection is lent. Before each file of the engine's own,
// and behind those and code, they are made anew: the one before may have set something.
void Runner::use_settings(const Task& task) {
  if (connection_.in_transaction()) return;
  if (task.session.engine || !settled_) {
    connection_.use_settings(task.session.engine ? SettingsOf::engine : SettingsOf::lockstep);
  }
  if (task.session.engine && enforces_foreign_keys(task)) {
    connection_.run("PRAGMA foreign_keys=ON");
  }
  session_ = task.session;
  settled_ = !task.session.engine && task.code == nullptr;
}

void Runner::restore_session() {
  ledger_.restore_session();
  execution_.use_session_settings();
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
  if (checks_foreign_keys_) foreign_keys_.before(as_left && was_checked_);
  if (!(task.code != nullptr ? run_code(task, waits) : run_statements(step, waits))) {
    return std::nullopt;
  }
  if (checks_foreign_keys_) require_foreign_keys(step);
  execution_.require_lock();
  journal_.finish(task);
  left_at_ = connection_.data_version();
  was_checked_ = checks_foreign_keys_;
  return true;
}

// Whether the last file that was done here is the latest that has happened to the database.
bool Runner::is_as_left() {
  const auto left_at = std::exchange(left_at_, {});
  return left_at && left_at == connection_.data_version();
}

bool Runner::run_statements(const MigrationStep& step, LockWaits& waits) {
  for (std::size_t i = 0; i < step.statements.size(); ++i) {
    if (step.statements[i].implied) continue;
    journal_.tell(MigrationEvent::Kind::statement, step, i);
    try {
      execution_.run(step, i);
    } catch (const Error& error) {
      connection_.rollback();
      if (waits.again(error, [&] { journal_.tell_retry(step, i, error); })) return false;
      fail_statement(step, i, error);
    }
    require_transaction(step, describe_statement(step, i));
  }
  return true;
}

bool Runner::run_code(const Task& task, LockWaits& waits) {
  try {
    execution_.run_code(*task.code, task.step);
  } catch (const Error& error) {
    connection_.rollback();
    if (waits.again(error, [&] { journal_.tell_retry(task.step, 0, error); })) return false;
    fail_end(task.step, task.step.file, error);
  }
  require_transaction(task.step, task.step.file);
  return true;
}

// Only what a set refuses could end it: see controls_transaction().
void Runner::require_transaction(const MigrationStep& step, const std::string& place) {
  if (connection_.in_transaction()) return;
  raise_failed(
      step, place,
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

void Runner::commit_whole(const std::vector<MigrationStep>& steps) {
  try {
    connection_.commit();
  } catch (const CommitUnknown&) {
    throw;
  } catch (const Error& error) {
    fail_end(steps.back(), "commit of all files", error);
  }
  for (const MigrationStep& step : steps) journal_.tell(MigrationEvent::Kind::done, step);
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

// SPDX-License-Identifier: BSL-1.0
#include "migrate/runner.hpp"

#include "core/text.hpp"
#include "migrate/lock.hpp"

namespace lockstep::detail {
namespace {

bool is_up(const MigrationStep& step) { return step.direction == MigrationDirection::up; }

// Undoes the connection's transaction, if there is one when this ends.
class Undo {
 public:
  explicit Undo(Pinned& connection) : connection_(connection) {}
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  ~Undo() { connection_.rollback(); }

 private:
  Pinned& connection_;
};

// The engine's own words, for the ledger; ours if there are none that it can store.
std::string reason_of(const Error& error) {
  const std::string& text = error.server_message();
  return !text.empty() && check_text(text) == TextFault::none ? text : error.what();
}

std::string name_of(const MigrationStep& step) {
  return (is_up(step) ? "migration " : "down of migration ") + step.domain + '/' + step.version;
}

[[noreturn]] void raise_failed(const MigrationStep& step, const std::string& place,
                               std::string_view why) {
  ErrorInfo info;
  info.kind = ErrorKind::migration_failed;
  info.statement = name_of(step);
  info.what = place + ": " + std::string(why);
  raise(std::move(info));
}

[[noreturn]] void raise_failed(const MigrationStep& step, const std::string& place,
                               const Error& error) {
  if (error.engine().empty()) raise_failed(step, place, std::string_view(error.what()));
  ErrorInfo info = error.info();
  info.kind = ErrorKind::migration_failed;
  info.statement = name_of(step);
  info.what = place + ": " + std::string(phrase(error.kind()));
  raise(std::move(info));
}

}  // namespace

bool Runner::run(Task& task) {
  begin_ = steady_now(options_);
  kept_ = 0;
  const bool done = task.step.transactional ? run_in_transaction(task) : run_statements(task);
  if (done) ledger_.restore_session();
  return done;
}

void Runner::tell(MigrationEvent::Kind kind, const MigrationStep& step,
                  std::size_t statement) const {
  if (!options_.observer) return;
  const auto elapsed = steady_now(options_) - begin_;
  options_.observer(
      {kind, &step, statement, std::chrono::duration_cast<std::chrono::milliseconds>(elapsed)});
}

// The claim is the ledger row itself: its key lets one migrator through, and on SQLite it comes
// after BEGIN IMMEDIATE, so that it is also the second look at the ledger.
bool Runner::claim(const Task& task) {
  const MigrationStep& step = task.step;
  if (!is_up(step)) {
    return step.transactional ? ledger_.remove_applied(step) : ledger_.begin_down(step);
  }
  try {
    ledger_.begin_up(step, task.text_sha, task.down_text);
    return true;
  } catch (const Duplicate&) {
    return false;
  }
}

bool Runner::run_in_transaction(Task& task) {
  const MigrationStep& step = task.step;
  const Undo undo(connection_);
  begin_patiently(connection_, options_);
  if (!claim(task)) return false;
  tell(MigrationEvent::Kind::start, step);
  for (std::size_t i = 0; i < step.statements.size(); ++i) {
    tell(MigrationEvent::Kind::statement, step, i);
    try {
      connection_.run(step.statements[i].text);
    } catch (const Error& error) {
      tell(MigrationEvent::Kind::failed, step, i);
      fail_undone(step, describe_statement(step, i), error);
    }
    require_transaction(step, i);
  }
  finish(task);
  commit(step);
  tell(MigrationEvent::Kind::done, step);
  return true;
}

bool Runner::run_statements(Task& task) {
  const MigrationStep& step = task.step;
  const Undo undo(connection_);
  if (!claim(task)) return false;
  tell(MigrationEvent::Kind::start, step);
  for (std::size_t i = 0; i < step.statements.size(); ++i) {
    const bool last = i + 1 == step.statements.size();
    tell(MigrationEvent::Kind::statement, step, i);
    try {
      connection_.run(step.statements[i].text);
      if (last) require_no_transaction();
    } catch (const Error& error) {
      tell(MigrationEvent::Kind::failed, step, i);
      fail_kept(step, i, error);
    }
    if (!last) ledger_.progress(step, i + 1);
    if (!connection_.in_transaction()) kept_ = i + 1;
  }
  connection_.begin();
  finish(task);
  connection_.commit();
  tell(MigrationEvent::Kind::done, step);
  return true;
}

// Only what a set refuses could end it: see controls_transaction().
void Runner::require_transaction(const MigrationStep& step, std::size_t index) {
  if (connection_.in_transaction()) return;
  raise_failed(
      step, describe_statement(step, index),
      "it has ended the transaction of its file; what the file did until then may be kept");
}

void Runner::require_no_transaction() {
  if (!connection_.in_transaction()) return;
  raise(ErrorKind::invalid_state, "the file leaves a transaction open, which is undone");
}

void Runner::finish(Task& task) {
  MigrationStep& step = task.step;
  step.duration =
      std::chrono::duration_cast<std::chrono::milliseconds>(steady_now(options_) - begin_);
  if (is_up(step)) {
    ledger_.finish_up(step);
  } else if (!step.transactional) {
    ledger_.remove(step);
  }
  ledger_.log(step, is_up(step) ? "up" : "down");
}

// What the engine checks only now (a deferred constraint) fails the file as a statement would.
void Runner::commit(const MigrationStep& step) {
  try {
    connection_.commit();
  } catch (const CommitUnknown&) {
    throw;
  } catch (const Error& error) {
    tell(MigrationEvent::Kind::failed, step, step.statements.size());
    fail_undone(step, "commit of " + step.file, error);
  }
}

void Runner::fail_undone(const MigrationStep& step, const std::string& place, const Error& error) {
  connection_.rollback();
  log_failure(step, place, error);
  raise_failed(step, place + ", database unchanged", error);
}

void Runner::fail_kept(const MigrationStep& step, std::size_t index, const Error& error) {
  connection_.rollback();
  const std::string place = describe_statement(step, index);
  std::string left = ", statements done: " + std::to_string(kept_);
  if (connection_.broken()) {
    left += "; the connection is lost, this one may have taken effect";
  } else {
    try {
      ledger_.fail(step, place + ": " + reason_of(error));
    } catch (const Error&) {
      // The row says `running` then, which is as true.
    }
    log_failure(step, place, error);
  }
  raise_failed(step, place + left, error);
}

void Runner::log_failure(const MigrationStep& step, const std::string& place,
                         const Error& error) noexcept {
  if (connection_.broken()) return;
  try {
    ledger_.log(step, is_up(step) ? "up_failed" : "down_failed", place + ": " + reason_of(error));
  } catch (const std::exception&) {
    // The caller is told of the failure itself.
  }
}

}  // namespace lockstep::detail

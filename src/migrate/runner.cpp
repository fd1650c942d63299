// SPDX-License-Identifier: BSL-1.0
#include "migrate/runner.hpp"

#include <algorithm>

#include "core/sql_scanner.hpp"
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

// Whether tables are locked after it; none if it does not say.
std::optional<bool> changes_table_locks(std::string_view statement, Engine engine) {
  if (engine != Engine::mysql) return std::nullopt;
  const auto begins = [&](std::string_view first) {
    const std::string_view word = statement.substr(0, first.size());
    const std::string_view rest = statement.substr(word.size());
    const auto second = rest.substr(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()), 5);
    return is_word(word, first) && is_word(second, "TABLE");
  };
  if (begins("LOCK")) return true;
  if (begins("UNLOCK")) return false;
  return std::nullopt;
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

Runner::Runner(Pinned& connection, Ledger& ledger, const MigratorOptions& options,
               const MigrationSet& set)
    : connection_(connection),
      ledger_(ledger),
      options_(options),
      engine_settings_(set.engine_settings()),
      enforces_foreign_keys_(set.engine() == Engine::sqlite &&
                             (!set.engine_settings() || set.foreign_keys())),
      foreign_keys_(connection) {
  use_settings();
}

bool Runner::run(Task& task) {
  begin_ = steady_now(options_);
  kept_ = 0;
  locks_tables_ = false;
  const MigrationStep& step = task.step;
  const bool unguarded = step.foreign_keys_off && step.transactional && enforces_foreign_keys_;
  if (unguarded) connection_.run("PRAGMA foreign_keys=OFF");
  checks_foreign_keys_ = engine_settings_ || unguarded;
  const bool done = step.transactional ? run_in_transaction(task) : run_statements(task);
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
  if (task.again) return ledger_.begin_again(step, task.text_sha);
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
  if (checks_foreign_keys_) foreign_keys_.before();
  for (std::size_t i = 0; i < step.statements.size(); ++i) {
    if (step.statements[i].implied) continue;
    tell(MigrationEvent::Kind::statement, step, i);
    try {
      connection_.run(step.statements[i].text);
    } catch (const Error& error) {
      tell(MigrationEvent::Kind::failed, step, i);
      fail_undone(step, describe_statement(step, i), error);
    }
    require_transaction(step, i);
  }
  if (checks_foreign_keys_) require_foreign_keys(step);
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
    locks_tables_ = changes_table_locks(step.statements[i].text, connection_.dialect().engine)
                        .value_or(locks_tables_);
    if (!last && !locks_tables_) ledger_.progress(step, i + 1);
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

void Runner::require_foreign_keys(const MigrationStep& step) {
  const auto finding = foreign_keys_.after();
  if (!finding) return;
  tell(MigrationEvent::Kind::failed, step, step.statements.size());
  ErrorInfo info;
  info.kind = ErrorKind::foreign_key;
  info.what = "after it " + *finding + ", which was not so before";
  fail_undone(step, "end of " + step.file, Error(std::move(info)));
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
  unlock_tables();
  const std::string place = describe_statement(step, index);
  std::string left = ", statements done: " + std::to_string(kept_);
  if (connection_.broken()) {
    left += "; the connection is lost, this one may have taken effect";
  } else {
    try {
      if (locks_tables_) ledger_.progress(step, kept_);
      ledger_.fail(step, place + ": " + reason_of(error));
    } catch (const Error&) {
      // The row says `running` then, which is as true.
    }
    log_failure(step, place, error);
  }
  raise_failed(step, place + left, error);
}

// While MySQL has tables locked, no others can be written, ours neither.
void Runner::unlock_tables() noexcept {
  if (!locks_tables_ || connection_.broken()) return;
  try {
    connection_.run("UNLOCK TABLES");
  } catch (const Error&) {
    // The row says `running` then, which is as true.
  }
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

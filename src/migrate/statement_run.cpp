// SPDX-License-Identifier: BSL-1.0
#include "migrate/statement_run.hpp"

#include <algorithm>
#include <utility>

#include "migrate/applied_text.hpp"
#include "migrate/plan_parts.hpp"
#include "migrate/splitter.hpp"
#include "migrate/statement_chain.hpp"

namespace lockstep::detail {
namespace {

using Kind = MigrationEvent::Kind;

[[noreturn]] void refuse(const Resumption& resumption, std::string why) {
  refuse_migration(resumption.row.domain, resumption.row.version, std::move(why));
}

// Statements of other engines are in transactions, as far as these allow it.
bool commits_implicitly(Effect effect, Engine engine) {
  return engine == Engine::mysql && (effect == Effect::catalog || effect == Effect::opaque);
}

}  // namespace

bool StatementRun::run(Task& task) {
  const Undo undo(connection_);
  locks_tables_ = commits_itself_ = false;
  execution_.begin(task.step);
  if (!journal_.claim(task)) return false;
  task.code != nullptr ? run_code(task) : go_on(task, 0);
  return true;
}

bool StatementRun::resume(Resumption& resumption) {
  const Undo undo(connection_);
  Task& task = resumption.task;
  const std::size_t from = place_to_resume(resumption);
  const SessionReplay replay =
      plan_replay(task.step.statements, from, connection_.dialect().engine);
  if (!replay.obstacle.empty()) refuse(resumption, replay.obstacle);
  begin_patiently(connection_, options_);
  const LedgerEntry entry = make_entry(task, connection_.dialect().engine);
  if (!ledger_.take_over(task.step, entry, resumption.row, from)) return false;
  ledger_.log(task.step, "resume", "statements done: " + std::to_string(from));
  connection_.commit();
  execution_.begin(task.step);
  if (task.code != nullptr) {
    run_code(task);
    return true;
  }
  rebuild_session(resumption, replay);
  if (from < task.step.statements.size()) drop_invalid_index(task.step.statements[from]);
  go_on(task, from);
  return true;
}

void StatementRun::go_on(Task& task, std::size_t from) {
  const MigrationStep& step = task.step;
  chain_ = statement_chain(std::span(step.statements).first(from));
  journal_.tell(Kind::start, step);
  for (std::size_t i = from; i < step.statements.size(); ++i) {
    journal_.tell(Kind::statement, step, i);
    try {
      run_one(step, i, effect_of(step.statements[i].text, connection_.dialect().engine));
      if (i + 1 == step.statements.size()) require_no_transaction();
    } catch (const Error& error) {
      journal_.tell_failed(step, i, error);
      fail(step, i, error);
    }
  }
  finish(task);
}

void StatementRun::finish(Task& task) {
  begin_patiently(connection_, options_);
  execution_.require_lock();
  journal_.finish(task);
  connection_.commit();
  journal_.tell(Kind::done, task.step);
}

// The row says `running` meanwhile: that is all that can be said of it.
void StatementRun::run_code(Task& task) {
  journal_.tell(Kind::start, task.step);
  try {
    execution_.run_code(*task.code, task.step);
  } catch (const Error& error) {
    journal_.tell_failed(task.step, 0, error);
    fail_code(task.step, error);
  }
  finish(task);
}

void StatementRun::run_one(const MigrationStep& step, std::size_t index, Effect effect) {
  const MigrationStatement& statement = step.statements[index];
  before_.reset();
  if (effect == Effect::catalog || effect == Effect::opaque) {
    before_ = CatalogPrint::take(connection_, ledger_.schema(), statement.text);
  }
  chain_ = extend_chain(chain_, statement);
  execution_.run(step, index, [&](const std::function<void()>& send) {
    attempt(step, index, effect, send);
  });
  if (step.settings.batch > 0) write_progress(step, index + 1);
}

// In a transaction of its own, with its progress, unless the file has one open. What was intended
// is in it too: where the engine commits it before the statement, it stays when the statement is
// cut off, and only then.
void StatementRun::attempt(const MigrationStep& step, std::size_t index, Effect effect,
                           const std::function<void()>& send) {
  const bool own =
      (effect == Effect::rows || commits_implicitly(effect, connection_.dialect().engine)) &&
      !commits_itself_ && !connection_.in_transaction();
  std::optional<Undo> undo;
  if (own) {
    undo.emplace(connection_);
    begin_statement();
  }
  if (before_) ledger_.intend(step, {index, before_->digest()});
  if (effect == Effect::locks) {
    lock_tables(step.statements[index]);
  } else {
    send();
  }
  note_session(step.statements[index], effect);
  write_progress(step, index + 1);
  if (own) commit_statement();
}

// While tables are locked, only these can be written: the ledger becomes one of them, and so does
// the row that is the migrator's lock.
void StatementRun::lock_tables(const MigrationStatement& statement) {
  const auto& text = statement.text;
  const auto word = text.find_first_of(" \t\r\n", text.find_first_not_of(" \t\r\n", 4));
  std::string ours = ledger_.table() + " WRITE,";
  if (const std::string lease = execution_.lock_table(); !lease.empty()) ours += lease + " WRITE,";
  connection_.run("LOCK TABLES " + ours + text.substr(std::min(word, text.size())));
}

// Where the file has switched autocommit off, the ledger's own writes are committed at once.
void StatementRun::write_progress(const MigrationStep& step, std::size_t done) {
  const bool open = connection_.in_transaction();
  ledger_.progress(step, done, chain_);
  if (!open && connection_.in_transaction()) connection_.run("COMMIT");
}

void StatementRun::note_session(const MigrationStatement& statement, Effect effect) {
  if (connection_.dialect().engine != Engine::mysql) return;
  if (effect == Effect::locks) locks_tables_ = true;
  if (effect == Effect::unlocks || effect == Effect::control) locks_tables_ = false;
  if (effect == Effect::session && Tokens(statement.text, Engine::mysql).has("AUTOCOMMIT")) {
    commits_itself_ = connection_.fetch_value<std::int64_t>("SELECT @@SESSION.autocommit") == 0;
  }
}

// To begin a transaction would unlock the tables; to end one does not.
void StatementRun::begin_statement() {
  if (locks_tables_) return connection_.run("SET autocommit = 0");
  begin_patiently(connection_, options_);
}

void StatementRun::commit_statement() {
  if (!locks_tables_) return connection_.commit();
  connection_.run("COMMIT");
  connection_.run("SET autocommit = 1");
}

// After a crash the catalog tells whether the statement was done that was about to run; after a
// failure it was not, or by half, and then somebody has to have looked after it.
std::size_t StatementRun::place_to_resume(const Resumption& resumption) {
  const LedgerRow& row = resumption.row;
  const MigrationStep& step = resumption.task.step;
  const auto done = static_cast<std::size_t>(row.stmts_done);
  if (!row.intent_stmt || done >= step.statements.size()) return done;
  const MigrationStatement& statement = step.statements[done];
  const bool failed = row.state == MigrationState::failed;
  if (!is_as_intended(resumption)) {
    if (failed) return done;
    refuse(resumption, describe_statement(step, done) +
                           " was changed since it was begun: put it back, then resume");
  }
  const auto now = CatalogPrint::take(connection_, ledger_.schema(), statement.text).digest();
  const bool changed = now != row.intent_fp;
  if (failed && changed) {
    refuse(resumption, describe_statement(step, done) +
                           " has taken effect in part: change it to do what is left, or undo what "
                           "it did, then resume");
  }
  if (!failed && effect_of(statement.text, connection_.dialect().engine) == Effect::opaque) {
    refuse(resumption, "whether " + describe_statement(step, done) +
                           " was done cannot be seen from here: see what is there, then mark the "
                           "migration applied or pending");
  }
  return changed && !failed ? done + 1 : done;
}

void StatementRun::rebuild_session(const Resumption& resumption, const SessionReplay& replay) {
  const MigrationStep& step = resumption.task.step;
  const LedgerRow& row = resumption.row;
  const Engine engine = connection_.dialect().engine;
  locks_tables_ = commits_itself_ = false;
  if (row.sql_mode) connection_.run("SET SESSION sql_mode = '" + *row.sql_mode + '\'');
  for (const std::size_t i : replay.statements) {
    const Effect effect = effect_of(step.statements[i].text, engine);
    if (effect == Effect::locks) {
      lock_tables(step.statements[i]);
    } else {
      connection_.run(step.statements[i].text);
    }
    note_session(step.statements[i], effect);
  }
  if (row.last_insert_id) connection_.run("SET last_insert_id = " + *row.last_insert_id);
}

// What a CREATE INDEX CONCURRENTLY that was cut off leaves has its name.
void StatementRun::drop_invalid_index(const MigrationStatement& statement) {
  if (connection_.dialect().engine != Engine::postgres || !is_concurrent(statement.text)) return;
  const Tokens tokens(statement.text, Engine::postgres);
  if (!tokens.is(0, "CREATE")) return;
  for (const InvalidIndex& index : find_invalid_indexes(connection_)) {
    const bool named = std::ranges::any_of(
        tokens, [&](std::string_view token) { return plain_name(token) == index.name; });
    if (named) drop_concurrently(connection_, index);
  }
}

void StatementRun::require_no_transaction() {
  if (!connection_.in_transaction()) return;
  raise(ErrorKind::invalid_state, "the file leaves a transaction open, which is undone");
}

void StatementRun::fail(const MigrationStep& step, std::size_t index, const Error& error) {
  connection_.rollback();
  unlock_tables();
  const std::string place = describe_statement(step, index);
  std::string left;
  if (connection_.broken()) {
    left = "; the connection is lost, this one may have taken effect";
  } else {
    try {
      left = note_failure(step, index, error);
    } catch (const Error&) {
      // The row says `running` then, which is as true.
    }
    journal_.log_failure(step, place, error);
  }
  left += execution_.aftermath(step, index, error);
  raise_failed(step, place + left, error, index);
}

void StatementRun::fail_code(const MigrationStep& step, const Error& error) {
  connection_.rollback();
  const std::string place = step.file;
  if (!connection_.broken()) {
    try {
      ledger_.fail(step, place + ": " + reason_of(error), {});
    } catch (const Error&) {
      // The row says `running` then, which is as true.
    }
    journal_.log_failure(step, place, error);
  }
  raise_failed(step, place + ", which runs without a transaction and may have taken effect in part",
               error);
}

// The ledger's row knows what was undone with the transaction.
std::string StatementRun::note_failure(const MigrationStep& step, std::size_t index,
                                       const Error& error) {
  const std::string reason = describe_statement(step, index) + ": " + reason_of(error);
  std::string left =
      ", statements done: " + std::to_string(ledger_.statements_done(step));
  std::string difference;
  if (before_) {
    difference = before_->difference(
        CatalogPrint::take(connection_, ledger_.schema(), step.statements[index].text));
  }
  if (difference.empty()) {
    ledger_.fail(step, reason, {});
    return left;
  }
  ledger_.fail(step, reason + "; in part it was done: " + difference,
               Intent{index, before_->digest()});
  return left + ", and this one in part: " + difference;
}

// While MySQL has tables locked, no others can be written.
void StatementRun::unlock_tables() noexcept {
  if (!std::exchange(locks_tables_, false) || connection_.broken()) return;
  try {
    connection_.run("UNLOCK TABLES");
    connection_.run("SET autocommit = 1");
  } catch (const Error&) {
    // The row says `running` then, which is as true.
  }
}

}  // namespace lockstep::detail

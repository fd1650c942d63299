// SPDX-License-Identifier: BSL-1.0
#include "migrate/statement_run.hpp"

#include <algorithm>

#include "core/sql_scanner.hpp"

namespace lockstep::detail {
namespace {

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

}  // namespace

bool StatementRun::run(Task& task) {
  using Kind = MigrationEvent::Kind;
  const MigrationStep& step = task.step;
  const Undo undo(connection_);
  kept_ = 0;
  locks_tables_ = false;
  execution_.begin(step);
  if (!journal_.claim(task)) return false;
  journal_.tell(Kind::start, step);
  for (std::size_t i = 0; i < step.statements.size(); ++i) {
    const bool last = i + 1 == step.statements.size();
    journal_.tell(Kind::statement, step, i);
    try {
      execution_.run(step, i);
      if (last) require_no_transaction();
    } catch (const Error& error) {
      journal_.tell_failed(step, i, error);
      fail(step, i, error);
    }
    locks_tables_ = changes_table_locks(step.statements[i].text, connection_.dialect().engine)
                        .value_or(locks_tables_);
    if (!last && !locks_tables_) ledger_.progress(step, i + 1);
    if (!connection_.in_transaction()) kept_ = i + 1;
  }
  connection_.begin();
  execution_.require_lock();
  journal_.finish(task);
  connection_.commit();
  journal_.tell(Kind::done, step);
  return true;
}

void StatementRun::require_no_transaction() {
  if (!connection_.in_transaction()) return;
  raise(ErrorKind::invalid_state, "the file leaves a transaction open, which is undone");
}

void StatementRun::fail(const MigrationStep& step, std::size_t index, const Error& error) {
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
    journal_.log_failure(step, place, error);
  }
  left += execution_.aftermath(step, index, error);
  raise_failed(step, place + left, error, index);
}

// While MySQL has tables locked, no others can be written, ours neither.
void StatementRun::unlock_tables() noexcept {
  if (!locks_tables_ || connection_.broken()) return;
  try {
    connection_.run("UNLOCK TABLES");
  } catch (const Error&) {
    // The row says `running` then, which is as true.
  }
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// The row of a file that runs statement by statement.
#include "migrate/ledger.hpp"

#include "lockstep/version.hpp"
#include "migrate/ledger_sql.hpp"
#include "migrate/statement_chain.hpp"

namespace lockstep::detail {
void Ledger::intend(const MigrationStep& step, const Intent& intent) {
  connection_.execute(render(update_intent), named("domain", step.domain),
                      named("version", step.version), named("statement", intent.statement + 1),
                      named("fingerprint", intent.fingerprint));
}

void Ledger::progress(const MigrationStep& step, std::size_t done, std::string_view chain) {
  const auto result =
      connection_.execute(render(update_progress), named("domain", step.domain),
                          named("version", step.version), named("done", done),
                          named("chain", chain));
  if (result.rows_affected() == 1) return;
  raise(ErrorKind::migration_locked, "another migrator has taken the file over");
}

std::size_t Ledger::statements_done(const MigrationStep& step) {
  return static_cast<std::size_t>(connection_.fetch_value<std::int64_t>(
      render(select_done), named("domain", step.domain), named("version", step.version)));
}

void Ledger::fail(const MigrationStep& step, std::string_view error,
                  const std::optional<Intent>& partly) {
  std::optional<std::size_t> statement;
  std::optional<std::string> fingerprint;
  if (partly) {
    statement = partly->statement + 1;
    fingerprint = partly->fingerprint;
  }
  connection_.execute(render(update_failed), named("domain", step.domain),
                      named("version", step.version), named("error", error), named("now", now()),
                      named("statement", statement), named("fingerprint", fingerprint));
}

bool Ledger::take_over(const MigrationStep& step, const LedgerEntry& entry, const LedgerRow& row,
                       std::size_t done) {
  const auto chain = statement_chain(std::span(step.statements).first(done));
  return connection_
             .execute(render(update_resumed), named("domain", row.domain),
                      named("version", row.version), named("text_sha", entry.text_sha),
                      named("meaning_sha", entry.meaning_sha), named("down_text", entry.down_text),
                      named("stmts_total", statement_count(step)), named("done", done),
                      named("chain", chain),
                      named("stmt_digests", statement_digests(step.statements)),
                      named("now", now()), named("applied_by", author_.applied_by),
                      named("host", author_.host), named("tool_version", version),
                      named("was_started_at", format_timestamp(row.started_at)),
                      named("was_done", row.stmts_done))
             .rows_affected() == 1;
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// The ledger, read as a log and edited by hand.
#include "migrate/ledger.hpp"

#include <algorithm>

#include "lockstep/version.hpp"

namespace lockstep::detail {
namespace {

// The inner query is for MySQL, which does not read the table it writes to (error 1093) otherwise.
constexpr std::string_view insert_record =
    "INSERT INTO {ledger} (domain, version, name, kind, state, direction, seq, text_sha, down_text,"
    " tx_mode, stmts_total, stmts_done, started_at, finished_at, applied_by, host, tool_version,"
    " meaning_sha, out_of_order)"
    " VALUES (:domain, :version, :name, :kind, 'applied', 'up',"
    " (SELECT n FROM (SELECT COALESCE(MAX(seq), 0) + 1 AS n FROM {ledger}) AS latest),"
    " :text_sha, :down_text, 'none', :stmts_total, :stmts_total, :started_at, :finished_at,"
    " :applied_by, :host, :tool_version, :meaning_sha, :out_of_order)";

constexpr std::string_view update_record =
    "UPDATE {ledger} SET state = 'applied', direction = 'up', name = :name, text_sha = :text_sha,"
    " meaning_sha = :meaning_sha, down_text = :down_text, stmts_total = :stmts_total,"
    " stmts_done = :stmts_total, error = NULL, intent_stmt = NULL, intent_fp = NULL,"
    " stmt_chain_sha = NULL, finished_at = COALESCE(finished_at, :now)"
    " WHERE domain = :domain AND version = :version";

constexpr std::string_view select_down_texts =
    "SELECT seq, down_text FROM {ledger} ORDER BY seq";

constexpr std::string_view select_events =
    "SELECT logged_at, event, domain, version, applied_by, host, tool_version, detail FROM {log}"
    " WHERE :domain = '' OR domain = :domain ORDER BY id DESC LIMIT :latest";

}  // namespace

void Ledger::record(const LedgerRow& row, const LedgerEntry& entry) {
  connection_.execute(render(insert_record), named("domain", row.domain),
                      named("version", row.version), named("name", row.name),
                      named("kind", row.kind), named("text_sha", entry.text_sha),
                      named("down_text", entry.down_text), named("stmts_total", row.stmts_total),
                      named("started_at", row.started_at), named("finished_at", row.finished_at),
                      named("applied_by", author_.applied_by), named("host", author_.host),
                      named("tool_version", version), named("meaning_sha", entry.meaning_sha),
                      named("out_of_order", std::int64_t{entry.out_of_order}));
}

void Ledger::accept(const LedgerRow& row, const LedgerEntry& entry) {
  connection_.execute(render(update_record), named("domain", row.domain),
                      named("version", row.version), named("name", row.name),
                      named("text_sha", entry.text_sha), named("meaning_sha", entry.meaning_sha),
                      named("down_text", entry.down_text), named("stmts_total", row.stmts_total),
                      named("now", now()));
}

std::vector<DownText> Ledger::down_texts() {
  if (!look().ledger) return {};
  return connection_.fetch_all<DownText>(render(select_down_texts));
}

std::vector<MigrationLogEntry> Ledger::events(std::string_view domain, std::size_t latest) {
  if (!look().log) return {};
  constexpr std::size_t most = std::numeric_limits<std::int32_t>::max();
  auto events = connection_.fetch_all<MigrationLogEntry>(
      render(select_events), named("domain", domain),
      named("latest", static_cast<std::int64_t>(std::min(latest, most))));
  std::ranges::reverse(events);
  return events;
}

}  // namespace lockstep::detail

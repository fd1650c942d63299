// SPDX-License-Identifier: BSL-1.0
#include "migrate/ledger.hpp"

#include <algorithm>

#include "lockstep/version.hpp"
#include "migrate/checksum.hpp"
#include "migrate/ledger_sql.hpp"
#include "migrate/statement_chain.hpp"

namespace lockstep::detail {

void replace_all(std::string& text, std::string_view mark, std::string_view value) {
  for (auto at = text.find(mark); at != std::string::npos;
       at = text.find(mark, at + value.size())) {
    text.replace(at, mark.size(), value);
  }
}

namespace {

const LedgerWords& words_of(Engine engine) {
  return engine == Engine::sqlite     ? sqlite_words
         : engine == Engine::postgres ? postgres_words
                                      : mysql_words;
}

std::string quote_name(std::string_view name, char quote) {
  std::string text(1, quote);
  for (const char c : name) {
    if (c == quote) text += c;
    text += c;
  }
  return text + quote;
}

std::string current_schema(Pinned& connection) {
  const auto& words = words_of(connection.dialect().engine);
  auto schema = connection.fetch_value<std::optional<std::string>>(words.current_schema);
  if (schema) return std::move(*schema);
  raise(ErrorKind::invalid_state,
        "migration ledger: the connection has no current schema to keep it in");
}

std::string definition_of(const AddedColumn& column) {
  return std::string(column.name) + ' ' + std::string(column.type);
}

// The statement with the added columns: of their types in a list of definitions, by their names in
// a query of a ledger that has them, and null in one of a ledger that lacks them.
std::string with_definitions(std::string_view statement) {
  std::string text(statement);
  std::string list;
  for (const AddedColumn& column : added_columns) list += "  " + definition_of(column) + ",\n";
  replace_all(text, "{added}", list);
  return text;
}

std::string with_columns(std::string_view statement, bool present) {
  std::string text(statement);
  std::string list;
  for (const AddedColumn& column : added_columns) {
    if (!list.empty()) list += ", ";
    if (!present) list.append(column.missing).append(" AS ");
    list += column.name;
  }
  replace_all(text, "{added}", list);
  return text;
}

std::string_view tx_mode(const MigrationStep& step) {
  return step.transactional ? "transaction" : "statements";
}

std::string_view kind_of(const MigrationStep& step) {
  return step.code ? "code" : step.repeatable ? "repeatable" : "versioned";
}

// Of a file that may have to be resumed.
std::optional<std::string> digests_of(const MigrationStep& step) {
  if (step.transactional || step.code) return std::nullopt;
  return statement_digests(step.statements);
}

}  // namespace

Ledger::Ledger(Pinned& connection, Author author)
    : connection_(connection), author_(std::move(author)), schema_(current_schema(connection)) {}

// The server's locks may be common to all of its databases.
std::string Ledger::lock_key() const {
  const std::string name = schema_ + '\n' + std::string(ledger_table);
  return "lockstep:" + sha256(name).substr(0, 40);
}

std::string Ledger::qualified(std::string_view table) const {
  const LedgerWords& words = words_of(connection_.dialect().engine);
  return quote_name(schema_, words.quote) + '.' + std::string(table);
}

std::string Ledger::render(std::string_view text) const {
  const LedgerWords& words = words_of(connection_.dialect().engine);
  const std::array<std::pair<std::string_view, std::string>, 11> parts{{
      {"{next}", std::string(words.next)},
      {"{ledger}", qualified(ledger_table)},
      {"{log}", qualified(log_table)},
      {"{schema}", quote_name(schema_, words.quote)},
      {"{collate}", std::string(words.collate)},
      {"{text}", std::string(words.text)},
      {"{id}", std::string(words.id)},
      {"{options}", std::string(words.options)},
      {"{no_progress}", std::string(no_progress)},
      {"{sql_mode}", std::string(words.sql_mode)},
      {"{last_insert_id}", std::string(words.last_insert_id)},
  }};
  std::string out(text);
  for (const auto& [mark, value] : parts) replace_all(out, mark, value);
  return out;
}

const std::string& Ledger::rendered(std::string_view text) {
  std::string& kept = rendered_[text.data()];
  if (kept.empty()) kept = render(text);
  return kept;
}

std::string Ledger::now() const { return format_timestamp(connection_.now()); }

Ledger::Tables Ledger::look() {
  const auto& words = words_of(connection_.dialect().engine);
  Tables tables;
  for (const auto& name :
       connection_.fetch_all<std::string>(words.tables, named("schema", schema_))) {
    if (name == ledger_table) tables.ledger = true;
    if (name == log_table) tables.log = true;
  }
  tables.current = tables.ledger && tables.log && has_current_layout();
  return tables;
}

bool Ledger::has_current_layout() {
  bool current = false;
  for (const auto& found : connection_.fetch_all<std::string>(render(select_layouts))) {
    if (std::ranges::find(layouts, found) == layouts.end()) {
      raise(ErrorKind::invalid_state,
            "migration ledger: a newer lockstep has changed its layout; use that one");
    }
    if (found == layout) current = true;
  }
  return current;
}

bool Ledger::ready() { return look().current; }

std::vector<LedgerRow> Ledger::rows() {
  const Tables tables = look();
  if (!tables.ledger) return {};
  return connection_.fetch_all<LedgerRow>(render(with_columns(select_rows, tables.current)));
}

std::optional<std::string> Ledger::down_text(const LedgerRow& row) {
  return connection_.fetch_value<std::optional<std::string>>(
      render(select_down_text), named("domain", row.domain), named("version", row.version));
}

void Ledger::prepare() {
  connection_.run(render(with_definitions(create_ledger)));
  connection_.run(render(create_log));
  add_columns();
  if (!has_current_layout()) log({}, "layout", layout);
}

// Each for itself, where it is missing: an engine may be able to undo none of them.
void Ledger::add_columns() {
  const auto& words = words_of(connection_.dialect().engine);
  const auto present =
      connection_.fetch_all<std::string>(words.columns, named("schema", schema_));
  for (const AddedColumn& column : added_columns) {
    if (std::ranges::find(present, column.name) != present.end()) continue;
    connection_.run(render(add_column) + render(definition_of(column)));
  }
}

void Ledger::begin_up(const MigrationStep& step, const LedgerEntry& entry) {
  connection_.execute(rendered(insert_row), named("domain", step.domain),
                      named("version", step.version), named("name", step.name),
                      named("kind", kind_of(step)), named("text_sha", entry.text_sha),
                      named("down_text", entry.down_text), named("tx_mode", tx_mode(step)),
                      named("stmts_total", statement_count(step)), named("now", now()),
                      named("applied_by", author_.applied_by), named("host", author_.host),
                      named("tool_version", version), named("meaning_sha", entry.meaning_sha),
                      named("out_of_order", std::int64_t{entry.out_of_order}),
                      named("stmt_digests", digests_of(step)));
}

void Ledger::add(const MigrationStep& step, const LedgerEntry& entry, std::int64_t seq,
                 Timestamp started) {
  connection_.execute(rendered(insert_applied), named("domain", step.domain),
                      named("version", step.version), named("name", step.name),
                      named("kind", kind_of(step)), named("seq", seq),
                      named("text_sha", entry.text_sha), named("down_text", entry.down_text),
                      named("tx_mode", tx_mode(step)), named("stmts_total", statement_count(step)),
                      named("started_at", format_timestamp(started)), named("now", now()),
                      named("duration_ms", step.duration.count()),
                      named("applied_by", author_.applied_by), named("host", author_.host),
                      named("tool_version", version), named("meaning_sha", entry.meaning_sha),
                      named("out_of_order", std::int64_t{entry.out_of_order}));
}

bool Ledger::has(const MigrationStep& step) {
  return connection_.fetch_value<bool>(rendered(select_present), named("domain", step.domain),
                                       named("version", step.version));
}

std::int64_t Ledger::next_seq() {
  return connection_.fetch_value<std::int64_t>(rendered(select_next_seq));
}

bool Ledger::begin_again(const MigrationStep& step, const LedgerEntry& entry) {
  return connection_
             .execute(render(update_begin_again), named("domain", step.domain),
                      named("version", step.version), named("name", step.name),
                      named("text_sha", entry.text_sha), named("meaning_sha", entry.meaning_sha),
                      named("tx_mode", tx_mode(step)), named("stmts_total", statement_count(step)),
                      named("stmt_digests", digests_of(step)), named("now", now()),
                      named("applied_by", author_.applied_by), named("host", author_.host),
                      named("tool_version", version))
             .rows_affected() == 1;
}

bool Ledger::remove_applied(const MigrationStep& step) {
  return connection_
             .execute(rendered(delete_applied), named("domain", step.domain),
                      named("version", step.version))
             .rows_affected() == 1;
}

bool Ledger::begin_down(const MigrationStep& step) {
  return connection_
             .execute(render(update_begin_down), named("domain", step.domain),
                      named("version", step.version), named("tx_mode", tx_mode(step)),
                      named("stmts_total", statement_count(step)),
                      named("stmt_digests", digests_of(step)), named("now", now()),
                      named("applied_by", author_.applied_by), named("host", author_.host),
                      named("tool_version", version))
             .rows_affected() == 1;
}

void Ledger::finish_up(const MigrationStep& step) {
  connection_.execute(rendered(update_finished), named("domain", step.domain),
                      named("version", step.version), named("done", statement_count(step)),
                      named("now", now()), named("duration_ms", step.duration.count()));
}

void Ledger::remove(const MigrationStep& step) {
  connection_.execute(render(delete_row), named("domain", step.domain),
                      named("version", step.version));
}

void Ledger::restore_session() {
  const std::string_view text = words_of(connection_.dialect().engine).restore_session;
  if (!text.empty()) connection_.run(rendered(text));
}

void Ledger::log(const MigrationStep& step, std::string_view event, std::string_view detail) {
  connection_.execute(rendered(insert_event), named("now", now()), named("event", event),
                      named("domain", step.domain), named("version", step.version),
                      named("applied_by", author_.applied_by), named("host", author_.host),
                      named("tool_version", version), named("detail", detail));
}

}  // namespace lockstep::detail

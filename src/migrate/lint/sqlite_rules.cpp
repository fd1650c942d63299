// SPDX-License-Identifier: BSL-1.0
// Rules for SQLite: https://www.sqlite.org/lang_altertable.html
#include <algorithm>

#include "migrate/lint/rule.hpp"
#include "migrate/splitter.hpp"

namespace lockstep::detail {
namespace {

bool sets_foreign_keys(const LintStatement& statement) {
  return starts_with(statement.words, {"pragma"}) && statement.has("foreign_keys") &&
         (statement.has("=") || statement.has("("));
}

// The runner lifts an OFF out of the file's transaction; an ON beside it only puts that back.
void pragma_without_effect(Check& check) {
  bool inside = check.transactional();
  const bool lifted = std::ranges::any_of(check.statements(), [](const LintStatement& statement) {
    return turns_foreign_keys_off(statement.source->text);
  });
  if (inside && lifted) return;
  for (const LintStatement& statement : check.statements()) {
    if (sets_foreign_keys(statement) && inside) {
      check.found(statement, {}, "sets foreign_keys inside a transaction, which does nothing");
    }
    if (!controls_transaction(statement.source->text, Engine::sqlite)) continue;
    inside = starts_with(statement.words, {"begin"});
  }
}

bool are_keys_enforced(const Check& check) {
  const Migration& migration = *check.text.migration;
  const MigrationSource& source = check.set.source_of(migration);
  return (source.foreign_keys || !source.engine_settings) &&
         !(check.up ? migration.up_foreign_keys_off : migration.down_foreign_keys_off);
}

void drop_referenced_table(Check& check, const LintStatement& statement) {
  if (statement.kind != LintStatementKind::drop || statement.object != "table") return;
  if (!are_keys_enforced(check)) return;
  for (const auto& [name, table] : check.schema.tables()) {
    if (name == statement.table) continue;
    const bool refers = std::ranges::any_of(table.keys, [&](const KnownKey& key) {
      return key.kind == KeyText::Kind::foreign_key && key.parent == statement.table;
    });
    if (!refers) continue;
    return check.found(statement, statement.at,
                       "drops " + statement.table + ", to which " + name + " refers");
  }
}

void rename_old_first(Check& check) {
  if (!check.up) return;
  std::vector<std::string> moved;
  for (const LintStatement& statement : check.statements()) {
    for (const AlterAction& action : statement.actions) {
      if (action.kind == ActionKind::rename_table) moved.push_back(statement.table);
    }
    if (statement.kind != LintStatementKind::create_table) continue;
    if (std::ranges::find(moved, statement.table) == moved.end()) continue;
    check.found(statement, statement.at,
                "makes " + statement.table + " anew after the old one was renamed");
  }
}

bool is_constant(Words value) {
  if (value.empty()) return true;
  const SqlWord& first = value.front();
  return !first.is("(") && !first.is("current_timestamp") && !first.is("current_date") &&
         !first.is("current_time");
}

void add_column_refused(Check& check, const LintStatement& statement) {
  for (const AlterAction& action : statement.actions) {
    if (action.kind != ActionKind::add_column) continue;
    const LintColumn& column = action.column;
    const bool null_default = column.has_default() && column.default_value.front().is("null");
    std::string_view why;
    if (column.primary_key || column.unique) why = "as a key";
    if (!is_constant(column.default_value)) why = "with a default that is no constant";
    if (column.generated && column.stored) why = "as a stored generated one";
    if (column.references && column.has_default() && !null_default && are_keys_enforced(check)) {
      why = "with REFERENCES and a default";
    }
    if (why.empty()) continue;
    check.found(
        statement, action.words,
        "adds the column " + column.name + ' ' + std::string(why) + ", which SQLite refuses");
  }
}

void drop_column_refused(Check& check, const LintStatement& statement) {
  const KnownTable* table = check.schema.find(statement.table);
  if (table == nullptr) return;
  for (const AlterAction& action : statement.actions) {
    if (action.kind != ActionKind::drop_column) continue;
    const bool in_key = std::ranges::any_of(table->keys, [&](const KnownKey& key) {
      return key.kind != KeyText::Kind::check &&
             std::ranges::find(key.columns, action.name) != key.columns.end();
    });
    if (!in_key) continue;
    check.found(statement, action.words,
                "drops the column " + action.name + ", which an index or key of " +
                    statement.table + " holds");
  }
}

void autoincrement(Check& check, const LintStatement& statement) {
  for (const LintColumn& column : statement.columns) {
    if (!column.counts) continue;
    check.found(statement, column.words, column.name + " is AUTOINCREMENT");
  }
}

constexpr std::array<LintCheck, 6> checks{{
    {{"pragma-without-effect", only_sqlite, LintSeverity::warning,
      "PRAGMA foreign_keys inside a transaction", "it does nothing there",
      "PRAGMA foreign_keys = OFF, which is done before the transaction and undone after it, or "
      "`-- lockstep:foreign-keys off`"},
     nullptr,
     pragma_without_effect,
     true},
    {{"drop-referenced-table", only_sqlite, LintSeverity::error,
      "a table to which others refer is dropped while foreign keys are enforced",
      "DROP TABLE deletes its rows first, and with them by CASCADE those of the others",
      "`-- lockstep:foreign-keys off` for a table that is made anew; else drop the others first"},
     drop_referenced_table},
    {{"rename-old-first", only_sqlite, LintSeverity::error,
      "a table is renamed, and a new one is made under its name",
      "the tables that refer to it follow the old one, and refer to nothing once that is dropped",
      "make the new table under another name, move the rows, drop the old one, rename the new one"},
     nullptr,
     rename_old_first},
    {{"add-column-refused", only_sqlite, LintSeverity::error,
      "ADD COLUMN with what SQLite cannot add: a key, a default that is no constant, a stored one",
      "the statement fails", "make the table anew, or fill the column by an UPDATE"},
     add_column_refused},
    {{"drop-column-refused", only_sqlite, LintSeverity::error,
      "DROP COLUMN of a column in an index or key", "the statement fails",
      "drop the index first; for a key make the table anew"},
     drop_column_refused},
    {{"autoincrement", only_sqlite, LintSeverity::info, "a key is AUTOINCREMENT",
      "it costs a second table, and only keeps numbers of deleted rows from coming back",
      "INTEGER PRIMARY KEY counts up by itself"},
     autoincrement},
}};

}  // namespace

std::span<const LintCheck> sqlite_checks() { return checks; }

}  // namespace lockstep::detail

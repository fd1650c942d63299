// SPDX-License-Identifier: BSL-1.0
// Rules for every engine: what happens to rows.
#include <algorithm>

#include "migrate/lint/rule.hpp"

namespace lockstep::detail {
namespace {

bool is_limited(const LintStatement& statement) {
  return statement.has("where") || statement.has("join") || statement.has("limit") ||
         statement.has("using");
}

void delete_without_where(Check& check, const LintStatement& statement) {
  if (statement.kind != LintStatementKind::remove || is_limited(statement)) return;
  if (!check.is_in_use(statement.table)) return;
  check.found(statement, statement.at, "deletes every row of " + statement.table);
}

void update_without_where(Check& check, const LintStatement& statement) {
  if (statement.kind != LintStatementKind::update || is_limited(statement)) return;
  if (!check.is_in_use(statement.table)) return;
  check.found(statement, statement.at, "updates every row of " + statement.table);
}

void truncate(Check& check, const LintStatement& statement) {
  if (statement.kind != LintStatementKind::truncate || !check.is_in_use(statement.table)) return;
  check.found(statement, statement.at, "empties " + statement.table);
}

bool replaces(const LintStatement& statement) {
  return starts_with(statement.words, {"replace"}) ||
         starts_with(statement.words, {"insert", "or", "replace"});
}

bool has_conflict_clause(const LintStatement& statement) {
  const Words words = statement.words;
  const std::size_t on = find_word(words, "on");
  const bool clause =
      on + 1 < words.size() && (words[on + 1].is("conflict") || words[on + 1].is("duplicate"));
  return clause || replaces(statement) || starts_with(words, {"insert", "ignore"}) ||
         starts_with(words, {"insert", "or"});
}

void seed_without_conflict_clause(Check& check, const LintStatement& statement) {
  if (statement.kind != LintStatementKind::insert || statement.from_select) return;
  if (!check.is_in_use(statement.table) || has_conflict_clause(statement)) return;
  check.found(statement, statement.at,
              "puts rows into " + statement.table + " and fails if one of them is there");
}

bool sets_key(const KnownTable& table, const LintStatement& statement) {
  return std::ranges::any_of(table.keys, [&](const KnownKey& key) {
    if (key.kind != KeyText::Kind::primary_key) return false;
    return std::ranges::any_of(key.columns, [&](const std::string& column) {
      return std::ranges::find(statement.targets, column) != statement.targets.end();
    });
  });
}

void dimension_rows(Check& check, const LintStatement& statement) {
  const KnownTable* table = check.schema.find(statement.table);
  if (table == nullptr || !table->seeded || table->made_here) return;
  switch (statement.kind) {
    case LintStatementKind::remove:
    case LintStatementKind::truncate:
      return check.found(statement, statement.at,
                         "deletes rows of " + statement.table + ", which migrations have filled");
    case LintStatementKind::update:
      if (!sets_key(*table, statement)) return;
      return check.found(statement, statement.at,
                         "renumbers rows of " + statement.table + ", which migrations have filled");
    case LintStatementKind::insert:
      if (!replaces(statement)) return;
      return check.found(statement, statement.at,
                         "replaces rows of " + statement.table + ", which deletes the old ones");
    default:
      return;
  }
}

// Whether the engine finds a value of its own: SQLite counts integer keys, MySQL has timestamps
// that default to now.
bool has_own_value(Engine engine, const KnownColumn& column) {
  if (column.has_value || !column.not_null) return true;
  if (engine == Engine::sqlite) return column.type == "integer" || !column.states_not_null;
  return engine == Engine::mysql && column.type.starts_with("timestamp");
}

void insert_misses_column(Check& check, const LintStatement& statement) {
  const KnownTable* table = check.schema.find(statement.table);
  if (statement.kind != LintStatementKind::insert || statement.targets.empty()) return;
  if (table == nullptr || !table->complete) return;
  for (const KnownColumn& column : table->columns) {
    if (has_own_value(check.engine(), column)) continue;
    if (std::ranges::find(statement.targets, column.name) != statement.targets.end()) continue;
    check.found(statement, statement.at,
                "gives " + column.name + " of " + statement.table +
                    " no value, which is NOT NULL and has no default");
  }
}

bool makes(const Check& check, std::string_view table) {
  return std::ranges::any_of(check.statements(), [&](const LintStatement& statement) {
    return statement.kind == LintStatementKind::create_table && statement.table == table;
  });
}

bool locks_table_in_use(const Check& check, const LintStatement& statement) {
  const bool locks = statement.kind == LintStatementKind::alter_table ||
                     statement.kind == LintStatementKind::create_index ||
                     (statement.kind == LintStatementKind::drop && statement.object == "table");
  return locks && !makes(check, statement.table);
}

bool moves_rows(const Check& check, const LintStatement& statement) {
  const bool many = statement.kind == LintStatementKind::update ||
                    statement.kind == LintStatementKind::remove ||
                    (statement.kind == LintStatementKind::insert && statement.from_select);
  return many && !makes(check, statement.table);
}

void big_dml_with_ddl(Check& check) {
  const auto& statements = check.statements();
  const bool locks = std::ranges::any_of(
      statements, [&](const LintStatement& s) { return locks_table_in_use(check, s); });
  if (!locks) return;
  for (const LintStatement& statement : statements) {
    if (!moves_rows(check, statement)) continue;
    return check.found(statement, statement.at,
                       "changes rows of " + statement.table + " beside changes of tables in use");
  }
}

constexpr std::array<LintCheck, 7> checks{{
    {{"delete-without-where", every_engine, LintSeverity::error,
      "all rows of a table that is in use are deleted",
      "a condition that was forgotten looks the same",
      "write the condition; WHERE true if all are meant"},
     delete_without_where},
    {{"update-without-where", every_engine, LintSeverity::warning,
      "all rows of a table that is in use are updated",
      "every row is locked until the end, and a condition that was forgotten looks the same",
      "write the condition, such as WHERE the new column IS NULL; update in batches"},
     update_without_where},
    {{"truncate", every_engine, LintSeverity::error, "a table that is in use is emptied",
      "it takes the strongest lock, cannot be undone on MySQL, and fires no triggers",
      "delete what is meant, with a condition"},
     truncate},
    {{"seed-without-conflict-clause", every_engine, LintSeverity::warning,
      "rows are put into an existing table without a word on what is there already",
      "where somebody has put the same row by hand, the migration fails",
      "ON CONFLICT DO NOTHING, INSERT OR IGNORE, INSERT IGNORE"},
     seed_without_conflict_clause},
    {{"insert-misses-column", every_engine, LintSeverity::error,
      "an INSERT names its columns, and not one that is NOT NULL and has no default",
      "it fails, on MySQL where the sql_mode is strict and by a zero or an empty text elsewhere",
      "give the column a value, or a default"},
     insert_misses_column},
    {{"dimension-rows", every_engine, LintSeverity::warning,
      "rows that migrations have put are deleted, renumbered or replaced",
      "other rows, exports and programs hold their numbers",
      "leave them, and mark them as old in a column"},
     dimension_rows},
    {{"big-dml-with-ddl", servers, LintSeverity::warning,
      "many rows and the tables in use are changed in one file",
      "on PostgreSQL the locks of the DDL are held while the rows are moved; on MySQL the file "
      "cannot be undone as a whole",
      "one file for the tables, the next for the rows"},
     nullptr,
     big_dml_with_ddl},
}};

}  // namespace

std::span<const LintCheck> row_checks() { return checks; }

}  // namespace lockstep::detail

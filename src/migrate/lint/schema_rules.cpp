// SPDX-License-Identifier: BSL-1.0
// Rules for every engine: what happens to tables and columns that are in use.
#include <algorithm>

#include "migrate/lint/rule.hpp"
#include "migrate/lint/types.hpp"

namespace lockstep::detail {
namespace {

// Whether a later statement of the script gives the name to another table: a rebuild.
bool is_put_back(const Check& check, const LintStatement& statement, std::string_view table) {
  bool later = false;
  for (const LintStatement& other : check.statements()) {
    later = later || &other == &statement;
    if (!later) continue;
    if (other.kind == LintStatementKind::create_table && other.table == table) return true;
    if (std::ranges::any_of(other.actions, [&](const AlterAction& action) {
          return action.kind == ActionKind::rename_table && action.new_name == table;
        })) {
      return true;
    }
  }
  return false;
}

void drop_table(Check& check, const LintStatement& statement) {
  if (statement.kind != LintStatementKind::drop || statement.object != "table") return;
  for (const std::string& table : statement.dropped) {
    if (!check.is_in_use(table) || statement.temporary) continue;
    if (is_put_back(check, statement, table)) continue;
    check.found(statement, statement.at, "drops the table " + table);
  }
}

// Calls `found` with each clause of the kind on a table that is in use.
template <class Found>
void each_action(const Check& check, const LintStatement& statement, ActionKind kind, Found found) {
  if (statement.kind != LintStatementKind::alter_table || !check.is_in_use(statement.table)) return;
  for (const AlterAction& action : statement.actions) {
    if (action.kind == kind) found(action);
  }
}

void drop_column(Check& check, const LintStatement& statement) {
  each_action(check, statement, ActionKind::drop_column, [&](const AlterAction& action) {
    check.found(statement, action.words,
                "drops the column " + action.name + " of " + statement.table);
  });
}

void rename_table(Check& check, const LintStatement& statement) {
  each_action(check, statement, ActionKind::rename_table, [&](const AlterAction& action) {
    const std::string& from = action.name.empty() ? statement.table : action.name;
    if (is_put_back(check, statement, from)) return;
    check.found(statement, action.words, "renames the table " + from);
  });
}

void rename_column(Check& check, const LintStatement& statement) {
  const auto found = [&](const AlterAction& action) {
    if (action.name == action.new_name) return;
    check.found(statement, action.words,
                "renames the column " + action.name + " of " + statement.table);
  };
  each_action(check, statement, ActionKind::rename_column, found);
  each_action(check, statement, ActionKind::change_column, found);
}

void not_null_without_default(Check& check, const LintStatement& statement) {
  const bool empty_too = check.engine() == Engine::sqlite;  // it refuses the column in any table
  if (statement.kind != LintStatementKind::alter_table) return;
  if (!empty_too && !check.is_in_use(statement.table)) return;
  for (const AlterAction& action : statement.actions) {
    const LintColumn& column = action.column;
    if (action.kind != ActionKind::add_column || !column.not_null || column.has_default() ||
        column.generated || column.identity || column.counts ||
        base_type(joined(column.type)).ends_with("serial")) {
      continue;
    }
    check.found(statement, action.words,
                "adds the column " + column.name + " to " + statement.table +
                    ", NOT NULL and without a default");
  }
}

void type_narrowing(Check& check, const LintStatement& statement) {
  const KnownTable* table = check.schema.find(statement.table);
  if (table == nullptr) return;
  const auto found = [&](const AlterAction& action) {
    const KnownColumn* column = table->find(action.name);
    const std::string type = joined(action.column.type);
    if (column == nullptr || !narrows(column->type, type)) return;
    check.found(statement, action.words,
                action.name + " of " + statement.table + " was " + column->type + " and becomes " +
                    type + ", which holds less");
  };
  each_action(check, statement, ActionKind::change_type, found);
  each_action(check, statement, ActionKind::change_column, found);
}

void unique_on_existing(Check& check, const LintStatement& statement) {
  constexpr auto unique = KeyText::Kind::unique;
  if (statement.kind == LintStatementKind::create_index && statement.unique &&
      check.is_in_use(statement.table)) {
    check.found(statement, statement.at, "makes values of " + statement.table + " unique");
  }
  const auto found = [&](const AlterAction& action) {
    const bool adds = action.kind == ActionKind::add_column
                          ? action.column.unique
                          : action.key.kind == unique && !action.key.using_index;
    if (!adds) return;
    check.found(statement, action.words, "makes values of " + statement.table + " unique");
  };
  each_action(check, statement, ActionKind::add_key, found);
  each_action(check, statement, ActionKind::add_column, found);
}

void drop_database(Check& check, const LintStatement& statement) {
  if (statement.kind != LintStatementKind::drop) return;
  if (statement.object != "database" && statement.object != "schema") return;
  check.found(statement, statement.at, "drops the " + statement.object + ' ' + statement.name);
}

constexpr std::array<LintCheck, 8> checks{{
    {{"drop-table", every_engine, LintSeverity::warning, "a table that is in use is dropped",
      "programs of the old version fail at once, and the rows are gone for good",
      "stop using it in one release, drop it in a later one, and allow the finding there"},
     drop_table},
    {{"drop-column", every_engine, LintSeverity::warning, "a column that is in use is dropped",
      "programs of the old version fail at once, and the values are gone for good",
      "stop using it in one release, drop it in a later one, and allow the finding there"},
     drop_column},
    {{"rename-table", every_engine, LintSeverity::warning, "a table that is in use is renamed",
      "programs of the old version know the old name only",
      "make the new table or a view, move the programs, drop the old name later"},
     rename_table},
    {{"rename-column", every_engine, LintSeverity::warning, "a column that is in use is renamed",
      "programs of the old version know the old name only",
      "add the new column, write to both, move the programs, drop the old one later"},
     rename_column},
    {{"not-null-without-default", every_engine, LintSeverity::error,
      "a column is added to an existing table as NOT NULL and without a default",
      "PostgreSQL refuses it as soon as there are rows, SQLite always; MySQL fills in zeros and "
      "empty texts that nobody asked for",
      "give it a default, or add it nullable, fill it, and set NOT NULL then"},
     not_null_without_default},
    {{"type-narrowing", every_engine, LintSeverity::error,
      "the new type of a column holds less than its old one",
      "the statement fails on the first value that does not fit, or cuts it",
      "add a column of the new type, move what fits, and decide about the rest"},
     type_narrowing},
    {{"unique-on-existing-table", every_engine, LintSeverity::warning,
      "values of a table that is in use become unique",
      "it fails if there are equal values, which only production tells",
      "look for equal values first, merge them in an earlier migration, and allow the finding"},
     unique_on_existing},
    {{"drop-database", servers, LintSeverity::error, "a database or schema is dropped",
      "all that is in it goes with it, whoever made it",
      "drop what the migrations have made, one by one"},
     drop_database},
}};

}  // namespace

std::span<const LintCheck> schema_checks() { return checks; }

}  // namespace lockstep::detail

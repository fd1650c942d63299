// SPDX-License-Identifier: BSL-1.0
// Rules for PostgreSQL: what stops the readers or writers of a table that is in use.
// https://www.postgresql.org/docs/current/explicit-locking.html
#include <algorithm>

#include "migrate/lint/rule.hpp"
#include "migrate/lint/types.hpp"

namespace lockstep::detail {
namespace {

using Kind = KeyText::Kind;

void index_not_concurrent(Check& check, const LintStatement& statement) {
  if (statement.kind != LintStatementKind::create_index || statement.concurrently) return;
  if (!check.is_in_use(statement.table)) return;
  check.found(statement, statement.at,
              "makes an index on " + statement.table + " while writers wait");
}

void index_drop_not_concurrent(Check& check, const LintStatement& statement) {
  if (statement.kind != LintStatementKind::drop || statement.object != "index") return;
  if (statement.concurrently) return;
  const std::string_view table = check.schema.table_of_index(statement.name);
  if (!table.empty() && !check.is_in_use(table)) return;
  check.found(statement, statement.at, "drops the index " + statement.name + " while all wait");
}

void reindex_not_concurrent(Check& check, const LintStatement& statement) {
  if (!starts_with(statement.words, {"reindex"}) || statement.has("concurrently")) return;
  check.found(statement, {}, "makes an index anew while writers wait");
}

template <class Found>
void each_clause(const Check& check, const LintStatement& statement, Found found) {
  if (statement.kind != LintStatementKind::alter_table || !check.is_in_use(statement.table)) return;
  for (const AlterAction& action : statement.actions) found(action);
}

void not_validated(Check& check, const LintStatement& statement, Kind kind, std::string_view what) {
  each_clause(check, statement, [&](const AlterAction& action) {
    const bool adds = action.kind == ActionKind::add_key && action.key.kind == kind;
    if (!adds || action.key.not_valid) return;
    check.found(statement, action.words,
                "adds a " + std::string(what) + " to " + statement.table +
                    " and reads all of its rows under the lock");
  });
}

void foreign_key_not_valid(Check& check, const LintStatement& statement) {
  not_validated(check, statement, Kind::foreign_key, "foreign key");
}

void check_not_valid(Check& check, const LintStatement& statement) {
  not_validated(check, statement, Kind::check, "check");
}

void validated_at_once(Check& check) {
  if (!check.up || !check.transactional()) return;
  std::vector<std::string> added;
  for (const LintStatement& statement : check.statements()) {
    for (const AlterAction& action : statement.actions) {
      if (action.kind == ActionKind::add_key && action.key.not_valid) added.push_back(action.name);
      if (action.kind != ActionKind::validate) continue;
      if (std::ranges::find(added, action.name) == added.end()) continue;
      check.found(statement, action.words,
                  "validates " + action.name + " in the transaction that has added it");
    }
  }
}

// Whether a validated CHECK (column IS NOT NULL) is known.
bool is_checked(const KnownTable* table, const std::string& column) {
  return table != nullptr && std::ranges::any_of(table->keys, [&](const KnownKey& key) {
           return key.kind == Kind::check && !key.not_valid &&
                  key.text.find('(' + column + " is not null)") != std::string::npos;
         });
}

void set_not_null(Check& check, const LintStatement& statement) {
  each_clause(check, statement, [&](const AlterAction& action) {
    if (action.kind != ActionKind::set_not_null) return;
    if (!check.server.before(12) && is_checked(check.schema.find(statement.table), action.name)) {
      return;
    }
    check.found(statement, action.words,
                "sets NOT NULL on " + action.name + " of " + statement.table +
                    " and reads all of its rows under the lock");
  });
}

// Functions that are the same for all rows of a statement, and casts of constants.
bool is_volatile(Words value) {
  constexpr std::array<std::string_view, 8> stable{
      "now",     "current_timestamp",   "localtimestamp",  "transaction_timestamp",
      "current", "statement_timestamp", "current_setting", "array"};
  for (std::size_t i = 0; i + 1 < value.size(); ++i) {
    if (value[i].kind != TokenKind::word || !value[i + 1].is("(")) continue;
    const bool of_type = i > 0 && value[i - 1].is("::");
    if (!of_type && std::ranges::find(stable, value[i].text) == stable.end()) return true;
  }
  return false;
}

void volatile_default(Check& check, const LintStatement& statement) {
  each_clause(check, statement, [&](const AlterAction& action) {
    if (action.kind != ActionKind::add_column) return;
    const LintColumn& column = action.column;
    const bool counted = column.identity || base_type(joined(column.type)).ends_with("serial");
    const bool any = check.server.before(11) && column.has_default();
    if (!counted && !any && !is_volatile(column.default_value)) return;
    check.found(statement, action.words,
                "adds the column " + column.name + " to " + statement.table +
                    " and writes all of its rows anew");
  });
}

void generated_stored_column(Check& check, const LintStatement& statement) {
  each_clause(check, statement, [&](const AlterAction& action) {
    if (action.kind != ActionKind::add_column || !action.column.generated) return;
    if (!action.column.stored) return;
    check.found(statement, action.words,
                "adds the stored column " + action.name + " to " + statement.table +
                    " and writes all of its rows anew");
  });
}

void key_without_index(Check& check, const LintStatement& statement, Kind kind,
                       std::string_view what) {
  each_clause(check, statement, [&](const AlterAction& action) {
    const bool column = action.kind == ActionKind::add_column &&
                        (kind == Kind::unique ? action.column.unique : action.column.primary_key);
    const bool key = action.kind == ActionKind::add_key && action.key.kind == kind;
    if (!column && (!key || action.key.using_index)) return;
    check.found(statement, action.words,
                "adds a " + std::string(what) + " to " + statement.table +
                    " and makes its index under the lock");
  });
}

void primary_key_without_index(Check& check, const LintStatement& statement) {
  key_without_index(check, statement, Kind::primary_key, "primary key");
}

void unique_without_index(Check& check, const LintStatement& statement) {
  key_without_index(check, statement, Kind::unique, "unique constraint");
}

void column_type_change(Check& check, const LintStatement& statement) {
  const KnownTable* table = check.schema.find(statement.table);
  each_clause(check, statement, [&](const AlterAction& action) {
    if (action.kind != ActionKind::change_type) return;
    const KnownColumn* column = table == nullptr ? nullptr : table->find(action.name);
    const std::string type = joined(action.column.type);
    if (column != nullptr && changes_catalog_only(column->type, type)) return;
    check.found(statement, action.words,
                "changes the type of " + action.name + " of " + statement.table +
                    " and writes all of its rows anew");
  });
}

void table_rewrite(Check& check, const LintStatement& statement) {
  const Words words = statement.words;
  if (starts_with(words, {"cluster"}) ||
      (starts_with(words, {"vacuum"}) && statement.has("full"))) {
    return check.found(statement, {}, "writes a table anew while all wait");
  }
  each_clause(check, statement, [&](const AlterAction& action) {
    if (!starts_with(action.words, {"set", "logged"}) &&
        !starts_with(action.words, {"set", "unlogged"}) &&
        !starts_with(action.words, {"set", "tablespace"}) &&
        !starts_with(action.words, {"set", "access", "method"})) {
      return;
    }
    check.found(statement, action.words, "writes all of " + statement.table + " anew");
  });
}

void detach_not_concurrent(Check& check, const LintStatement& statement) {
  each_clause(check, statement, [&](const AlterAction& action) {
    if (!starts_with(action.words, {"detach", "partition"})) return;
    if (has_word(action.words, "concurrently") || check.server.before(14)) return;
    check.found(statement, action.words,
                "detaches a partition of " + statement.table + " while all wait");
  });
}

// `-- lockstep:lock-timeout 0`
void lock_timeout_off_by_directive(Check& check) {
  const Migration& migration = *check.text.migration;
  const auto& limit = (check.up ? migration.up_settings : migration.down_settings).lock_timeout;
  if (limit && limit->count() == 0) {
    check.found("lets statements wait for their locks without a limit");
  }
}

// SET lock_timeout = 0, or TO DEFAULT.
void lock_timeout_off(Check& check, const LintStatement& statement) {
  const bool sets = starts_with(statement.words, {"set"}) && statement.has("lock_timeout");
  const Words words = statement.words;
  if (sets &&
      (words.back().text == "0" || words.back().text == "'0'" || words.back().is("default"))) {
    check.found(statement, {}, "lets statements wait for their locks without a limit");
  }
}

constexpr std::string_view waits = "it waits behind the longest reader, and all others behind it";

constexpr std::array<LintCheck, 15> checks{{
    {{"index-not-concurrent", only_postgres, LintSeverity::warning,
      "an index is made on a table that is in use, without CONCURRENTLY",
      "nobody writes to the table until the index is there",
      "CREATE INDEX CONCURRENTLY, alone in a file with `-- lockstep:notransaction`"},
     index_not_concurrent},
    {{"index-drop-not-concurrent", only_postgres, LintSeverity::warning,
      "an index is dropped without CONCURRENTLY", waits,
      "DROP INDEX CONCURRENTLY, alone in a file with `-- lockstep:notransaction`"},
     index_drop_not_concurrent},
    {{"reindex-not-concurrent", only_postgres, LintSeverity::warning,
      "REINDEX without CONCURRENTLY", "nobody writes to the table until the index is there",
      "REINDEX INDEX CONCURRENTLY, since PostgreSQL 12, with `-- lockstep:notransaction`"},
     reindex_not_concurrent,
     nullptr,
     true},
    {{"foreign-key-not-valid", only_postgres, LintSeverity::warning,
      "a foreign key is added without NOT VALID",
      "all rows are compared while neither table can be written to",
      "ADD CONSTRAINT ... NOT VALID, and VALIDATE CONSTRAINT in a later file"},
     foreign_key_not_valid},
    {{"check-not-valid", only_postgres, LintSeverity::warning, "a check is added without NOT VALID",
      "all rows are read while nobody reads or writes",
      "ADD CONSTRAINT ... NOT VALID, and VALIDATE CONSTRAINT in a later file"},
     check_not_valid},
    {{"validated-at-once", only_postgres, LintSeverity::warning,
      "a constraint is added NOT VALID and validated in one transaction",
      "the lock of the first statement is held while the second reads all rows",
      "VALIDATE CONSTRAINT in a later file"},
     nullptr,
     validated_at_once},
    {{"set-not-null", only_postgres, LintSeverity::warning,
      "NOT NULL is set on a column without a validated check",
      "all rows are read while nobody reads or writes",
      "ADD CONSTRAINT ... CHECK (column IS NOT NULL) NOT VALID, VALIDATE it in a later file; since "
      "PostgreSQL 12 SET NOT NULL believes it then"},
     set_not_null},
    {{"volatile-default", only_postgres, LintSeverity::warning,
      "a column is added whose default is not the same for all rows",
      "all rows are written anew while nobody reads or writes; before PostgreSQL 11 by any default",
      "add it without a default, set the default, and fill the rows in batches"},
     volatile_default},
    {{"generated-stored-column", only_postgres, LintSeverity::warning,
      "a stored generated column is added to a table that is in use",
      "all rows are written anew while nobody reads or writes",
      "a plain column with a trigger, filled in batches, or a view"},
     generated_stored_column},
    {{"primary-key-without-index", only_postgres, LintSeverity::warning,
      "a primary key is added to a table that is in use",
      "its index is made while nobody reads or writes",
      "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT ... PRIMARY KEY USING INDEX"},
     primary_key_without_index},
    {{"unique-without-index", only_postgres, LintSeverity::warning,
      "a unique constraint is added to a table that is in use",
      "its index is made while nobody reads or writes",
      "CREATE UNIQUE INDEX CONCURRENTLY, then ADD CONSTRAINT ... UNIQUE USING INDEX"},
     unique_without_index},
    {{"column-type-change", only_postgres, LintSeverity::warning,
      "the type of a column changes so that its rows are written anew",
      "nobody reads or writes the table meanwhile",
      "add a column of the new type, fill it in batches, move the programs"},
     column_type_change},
    {{"table-rewrite", only_postgres, LintSeverity::warning,
      "VACUUM FULL, CLUSTER, SET LOGGED, SET TABLESPACE and their like",
      "nobody reads or writes the table meanwhile", "a time of maintenance, or pg_repack"},
     table_rewrite},
    {{"detach-not-concurrent", only_postgres, LintSeverity::warning,
      "a partition is detached without CONCURRENTLY", waits,
      "DETACH PARTITION ... CONCURRENTLY, since PostgreSQL 14, in a file with "
      "`-- lockstep:notransaction`"},
     detach_not_concurrent},
    {{"lock-timeout-off", only_postgres, LintSeverity::warning,
      "lock_timeout is turned off; a Migrator sets 3 s where a file says nothing", waits,
      "leave it, or set a few seconds"},
     lock_timeout_off,
     lock_timeout_off_by_directive,
     true},
}};

}  // namespace

std::span<const LintCheck> postgres_lock_checks() { return checks; }

}  // namespace lockstep::detail

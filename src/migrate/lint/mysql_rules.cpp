// SPDX-License-Identifier: BSL-1.0
// Rules for MySQL and MariaDB: ALTER TABLE, keys and columns.
#include <algorithm>
#include <set>

#include "migrate/lint/rule.hpp"
#include "migrate/lint/types.hpp"

namespace lockstep::detail {
namespace {

using Kind = KeyText::Kind;
using Product = ServerVersion::Product;

void alter_algorithm_unstated(Check& check, const LintStatement& statement) {
  if (statement.kind != LintStatementKind::alter_table || !check.is_in_use(statement.table)) return;
  const bool names_only = std::ranges::all_of(statement.actions, [](const AlterAction& action) {
    return action.kind == ActionKind::rename_table;
  });
  const bool stated = std::ranges::any_of(statement.actions, [](const AlterAction& action) {
    return action.kind == ActionKind::option;
  });
  if (names_only || stated) return;
  check.found(statement, statement.at, "alters " + statement.table + " without ALGORITHM and LOCK");
}

// MySQL 8 drops all or none.
void multi_table_drop(Check& check, const LintStatement& statement) {
  if (statement.kind != LintStatementKind::drop || statement.object != "table") return;
  const bool atomic =
      check.server.product == Product::mysql && check.server.known && !check.server.before(8);
  if (statement.dropped.size() < 2 || atomic) return;
  check.found(statement, statement.at, "drops several tables at once");
}

bool is_endless(std::string_view type) {
  const std::string base = base_type(type);
  return base.ends_with("text") || base.ends_with("blob") || base == "json";
}

// The types of the columns that a key of the statement may name.
std::string type_of(const Check& check, const LintStatement& statement, std::string_view column) {
  for (const LintColumn& made : statement.columns) {
    if (made.name == column) return joined(made.type);
  }
  for (const AlterAction& action : statement.actions) {
    if (action.column.name == column) return joined(action.column.type);
  }
  const KnownTable* table = check.schema.find(statement.table);
  const KnownColumn* known = table == nullptr ? nullptr : table->find(column);
  return known == nullptr ? std::string() : known->type;
}

void check_key_length(Check& check, const LintStatement& statement, const KeyText& key) {
  if (key.kind != Kind::primary_key && key.kind != Kind::unique && key.kind != Kind::index) return;
  if (statement.has("fulltext") || has_word(key.words, "fulltext")) return;
  // MariaDB keeps a hash for a UNIQUE without a length since 10.4.
  const bool hashed = key.kind == Kind::unique && check.server.product == Product::mariadb &&
                      !check.server.before(10, 4);
  for (const KeyPart& part : key.parts) {
    if (part.prefix || part.column.empty() || hashed) continue;
    const std::string type = type_of(check, statement, part.column);
    if (!is_endless(type)) continue;
    check.found(statement, key.words,
                "a key on " + part.column + ", which is " + type + ", without a length");
  }
}

void text_key_without_length(Check& check, const LintStatement& statement) {
  for (const KeyText& key : statement.keys) check_key_length(check, statement, key);
  for (const AlterAction& action : statement.actions) {
    if (action.kind == ActionKind::add_key) check_key_length(check, statement, action.key);
  }
}

// CHARACTER SET utf8, CHARSET = utf8mb3, COLLATE utf8_general_ci.
void utf8_charset(Check& check, const LintStatement& statement) {
  const Words words = statement.words;
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view name = words[i].text;
    const bool old = name == "utf8" || name == "utf8mb3" || name.starts_with("utf8_") ||
                     name.starts_with("utf8mb3_");
    std::size_t before = i - 1;
    if (words[before].is("=") && before > 0) --before;
    const bool said = words[before].is("charset") || words[before].is("set") ||
                      words[before].is("collate") || words[before].is("names");
    if (!old || !said) continue;
    return check.found(statement, words.subspan(i), "texts are " + std::string(name));
  }
}

void timestamp_default(Check& check, const LintStatement& statement) {
  const auto look = [&](const LintColumn& column, Words at) {
    if (base_type(joined(column.type)) != "timestamp") return;
    if (column.has_default() || column.nullable) return;
    check.found(statement, at, "the timestamp " + column.name + " says neither NULL nor DEFAULT");
  };
  for (const LintColumn& column : statement.columns) look(column, column.words);
  for (const AlterAction& action : statement.actions) {
    if (!action.column.name.empty()) look(action.column, action.words);
  }
}

bool is_in_foreign_key(const Schema& schema, std::string_view name, std::string_view column) {
  for (const auto& [child, table] : schema.tables()) {
    for (const KnownKey& key : table.keys) {
      if (key.kind != Kind::foreign_key) continue;
      const bool here =
          child == name && std::ranges::find(key.columns, column) != key.columns.end();
      const KnownTable* parent = key.parent == name ? schema.find(name) : nullptr;
      const bool there = parent != nullptr && std::ranges::any_of(parent->keys, [&](const auto& k) {
                           return k.kind == Kind::primary_key &&
                                  std::ranges::find(k.columns, column) != k.columns.end();
                         });
      if (here || there) return true;
    }
  }
  return false;
}

void foreign_key_column_change(Check& check, const LintStatement& statement) {
  const KnownTable* table = check.schema.find(statement.table);
  if (table == nullptr) return;
  for (const AlterAction& action : statement.actions) {
    if (action.kind != ActionKind::change_column) continue;
    const KnownColumn* column = table->find(action.name);
    if (column == nullptr || column->type == joined(action.column.type)) continue;
    if (!is_in_foreign_key(check.schema, statement.table, action.name)) continue;
    check.found(statement, action.words,
                "changes the type of " + action.name + ", which belongs to a foreign key");
  }
}

void several_alters(Check& check) {
  std::set<std::string> seen;
  std::set<std::string> told;
  for (const LintStatement& statement : check.statements()) {
    if (statement.kind != LintStatementKind::alter_table) continue;
    if (seen.insert(statement.table).second) continue;
    if (!told.insert(statement.table).second) continue;
    check.found(statement, statement.at, "alters " + statement.table + " once more");
  }
}

// ALTER TABLE ... DROP FOREIGN KEY t_ibfk_1: the name that the server has made up.
void automatic_name(Check& check, const LintStatement& statement) {
  const auto numbered = [](std::string_view name, std::string_view stem) {
    const std::size_t at = name.find(stem);
    if (at == std::string_view::npos || at + stem.size() == name.size()) return false;
    return name.find_first_not_of("0123456789", at + stem.size()) == std::string_view::npos;
  };
  for (const AlterAction& action : statement.actions) {
    if (action.kind != ActionKind::drop_key) continue;
    if (!numbered(action.name, "_ibfk_") && !numbered(action.name, "_chk_") &&
        !numbered(action.name, "constraint_")) {
      continue;
    }
    check.found(statement, action.words,
                "drops " + action.name + ", a name that the server has given");
  }
}

void not_innodb(Check& check, const LintStatement& statement) {
  if (statement.kind != LintStatementKind::create_table &&
      statement.kind != LintStatementKind::alter_table) {
    return;
  }
  const Words words = statement.words;
  const std::size_t at = find_word(words, "engine");
  if (at + 1 >= words.size()) return;
  const Words name = words.subspan(words[at + 1].is("=") ? at + 2 : at + 1);
  if (name.empty() || lower_name(name.front()) == "innodb") return;
  check.found(statement, words.subspan(at),
              statement.table + " is kept by " + lower_name(name.front()));
}

constexpr std::array<LintCheck, 9> checks{{
    {{"alter-algorithm-unstated", only_mysql, LintSeverity::warning,
      "a table that is in use is altered, and neither ALGORITHM nor LOCK is stated",
      "where the change cannot be done in place, the server copies the table while writers wait, "
      "without a word",
      "ALGORITHM=INSTANT, or ALGORITHM=INPLACE, LOCK=NONE: it fails at once if that cannot be"},
     alter_algorithm_unstated},
    {{"multi-table-drop", only_mysql, LintSeverity::warning, "one DROP TABLE drops several tables",
      "on MariaDB, and on MySQL before 8, an error on the second leaves the first one dropped",
      "one DROP TABLE for each"},
     multi_table_drop,
     nullptr,
     true},
    {{"text-key-without-length", only_mysql, LintSeverity::error,
      "a key on a TEXT or BLOB column without a length", "the statement fails with error 1170",
      "name(191), or a VARCHAR"},
     text_key_without_length},
    {{"utf8-charset", only_mysql, LintSeverity::warning, "the character set is utf8 or utf8mb3",
      "it has no characters beyond three bytes, such as emoji", "utf8mb4"},
     utf8_charset},
    {{"timestamp-default", only_mysql, LintSeverity::warning,
      "a TIMESTAMP column says neither NULL nor DEFAULT",
      "without explicit_defaults_for_timestamp the first one of a table follows every update, and "
      "the others begin in the year 0",
      "NULL or DEFAULT, or DATETIME(6), which ends in 9999 and not in 2038"},
     timestamp_default},
    {{"foreign-key-column-change", only_mysql, LintSeverity::error,
      "the type of a column of a foreign key changes", "the server refuses it, error 1832 or 1833",
      "drop the foreign key, change both columns, add it again"},
     foreign_key_column_change},
    {{"several-alters", only_mysql, LintSeverity::info, "one file alters a table more than once",
      "each may copy the table", "one ALTER TABLE with several clauses"},
     nullptr,
     several_alters},
    {{"automatic-name", only_mysql, LintSeverity::warning,
      "a constraint is dropped by a name that the server has made up",
      "MySQL, MariaDB and their versions number differently, and so does a copied database",
      "give constraints names; look this one up first"},
     automatic_name,
     nullptr,
     true},
    {{"not-innodb", only_mysql, LintSeverity::warning, "a table of another engine than InnoDB",
      "it has no transactions and no foreign keys", "ENGINE = InnoDB"},
     not_innodb},
}};

}  // namespace

std::span<const LintCheck> mysql_checks() { return checks; }

}  // namespace lockstep::detail

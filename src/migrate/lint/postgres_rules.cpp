// SPDX-License-Identifier: BSL-1.0
// Rules for PostgreSQL: types, enumerations and the session.
#include <algorithm>

#include "migrate/lint/rule.hpp"
#include "migrate/lint/types.hpp"

namespace lockstep::detail {
namespace {

// Calls `found` with each column that the statement makes or changes, and where that is.
template <class Found>
void each_column(const LintStatement& statement, Found found) {
  for (const LintColumn& column : statement.columns) found(column, column.words);
  for (const AlterAction& action : statement.actions) {
    if (!action.column.name.empty()) found(action.column, action.words);
  }
}

// ALTER TYPE ... ADD VALUE 'value' [BEFORE | AFTER 'other']; empty if it is no such statement.
std::string added_value(const LintStatement& statement) {
  if (statement.kind != LintStatementKind::alter_other || statement.object != "type") return {};
  const Words words = statement.words;
  for (std::size_t i = 0; i + 2 < words.size(); ++i) {
    if (!words[i].is("add") || !words[i + 1].is("value")) continue;
    for (const SqlWord& word : words.subspan(i + 2)) {
      if (word.kind == TokenKind::string) return word.text;
    }
  }
  return {};
}

void enum_value_used(Check& check) {
  if (!check.transactional()) return;
  std::vector<std::string> added;
  for (const LintStatement& statement : check.statements()) {
    const std::string value = added_value(statement);
    if (!value.empty()) {
      added.push_back(value);
      if (check.server.before(12)) {
        check.found(statement, statement.at, "adds a value to an enumeration in a transaction");
      }
      continue;
    }
    for (std::size_t i = 0; i < statement.words.size(); ++i) {
      if (std::ranges::find(added, statement.words[i].text) == added.end()) continue;
      check.found(statement, Words(statement.words).subspan(i),
                  "uses a value of an enumeration in the transaction that has added it");
      break;
    }
  }
}

void search_path(Check& check, const LintStatement& statement) {
  const Words words = statement.words;
  const bool set = starts_with(words, {"set", "search_path"}) ||
                   starts_with(words, {"set", "session", "search_path"});
  bool configures = false;
  for (std::size_t i = 0; i + 3 < words.size(); ++i) {
    if (!words[i].is("set_config") || words[i + 2].text != "'search_path'") continue;
    const Words call = words.subspan(i + 1, group_size(words.subspan(i + 1)));
    configures = !has_word(call, "true");
  }
  if (set || configures) check.found(statement, {}, "changes search_path for the whole session");
}

void serial(Check& check, const LintStatement& statement) {
  each_column(statement, [&](const LintColumn& column, Words at) {
    const std::string type = joined(column.type);
    if (!type.ends_with("serial") && !type.starts_with("serial")) return;
    check.found(statement, at, column.name + " is " + type);
  });
}

void small_key(Check& check, const LintStatement& statement) {
  const auto is_key = [&](const std::string& name) {
    return std::ranges::any_of(statement.keys, [&](const KeyText& key) {
      return key.kind == KeyText::Kind::primary_key && key.parts.size() == 1 &&
             key.parts.front().column == name;
    });
  };
  each_column(statement, [&](const LintColumn& column, Words at) {
    if (!column.primary_key && !is_key(column.name)) return;
    const std::string type = joined(column.type);
    const bool grows = column.identity || column.has_default() || type.find("serial") != type.npos;
    if (!grows || !is_small_whole(type)) return;
    check.found(statement, at, "the key " + column.name + " is " + type);
  });
}

void char_type(Check& check, const LintStatement& statement) {
  each_column(statement, [&](const LintColumn& column, Words at) {
    const std::string type = base_type(joined(column.type));
    if (column.type.empty() || column.type.front().kind != TokenKind::word) return;
    if (type != "char" && type != "character" && type != "bpchar") return;
    check.found(statement, at, column.name + " is " + joined(column.type));
  });
}

void timestamp_without_zone(Check& check, const LintStatement& statement) {
  each_column(statement, [&](const LintColumn& column, Words at) {
    const std::string type = base_type(joined(column.type));
    if (type != "timestamp" && type != "timestamp without time zone") return;
    check.found(statement, at, column.name + " is a timestamp without a time zone");
  });
}

void json_type(Check& check, const LintStatement& statement) {
  each_column(statement, [&](const LintColumn& column, Words at) {
    if (joined(column.type) != "json") return;
    check.found(statement, at, column.name + " is json");
  });
}

void drop_cascade(Check& check, const LintStatement& statement) {
  const bool drops =
      statement.kind == LintStatementKind::drop || statement.kind == LintStatementKind::truncate ||
      std::ranges::any_of(statement.actions, [](const AlterAction& action) {
        return (action.kind == ActionKind::drop_column || action.kind == ActionKind::drop_key) &&
               has_word(action.words, "cascade");
      });
  if (!drops || !statement.has("cascade")) return;
  check.found(statement, statement.at, "drops with CASCADE");
}

void domain_constraint(Check& check, const LintStatement& statement) {
  if (statement.kind != LintStatementKind::alter_other || statement.object != "domain") return;
  const Words words = statement.words;
  if (!statement.has("add") || !statement.has("check")) return;
  if (words.back().is("valid")) return;
  check.found(statement, statement.at,
              "adds a check to the domain " + statement.name + " and reads all tables that use it");
}

void rule_made(Check& check, const LintStatement& statement) {
  if (statement.kind != LintStatementKind::create_other || statement.object != "rule") return;
  check.found(statement, statement.at, "makes the rule " + statement.name);
}

void refresh_not_concurrent(Check& check, const LintStatement& statement) {
  if (!starts_with(statement.words, {"refresh", "materialized", "view"})) return;
  if (statement.has("concurrently")) return;
  check.found(statement, {}, "refreshes a materialized view while its readers wait");
}

constexpr std::array<LintCheck, 11> checks{{
    {{"enum-value-used", only_postgres, LintSeverity::error,
      "a value that a file adds to an enumeration is used in the same file",
      "the transaction that has added it cannot use it; before PostgreSQL 12 none can add one",
      "add the value in one file, use it in the next"},
     nullptr,
     enum_value_used},
    {{"search-path", only_postgres, LintSeverity::warning, "search_path is changed for the session",
      "later files, and the ledger, look for their tables elsewhere",
      "name the schema, or SET LOCAL search_path"},
     search_path,
     nullptr,
     true},
    {{"drop-cascade", only_postgres, LintSeverity::warning, "something is dropped with CASCADE",
      "whatever refers to it goes along: keys and views that the file does not name",
      "drop what refers to it by its name"},
     drop_cascade},
    {{"domain-constraint", only_postgres, LintSeverity::warning,
      "a check is added to a domain without NOT VALID",
      "all rows of all tables that use it are read under a lock",
      "ALTER DOMAIN ... ADD CONSTRAINT ... NOT VALID, and VALIDATE CONSTRAINT in a later file"},
     domain_constraint},
    {{"rule-made", only_postgres, LintSeverity::info, "a rewrite rule is made",
      "it rewrites statements in ways that surprise, and RETURNING and counts with them",
      "a trigger, or a view that can be updated"},
     rule_made},
    {{"refresh-not-concurrent", only_postgres, LintSeverity::info,
      "a materialized view is refreshed without CONCURRENTLY", "its readers wait until it is done",
      "REFRESH MATERIALIZED VIEW CONCURRENTLY, which asks for a unique index"},
     refresh_not_concurrent},
    {{"serial", only_postgres, LintSeverity::info, "a column is serial",
      "its sequence has an owner and rights of its own, and anybody can write past it",
      "GENERATED BY DEFAULT AS IDENTITY, since PostgreSQL 10"},
     serial},
    {{"small-key", only_postgres, LintSeverity::info, "a key that counts up has at most 32 bits",
      "at 2,147,483,647 every insert fails, and a wider type writes all rows anew", "BIGINT"},
     small_key},
    {{"char-type", only_postgres, LintSeverity::info, "a column is CHAR(n)",
      "it pads with blanks, which count for nothing when it is compared", "TEXT or VARCHAR(n)"},
     char_type},
    {{"timestamp-without-zone", only_postgres, LintSeverity::info,
      "a column is a timestamp without a time zone", "what moment it means depends on who reads it",
      "TIMESTAMPTZ"},
     timestamp_without_zone},
    {{"json-type", only_postgres, LintSeverity::info, "a column is json",
      "it has no equality, so that DISTINCT and GROUP BY fail on it",
      "JSONB, unless the text must stay as it is"},
     json_type},
}};

}  // namespace

std::span<const LintCheck> postgres_checks() { return checks; }

}  // namespace lockstep::detail

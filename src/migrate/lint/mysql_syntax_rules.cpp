// SPDX-License-Identifier: BSL-1.0
// What only one of MySQL and MariaDB understands.
// https://mariadb.com/kb/en/mariadb-vs-mysql-compatibility/
#include <algorithm>

#include "migrate/lint/rule.hpp"

namespace lockstep::detail {
namespace {

using Product = ServerVersion::Product;

constexpr std::array<std::string_view, 16> of_mysql{"as json )",
                                                    "drop check",
                                                    "- >",
                                                    "lateral (",
                                                    "not enforced",
                                                    "uuid_to_bin (",
                                                    "bin_to_uuid (",
                                                    "set persist",
                                                    "as new on",
                                                    "member of",
                                                    "regexp_like (",
                                                    "values row (",
                                                    "caching_sha2_password",
                                                    "set persist_only",
                                                    "add vector",
                                                    "rename user if exists"};

constexpr std::array<std::string_view, 20> of_mariadb{
    "or replace table",       "or replace procedure", "or replace function", "or replace trigger",
    "or replace event",       "or replace index",     "or replace sequence", "create sequence",
    "index if not exists",    "index if exists",      "returning",           "next value for",
    "with system versioning", "begin not atomic",     "execute immediate",   "persistent",
    "create package",         "set statement",        "algorithm = nocopy",  "limit rows examined"};

// Told as a warning where nobody has said which of the two it will be.
void tell(Check& check, const LintStatement& statement, Words at, std::string_view what,
          std::string_view product) {
  check.severity =
      check.server.product == Product::any ? LintSeverity::warning : check.rule.severity;
  check.found(statement, at,
              std::string(what) + " is understood by " + std::string(product) + " alone");
}

void mysql_only(Check& check, const LintStatement& statement) {
  if (!check.server.may_be(Product::mariadb)) return;
  const Words words = statement.words;
  for (const std::string_view wanted : of_mysql) {
    const std::size_t at = find_words(words, wanted);
    if (at < words.size()) tell(check, statement, words.subspan(at), wanted, "MySQL");
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].text.starts_with("utf8mb4_0900")) continue;
    return tell(check, statement, words.subspan(i), words[i].text, "MySQL");
  }
  const bool drops_index = statement.kind == LintStatementKind::drop && statement.object == "index";
  if (drops_index && (statement.has("lock") || statement.has("algorithm"))) {
    tell(check, statement, statement.at, "DROP INDEX with ALGORITHM or LOCK", "MySQL");
  }
  for (const KeyText& key : statement.keys) {
    const std::size_t at = find_words(key.words, "( (");
    if (key.kind == KeyText::Kind::check || at == key.words.size()) continue;
    tell(check, statement, key.words.subspan(at), "a key on an expression", "MySQL");
  }
}

bool is_of_mariadb(std::string_view type) {
  return type == "uuid" || type == "inet4" || type == "inet6";
}

void mariadb_only(Check& check, const LintStatement& statement) {
  if (!check.server.may_be(Product::mysql)) return;
  const Words words = statement.words;
  for (const std::string_view wanted : of_mariadb) {
    const std::size_t at = find_words(words, wanted);
    if (at < words.size()) tell(check, statement, words.subspan(at), wanted, "MariaDB");
  }
  for (const LintColumn& column : statement.columns) {
    if (!is_of_mariadb(joined(column.type))) continue;
    tell(check, statement, column.words, "the type " + joined(column.type), "MariaDB");
  }
  for (const AlterAction& action : statement.actions) {
    const bool guarded = has_word(action.words, "exists") && has_word(action.words, "if");
    const bool type = is_of_mariadb(joined(action.column.type));
    if (guarded) tell(check, statement, action.words, "IF [NOT] EXISTS in a clause", "MariaDB");
    if (type) tell(check, statement, action.words, "the type of the column", "MariaDB");
  }
}

constexpr std::array<LintCheck, 2> checks{{
    {{"mysql-only-syntax", only_mysql, LintSeverity::error, "words that MariaDB does not know",
      "the file fails on MariaDB; a warning where --server-version does not say that it is one",
      "say --server-version mysql if that is all you have, or write it as both have it"},
     mysql_only,
     nullptr,
     true},
    {{"mariadb-only-syntax", only_mysql, LintSeverity::error, "words that MySQL does not know",
      "the file fails on MySQL; a warning where --server-version does not say that it is one",
      "say --server-version mariadb if that is all you have, or write it as both have it"},
     mariadb_only,
     nullptr,
     true},
}};

}  // namespace

std::span<const LintCheck> mysql_syntax_checks() { return checks; }

}  // namespace lockstep::detail

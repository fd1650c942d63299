// SPDX-License-Identifier: BSL-1.0
#include "core/sql_lexer.hpp"

#include <doctest/doctest.h>

#include <random>

#include "support/sql_invariants.hpp"

using lockstep::InvalidArgument;
using lockstep::LexicalRules;
using lockstep::detail::lex_sql;
using lockstep::detail::LexedSql;
using lockstep::testing::all_rules;
using lockstep::testing::is_refused;
using lockstep::testing::mysql_rules;
using lockstep::testing::postgres_rules;
using lockstep::testing::sqlite_rules;

namespace {

// A text, and what PostgreSQL and the engines with `?` get for it; empty: InvalidArgument.
struct Rewrite {
  std::string_view text;
  std::string_view numbered;
  std::string_view repeated;
};

void check_rewrite(std::string_view text, const LexicalRules& rules, std::string_view expected) {
  CAPTURE(text);
  if (expected.empty()) {
    CHECK(is_refused(text, rules));
  } else {
    CHECK(lex_sql(text, rules).text == expected);
  }
}

// A text that each engine keeps as it is, without arguments.
template <std::size_t N>
void check_inert(const LexicalRules& rules, const std::string_view (&texts)[N]) {
  for (const std::string_view text : texts) {
    CAPTURE(text);
    const LexedSql sql = lex_sql(text, rules);
    CHECK(sql.text == text);
    CHECK(sql.arguments == 0);
  }
}

std::string message_of(std::string_view text, const LexicalRules& rules) {
  try {
    static_cast<void>(lex_sql(text, rules));
  } catch (const InvalidArgument& e) {
    return e.what();
  }
  return "accepted";
}

std::string repeat(std::string_view piece, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += piece;
  return out;
}

using Binds = std::vector<std::uint16_t>;
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("lex_sql: placeholders become the engine's own") {
  constexpr Rewrite rows[] = {
      {"SELECT ?", "SELECT $1", "SELECT ?"},
      {"SELECT ?, ?", "SELECT $1, $2", "SELECT ?, ?"},
      {"SELECT :a, :b", "SELECT $1, $2", "SELECT ?, ?"},
      {"SELECT :a, :b, :a", "SELECT $1, $2, $1", "SELECT ?, ?, ?"},
      {"SELECT :a1,:A1", "SELECT $1,$2", "SELECT ?,?"},
      {"SELECT :_", "SELECT $1", "SELECT ?"},
      {"SELECT(:a)", "SELECT($1)", "SELECT(?)"},
      {"SELECT :a::text", "SELECT $1::text", "SELECT ?::text"},
      {"SELECT :a:b", "SELECT $1 $2", "SELECT ??"},
      {"SELECT 1 LIMIT?", "SELECT 1 LIMIT $1", "SELECT 1 LIMIT?"},
      {"SELECT 1 LIMIT:n", "SELECT 1 LIMIT $1", "SELECT 1 LIMIT?"},
      {"SELECT 1?", "SELECT 1 $1", "SELECT 1?"},
      {"SELECT a=?-?", "SELECT a=$1-$2", "SELECT a=?-?"},
      {"SELECT ?||'x'", "SELECT $1||'x'", "SELECT ?||'x'"},
      {"SELECT 'a'?", "SELECT 'a'$1", "SELECT 'a'?"},
      {"SELECT :a.5", "SELECT $1.5", "SELECT ?.5"},
      {"SELECT @ ?", "SELECT @ $1", ""},
      {"UPDATE t SET a=? /* :b */ WHERE c=? -- ?", "UPDATE t SET a=$1 /* :b */ WHERE c=$2 -- ?",
       "UPDATE t SET a=? /* :b */ WHERE c=? -- ?"},
  };
  for (const Rewrite& row : rows) {
    check_rewrite(row.text, postgres_rules, row.numbered);
    check_rewrite(row.text, sqlite_rules, row.repeated);
    if (!row.repeated.empty()) check_rewrite(row.text, mysql_rules, row.repeated);
  }
}

TEST_CASE("lex_sql: arguments, names and binds") {
  for (const LexicalRules* rules : all_rules) {
    const LexedSql positional = lex_sql("SELECT ?, ?", *rules);
    CHECK(positional.arguments == 2);
    CHECK(positional.names.empty());
    CHECK(positional.binds == Binds{0, 1});

    const LexedSql named = lex_sql("SELECT :b, :a, :b, :c, :a", *rules);
    CHECK(named.arguments == 3);
    CHECK(named.names == Names{"b", "a", "c"});
    CHECK(named.binds == (rules->numbered_placeholders ? Binds{0, 1, 2} : Binds{0, 1, 0, 2, 1}));

    const LexedSql none = lex_sql("SELECT 1", *rules);
    CHECK(none.arguments == 0);
    CHECK(none.names.empty());
    CHECK(none.binds.empty());
  }
}

TEST_CASE("lex_sql: a literal question mark is written twice") {
  constexpr Rewrite rows[] = {
      {"SELECT a ?? 'k'", "SELECT a ? 'k'", ""},
      {"SELECT a ??| b", "SELECT a ?| b", ""},
      {"SELECT a ??& :b", "SELECT a ?& $1", ""},
      {"SELECT a @?? '$.x'", "SELECT a @? '$.x'", ""},
      {"SELECT a ???", "SELECT a ?$1", ""},
      {"SELECT 'a ?? b', 1 -- ??", "SELECT 'a ?? b', 1 -- ??", "SELECT 'a ?? b', 1 -- ??"},
      {"SELECT a @? b", "", ""},
      {"SELECT ?5", "", ""},
      {"SELECT ?AND 1", "", ""},
      {"SELECT ?_", "", ""},
      {"SELECT ?$1", "", ""},
      {"SELECT ?\xC3\xA9", "", ""},
  };
  for (const Rewrite& row : rows) {
    check_rewrite(row.text, postgres_rules, row.numbered);
    check_rewrite(row.text, sqlite_rules, row.repeated);
    check_rewrite(row.text, mysql_rules, row.repeated);
  }
  // Without ??, the operators are placeholders: the count of arguments tells.
  CHECK(lex_sql("SELECT a ? 'k', a ?| b, a ?& b", postgres_rules).arguments == 3);
}

TEST_CASE("lex_sql: literals, comments and quoted names are never touched") {
  for (const LexicalRules* rules : all_rules) {
    check_inert(*rules, {
                            "SELECT ':x ? ?? $1', 'it''s :x'",
                            "SELECT \":x ?\", \"a\"\":x\"",
                            "SELECT 1 -- :x ? don't",
                            "SELECT /* :x ? don't */ 1",
                            "SELECT a::text, b::int[]",
                            "SELECT X'00', N':x', B'01'",
                            "SELECT '{\"a\":1}', '{\"a\": \":x\"}', '$.a[*] ? (@ > :x)'",
                            "SELECT a -> 'b' ->> 'c', a <> b, a || b",
                            "/* hint */ SELECT 1 /* end */",
                            "SELECT na\xC3\xAFve FROM \xE2\x82\xAC",
                        });
  }
  check_inert(sqlite_rules, {
                                "SELECT `:x ?`, [:x ?], `a``:x`",
                                "SELECT 'a\\', ':x'",
                                "SELECT /* /* :x */ 1",
                            });
  check_inert(postgres_rules, {
                                  "SELECT $$ :x ? $1 ' $$, $t$ don't :x $$ $t$",
                                  "SELECT E'it\\'s :x', e'\\\\', ':x'",
                                  "SELECT 'a\\', ':x'",
                                  "SELECT E'a'\n'b\\':x'",
                                  "SELECT U&'d\\0061 :x', U&\":x\"",
                                  "SELECT a[1:2], a[:2], a[1:], a[b:c], a[: n], a[1][2:3]",
                                  "SELECT /* /* :x */ :y */ 1",
                                  "SELECT a #> '{b}', f(a := 1)",
                                  "DO $do$ BEGIN a := :x; PERFORM a[1:2]; END $do$",
                              });
  check_inert(mysql_rules, {
                               "SELECT `:x ?`, `a``:x`",
                               "SELECT 'it\\'s :x', N'\\':x'",
                               "SELECT 1 # :x ? don't",
                               "SELECT 5--1",
                               "SET @a:=1",
                               "SELECT @a, @@sql_mode, $a",
                               "SELECT /*!50001 SQL_NO_CACHE */ 1",
                               "SELECT /*M!100100 1 + */ 1",
                               "SELECT /*! 'a' /* , */ , */ 1 /*! , 2 */",
                           });
}

TEST_CASE("lex_sql: placeholders around what looks like theirs") {
  const auto both = [](std::string_view text, const LexicalRules& rules) {
    const LexedSql sql = lex_sql(text, rules);
    return sql.text + " #" + std::to_string(sql.arguments);
  };
  CHECK(both("SELECT a[:v:2]", postgres_rules) == "SELECT a[$1:2] #1");
  CHECK(both("SELECT a[:v: :w]", postgres_rules) == "SELECT a[$1: $2] #2");
  CHECK(both("SELECT a[?:?]", postgres_rules) == "SELECT a[$1:$2] #2");
  CHECK(both("SELECT a[:n]", postgres_rules) == "SELECT a[$1] #1");
  CHECK(both("SELECT ARRAY[:a, :b][1:2]", postgres_rules) == "SELECT ARRAY[$1, $2][1:2] #2");
  CHECK(both("SELECT E'\\'', :x, '\\', :y", postgres_rules) == "SELECT E'\\'', $1, '\\', $2 #2");
  CHECK(both("SELECT '\\'', :x", mysql_rules) == "SELECT '\\'', ? #1");
  CHECK(both("SELECT \"\\\", :x", mysql_rules) == "SELECT \"\\\", ? #1");
  CHECK(both("SELECT 5--:x", mysql_rules) == "SELECT 5--? #1");
  CHECK(both("SELECT 5--:x\n+:y", sqlite_rules) == "SELECT 5--:x\n+? #1");
  CHECK(both("SELECT 1 # :x\n+ :y", mysql_rules) == "SELECT 1 # :x\n+ ? #1");
  CHECK(both("SELECT a # :x", postgres_rules) == "SELECT a # $1 #1");
  CHECK(both("SELECT /* /* */ :x", mysql_rules) == "SELECT /* /* */ ? #1");
  CHECK(both("SELECT $$a$$:x", postgres_rules) == "SELECT $$a$$ $1 #1");
  CHECK(both("SELECT -- don't\n:x", sqlite_rules) == "SELECT -- don't\n? #1");
  CHECK(both("SELECT ??:x", postgres_rules) == "SELECT ?$1 #1");
}

TEST_CASE("lex_sql: what is refused, on every engine") {
  struct Row {
    std::string_view text;
    std::string_view message;
  };
  constexpr std::string_view nul("SELECT '\0'", 10);
  const Row rows[] = {
      {"", "the statement is empty"},
      {" \n-- nothing\n/* here */ ;; ", "the statement is empty"},
      {nul, "a NUL byte at offset 8 of the statement"},
      {"SELECT 1; SELECT 2", "a second statement at offset 10 of the statement"},
      {"; SELECT 1", "a second statement at offset 2 of the statement"},
      {"SELECT ?; DELETE FROM t", "a second statement at offset 10 of the statement"},
      {"(SELECT 1;)", "a second statement at offset 10 of the statement"},
      {"CREATE TABLE t (a int;)", "a second statement at offset 22 of the statement"},
      {"SELECT 'a", "a quote without end at offset 7 of the statement"},
      {"SELECT 'a''", "a quote without end at offset 7 of the statement"},
      {"SELECT \"a", "a quote without end at offset 7 of the statement"},
      {"SELECT 1 /* a", "a comment without end at offset 9 of the statement"},
      {"SELECT 1; /* a", "a comment without end at offset 10 of the statement"},
      {"SELECT ?, :a", ":name beside ? at offset 10 of the statement"},
      {"SELECT :a, ?", "? beside :name at offset 11 of the statement"},
      {"SELECT $1",
       "an engine's own placeholder, where ? or :name is meant, at offset 7 of the statement"},
      {"SELECT :1",
       "a placeholder whose name is not of letters, digits and _ at offset 7 of the statement"},
      {"SELECT :1a",
       "a placeholder whose name is not of letters, digits and _ at offset 7 of the statement"},
      {"SELECT :na\xC3\xAFve",
       "a placeholder whose name is not of letters, digits and _ at offset 7 of the statement"},
      {"SELECT :a$b",
       "a placeholder whose name is not of letters, digits and _ at offset 7 of the statement"},
      {"SELECT ?5", "? directly before a letter or digit at offset 7 of the statement"},
      {"SELECT a @? b",
       "@?, which is written @?? for the operator and @ ? for a placeholder, at offset 10 of the "
       "statement"},
  };
  for (const LexicalRules* rules : all_rules) {
    for (const Row& row : rows) {
      CAPTURE(row.text);
      if (row.text.find('@') != std::string_view::npos && rules == &sqlite_rules) continue;
      CHECK(message_of(row.text, *rules) == row.message);
    }
  }
}

TEST_CASE("lex_sql: what one engine would read as its own is refused") {
  for (const std::string_view text : {"SELECT @a", "SELECT $a", "SELECT #a", "SELECT $::a",
                                      "SELECT @::a", "SELECT a$b, $c", "SELECT a @? b"}) {
    CAPTURE(text);
    CHECK(is_refused(text, sqlite_rules));
  }
  CHECK(is_refused("SELECT $a", postgres_rules));
  CHECK(is_refused("SELECT $:a$ $1$", postgres_rules));
  CHECK(is_refused("SELECT /*! ? */", mysql_rules));
  CHECK(is_refused("SELECT /*!50708 :a */ :a", mysql_rules));
  CHECK(is_refused("SELECT 1 /*! + 1", mysql_rules));
  CHECK(is_refused("SELECT /*!999999 'a */ 1, ?, '*/", mysql_rules));
  CHECK(is_refused("SELECT /*! # */ 1", mysql_rules));
  CHECK(is_refused("SELECT /*! /*! 1 */ + 1 */", mysql_rules));
  CHECK(is_refused("SELECT 1; /*! SELECT 2 */", mysql_rules));
  CHECK(is_refused("/*! SELECT 1; SELECT 2 */", mysql_rules));
}

TEST_CASE("lex_sql: engine quotes without end") {
  CHECK(is_refused("SELECT `a", sqlite_rules));
  CHECK(is_refused("SELECT [a", sqlite_rules));
  CHECK(is_refused("SELECT $$a", postgres_rules));
  CHECK(is_refused("SELECT $t$a$$", postgres_rules));
  CHECK(is_refused("SELECT E'a\\'", postgres_rules));
  CHECK(is_refused("SELECT /* /* */", postgres_rules));
  CHECK(is_refused("SELECT `a", mysql_rules));
  CHECK(is_refused("SELECT 'a\\'", mysql_rules));
}

TEST_CASE("lex_sql: a semicolon and what follows it is dropped, comments before it stay") {
  for (const LexicalRules* rules : all_rules) {
    CHECK(lex_sql("SELECT 1;", *rules).text == "SELECT 1");
    CHECK(lex_sql("SELECT 1 ; ; ", *rules).text == "SELECT 1 ");
    CHECK(lex_sql("SELECT 1; -- done", *rules).text == "SELECT 1");
    CHECK(lex_sql(" /* a */ SELECT 1 -- b", *rules).text == " /* a */ SELECT 1 -- b");
    CHECK(lex_sql("SELECT ';' /* ; */;", *rules).text == "SELECT ';' /* ; */");
  }
  CHECK(is_refused("SELECT 1--;", mysql_rules));
}

TEST_CASE("lex_sql: at most 32766 placeholders") {
  const std::string most = "SELECT ?" + repeat(",?", 32765);
  const std::string same = "SELECT :a" + repeat(",:a", 32765);
  for (const LexicalRules* rules : all_rules) {
    CHECK(lex_sql(most, *rules).binds.size() == 32766);
    CHECK(is_refused(most + ",?", *rules));
    CHECK(lex_sql(same, *rules).arguments == 1);
  }
  // One number serves a name wherever it stands.
  CHECK(lex_sql(same + ",:a", postgres_rules).binds.size() == 1);
  CHECK(is_refused(same + ",:a", sqlite_rules));

  std::string names = "SELECT 1";
  for (int i = 0; i < 32766; ++i) names += ",:n" + std::to_string(i);
  const LexedSql sql = lex_sql(names, postgres_rules);
  CHECK(sql.names.size() == 32766);
  CHECK(sql.text.ends_with(",$32766"));
}

TEST_CASE("lex_sql: random texts of tricky pieces") {
  constexpr unsigned seed = 19450509;
  CAPTURE(seed);
  std::mt19937 random(seed);
  constexpr std::string_view pieces[] = {
      "SELECT ",  "INSERT INTO ",
      "UPDATE ",  "DELETE FROM ",
      "WITH ",    " RETURNING ",
      "CREATE ",  "TRIGGER ",
      "BEGIN ",   "END ",
      "CASE ",    "E",
      "U&",       "n",
      "x",        "'",
      "''",       "\"",
      "`",        "[",
      "]",        "(",
      ")",        "$",
      "$$",       "$t$",
      "$1",       "?",
      "??",       ":",
      "::",       ":=",
      ":a",       ":b",
      ":1",       ";",
      "--",       "-- ",
      "#",        "/*",
      "*/",       "/*!",
      "/*!50001", "/*M!",
      "\\",       "\\'",
      "\n",       "\r",
      " ",        ",",
      ".",        "*",
      "@",        "|",
      "&",        "-",
      "1",        "1.5",
      "1e-",      "a",
      "t",        "\xC3\xA9",
      "\x01",     "THEN ",
      "=",
  };
  std::size_t accepted = 0;
  for (int round = 0; round < 15000; ++round) {
    std::string text = random() % 2 == 0 ? "SELECT " : "";
    for (std::size_t n = random() % 12; n > 0; --n) text += pieces[random() % std::size(pieces)];
    for (const LexicalRules* rules : all_rules) {
      const std::string fault = lockstep::testing::check_lexer(text, *rules);
      if (!is_refused(text, *rules)) ++accepted;
      if (fault.empty()) continue;
      CAPTURE(text);
      FAIL_CHECK(fault);
    }
  }
  CHECK(accepted > 3000);
}

// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include "migrate/parity/expression.hpp"
#include "migrate/parity/sql_words.hpp"

namespace lockstep::detail {
namespace {

struct Spelling {
  Engine engine;
  std::string_view text;
  std::string_view normal;
};

constexpr Engine sqlite = Engine::sqlite;
constexpr Engine postgres = Engine::postgres;
constexpr Engine mysql = Engine::mysql;

void check(const std::vector<Spelling>& spellings) {
  for (const Spelling& each : spellings) {
    CAPTURE(to_string(each.engine));
    CAPTURE(each.text);
    CHECK(normal_expression(each.text, dialect(each.engine).lexical) == each.normal);
  }
}

TEST_CASE("parity expressions: the engines' spellings of a list become one") {
  check({
      {sqlite, R"("trigger" IN ('a', 'it''s'))", "trigger in ('a', 'it''s')"},
      {postgres,
       "(((trigger)::text = ANY ((ARRAY['a'::character varying, 'it''s'::character "
       "varying])::text[])))",
       "trigger in ('a', 'it''s')"},
      {postgres, "(\"trigger\" = ANY (ARRAY['a'::text, 'it''s'::text]))",
       "trigger in ('a', 'it''s')"},
      {mysql, "`trigger` in ('a','it''s')", "trigger in ('a', 'it''s')"},
      {sqlite, "x NOT IN (1, 2)", "x not in (1, 2)"},
      {postgres, "(x <> ALL (ARRAY[1, 2]))", "x not in (1, 2)"},
      {sqlite, "x IN ('a')", "x = 'a'"},
      {postgres, "((x)::text = 'a'::text)", "x = 'a'"},
      {mysql, "`x` in (_utf8mb4'a',_utf8mb4'b')", "x in ('a', 'b')"},
  });
}

TEST_CASE("parity expressions: parentheses stay only where they mean something") {
  check({
      {postgres, "(((a > 0) AND (b > 0)) AND (c > 0))", "(a > 0) and (b > 0) and (c > 0)"},
      {mysql, "`a` > 0 and (`b` > 0 and `c` > 0)", "(a > 0) and (b > 0) and (c > 0)"},
      {sqlite, "a AND (b OR c)", "a and (b or c)"},
      {sqlite, "(a AND b) OR c", "(a and b) or c"},
      {sqlite, "a AND b OR c", "(a and b) or c"},
      {sqlite, "NOT (a OR b)", "(not a) and (not b)"},
      {sqlite, "NOT a OR b", "(not a) or b"},
      {sqlite, "a - (b - c)", "a - (b - c)"},
      {sqlite, "a - b - c", "(a - b) - c"},
      {sqlite, "a + b * c", "a + (b * c)"},
      {mysql, "`a` is null or `b` is not null", "(a is null) or (b is not null)"},
      {postgres, "((a IS NULL) OR (b IS NOT NULL))", "(a is null) or (b is not null)"},
  });
}

TEST_CASE("parity expressions: operators, functions and literals of one meaning") {
  check({
      {sqlite, "a != 1", "a <> 1"},
      {sqlite, "a BETWEEN 1 AND 5 AND b", "(a >= 1) and (a <= 5) and b"},
      {postgres, "((a >= 1) AND (a <= 5))", "(a >= 1) and (a <= 5)"},
      {sqlite, "a NOT BETWEEN 1 AND 5", "(a < 1) or (a > 5)"},
      {postgres, "((a)::text ~~ 'x%'::text)", "a like 'x%'"},
      {mysql, "`a` not like 'x%'", "a not like 'x%'"},
      {postgres, "((a)::text !~~ 'x%'::text)", "a not like 'x%'"},
      {mysql, "`b` MOD 2 = 0", "(b % 2) = 0"},
      {mysql, "'it\\'s \\\\'", "'it''s \\'"},
      {postgres, "'it''s \\'::text", "'it''s \\'"},
      {postgres, "length((name)::text) <= 255", "length(name) <= 255"},
      {mysql, "char_length(`name`) <= 255", "length(name) <= 255"},
      {postgres, "'-1'::integer", "-1"},
      {postgres, "'-1'::character varying", "'-1'"},
      {mysql, "-1", "-1"},
      {postgres, "false", "0"},
      {sqlite, "TRUE", "1"},
      {postgres, "CURRENT_TIMESTAMP", "current_timestamp"},
      {postgres, "('2024-01-01 00:00:00'::timestamp(6) with time zone)", "'2024-01-01 00:00:00'"},
      {mysql, "current_timestamp(6)", "current_timestamp(6)"},
      {sqlite, "CAST(a AS INTEGER) || 'x'", "a || 'x'"},
      {sqlite, "strftime('%Y', 'now')", "strftime('%Y', 'now')"},
  });
}

TEST_CASE("parity expressions: NOT goes inwards, as MariaDB tells it") {
  check({
      {sqlite, "NOT (a = 1 AND b < 2)", "(a <> 1) or (b >= 2)"},
      {postgres, "(NOT ((a = 1) AND (b < 2)))", "(a <> 1) or (b >= 2)"},
      {mysql, "`a` <> 1 or `b` >= 2", "(a <> 1) or (b >= 2)"},
      {postgres, "(NOT (b = ANY (ARRAY[(1)::bigint, (2)::bigint])))", "b not in (1, 2)"},
      {sqlite, "NOT a IS NULL", "a is not null"},
      {sqlite, "NOT a IS NOT NULL", "a is null"},
      {postgres, "(NOT ((c)::text ~~ 'y%'::text))", "c not like 'y%'"},
      {sqlite, "NOT NOT a", "a"},
      {sqlite, "NOT (a > 1 OR NOT b <= 2)", "(a <= 1) and (b <= 2)"},
      {sqlite, "NOT (a NOT IN (1, 2))", "a in (1, 2)"},
      {sqlite, "NOT a != 1", "a = 1"},
  });
}

TEST_CASE("parity expressions: what is beyond the grammar comes out as its words") {
  check({
      {sqlite, "CASE WHEN a THEN  1 ELSE 2 END", "case when a then 1 else 2 end"},
      {sqlite, "a = (", "a = ("},
      {sqlite, "a b", "a b"},
      {sqlite, "", ""},
      {postgres, "x = ANY (y)", "x = any ( y )"},
      {postgres, "a ->> 'b'::text", "a - > > 'b' :: text"},
  });
}

TEST_CASE("parity expressions: any depth of parentheses is read, and a reasonable one understood") {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "a" + std::string(depth, ')');
  };
  const LexicalRules& rules = dialect(sqlite).lexical;
  CHECK(normal_expression(nested(100), rules) == "a");
  CHECK(normal_expression(nested(100'000), rules).size() > 200'000);
  CHECK(normal_expression("- a", rules) == "-a");
}

TEST_CASE("parity expressions: words know where they are, and names lose their quotes") {
  const std::string_view text = "A <= \"b\"\"C\" -- end";
  const auto words = words_of_sql(text, dialect(sqlite).lexical);
  REQUIRE(words.size() == 3);
  CHECK(words[0].text == "a");
  CHECK(words[1].is("<="));
  CHECK(text.substr(words[1].offset, words[1].length) == "<=");
  CHECK(words[2].text == "b\"C");
  CHECK(words[2].is_name());
  CHECK_FALSE(words_of_sql("\"check\"", dialect(sqlite).lexical).front().is("check"));
}

}  // namespace
}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "core/sql_scanner.hpp"

#include <doctest/doctest.h>

#include <random>

#include "support/sql_invariants.hpp"

using lockstep::LexicalRules;
using lockstep::detail::DoubleQuotes;
using lockstep::detail::place_of;
using lockstep::detail::SqlScanner;
using lockstep::detail::TextPlace;
using lockstep::detail::Token;
using lockstep::detail::TokenKind;
using lockstep::testing::all_rules;
using lockstep::testing::mysql_rules;
using lockstep::testing::postgres_rules;
using lockstep::testing::sqlite_rules;
using lockstep::testing::tokens_of;

namespace {

constexpr std::array<std::string_view, 14> kind_names{
    "blank",    "comment", "word",     "number",    "string", "quoted", "dollar",
    "question", "named",   "numbered", "semicolon", "symbol", "open",   "end"};

// "word SELECT | number 1": the tokens without blanks.
std::string dump(std::string_view text, const LexicalRules& rules,
                 DoubleQuotes quotes = DoubleQuotes::name) {
  std::string out;
  for (const Token& token : tokens_of(text, rules, quotes)) {
    if (token.kind == TokenKind::blank) continue;
    if (!out.empty()) out += " | ";
    out += kind_names[static_cast<std::size_t>(token.kind)];
    out += ' ';
    out += text.substr(token.offset, token.length);
  }
  return out;
}

struct Row {
  std::string_view text;
  std::string_view tokens;
};

template <std::size_t N>
void check_rows(const LexicalRules& rules, const Row (&rows)[N]) {
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(dump(row.text, rules) == row.tokens);
  }
}

template <std::size_t N>
void check_rows_everywhere(const Row (&rows)[N]) {
  for (const LexicalRules* rules : all_rules) check_rows(*rules, rows);
}

}  // namespace

TEST_CASE("sql_scanner: what all engines share") {
  check_rows_everywhere({
      {"", ""},
      {" \t\r\n\f\v", ""},
      {"SELECT a_1, b$2", "word SELECT | word a_1 | symbol , | word b$2"},
      {"'a' 'it''s' ''", "string 'a' | string 'it''s' | string ''"},
      {"'a''", "open 'a''"},
      {"'", "open '"},
      {R"("a" "say ""x""")", R"(quoted "a" | quoted "say ""x""")"},
      {R"("a)", R"(open "a)"},
      {"X'00' b'1' n'x'", "string X'00' | string b'1' | string n'x'"},
      {"ax'00'", "word ax | string '00'"},
      {"-- it's\n1", "comment -- it's | number 1"},
      {"--", "comment --"},
      {"/* it's */1", "comment /* it's */ | number 1"},
      {"/**/1", "comment /**/ | number 1"},
      {"/***/1", "comment /***/ | number 1"},
      {"1/*/2", "number 1 | open /*/2"},
      {"/* ", "open /* "},
      {"*/", "symbol * | symbol /"},
      {"1 1.5 .5 1e5 1e-5 1.5E+3 0x1F 1_000",
       "number 1 | number 1.5 | number .5 | number 1e5 | number 1e-5 | number 1.5E+3 | "
       "number 0x1F | number 1_000"},
      {"1.", "number 1 | symbol ."},
      {"1e+", "number 1e | symbol +"},
      {"1-2", "number 1 | symbol - | number 2"},
      {"t.a", "word t | symbol . | word a"},
      {"a;b", "word a | semicolon ; | word b"},
      {"? ?? ???", "question ? | question ?? | question ?? | question ?"},
      {"?5", "question ? | number 5"},
      {":a :b_1", "named :a | named :b_1"},
      {":a:b", "named :a | named :b"},
      {"a:b", "word a | named :b"},
      {":1", "named :1"},
      {":a$", "named :a$"},
      {":", "symbol :"},
      {": a", "symbol : | word a"},
      {"a::int", "word a | symbol :: | word int"},
      {":v::int", "named :v | symbol :: | word int"},
      {":::a", "symbol :: | named :a"},
      {"@a:=:b", "symbol @ | word a | symbol := | named :b"},
      {"$1 $23", "numbered $1 | numbered $23"},
      {"a$1", "word a$1"},
      {"na\xC3\xAFve \xE2\x82\xAC", "word na\xC3\xAFve | word \xE2\x82\xAC"},
      {":na\xC3\xAFve", "named :na\xC3\xAFve"},
      {"'\xFF\xFE'", "string '\xFF\xFE'"},
      {"doc->>'a'", "word doc | symbol - | symbol > | symbol > | string 'a'"},
      {R"('{"a":1}' '$.a ? (@ > :x)')", R"(string '{"a":1}' | string '$.a ? (@ > :x)')"},
  });
}

TEST_CASE("sql_scanner: SQLite") {
  check_rows(sqlite_rules, {
                               {"`a``b` [c;d] [e", "quoted `a``b` | quoted [c;d] | open [e"},
                               {"[a]]", "quoted [a] | symbol ]"},
                               {"`a", "open `a"},
                               {R"('a\' :x)", R"(string 'a\' | named :x)"},
                               {R"(E'a\' :x)", R"(word E | string 'a\' | named :x)"},
                               {R"(U&'a')", R"(word U | symbol & | string 'a')"},
                               {"/* /* */ :x", "comment /* /* */ | named :x"},
                               {"/*! :x */", "comment /*! :x */"},
                               {"--:x\n1", "comment --:x | number 1"},
                               {"-- a\r:x\r\n1", "comment -- a\r:x\r | number 1"},
                               {"# :x", "symbol # | named :x"},
                               {"$$ :x $$", "symbol $ | symbol $ | named :x | symbol $ | symbol $"},
                               {"$a @b", "symbol $ | word a | symbol @ | word b"},
                           });
}

TEST_CASE("sql_scanner: PostgreSQL strings") {
  check_rows(postgres_rules,
             {
                 {R"('a\' :x)", R"(string 'a\' | named :x)"},
                 {R"(E'it\'s :x' e'\\' :y)", R"(string E'it\'s :x' | string e'\\' | named :y)"},
                 {R"(E'a''b\')", R"(open E'a''b\')"},
                 {R"(E'\)", R"(open E'\)"},
                 {"E'a'\n'b\\'c' :x", "string E'a'\n'b\\'c' | named :x"},
                 {"E'a' -- :y\n  'b\\'c' :x", "string E'a' -- :y\n  'b\\'c' | named :x"},
                 {"E'a' 'b\\' :x", "string E'a' | string 'b\\' | named :x"},
                 {"E'a' /*\n*/ 'b\\' :x", "string E'a' | comment /*\n*/ | string 'b\\' | named :x"},
                 {"E'a'\n:x", "string E'a' | named :x"},
                 {"E'a'\n'b", "open E'a'\n'b"},
                 {R"(SELECTE'a\')", R"(word SELECTE | string 'a\')"},
                 {R"(U&'d\0061' U&"d" u&'\' :x)",
                  R"(string U&'d\0061' | quoted U&"d" | string u&'\' | named :x)"},
                 {"U&a U & 'a'", "word U | symbol & | word a | word U | symbol & | string 'a'"},
                 {"`a` :x", "symbol ` | word a | symbol ` | named :x"},
             });
}

TEST_CASE("sql_scanner: PostgreSQL dollar quotes") {
  check_rows(postgres_rules,
             {
                 {"$$ :x ' ; $$ :y", "dollar $$ :x ' ; $$ | named :y"},
                 {"$t$ don't $$ $T$ $t$ :y", "dollar $t$ don't $$ $T$ $t$ | named :y"},
                 {"$a$ $b$a$ :y", "dollar $a$ $b$a$ | named :y"},
                 {"$_1$;$_1$", "dollar $_1$;$_1$"},
                 {"$\xC3\xA9$;$\xC3\xA9$", "dollar $\xC3\xA9$;$\xC3\xA9$"},
                 {"$$$$", "dollar $$$$"},
                 {"$$ a $", "open $$ a $"},
                 {"a$$b$$", "word a$$b$$"},
                 {"1$$;$$", "number 1 | dollar $$;$$"},
                 {"$1$$;$$", "numbered $1 | dollar $$;$$"},
                 {"$1a$", "numbered $1 | word a$"},
                 {"$a b", "symbol $ | word a | word b"},
                 {"$-$", "symbol $ | symbol - | symbol $"},
             });
}

TEST_CASE("sql_scanner: PostgreSQL comments and operators") {
  check_rows(postgres_rules, {
                                 {"/* /* :x */ ' */ :y", "comment /* /* :x */ ' */ | named :y"},
                                 {"/* /* */", "open /* /* */"},
                                 {"/*/*/**/*/*/1", "comment /*/*/**/*/*/ | number 1"},
                                 {"/*! :x */", "comment /*! :x */"},
                                 {"--:x\n1", "comment --:x | number 1"},
                                 {"-- a\r:x", "comment -- a | named :x"},
                                 {"-- a\r\n1", "comment -- a | number 1"},
                                 {"1+--x", "number 1 | symbol + | comment --x"},
                                 {"a #> b", "word a | symbol # | symbol > | word b"},
                                 {"a ??| b", "word a | question ?? | symbol | | word b"},
                                 {"a ?| b", "word a | question ? | symbol | | word b"},
                                 {"a @?? b", "word a | symbol @ | question ?? | word b"},
                             });
}

TEST_CASE("sql_scanner: PostgreSQL slices") {
  check_rows(
      postgres_rules,
      {
          {"a[1:2]", "word a | symbol [ | number 1 | symbol : | number 2 | symbol ]"},
          {"a[:v:2]", "word a | symbol [ | named :v | symbol : | number 2 | symbol ]"},
          {"a[b:c]", "word a | symbol [ | word b | symbol : | word c | symbol ]"},
          {"a[b :c]", "word a | symbol [ | word b | symbol : | word c | symbol ]"},
          {"a[:2]", "word a | symbol [ | symbol : | number 2 | symbol ]"},
          {"a[:n]", "word a | symbol [ | named :n | symbol ]"},
          {"a[: n]", "word a | symbol [ | symbol : | word n | symbol ]"},
          {"a[1:]", "word a | symbol [ | number 1 | symbol : | symbol ]"},
          {"a[:v: :w]", "word a | symbol [ | named :v | symbol : | named :w | symbol ]"},
          {"a[?:?]", "word a | symbol [ | question ? | symbol : | question ? | symbol ]"},
          {"a[f(:v):2]",
           "word a | symbol [ | word f | symbol ( | named :v | symbol ) | symbol : | number 2 | "
           "symbol ]"},
          {"a[b[1]:c]",
           "word a | symbol [ | word b | symbol [ | number 1 | symbol ] | symbol : | word c | "
           "symbol ]"},
          {"a[\"b\":c]", "word a | symbol [ | quoted \"b\" | symbol : | word c | symbol ]"},
          {"ARRAY[:a, :b]", "word ARRAY | symbol [ | named :a | symbol , | named :b | symbol ]"},
          {"ARRAY[1 + :a]", "word ARRAY | symbol [ | number 1 | symbol + | named :a | symbol ]"},
          {"[CASE WHEN :a THEN :b ELSE :c END]",
           "symbol [ | word CASE | word WHEN | named :a | word THEN | named :b | word ELSE | "
           "named :c | word END | symbol ]"},
          {"[a ??:b]", "symbol [ | word a | question ?? | named :b | symbol ]"},
          {"[x AND :a]", "symbol [ | word x | word AND | named :a | symbol ]"},
          {"[b /* c */ :d]", "symbol [ | word b | comment /* c */ | symbol : | word d | symbol ]"},
          {"a[1] :b", "word a | symbol [ | number 1 | symbol ] | named :b"},
          {"(a :b)", "symbol ( | word a | named :b | symbol )"},
          {"][a:b", "symbol ] | symbol [ | word a | symbol : | word b"},
      });
}

TEST_CASE("sql_scanner: MySQL") {
  check_rows(
      mysql_rules,
      {
          {R"('it\'s :x' '\\' :y)", R"(string 'it\'s :x' | string '\\' | named :y)"},
          {R"(N'a\'b' 'a''b\'')", R"(string N'a\'b' | string 'a''b\'')"},
          {R"('a\)", R"(open 'a\)"},
          {R"(E'a\'b')", R"(word E | string 'a\'b')"},
          {R"(u&'a\'b')", R"(word u | symbol & | string 'a\'b')"},
          {R"("a\" :x)", R"(quoted "a\" | named :x)"},
          {R"(`a\` :x)", R"(quoted `a\` | named :x)"},
          {"`a``:b`", "quoted `a``:b`"},
          {"[a :b]", "symbol [ | word a | symbol : | word b | symbol ]"},
          {"# it's :x\n1", "comment # it's :x | number 1"},
          {"-- :x\n1", "comment -- :x | number 1"},
          {"--\t:x\n1", "comment --\t:x | number 1"},
          {"--\n1", "comment -- | number 1"},
          {"--\x01 :x", "comment --\x01 :x"},
          {"5--1", "number 5 | symbol - | symbol - | number 1"},
          {"-- a\r:x\r\n1", "comment -- a\r:x\r | number 1"},
          {"/* /* */ :x", "comment /* /* */ | named :x"},
          {"_utf8mb4'a\\'b'", "word _utf8mb4 | string 'a\\'b'"},
          {"@x @@global.y @'z'",
           "symbol @ | word x | symbol @ | symbol @ | word global | symbol . | word y | symbol @ | "
           "string 'z'"},
          {"$$", "symbol $ | symbol $"},
      });
}

TEST_CASE("sql_scanner: executable comments of MySQL are code") {
  check_rows(mysql_rules,
             {
                 {"/*!50001 a */ b", "symbol /*!50001 | word a | symbol */ | word b"},
                 {"/*!100100a*/", "symbol /*!100100 | word a | symbol */"},
                 {"/*!1000001 */", "symbol /*!100000 | number 1 | symbol */"},
                 {"/*!1 a */", "symbol /*! | number 1 | word a | symbol */"},
                 {"/*!5000 a */", "symbol /*! | number 5000 | word a | symbol */"},
                 {"/*M!100100 a */", "symbol /*M!100100 | word a | symbol */"},
                 {"/*M a */", "comment /*M a */"},
                 {"/*! 'a */' */ b", "symbol /*! | string 'a */' | symbol */ | word b"},
                 {"/*! /* x */ y */", "symbol /*! | comment /* x */ | word y | symbol */"},
                 {"/*! a ; b */", "symbol /*! | word a | semicolon ; | word b | symbol */"},
                 {"/*! # x */\n*/", "symbol /*! | comment # x */ | symbol */"},
                 {"/*! a", "symbol /*! | word a | open "},
                 {"/*! 'a", "symbol /*! | open 'a | open "},
                 {"*/", "symbol * | symbol /"},
             });
  SqlScanner scanner("/*!50001 a */ b", mysql_rules);
  std::string inside;
  for (Token t = scanner.next(); t.kind != TokenKind::end; t = scanner.next()) {
    inside += scanner.in_executable_comment() ? '1' : '0';
  }
  CHECK(inside == "1111100");

  const auto tokens = tokens_of("a /*! b", mysql_rules);
  CHECK(tokens.back() == Token{TokenKind::open, 2, 0});
}

TEST_CASE("sql_scanner: double quotes as strings") {
  CHECK(dump(R"("a\"b")", mysql_rules, DoubleQuotes::string) == R"(string "a\"b")");
  CHECK(dump(R"("a""b" 'c')", mysql_rules, DoubleQuotes::string) ==
        R"(string "a""b" | string 'c')");
  CHECK(dump(R"("a)", mysql_rules, DoubleQuotes::string) == R"(open "a)");
}

TEST_CASE("sql_scanner: deep brackets do not matter") {
  const std::string deep = std::string(200, '(') + "[1:2]" + std::string(200, ')') + " :a";
  const auto tokens = tokens_of(deep, postgres_rules);
  CHECK(std::count_if(tokens.begin(), tokens.end(),
                      [](const Token& t) { return t.kind == TokenKind::named; }) == 1);
}

TEST_CASE("sql_scanner: the end comes again and again") {
  SqlScanner scanner("a", sqlite_rules);
  CHECK(scanner.next().kind == TokenKind::word);
  CHECK(scanner.next() == Token{TokenKind::end, 1, 0});
  CHECK(scanner.next() == Token{TokenKind::end, 1, 0});
}

TEST_CASE("sql_scanner: place_of counts lines and characters") {
  constexpr std::string_view text =
      "ab\nc\xC3\xA9"
      "d\r\n\ne";
  CHECK(place_of(text, 0) == TextPlace{1, 1});
  CHECK(place_of(text, 2) == TextPlace{1, 3});
  CHECK(place_of(text, 3) == TextPlace{2, 1});
  CHECK(place_of(text, 6) == TextPlace{2, 3});
  CHECK(place_of(text, 9) == TextPlace{3, 1});
  CHECK(place_of(text, 10) == TextPlace{4, 1});
  CHECK(place_of(text, 99) == TextPlace{4, 2});
  CHECK(place_of("", 0) == TextPlace{1, 1});
}

TEST_CASE("sql_scanner: a token at most per byte, in time that grows with the text") {
  for (const LexicalRules* rules : all_rules) {
    for (const std::string_view piece : {"E'a'\n", "$a", "/*", "[", "(", "'", "$", "--", ":a["}) {
      std::string text;
      for (int i = 0; i < 20000; ++i) text += piece;
      CAPTURE(piece);
      CHECK(tokens_of(text, *rules).size() <= text.size() + 1);
    }
  }
}

TEST_CASE("sql_scanner: the tokens of any text are the whole text") {
  constexpr unsigned seed = 20240607;
  CAPTURE(seed);
  std::mt19937 random(seed);
  constexpr std::string_view bytes = "'\"`[]$?:;-/*!M#@\\eEuU&xa1 \n\r.(),=_\xC3\xA9\x01";
  for (int round = 0; round < 10000; ++round) {
    std::string text(random() % 24, ' ');
    for (char& c : text) c = bytes[random() % bytes.size()];
    for (const LexicalRules* rules : all_rules) {
      for (const DoubleQuotes quotes : {DoubleQuotes::name, DoubleQuotes::string}) {
        const std::string fault = lockstep::testing::check_scanner(text, *rules, quotes);
        if (fault.empty()) continue;
        CAPTURE(text);
        FAIL_CHECK(fault);
      }
    }
  }
}

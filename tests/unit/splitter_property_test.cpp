// SPDX-License-Identifier: BSL-1.0
// The invariants that the fuzzer checks, on texts put together at random from telling pieces.
#include <doctest/doctest.h>

#include <array>
#include <random>

#include "fuzz/sqlite_oracle.hpp"

namespace lockstep::testing {
namespace {

constexpr std::array<std::string_view, 96> pieces{"SELECT 1",
                                                  ";",
                                                  ";",
                                                  ";",
                                                  ";",
                                                  "\n",
                                                  " ",
                                                  " ",
                                                  " ",
                                                  "\t",
                                                  "'",
                                                  "''",
                                                  "\"",
                                                  "`",
                                                  "[",
                                                  "]",
                                                  "--",
                                                  "-- ",
                                                  "/*",
                                                  "*/",
                                                  "/*!",
                                                  "/*!50003 ",
                                                  "/*M!",
                                                  "#",
                                                  "$$",
                                                  "$a$",
                                                  "$1",
                                                  "E'",
                                                  "U&'",
                                                  "\\",
                                                  "\\'",
                                                  "(",
                                                  ")",
                                                  ",",
                                                  ".",
                                                  ":",
                                                  "::",
                                                  ":=",
                                                  "@",
                                                  "?",
                                                  "CREATE ",
                                                  "TRIGGER ",
                                                  "TEMP ",
                                                  "TABLE ",
                                                  "FUNCTION ",
                                                  "PROCEDURE ",
                                                  "EVENT ",
                                                  "VIEW ",
                                                  "OR REPLACE ",
                                                  "DEFINER=",
                                                  "BEGIN ",
                                                  "BEGIN\n",
                                                  "ATOMIC ",
                                                  "NOT ",
                                                  "END",
                                                  "END;",
                                                  "END IF",
                                                  "END CASE",
                                                  "END LOOP",
                                                  "END REPEAT",
                                                  "END WHILE",
                                                  "IF ",
                                                  "THEN ",
                                                  "ELSE ",
                                                  "ELSEIF ",
                                                  "CASE ",
                                                  "WHEN ",
                                                  "LOOP ",
                                                  "REPEAT ",
                                                  "UNTIL ",
                                                  "WHILE ",
                                                  "DO ",
                                                  "FOR EACH ROW ",
                                                  "DECLARE ",
                                                  "CONTINUE HANDLER FOR ",
                                                  "NOT FOUND ",
                                                  "SQLSTATE ",
                                                  "RETURN ",
                                                  "RETURNS INT ",
                                                  "SET a = 1",
                                                  "l: ",
                                                  "DELIMITER //\n",
                                                  "DELIMITER ;\n",
                                                  "//",
                                                  "-- +goose StatementBegin\n",
                                                  "-- +goose StatementEnd\n",
                                                  "EXPLAIN ",
                                                  "a",
                                                  "t",
                                                  "x",
                                                  "1",
                                                  "\xC3\xA9",
                                                  "\xEF\xBB\xBF",
                                                  "\r\n",
                                                  "COPY t FROM stdin",
                                                  "PRAGMA foreign_keys = OFF"};

TEST_CASE("splitter: nothing is lost, and statements are where they are said to be") {
  constexpr unsigned seed = 20240607;
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::size_t split_in_many = 0;
  for (int round = 0; round < 30000; ++round) {
    std::string text;
    for (std::size_t left = 1 + random() % 24; left > 0; --left) {
      text += pieces[random() % pieces.size()];
    }
    CAPTURE(text);
    for (const Engine engine : {Engine::sqlite, Engine::postgres, Engine::mysql}) {
      CAPTURE(to_string(engine));
      REQUIRE(check_splitter(text, engine, detail::DoubleQuotes::name) == "");
      REQUIRE(check_splitter(text, engine, detail::DoubleQuotes::string) == "");
      split_in_many += detail::split_statements(text, engine).statements.size() > 1 ? 1U : 0U;
    }
    REQUIRE(check_against_sqlite(text) == "");
  }
  CHECK(split_in_many > 1000);
}

TEST_CASE("splitter: every embedded migration ends its statements where SQLite does") {
  const MigrationSet set = MigrationSet::embedded(Engine::sqlite);
  for (const Migration& migration : set.migrations()) {
    CAPTURE(migration.up_file);
    CHECK(check_splitter(migration.up, Engine::sqlite, detail::DoubleQuotes::name) == "");
    CHECK(check_against_sqlite(migration.up) == "");
  }
}

}  // namespace
}  // namespace lockstep::testing

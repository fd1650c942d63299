// SPDX-License-Identifier: BSL-1.0
// The forms with markers: -- +migrate, -- +goose, -- migrate:
#include "migration_forms.hpp"

namespace lockstep::tests {
namespace {

// Refused with file and line.
void check_refusals(const std::vector<std::pair<std::string_view, std::string_view>>& cases) {
  for (const auto& each : cases) {
    const auto& text = each.first;
    const auto& why = each.second;
    CAPTURE(text);
    CHECK(refusal({{"1_a.sql", text}}, Engine::postgres) ==
          "migration default/1_a.sql:" + std::string(why));
  }
}

TEST_CASE("+migrate: both directions of a version, with the lines of the file") {
  const Tree tree{{"0002_b.sql",
                   "-- what it is for\r\n-- +migrate Up\r\nSELECT 1;\r\nSELECT 2;\r\n\r\n"
                   "-- +migrate Down\r\nSELECT 3;\r\n"},
                  {"0001_a.sql", "\xEF\xBB\xBF-- +migrate Up\nSELECT 0;"},
                  {"10-c.sql", "--+migrate   Up notransaction\nSELECT 9;\n-- +migrate Down\n"}};
  CHECK(shape(folder(tree)) ==
        Strings{"0001 a 0001_a.sql:2 SELECT 0",
                "0002 b 0002_b.sql:3 SELECT 1; SELECT 2 / 0002_b.sql:7 SELECT 3",
                "10 c 10-c.sql:2* SELECT 9 / 10-c.sql"});
}

TEST_CASE("+migrate: dependencies stand before the first statement") {
  const auto set = folder({{"1_a.sql", "-- +migrate Up\nSELECT 1"},
                           {"2_b.sql", "-- +migrate Up\nSELECT 1"},
                           {"3_c.sql",
                            "-- +migrate Depends: 1\n-- +migrate Up\n-- +migrate Depends: 002 2\n"
                            "SELECT 1"}});
  CHECK(set.migrations()[2].depends == Strings{"1", "002"});
  check_refusals({
      {"-- +migrate Up\n-- +migrate Depends:\nSELECT 1",
       "2: `-- +migrate Depends:` names no version"},
      {"-- +migrate Up\nSELECT 1;\n-- +migrate Depends: 1\n",
       "3: `-- +migrate Depends: 1` comes after SQL, but belongs before the first statement"},
      {"-- +migrate Up\n-- +migrate Depends: 1\nSELECT 1",
       "2: it depends on version 1, which is itself"},
      {"-- +migrate Up\nSELECT 1;\n-- +migrate Down\n-- +migrate Depends: 1\nSELECT 1",
       "4: `-- +migrate Depends: 1` belongs to the up"},
  });
}

TEST_CASE("+migrate: a circle of dependencies, and one on a later version") {
  const auto depends = [](std::string_view on) {
    return "-- +migrate Up\n-- +migrate Depends: " + std::string(on) + "\nSELECT 1";
  };
  const std::string one = depends("3");
  const std::string two = depends("1");
  const std::string three = depends("2");
  CHECK(
      refusal({{"1_a.sql", one}, {"2_b.sql", two}, {"3_c.sql", three}}) ==
      "migration default/1_a.sql:2: it depends on version 3, which is a circle: 1 -> 3 -> 2 -> 1");
  CHECK(refusal({{"1_a.sql", one}, {"2_b.sql", two}, {"3_c.sql", "-- +migrate Up\nSELECT 1"}}) ==
        "migration default/1_a.sql:2: it depends on version 3, which comes after it: give it a "
        "higher version than that");
}

TEST_CASE("+migrate: refused directives") {
  check_refusals({
      {"-- +migrate up\nSELECT 1",
       "1: unknown directive `-- +migrate up`: directives are case-sensitive, write `-- +migrate "
       "Up`"},
      {"-- +migrate Up NoTransaction\nSELECT 1",
       "1: unknown directive `-- +migrate Up NoTransaction`: behind Up only `notransaction` can "
       "stand; directives are case-sensitive"},
      {"-- +migrate Up\nSELECT 1;\n-- +migrate Sideways",
       "3: unknown directive `-- +migrate Sideways`"},
      {"-- +migrate Up\nSELECT 1;\n-- +migrate Up\nSELECT 2", "3: a second `-- +migrate Up`"},
      {"-- +migrate Down\nSELECT 1;\n-- +migrate Up\nSELECT 2",
       "1: `-- +migrate Down` before `-- +migrate Up`"},
      {"SELECT 1;\n-- +migrate Up\nSELECT 2", "1: SQL before the line `-- +migrate Up`"},
      {"-- +migrate Up\nSELECT 1;\n-- +migrate StatementEnd",
       "3: StatementEnd without StatementBegin"},
      {"-- +migrate Up\n-- +migrate StatementBegin\nSELECT 1;\n-- +migrate Down\nSELECT 2",
       "2: StatementBegin without StatementEnd"},
      {"-- +migrate Up\n\nBEGIN;\nSELECT 1;\nCOMMIT;\n",
       "3: begins or ends a transaction, but a file runs in one, with its ledger row: take it out, "
       "or mark the file with `-- lockstep:notransaction`"},
      {"-- +migrate Up\n\nCREATE INDEX CONCURRENTLY i ON t (a)",
       "3: cannot run in a transaction, in which its file runs: mark the file with "
       "`-- lockstep:notransaction`"},
      {"-- +migrate Up\nSELECT 'open;\n-- +migrate Down\n", "2: quote without end"},
  });
}

TEST_CASE("+migrate: the stem as the version") {
  FolderOptions stem;
  stem.stem_is_version = true;
  const Tree tree{{"2020_b.sql", "-- +migrate Up\nSELECT 2"},
                  {"2020_a.sql", "-- +migrate Up\nSELECT 1"},
                  {"initial.sql", "-- +migrate Up\nSELECT 0"}};
  CHECK(shape(folder(tree, Engine::sqlite, stem)) ==
        Strings{"2020_a 2020_a 2020_a.sql:2 SELECT 1", "2020_b 2020_b 2020_b.sql:2 SELECT 2",
                "initial initial initial.sql:2 SELECT 0"});
  CHECK(refusal(tree) ==
        "migration default/initial.sql: its name does not begin with a version; --key=stem takes "
        "the whole name as one");
  CHECK(refusal({tree.begin(), tree.begin() + 2}) ==
        "migration default/2020_b.sql: same version as default/2020_a.sql");
}

TEST_CASE("goose: sections, bodies and no transaction") {
  const Tree tree{{"00001_a.sql",
                   "-- +goose Up\nSELECT 1;\n\n-- +goose StatementBegin\nSELECT 2;\nSELECT 3;\n"
                   "-- +goose StatementEnd\nSELECT 4;\n\n-- +goose Down\nSELECT 5;\n"},
                  {"00002_b.sql",
                   "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;"},
                  {"00003_c.sql", "-- +goose ENVSUB OFF\n-- +goose Up\n-- nothing yet\n"},
                  {"embed.go", "package migrations"},
                  {"00001_a_test.go", "package migrations"}};
  CHECK(shape(folder(tree)) ==
        Strings{"00001 a 00001_a.sql:2 SELECT 1; SELECT 2; SELECT 3; SELECT 4 / 00001_a.sql:11 "
                "SELECT 5",
                "00002 b 00002_b.sql:3* SELECT 1 / 00002_b.sql:5* SELECT 2",
                "00003 c 00003_c.sql"});
  CHECK(folder(tree).migrations()[0].up_statements[2].line == 6);
}

TEST_CASE("goose: a body that the scanner cannot cut is taken as it is") {
  const std::string body = "CREATE FUNCTION f()\nBEGIN future SYNTAX;\nEND;";
  const std::string text =
      "-- +goose Up\n-- +goose StatementBegin\n" + body + "\n-- +goose StatementEnd\nSELECT 1;";
  CHECK(shape(folder({{"1_a.sql", text}}, Engine::postgres)) ==
        Strings{"1 a 1_a.sql:3 " + body.substr(0, body.size() - 1) + "; SELECT 1"});
}

TEST_CASE("goose: annotations in any case") {
  const Tree tree{{"1_a.sql",
                   "-- +goose no transaction\n-- +goose up\n-- +goose statementbegin\nSELECT 1;\n"
                   "-- +goose statementend\n-- +goose DOWN\nSELECT 2;"}};
  CHECK(shape(folder(tree)) == Strings{"1 a 1_a.sql:4* SELECT 1 / 1_a.sql:7* SELECT 2"});
}

TEST_CASE("goose: what is not supported is said") {
  check_refusals({
      {"-- +goose Up\n-- +goose ENVSUB ON\nSELECT '${HOME}'",
       "2: `-- +goose ENVSUB ON`: variables of the environment are not put into SQL; write the "
       "values"},
      {"-- +goose Up\nSELECT 1;\n-- +goose Sideways", "3: unknown directive `-- +goose Sideways`"},
  });
  CHECK(
      refusal({{"00001_a.sql", "-- +goose Up\nSELECT 1"}, {"00002_fill.go", "package m"}}) ==
      "migration default/00002_fill.go: a migration in Go cannot be run: write it in SQL, or name "
      "it in .lockstepignore");
}

TEST_CASE("dbmate: sections and their options") {
  const Tree tree{{"20240101_a.sql", "-- migrate:up\nSELECT 1;\n\n-- migrate:down\n"},
                  {"20240102_b.sql",
                   "-- migrate:up transaction:false\nSELECT 1;\nSELECT 2;\n"
                   "-- migrate:down transaction:true\nSELECT 3;"},
                  {"20240103.sql", "-- migrate:up\nSELECT 1"}};
  CHECK(shape(folder(tree)) ==
        Strings{"20240101 a 20240101_a.sql:2 SELECT 1 / 20240101_a.sql",
                "20240102 b 20240102_b.sql:2* SELECT 1; SELECT 2 / 20240102_b.sql:5 SELECT 3",
                "20240103 20240103 20240103.sql:2 SELECT 1"});
  check_refusals({
      {"-- migrate:up transaction:no\nSELECT 1",
       "1: unknown option transaction:no in `-- migrate:up transaction:no`: there is "
       "transaction:true and transaction:false"},
      {"-- migrate:UP\nSELECT 1",
       "1: unknown directive `-- migrate:UP`: directives are case-sensitive, write `-- "
       "migrate:up`"},
      {"-- migrate:down\nSELECT 1;\n-- migrate:up\nSELECT 2",
       "1: `-- migrate:down` before `-- migrate:up`"},
  });
}

TEST_CASE("sections: an engine in the name stands before the general file") {
  const Tree tree{{"1_a.sql", "-- +goose Up\nSELECT 'any'"},
                  {"1_a.mysql.sql", "-- +goose Up\nSELECT 'my'"},
                  {"2_b.postgres.sql", "-- +goose Up\nSELECT 'pg'"}};
  CHECK(shape(folder(tree, Engine::mysql)) == Strings{"1 a 1_a.mysql.sql:2 SELECT 'my'"});
  CHECK(shape(folder(tree, Engine::postgres)) ==
        Strings{"1 a 1_a.sql:2 SELECT 'any'", "2 b 2_b.postgres.sql:2 SELECT 'pg'"});
}

TEST_CASE("sections: our directives above the first marker are for both directions") {
  const auto set = folder(
      {{"1_a.sql", "-- lockstep:notransaction\n-- +goose Up\nSELECT 1;\n-- +goose Down\nSELECT 2;"},
       {"2_b.sql",
        "-- +goose Up\nSELECT 1;\n-- +goose Down\n-- lockstep:notransaction\nSELECT 2;"}});
  CHECK(shape(set) == Strings{"1 a 1_a.sql:3* SELECT 1 / 1_a.sql:5* SELECT 2",
                              "2 b 2_b.sql:2 SELECT 1 / 2_b.sql:5* SELECT 2"});
}

}  // namespace
}  // namespace lockstep::tests

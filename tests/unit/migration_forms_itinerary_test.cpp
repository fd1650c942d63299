// SPDX-License-Identifier: BSL-1.0
#include "migration_forms.hpp"

namespace lockstep::tests {
namespace {

FolderOptions strict() {
  FolderOptions options;
  options.form = FolderForm::itinerary;
  return options;
}

std::string strict_refusal(const Tree& tree) { return refusal(tree, Engine::sqlite, strict()); }

TEST_CASE("itinerary: NNN_name.sql, forward only") {
  const Tree tree{
      {"001_users.sql", "\xEF\xBB\xBF-- +migrate Up\r\nSELECT 1;\r\n"},
      {"002_posts.sql", "-- why\n--   +migrate  Up\n-- +migrate Depends: 001 1\nSELECT 2;\n"},
      {"003_index.sql", "-- +migrate Up notransaction\nSELECT 3;\nSELECT 4;"},
      {"notes.txt", "not SQL"}};
  const MigrationSet set = folder(tree, Engine::sqlite, strict());
  CHECK(shape(set) == Strings{"001 users 001_users.sql:2 SELECT 1",
                              "002 posts 002_posts.sql:4 SELECT 2",
                              "003 index 003_index.sql:2* SELECT 3; SELECT 4"});
  CHECK(set.migrations()[1].depends == Strings{"001"});
  CHECK(set.sources().front().complete);
  CHECK(folder({{"notes.txt", ""}}, Engine::sqlite, strict()).migrations().empty());
  FolderOptions missing = strict();
  missing.allow_missing = true;
  CHECK_FALSE(folder(tree, Engine::sqlite, missing).sources().front().complete);
}

TEST_CASE("itinerary: names and versions") {
  const std::string_view up = "-- +migrate Up\nSELECT 1";
  for (const std::string_view name : {"bad_filename.sql", "1_a.sql", "0001_a.sql", "001-a.sql",
                                      "001_.sql", "001_a.b.sql", "001_a b.sql", "001_a.SQL"}) {
    CAPTURE(name);
    CHECK(strict_refusal({{name, up}}) ==
          "migration default/" + std::string(name) +
              ": a migration's name is NNN_description.sql, of letters, digits, '_' and '-'");
  }
  CHECK(strict_refusal({{"000_a.sql", up}}) ==
        "migration default/000_a.sql: versions begin with 001");
  CHECK(strict_refusal({{"001_a.sql", up}, {"003_c.sql", up}}) ==
        "migration default/003_c.sql: version 002 is missing before it: versions are without gaps");
  CHECK(strict_refusal({{"002_b.sql", up}}) ==
        "migration default/002_b.sql: version 001 is missing before it: versions are without gaps");
  CHECK(strict_refusal({{"001_a.sql", up}, {"001_b.sql", up}}) ==
        "migration default/001_b.sql: same version as 001_a.sql");
}

TEST_CASE("itinerary: what the original let pass is refused") {
  struct Bad {
    std::string_view text;
    std::string_view why;
  };
  using namespace std::string_view_literals;
  for (const Bad& bad : std::vector<Bad>{
           {"SELECT 1", "1: it has no line `-- +migrate Up`"},
           {"-- +migrate Up\n", "1: no SQL in it"},
           {"-- +migrate Up\n-- only words\n/* and more */;", "1: no SQL in it"},
           {"-- +migrate Up\n-- +migrate Depends:\nSELECT 1",
            "2: `-- +migrate Depends:` names no version"},
           {"-- +migrate Up\nSELECT 1;\n-- +migrate Depends: 001\n",
            "3: `-- +migrate Depends: 001` comes after SQL, but belongs before the first "
            "statement"},
           {"-- +migrate Depends: 001\n-- +migrate Up\nSELECT 1;",
            "1: `-- +migrate Depends: 001` belongs behind `-- +migrate Up`"},
           {"-- +migrate Up\nSELECT 1;\n-- +migrate Down\nSELECT 2;",
            "3: unknown directive `-- +migrate Down`: this form has no down, a later migration "
            "takes "
            "back"},
           {"-- +migrate Up\nSELECT 1;\n-- +migrate Other\n",
            "3: unknown directive `-- +migrate Other`"},
           {"CREATE TABLE a (id INT);\n-- +migrate Up\nSELECT 1;",
            "1: SQL before the line `-- +migrate Up`"},
           {"-- +migrate up\nSELECT 1;",
            "1: unknown directive `-- +migrate up`: directives are case-sensitive, write "
            "`-- +migrate Up`"},
           {"-- +migrate Up NoTransaction\nSELECT 1;",
            "1: unknown directive `-- +migrate Up NoTransaction`: behind Up only `notransaction` "
            "can "
            "stand; directives are case-sensitive"},
           {"-- +migrate Up\n-- +migrate Depends: 001,002\nSELECT 1;",
            "2: `-- +migrate Depends: 001,002`: versions are separated by blanks, as in `003 005`"},
           {"-- +migrate Up\n-- +migrate Depends: one\nSELECT 1;",
            "2: `Depends: one` is no version"},
           {"-- +migrate Up\n-- +migrate Depends: 001\nSELECT 1;",
            "2: it depends on version 001, which is itself"},
           {"-- +migrate Up\n-- +migrate Depends: 002\nSELECT 1;",
            "2: it depends on version 002, which comes after it: give it a higher version than "
            "that"},
           {"-- +migrate Up\n-- +migrate Depends: 999\nSELECT 1;",
            "2: it depends on version 999, which is not there"},
           {"-- +migrate Up\nSELECT 1;\nCOMMIT;",
            "3: begins or ends a transaction, but a file runs in one, with its ledger row: take it "
            "out, or mark the file with `-- lockstep:notransaction`"},
           {"-- +migrate Up\nSELECT '\0';"sv, "2: NUL byte"},
           {"-- +migrate Up\nSELECT '\xE9';", "2: not UTF-8"},
       }) {
    CAPTURE(bad.text);
    CHECK(strict_refusal({{"001_a.sql", bad.text}, {"002_b.sql", "-- +migrate Up\nSELECT 2"}}) ==
          "migration default/001_a.sql:" + std::string(bad.why));
  }
  CHECK(strict_refusal({{"001_a.sql", "-- +migrate Up\n-- +migrate Depends: 2\nSELECT 1"},
                        {"002_b.sql", "-- +migrate Up\n-- +migrate Depends: 1\nSELECT 1"}}) ==
        "migration default/001_a.sql:2: it depends on version 2, which is a circle: 001 -> 002 -> "
        "001");
}

TEST_CASE("itinerary: statement markers are the way out of the splitter") {
  const Tree tree{{"001_a.sql",
                   "-- +migrate Up\n-- +migrate StatementBegin\nCREATE TRIGGER t AFTER INSERT ON a "
                   "BEGIN SELECT 1; END;\n-- +migrate StatementEnd\nSELECT 2;"}};
  CHECK(folder(tree, Engine::sqlite, strict()).migrations()[0].up_statements.size() == 2);
}

}  // namespace
}  // namespace lockstep::tests

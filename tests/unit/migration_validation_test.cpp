// SPDX-License-Identifier: BSL-1.0
#include "lockstep/migration_validation.hpp"

#include <algorithm>

#include "migrate/expected_lock.hpp"
#include "support/temp_folder.hpp"
#include "unit/migration_forms.hpp"

namespace lockstep::tests {
namespace {

// Lines of which the beginning is compared.
struct Begins : Strings {
  using Strings::Strings;
  friend bool operator==(const Strings& lines, const Begins& wanted) {
    return std::ranges::equal(lines, wanted, [](const std::string& line, const std::string& begin) {
      return line.starts_with(begin);
    });
  }
};

// "place: what" of each.
Strings faults(const Tree& tree, Engine engine = Engine::postgres,
               const FolderOptions& options = {}) {
  Strings lines;
  for (const MigrationFault& fault : validate_folder(engine, tree, options)) {
    lines.push_back((fault.place.empty() ? "" : fault.place + ": ") + fault.what);
  }
  return lines;
}

TEST_CASE("validate: nothing is wrong with a good folder") {
  CHECK(faults({{"1_a.up.sql", "SELECT 1;"}, {"1_a.down.sql", "SELECT 2;"}}).empty());
}

TEST_CASE("validate: every file that is wrong is told, with its line") {
  CHECK(faults({{"1_a.sql", "-- +goose Up\nSELECT 1;\n-- +goose Sideways\n"},
                {"2_b.sql", "-- +goose Up\nSELECT 1;\n"},
                {"3_c.sql", "-- +goose Down\nSELECT 1;\n"},
                {"4_d.sql", "-- +goose Up\nSELECT '1;\n"}}) ==
        Begins{"default/1_a.sql:3: unknown directive `-- +goose Sideways`",
                "default/3_c.sql:1: `-- +goose Down` before `-- +goose Up`",
                "default/4_d.sql:2: quote"});
}

TEST_CASE("validate: every statement that cannot run as it is marked is told") {
  const Strings found = faults(
      {{"1_a.up.sql", "CREATE INDEX CONCURRENTLY i ON a (b);\nVACUUM;\n"},
       {"2_b.up.sql", "SELECT 1;\nCOMMIT;\nSELECT 2;\n"},
       {"2_b.down.sql", "SELECT 1;\nREINDEX TABLE CONCURRENTLY a;\n"},
       {"3_c.up.sql", "-- lockstep:notransaction\nCREATE INDEX CONCURRENTLY i ON a (b);\n"}});
  const std::string alone = ": cannot run in a transaction, in which its file runs: mark th";
  CHECK(found == Begins{"default/1_a.up.sql:1" + alone, "default/1_a.up.sql:2" + alone,
                         "default/2_b.up.sql:2: begins or ends a transaction, but a file runs in "
                         "one, with i",
                         "default/2_b.down.sql:2" + alone});
}

TEST_CASE("validate: every dependency that does not hold is told") {
  const std::string up = "-- +migrate Up\n";
  CHECK(faults({{"1_a.sql", up + "-- +migrate Depends: 9\nSELECT 1;"},
                {"2_b.sql", up + "-- +migrate Depends: 2 3\nSELECT 1;"},
                {"3_c.sql", up + "SELECT 1;"}}) ==
        Begins{"default/1_a.sql:2: it depends on version 9, which is not there",
                "default/2_b.sql:2: it depends on version 2, which is itself",
                "default/2_b.sql:2: it depends on version 3, which comes after it: give it a h"});
}

TEST_CASE("validate: files that cannot be read hide what they hold") {
  CHECK(faults({{"1_a.up.sql", std::string_view("SELECT\0 1", 9)},
                {"2_b.up.sql", "SELECT 1;\nSELECT '\xFF';\n"},
                {"3_c.up.sql", "SELECT 'x"}}) ==
        Begins{"default/1_a.up.sql:1: NUL byte", "default/2_b.up.sql:2: not UTF-8"});
}

TEST_CASE("validate: Itinerary's names, gaps and markers") {
  const FolderOptions strict{.form = FolderForm::itinerary};
  const std::string up = "-- +migrate Up\nSELECT 1;\n";
  CHECK(faults({{"1_a.sql", up}, {"002 b.sql", up}}, Engine::sqlite, strict).size() == 2);
  CHECK(faults({{"001_a.sql", up}, {"003_b.sql", up}}, Engine::sqlite, strict) ==
        Begins{"default/003_b.sql: version 002 is missing before it: versions are without gap"});
}

TEST_CASE("validate: a folder of no form, and one that is not there") {
  const auto found = validate_folder(Engine::sqlite, Tree{{"notes.sql", "SELECT 1;"}});
  REQUIRE(found.size() == 1);
  CHECK(found.front().place.empty());
  CHECK(found.front().what.find("of no form") != std::string::npos);
  const auto missing = validate_folder(Engine::sqlite, std::filesystem::path("/nowhere/at/all"));
  REQUIRE(missing.size() == 1);
  CHECK(missing.front().what.find("there is no such folder") != std::string::npos);
}

TEST_CASE("validate: a parent of engines' folders") {
  TempFolder parent;
  parent.write("sqlite3/1_a.up.sql", "SELECT 1;").write("pg/1_a.up.sql", "SELECT 1;");
  parent.write("docs/readme.md", "");
  CHECK(validate_folder(Engine::postgres, parent.path()).empty());
  CHECK(validate_folder(Engine::mysql, parent.path()).size() == 1);
}

TEST_CASE("validate: a value is not used in the transaction that adds it to a type") {
  const std::string add = "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'calm' BEFORE 'happy';\n";
  CHECK(faults({{"1_a.up.sql", add + "SELECT 1;\nUPDATE a SET m = 'calm';\n"}}) ==
        Begins{"default/1_a.up.sql:3: uses 'calm', which line 1 adds to a type: a value cannot "
                "be"});
  for (const std::string& good :
       {add, add + "UPDATE a SET m = 'happy';\n", "UPDATE a SET m = 'calm';\n" + add,
        "CREATE TYPE mood AS ENUM ('happy');\n" + add + "SELECT 'calm'::mood;\n",
        "-- lockstep:notransaction\n" + add + "UPDATE a SET m = 'calm';\n",
        add + "-- 'calm'\nSELECT 1;\n"}) {
    CAPTURE(good);
    CHECK(faults({{"1_a.up.sql", good}}).empty());
  }
  CHECK(faults({{"1_a.up.sql", "CREATE TYPE mood AS ENUM ('happy');\nALTER TYPE public.mood2 ADD "
                               "VALUE 'calm';\nSELECT 'calm'::mood2;\n"}})
            .size() == 1);
}

TEST_CASE("expected lock: the strongest that a statement takes on a table that is there") {
  struct Case {
    std::string_view statement;
    std::string_view lock;
  };
  for (const Case& each : std::initializer_list<Case>{
           {"CREATE TABLE a (id INT)", ""},
           {"CREATE TABLE a (id INT REFERENCES b)", "SHARE ROW EXCLUSIVE"},
           {"create unique index i on a (b)", "SHARE"},
           {"CREATE INDEX CONCURRENTLY i ON a (b)", "SHARE UPDATE EXCLUSIVE"},
           {"DROP INDEX i", "ACCESS EXCLUSIVE"},
           {"DROP INDEX CONCURRENTLY i", "SHARE UPDATE EXCLUSIVE"},
           {"REINDEX INDEX CONCURRENTLY i", "SHARE UPDATE EXCLUSIVE"},
           {"ALTER TABLE a ADD COLUMN b INT", "ACCESS EXCLUSIVE"},
           {"ALTER TABLE IF EXISTS ONLY s.a VALIDATE CONSTRAINT c", "SHARE UPDATE EXCLUSIVE"},
           {"ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b) REFERENCES c (d, e) NOT VALID",
            "SHARE ROW EXCLUSIVE"},
           {"ALTER TABLE a ADD CONSTRAINT f FOREIGN KEY (b, c) REFERENCES d, DROP COLUMN e",
            "ACCESS EXCLUSIVE"},
           {"ALTER TABLE a ALTER COLUMN b SET STATISTICS 100", "SHARE UPDATE EXCLUSIVE"},
           {"ALTER TABLE a SET (fillfactor = 70)", "SHARE UPDATE EXCLUSIVE"},
           {"ALTER TABLE a DETACH PARTITION b CONCURRENTLY", "SHARE UPDATE EXCLUSIVE"},
           {"ALTER TABLE a DETACH PARTITION b", "ACCESS EXCLUSIVE"},
           {"ALTER TABLE a DISABLE TRIGGER t", "SHARE ROW EXCLUSIVE"},
           {"TRUNCATE a", "ACCESS EXCLUSIVE"},
           {"/* all of it */ UPDATE a SET b = 1", "ROW EXCLUSIVE"},
           {"SELECT 1", "ACCESS SHARE"},
           {"REFRESH MATERIALIZED VIEW CONCURRENTLY v", "EXCLUSIVE"},
           {"VACUUM (FULL) a", "ACCESS EXCLUSIVE"},
           {"CREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION f()", "SHARE ROW EXCLUSIVE"},
           {"SET search_path = s", ""},
       }) {
    CAPTURE(each.statement);
    CHECK(detail::expected_lock(each.statement) == each.lock);
  }
}

}  // namespace
}  // namespace lockstep::tests

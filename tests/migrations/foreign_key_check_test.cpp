// SPDX-License-Identifier: BSL-1.0
// Which files are looked at for rows without a parent, where the engine does not look after them.
#include <doctest/doctest.h>

#include <array>

#include "lockstep/migrate.hpp"

namespace lockstep::tests {
namespace {

struct Step {
  std::string_view name;
  std::string_view text;
};

// Runs the files on a database in memory; what the failure of the last one says, "" if none fails.
std::string outcome(std::span<const Step> steps) {
  Database db = Database::open("sqlite::memory:");
  std::vector<FolderFile> files;
  for (const Step& step : steps) files.push_back({step.name, step.text, {}});
  try {
    Migrator(db, MigrationSet::folder(Engine::sqlite, files)).up();
    return "";
  } catch (const MigrationFailed& e) {
    return e.what();
  }
}

constexpr Step tables{"1_a.up.sql",
                      "CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT);\n"
                      "CREATE UNIQUE INDEX ux_code ON parent (code);\n"
                      "CREATE TABLE child (id INTEGER PRIMARY KEY, p INTEGER REFERENCES parent "
                      "(id), c TEXT REFERENCES parent (code));\n"
                      "CREATE TABLE alone (id INTEGER PRIMARY KEY);\n"
                      "INSERT INTO parent VALUES (1, 'x'), (2, 'y');\n"
                      "INSERT INTO child VALUES (1, 1, 'x'), (2, 2, 'y');"};

TEST_CASE("foreign key check: a file that takes a parent away is found, however it says so") {
  for (const std::string_view text :
       {"DELETE FROM parent WHERE id = 2;", "DELETE FROM \"Parent\" WHERE id = 2;",
        "UPDATE [parent] SET id = 7 WHERE id = 2;", "INSERT INTO child VALUES (3, 9, 'x');",
        "/* child*/UPDATE/**/child SET p = 9;",
        "DELETE FROM 'parent' WHERE id = 2;", "DELETE FROM /* REFERENCES */ parent WHERE id = 2;", "DROP TABLE parent;", "DROP INDEX ux_code;",
        "CREATE TABLE more (p INTEGER REFERENCES parent (id)); INSERT INTO more VALUES (9);",
        "ALTER TABLE alone ADD COLUMN p INTEGER REFERENCES parent (id); INSERT INTO alone VALUES "
        "(1, 9);"}) {
    CAPTURE(text);
    const std::array steps{tables, Step{"2_b.up.sql", "INSERT INTO alone VALUES (100);"},
                           Step{"3_c.up.sql", text}};
    const std::string said = outcome(steps);
    CHECK(said.find("end of 3_c.up.sql, database unchanged") != std::string::npos);
  }
}

TEST_CASE("foreign key check: a trigger takes rows away that no file names") {
  const std::array steps{
      tables,
      Step{"2_b.up.sql",
           "CREATE TRIGGER clear AFTER INSERT ON alone BEGIN DELETE FROM parent; END;"},
      Step{"3_c.up.sql", "INSERT INTO alone VALUES (1);"}};
  CHECK(outcome(steps).find("end of 3_c.up.sql") != std::string::npos);
}

TEST_CASE("foreign key check: a table of an earlier file is a child for all that follow") {
  const std::array steps{
      tables, Step{"2_b.up.sql", "CREATE TABLE late (p INTEGER REFERENCES alone (id));"},
      Step{"3_c.up.sql", "INSERT INTO alone VALUES (5); INSERT INTO late VALUES (5);"},
      Step{"4_d.up.sql", "DELETE FROM alone;"}};
  CHECK(outcome(steps).find("end of 4_d.up.sql") != std::string::npos);
}

TEST_CASE("foreign key check: what was so before is no fault of a file, and is one again later") {
  const Step before{"1_a.up.sql",
                    "-- lockstep:notransaction\n"
                    "CREATE TABLE parent (id INTEGER PRIMARY KEY);\n"
                    "CREATE TABLE child (p INTEGER REFERENCES parent (id));\n"
                    "INSERT INTO child VALUES (9);"};
  const Step change{"2_b.up.sql", "UPDATE child SET p = 8;"};
  const Step repair{"3_c.up.sql", "DELETE FROM child;"};
  CHECK(outcome(std::array{before, change, repair}).empty());
  const Step fault{"4_d.up.sql", "INSERT INTO child VALUES (1);"};
  const std::array again{before, change, repair, fault};
  CHECK(outcome(again).find("end of 4_d.up.sql") != std::string::npos);
}

TEST_CASE("foreign key check: files about other tables need no look, and pass") {
  const std::array steps{
      tables,
      Step{"2_b.up.sql",
           "CREATE TABLE children (parents INTEGER); INSERT INTO children VALUES (9);"},
      Step{"3_c.up.sql", "UPDATE alone SET id = id + 1; DELETE FROM children;"}};
  CHECK(outcome(steps).empty());
}

}  // namespace
}  // namespace lockstep::tests

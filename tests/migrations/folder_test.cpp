// SPDX-License-Identifier: BSL-1.0
// Users' folders, from the disk to the database: each file form, and what it means when it runs.
#include <algorithm>

#include "migrations/empty.hpp"
#include "support/temp_folder.hpp"

namespace lockstep::tests {
namespace {

using Strings = std::vector<std::string>;

Migrator migrator(Database& db, const TempFolder& folder, const FolderOptions& options = {}) {
  return {db, MigrationSet::folder(db.dialect().engine, folder.path(), options)};
}

Strings versions(const std::vector<MigrationStep>& steps) {
  Strings all;
  for (const MigrationStep& step : steps) {
    const bool up = step.direction == MigrationDirection::up;
    all.push_back((up ? "+" : "-") + step.version + (step.transactional ? "" : "*"));
  }
  return all;
}

std::int64_t count(Database& db, const std::string& table) {
  return db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM " + table);
}

template <class E>
std::string refusal(Migrator migrator, const MigrationGoal& goal = {}) {
  try {
    migrator.run(goal);
  } catch (const E& error) {
    return error.what();
  }
  return "nothing was thrown";
}

std::string text(const Sql& sql, const Database& db) {
  return std::string(sql.text(db.dialect().engine)) + "\n";
}

// A table, and a trigger that copies what is inserted, in the words of each engine.
constexpr Sql copying{
    "test.copying",
    "CREATE TRIGGER copying AFTER INSERT ON a BEGIN\n  INSERT INTO b VALUES (new.id);\n"
    "  INSERT INTO b VALUES (new.id + 1);\nEND;",
    {.postgres =
         "CREATE FUNCTION copying() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
         "  INSERT INTO b VALUES (new.id);\n  INSERT INTO b VALUES (new.id + 1);\n"
         "  RETURN new;\nEND $$;\n"
         "CREATE TRIGGER copying AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION copying();",
     .mysql = "CREATE TRIGGER copying AFTER INSERT ON a FOR EACH ROW BEGIN\n"
              "  INSERT INTO b VALUES (new.id);\n  INSERT INTO b VALUES (new.id + 1);\nEND;"}};

// What PostgreSQL refuses in a transaction.
constexpr Sql index_alone{"test.index_alone",
                          "CREATE INDEX i ON a (id);",
                          {.postgres = "CREATE INDEX CONCURRENTLY i ON a (id);"}};

TEST_CASE("folder: goose, with a body and both directions") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  folder.write("00001_tables.sql", "-- +goose Up\n" + create("a") + create("b") +
                                       "-- +goose Down\nDROP TABLE b;\nDROP TABLE a;\n");
  folder.write("00002_copy.sql", "-- +goose Up\n-- +goose StatementBegin\n" + text(copying, db) +
                                     "-- +goose StatementEnd\nINSERT INTO a VALUES (1);\n"
                                     "-- +goose Down\nDELETE FROM b;\nDELETE FROM a;\n");
  CHECK(migrator(db, folder).up().size() == 2);
  CHECK(count(db, "b") == 2);
  CHECK(migrator(db, folder).down(1).size() == 1);
  CHECK(count(db, "a") == 0);
}

TEST_CASE("folder: dbmate and +migrate") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder dbmate;
  dbmate.write("20240101000000_a.sql", "\xEF\xBB\xBF-- migrate:up\r\n" + create("a") +
                                           "\r\n-- migrate:down\r\nDROP TABLE a;");
  TempFolder marked;
  marked.write("1_b.sql", "-- +migrate Up\n" + create("b") + "-- +migrate Down\nDROP TABLE b;");
  FolderOptions other;
  other.domain = "other";
  CHECK(migrator(db, dbmate).up().size() == 1);
  CHECK(migrator(db, marked, other).up().size() == 1);
  CHECK(has_table(db, "a"));
  CHECK(has_table(db, "b"));
  CHECK(migrator(db, dbmate).down_all().size() == 1);
  CHECK_FALSE(has_table(db, "a"));
  CHECK(has_table(db, "b"));
}

TEST_CASE("folder: an engine's own folder, and its own files") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder parent;
  TempFolder flat;
  for (const char* engine : {"sqlite", "postgres", "mysql"}) {
    parent.write(std::string(engine) + "/1_a.up.sql", create(std::string("of_") + engine));
    flat.write(std::string("2_b.") + engine + ".up.sql", create(std::string("for_") + engine));
  }
  flat.write("1_a.up.sql", create("general"));
  flat.write("2_b.up.sql", create("never"));
  const std::string engine(db.dialect().name);
  CHECK(migrator(db, parent).up().front().file == engine + "/1_a.up.sql");
  CHECK(has_table(db, "of_" + engine));
  FolderOptions other;
  other.domain = "other";
  migrator(db, flat, other).up();
  CHECK(has_table(db, "general"));
  CHECK(has_table(db, "for_" + engine));
  CHECK_FALSE(has_table(db, "never"));
}

TEST_CASE("folder: a folder per version") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  folder.write("2024-01-01-000000_a/up.sql", create("a"));
  folder.write("2024-01-01-000000_a/down.sql", "DROP TABLE a");
  folder.write("2024-01-02-000000_index/up.sql", text(index_alone, db));
  folder.write("2024-01-02-000000_index/metadata.toml", "run_in_transaction = false\n");
  const auto steps = migrator(db, folder).up();
  REQUIRE(steps.size() == 2);
  CHECK_FALSE(steps[1].transactional);
  CHECK(migrator(db, folder).current_version("default") == "20240102000000");
  CHECK(refusal<InvalidState>(migrator(db, folder), {.direction = MigrationDirection::down}) ==
        "migration default/20240102000000: there is no down for it");
}

TEST_CASE("folder: what is marked runs statement by statement, on every engine") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  folder.write("1_a.sql", "-- +migrate Up notransaction\n" + create("a") + text(index_alone, db) +
                              "INSERT INTO missing VALUES (1);\n" + create("b"));
  const std::string refused = refusal<MigrationFailed>(migrator(db, folder));
  CHECK(refused.find("statement 3 of 4 (1_a.sql:4), statements done: 2") != std::string::npos);
  const MigrationStatus left = migrator(db, folder).status().front();
  CHECK(left.state == MigrationState::failed);
  CHECK(left.statements_done == 2);
  CHECK(has_table(db, "a"));
  CHECK_FALSE(has_table(db, "b"));
  CHECK(refusal<InvalidState>(migrator(db, folder)) ==
        "migration default/1: it failed at statement 3 of 4 (1_a.sql:4), statements done: 2; next: "
        "lockstep migrate resume");
}

TEST_CASE("folder: a transaction that a file brings along is one with its ledger row") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  folder.write("1_a.up.sql", "BEGIN;\n" + create("a") + "INSERT INTO a VALUES (1);\nCOMMIT;\n");
  CHECK(migrator(db, folder).up().front().statements.size() == 4);
  CHECK(count(db, "a") == 1);
  folder.write("2_b.up.sql",
               "BEGIN;\nINSERT INTO a VALUES (2);\nINSERT INTO a VALUES (1);\nCOMMIT;");
  CHECK(refusal<MigrationFailed>(migrator(db, folder)).find("statement 3 of 4 (2_b.up.sql:3)") !=
        std::string::npos);
  CHECK(count(db, "a") == 1);
}

TEST_CASE("folder: a repeatable script runs again when it changes, after the versions") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  folder.write("R__fill.sql", "INSERT INTO a VALUES (1);");
  folder.write("V1__a.sql", create("a"));
  folder.write("U1__a.sql", "DROP TABLE a;");
  const bool wrapped = db.capabilities().transactional_ddl;
  const std::string mark = wrapped ? "" : "*";
  CHECK(versions(migrator(db, folder).up()) == Strings{"+1" + mark, "+R__fill" + mark});
  CHECK(migrator(db, folder).up().empty());
  CHECK(db.fetch_value<std::string>(
            "SELECT kind FROM lockstep_migrations WHERE version = 'R__fill'") == "repeatable");

  folder.write("R__fill.sql", "INSERT INTO a VALUES (2);");
  folder.write("V2__b.sql", create("b"));
  folder.write("U2__b.sql", "DROP TABLE b;");
  const auto status = migrator(db, folder).status();
  CHECK(std::ranges::count(status, MigrationState::pending, &MigrationStatus::state) == 2);
  CHECK(versions(migrator(db, folder).up()) == Strings{"+2" + mark, "+R__fill" + mark});
  CHECK(count(db, "a") == 2);
  CHECK(migrator(db, folder).up().empty());

  folder.write("R__fill.sql", "INSERT INTO a VALUES (2);");  // the same
  CHECK(versions(migrator(db, folder).down()) == Strings{"-R__fill" + mark, "-2" + mark});
  CHECK(has_table(db, "a"));
  CHECK(versions(migrator(db, folder).down_all()) == Strings{"-1" + mark});
  CHECK_FALSE(has_table(db, "a"));
  CHECK(count(db, "lockstep_migrations") == 0);
}

TEST_CASE("folder: a repeatable script that fails is told, and its row is not lost") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  folder.write("V1__a.sql", create("a"));
  folder.write("R__fill.sql", "INSERT INTO a VALUES (1);");
  migrator(db, folder).up();
  folder.write("R__fill.sql", "INSERT INTO missing VALUES (2);");
  CHECK(refusal<MigrationFailed>(migrator(db, folder)).find("R__fill.sql:1") != std::string::npos);
  const MigrationState left = migrator(db, folder).status().back().state;
  CHECK(left ==
        (db.capabilities().transactional_ddl ? MigrationState::pending : MigrationState::failed));
}

constexpr Sql quoted_text{"test.quoted_text",
                          "INSERT INTO a VALUES (\"one; two\");",
                          {.postgres = "INSERT INTO a VALUES ('one; two');"}};

TEST_CASE("folder: files run under the engine's own settings, and nothing after them does") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  folder.write("1_a.up.sql",
               "CREATE TABLE a (id VARCHAR(20) NOT NULL PRIMARY KEY);\n" + text(quoted_text, db));
  migrator(db, folder).up();
  CHECK(db.fetch_value<std::string>("SELECT id FROM a") == "one; two");
  // "id" is a name for the facade, on every engine.
  CHECK(count(db, "a WHERE \"id\" = 'one; two'") == 1);
  CHECK_THROWS_AS(db.execute("INSERT INTO a VALUES (\"one\")"), Error);
}

constexpr Sql parent_and_child{
    "test.parent_and_child",
    "CREATE TABLE p (id INTEGER NOT NULL PRIMARY KEY);\n"
    "CREATE TABLE c (id INTEGER NOT NULL PRIMARY KEY, p_id INTEGER NOT NULL,\n"
    "  FOREIGN KEY (p_id) REFERENCES p (id) ON DELETE CASCADE);\n"
    "INSERT INTO p VALUES (1);\nINSERT INTO c VALUES (1, 1);"};

TEST_CASE("folder: a row without its parent fails the file, whoever looks after it") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  folder.write("1_tables.up.sql", text(parent_and_child, db));
  folder.write("2_orphan.up.sql", "INSERT INTO p VALUES (2);\nINSERT INTO c VALUES (2, 9);\n");
  Migrator both = migrator(db, folder);
  CHECK_THROWS_AS(both.up(), MigrationFailed);
  CHECK(migrator(db, folder).current_version("default") == "1");
  CHECK(count(db, "c") == 1);
  CHECK_THROWS_AS(db.execute("INSERT INTO c VALUES (3, 9)"), ForeignKey);
}

// SQLite changes a table by making it again; others alter it.
constexpr Sql rebuild{
    "test.rebuild",
    "CREATE TABLE new_p (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(9));\n"
    "INSERT INTO new_p (id) SELECT id FROM p;\nDROP TABLE p;\nALTER TABLE new_p RENAME TO p;",
    {.postgres = "ALTER TABLE p ADD COLUMN name VARCHAR(9);",
     .mysql = "ALTER TABLE p ADD COLUMN name VARCHAR(9);"}};

TEST_CASE("folder: a table that is made again keeps the rows that point at it") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  folder.write("1_tables.up.sql", text(parent_and_child, db));
  folder.write("2_rebuild.up.sql", text(rebuild, db));
  CHECK(migrator(db, folder).up().size() == 2);
  CHECK(count(db, "c") == 1);
  CHECK(count(db, "p WHERE name IS NULL") == 1);
}

TEST_CASE("folder: with enforced foreign keys the statement fails, and not the end of its file") {
  Empty fixture;
  Database& db = fixture.db;
  FolderOptions enforced;
  enforced.foreign_keys = true;
  TempFolder folder;
  folder.write("1_tables.up.sql", text(parent_and_child, db));
  folder.write("2_rebuild.up.sql", "-- lockstep:foreign-keys off\n" + text(rebuild, db));
  CHECK(migrator(db, folder, enforced).up().size() == 2);
  CHECK(count(db, "c") == 1);
  folder.write("3_orphan.up.sql", "\nINSERT INTO c VALUES (2, 9);\n");
  CHECK(refusal<MigrationFailed>(migrator(db, folder, enforced))
            .find("statement 1 of 1 (3_orphan.up.sql:2)") != std::string::npos);
}

// What would make a difference to the next file.
constexpr Sql setting{"test.setting",
                      "PRAGMA foreign_keys = ON;",
                      {.postgres = "SET session_replication_role = replica;",
                       .mysql = "SET foreign_key_checks = 0;"}};

TEST_CASE("folder: what a file sets does not outlive it") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  folder.write("1_tables.notx.up.sql", text(parent_and_child, db) + text(setting, db));
  folder.write("2_rebuild.up.sql", text(rebuild, db));
  CHECK(migrator(db, folder).up().size() == 2);
  CHECK(count(db, "c") == 1);
  folder.write("3_setting.notx.up.sql", text(setting, db));
  folder.write("4_orphan.up.sql", "INSERT INTO c VALUES (2, 9);\n");
  CHECK_THROWS_AS(migrator(db, folder).up(), MigrationFailed);
  CHECK(migrator(db, folder).current_version("default") == "3");
}

// The same where the facade looks after foreign keys: what a program embeds.
TEST_CASE("folder: a file that turns foreign keys off is taken at its word") {
  Empty fixture;
  Database& db = fixture.db;
  const std::string mark = "-- lockstep:foreign-keys off\n";
  Files files;
  files.add("shop", "1_tables.up.sql", text(parent_and_child, db));
  files.add("shop", "2_rebuild.up.sql", mark + text(rebuild, db));
  CHECK(Migrator(db, files.set(db)).up().size() == 2);
  CHECK(count(db, "c") == 1);
  CHECK_THROWS_AS(db.execute("INSERT INTO c VALUES (3, 9)"), ForeignKey);
  files.add("shop", "3_orphan.up.sql", mark + "INSERT INTO c VALUES (2, 9);");
  CHECK_THROWS_AS(Migrator(db, files.set(db)).up(), MigrationFailed);
  CHECK(count(db, "c") == 1);
}

// As a dump has it. PostgreSQL locks in a transaction alone, and SQLite not at all.
constexpr Sql locked{"test.locked",
                     "SELECT 1;",
                     {.mysql = "LOCK TABLES a WRITE;\nINSERT INTO a VALUES (1);\nUNLOCK TABLES;"}};
constexpr Sql locked_fault{
    "test.locked_fault",
    "INSERT INTO missing VALUES (1);",
    {.mysql = "lock tables a write;\nINSERT INTO missing VALUES (1);\nUNLOCK TABLES;"}};

TEST_CASE("folder: a file that locks tables") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  folder.write("1_a.notx.up.sql", create("a") + text(locked, db) + create("b"));
  CHECK(migrator(db, folder).up().size() == 1);
  folder.write("2_c.notx.up.sql", text(locked_fault, db));
  CHECK_THROWS_AS(migrator(db, folder).up(), MigrationFailed);
  const MigrationStatus left = migrator(db, folder).status().back();
  CHECK(left.state == MigrationState::failed);
  const std::string failed = "statement " + std::to_string(left.statements_done + 1) + " of ";
  CHECK(left.error.starts_with(failed));
}

TEST_CASE("folder: versions that come late") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  folder.write("2_b.up.sql", create("b"));
  migrator(db, folder).up();
  folder.write("1_a.up.sql", create("a"));
  folder.write("3_c.up.sql", "-- lockstep:depends 1\n" + create("c"));
  CHECK(refusal<InvalidState>(migrator(db, folder)) ==
        "migration default/1: 1_a.up.sql is older than version 2, which is applied, and version 3 "
        "depends on it");
  CHECK_FALSE(has_table(db, "c"));
  folder.write("1_a.up.sql", "-- lockstep:allow-out-of-order\n" + create("a"));
  CHECK(migrator(db, folder).up().size() == 2);
  CHECK(migrator(db, folder).applied("default") == Strings{"1", "2", "3"});
}

TEST_CASE("folder: what is marked irreversible is not reverted") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  folder.write("1_a.up.sql", "-- lockstep:irreversible\n" + create("a"));
  folder.write("1_a.down.sql", "DROP TABLE a;");
  migrator(db, folder).up();
  CHECK(refusal<InvalidState>(migrator(db, folder), {.direction = MigrationDirection::down}) ==
        "migration default/1: 1_a.up.sql is marked irreversible");
  CHECK(has_table(db, "a"));
}

TEST_CASE("folder: Itinerary's applied versions have their files") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  FolderOptions strict;
  strict.form = FolderForm::itinerary;
  folder.write("001_a.sql", "-- +migrate Up\n" + create("a"));
  folder.write("002_b.sql", "-- +migrate Up\n-- +migrate Depends: 001\n" + create("b"));
  CHECK(migrator(db, folder, strict).up().size() == 2);
  folder.remove("002_b.sql");
  CHECK(refusal<InvalidState>(migrator(db, folder, strict)) ==
        "migration default/002: it is applied, but its file is missing: the database is ahead of "
        "the files");
  strict.allow_missing = true;
  CHECK(migrator(db, folder, strict).up().empty());
}

}  // namespace
}  // namespace lockstep::tests

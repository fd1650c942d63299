// SPDX-License-Identifier: BSL-1.0
// Every statement that takes effect by itself shows in the print of the catalog; nothing else does.
#include "migrate/catalog_print.hpp"

#include "migrations/empty.hpp"

namespace lockstep::tests {
namespace {

using detail::CatalogPrint;

constexpr Sql current_schema{"test.schema",
                             "SELECT 'main'",
                             {.postgres = "SELECT CAST(current_schema() AS TEXT)",
                              .mysql = "SELECT DATABASE()"}};

CatalogPrint print_of(Database& db, std::string_view statement = {}) {
  const auto schema = db.fetch_value<std::string>(current_schema);
  detail::Pinned connection(db);
  return CatalogPrint::take(connection, schema, statement);
}

void run(Database& db, std::string_view statement) {
  detail::Pinned(db).run(statement);
}

// What the print says of a statement.
std::string change(Database& db, std::string_view statement) {
  CAPTURE(statement);
  const CatalogPrint before = print_of(db, statement);
  run(db, statement);
  const CatalogPrint after = print_of(db, statement);
  const std::string difference = before.difference(after);
  CHECK((before.digest() == after.digest()) == difference.empty());
  return difference;
}

void check_all_show(Database& db, std::initializer_list<std::string_view> statements) {
  for (const std::string_view statement : statements) CHECK(change(db, statement) != "");
}

bool has_own_transactions_only(const Executor& db) {
  return !db.dialect().capabilities.transactional_ddl;
}

TEST_CASE("catalog print: on MySQL every kind of definition shows") {
  Empty fixture;
  Database& db = fixture.db;
  if (!has_own_transactions_only(db)) return;
  check_all_show(
      db, {"CREATE TABLE a (id INT PRIMARY KEY, n INT) COMMENT 'x'", "ALTER TABLE a ADD m INT",
           "ALTER TABLE a MODIFY m BIGINT", "ALTER TABLE a COMMENT 'y'", "CREATE INDEX i ON a (n)",
           "ALTER TABLE a RENAME INDEX i TO j", "ALTER TABLE a CONVERT TO CHARACTER SET latin1",
           "CREATE TABLE b (id INT, a_id INT, CONSTRAINT f FOREIGN KEY (a_id) REFERENCES a (id))",
           "ALTER TABLE b DROP FOREIGN KEY f", "CREATE VIEW v AS SELECT id FROM a",
           "ALTER VIEW v AS SELECT n FROM a",
           "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.n = 1", "DROP TRIGGER t",
           "CREATE PROCEDURE p() SELECT 1", "ALTER PROCEDURE p COMMENT 'x' SQL SECURITY INVOKER",
           "DROP PROCEDURE p", "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
           "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1", "ALTER EVENT e DISABLE",
           "RENAME TABLE b TO c", "DROP TABLE a, c", "DROP VIEW v", "DROP EVENT e"});
}

TEST_CASE("catalog print: on MySQL rows, the ledger and other databases do not show") {
  Empty fixture;
  Database& db = fixture.db;
  if (!has_own_transactions_only(db)) return;
  Files files;
  files.add("shop", "0001_a.up.sql", "CREATE TABLE a (id INT AUTO_INCREMENT PRIMARY KEY)");
  const CatalogPrint nothing = print_of(db);
  Migrator(db, files.set(db)).up();
  CHECK(nothing.difference(print_of(db)).ends_with(".a is new"));
  CHECK(change(db, "INSERT INTO a VALUES (NULL), (NULL)") == "");
  Empty other;
  const CatalogPrint before = print_of(db);
  const std::string theirs = other.db.fetch_value<std::string>(current_schema);
  run(other.db, "CREATE TABLE b (id INT)");
  CHECK(before.difference(print_of(db)) == "");
  CHECK(change(db, "CREATE TABLE `" + theirs + "`.c (id INT)") ==
        "table " + theirs + ".c is new");
}

TEST_CASE("catalog print: a statement that fails by half shows") {
  Empty fixture;
  Database& db = fixture.db;
  if (!has_own_transactions_only(db)) return;
  const std::string schema = db.fetch_value<std::string>(current_schema);
  run(db, "CREATE TABLE d1 (id INT)");
  run(db, "CREATE TABLE d2 (id INT)");
  const CatalogPrint before = print_of(db);
  CHECK_THROWS_AS(run(db, "DROP TABLE d1, nosuch, d2"), Error);
  CHECK(before.difference(print_of(db)) ==
        "table " + schema + ".d1 is gone, table " + schema + ".d2 is gone");
}

TEST_CASE("catalog print: on PostgreSQL what runs outside of transactions shows") {
  Empty fixture;
  Database& db = fixture.db;
  if (has_own_transactions_only(db) || change(db, "CREATE TABLE a (id INT)") != "") return;
  if (db.dialect().engine != Engine::postgres) return;  // SQLite has nothing of the kind
  check_all_show(db, {"CREATE INDEX CONCURRENTLY i ON a (id)", "REINDEX INDEX CONCURRENTLY i",
                      "DROP INDEX CONCURRENTLY i"});
  CHECK(change(db, "INSERT INTO a VALUES (1), (1)") == "");
  const CatalogPrint before = print_of(db);
  CHECK_THROWS_AS(run(db, "CREATE UNIQUE INDEX CONCURRENTLY u ON a (id)"), Duplicate);
  CHECK(before.difference(print_of(db)) == "");
}

}  // namespace
}  // namespace lockstep::tests

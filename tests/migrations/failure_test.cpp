// SPDX-License-Identifier: BSL-1.0
// What a migration that fails leaves: nothing where DDL can be undone, a ledger row that names the
// statement elsewhere. The second is also tried on every engine, by switching the capability off.
#include <algorithm>

#include "migrations/empty.hpp"

namespace lockstep::tests {
namespace {

DatabaseOptions without_transactional_ddl() {
  DatabaseOptions options;
  options.allowed.transactional_ddl = false;
  return options;
}

// Version 0002 fails at its third statement, which is in line 4.
Files failing() {
  Files files;
  files.add("shop", "0001_a.up.sql", create("a")).add("shop", "0001_a.down.sql", "DROP TABLE a");
  files.add("shop", "0002_b.up.sql",
            "-- two tables\n" + create("b") + create("c") +
                "INSERT INTO missing VALUES ('secret');\n" + create("d"));
  files.add("shop", "0002_b.down.sql", "DROP TABLE b; DROP TABLE c; DROP TABLE d;");
  return files;
}

MigrationFailed failure(Migrator& migrator, const MigrationGoal& goal = {}) {
  try {
    migrator.run(goal);
  } catch (const MigrationFailed& error) {
    return error;
  }
  FAIL("nothing was thrown");
  throw std::logic_error("not reached");
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::int64_t events(Database& db, std::string_view event) {
  return db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM lockstep_migration_log WHERE event = ?",
                                      event);
}

void check_error(const Error& error, const Database& db) {
  CHECK(error.engine() == db.dialect().name);
  CHECK((error.native_code() != 0 || !error.sqlstate().empty()));
  CHECK(contains(error.server_message(), "missing"));
  CHECK_FALSE(contains(error.what(), "secret"));
}

// The failed file, made right.
Files repaired() {
  Files files;
  files.add("shop", "0001_a.up.sql", create("a"));
  files.add("shop", "0002_b.up.sql", create("b") + create("c") + create("d"));
  return files;
}

TEST_CASE("failed up: nothing is left where DDL can be undone") {
  Empty fixture;
  Database& db = fixture.db;
  if (!db.capabilities().transactional_ddl) return;
  Migrator migrator(db, failing().set(db));
  const MigrationFailed error = failure(migrator);
  CHECK(contains(error.what(),
                 "migration shop/0002: statement 3 of 4 (0002_b.up.sql:4), database unchanged: "));
  check_error(error, db);
  CHECK(migrator.applied("shop") == std::vector<std::string>{"0001"});
  CHECK(migrator.status().back().state == MigrationState::pending);
  CHECK(has_table(db, "a"));
  CHECK_FALSE(has_table(db, "b"));
  CHECK(events(db, "up_failed") == 1);
  CHECK(Migrator(db, repaired().set(db)).up().size() == 1);
  CHECK(has_table(db, "d"));
}

TEST_CASE("failed up: the ledger names the statement where DDL cannot be undone") {
  Empty fixture(without_transactional_ddl());
  Database& db = fixture.db;
  Migrator migrator(db, failing().set(db));
  const MigrationFailed error = failure(migrator);
  CHECK(contains(error.what(),
                 "migration shop/0002: statement 3 of 4 (0002_b.up.sql:4), statements done: 2: "));
  check_error(error, db);
  CHECK(has_table(db, "c"));
  CHECK_FALSE(has_table(db, "d"));
  const MigrationStatus left = migrator.status().back();
  CHECK(left.state == MigrationState::failed);
  CHECK(left.statements_total == 4);
  CHECK(left.statements_done == 2);
  CHECK(contains(left.error, "statement 3 of 4 (0002_b.up.sql:4): "));
  CHECK(contains(left.error, error.server_message()));
  CHECK(migrator.applied("shop") == std::vector<std::string>{"0001"});

  const char* refusal =
      "migration shop/0002: it failed at statement 3 of 4 (0002_b.up.sql:4), statements done: 2; "
      "next: lockstep migrate resume";
  CHECK_THROWS_WITH_AS(migrator.up(), refusal, InvalidState);
  CHECK_THROWS_WITH_AS(migrator.down(), refusal, InvalidState);
  CHECK_THROWS_AS(Migrator(db, repaired().set(db)).up(), InvalidState);
  CHECK(events(db, "up_failed") == 1);
}

Files failing_down() {
  Files files;
  files.add("shop", "0001_a.up.sql", create("a") + create("b"));
  files.add("shop", "0001_a.down.sql", "DROP TABLE a;\nDROP TABLE missing;\nDROP TABLE b;");
  return files;
}

TEST_CASE("failed down: nothing is reverted where DDL can be undone") {
  Empty fixture;
  Database& db = fixture.db;
  if (!db.capabilities().transactional_ddl) return;
  Migrator migrator(db, failing_down().set(db));
  migrator.up();
  const MigrationFailed error = failure(migrator, {.direction = MigrationDirection::down});
  CHECK(contains(error.what(),
                 "down of migration shop/0001: statement 2 of 3 (0001_a.down.sql:2), "
                 "database unchanged: "));
  check_error(error, db);
  CHECK(migrator.current_version("shop") == "0001");
  CHECK(has_table(db, "a"));
}

TEST_CASE("failed down: the ledger names the statement where DDL cannot be undone") {
  Empty fixture(without_transactional_ddl());
  Database& db = fixture.db;
  Migrator migrator(db, failing_down().set(db));
  migrator.up();
  const MigrationFailed error = failure(migrator, {.direction = MigrationDirection::down});
  CHECK(contains(error.what(),
                 "down of migration shop/0001: statement 2 of 3 (0001_a.down.sql:2), "
                 "statements done: 1: "));
  const MigrationStatus left = migrator.status().back();
  CHECK(left.state == MigrationState::failed);
  CHECK(left.statements_total == 3);
  CHECK(left.statements_done == 1);
  CHECK_FALSE(has_table(db, "a"));
  CHECK(has_table(db, "b"));
  CHECK_THROWS_WITH_AS(migrator.down(),
                       "migration shop/0001: its down failed at statement 2 of 3 "
                       "(0001_a.down.sql:2), statements done: 1; next: lockstep migrate resume",
                       InvalidState);
}

TEST_CASE("failed up: a row that a dead migrator left is refused") {
  Empty fixture(without_transactional_ddl());
  Database& db = fixture.db;
  Migrator migrator(db, failing().set(db));
  migrator.up_to("0001");
  db.execute(
      "UPDATE lockstep_migrations SET state = 'running', stmts_done = 0, host = 'desk',"
      " started_at = '2024-03-10 00:00:00.000000'");
  CHECK(migrator.status().front().state == MigrationState::running);
  CHECK_FALSE(migrator.current_version("shop"));
  CHECK_THROWS_WITH_AS(
      migrator.up(),
      "migration shop/0001: it was begun at 2024-03-10 00:00:00.000000 on host desk and not "
      "finished: statement 1 of 1 (0001_a.up.sql:1) may have taken effect, statements done: 0; "
      "next: lockstep migrate resume",
      InvalidState);
}

TEST_CASE("failed up: what is checked at commit fails the file") {
  Empty fixture;
  Database& db = fixture.db;
  if (!db.capabilities().transactional_ddl) return;
  Files files;
  files.add("shop", "0001_a.up.sql",
            create("a") +
                "CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER REFERENCES a (id)"
                " DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO b VALUES (1, 2);");
  Migrator migrator(db, files.set(db));
  const MigrationFailed error = failure(migrator);
  CHECK(contains(error.what(),
                 "migration shop/0001: commit of 0001_a.up.sql, database unchanged: foreign key"));
  CHECK_FALSE(has_table(db, "a"));
  CHECK(migrator.applied("shop").empty());
}

TEST_CASE("failed up: a transaction that the file begins counts when it ends") {
  Empty fixture;
  Database& db = fixture.db;
  if (db.dialect().capabilities.transactional_ddl) return;  // a set refuses such a file there
  const std::string begin = create("a") + "START TRANSACTION;\nINSERT INTO a VALUES (1);\n";
  Files files;
  files.add("shop", "0001_a.up.sql", begin + "INSERT INTO a VALUES (1);\nCOMMIT;");
  const MigrationSet set = files.set(db);
  Migrator migrator(db, set);
  CHECK(
      contains(failure(migrator).what(), "statement 4 of 5 (0001_a.up.sql:4), statements done: 1"));
  CHECK(migrator.status().front().statements_done == 1);
  CHECK(db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM a") == 0);

  Files open;
  open.add("bank", "0001_b.up.sql",
           "CREATE TABLE b (id INTEGER);\nSTART TRANSACTION;\n"
           "INSERT INTO b VALUES (1)");
  Migrator second(db, open.set(db));
  CHECK(contains(failure(second).what(),
                 "statement 3 of 3 (0001_b.up.sql:3), statements done: 1: the "
                 "file leaves a transaction open, which is undone"));
  CHECK(db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM b") == 0);
}

TEST_CASE("failed up: the observer is told at which statement") {
  Empty fixture;
  Database& db = fixture.db;
  std::optional<std::size_t> failed;
  MigratorOptions options;
  options.observer = [&](const MigrationEvent& event) {
    if (event.kind == MigrationEvent::Kind::failed) failed = event.statement;
  };
  Migrator migrator(db, failing().set(db), options);
  failure(migrator);
  CHECK(failed == 2);
}

}  // namespace
}  // namespace lockstep::tests

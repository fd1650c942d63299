// SPDX-License-Identifier: BSL-1.0
// All files in one transaction, and runs that leave nothing.
#include "migrations/empty.hpp"

namespace lockstep::tests {
namespace {

Files two_tables() {
  Files files;
  files.add("shop", "0001_a.up.sql", create("a")).add("shop", "0001_a.down.sql", "DROP TABLE a");
  files.add("shop", "0002_b.up.sql", create("b")).add("shop", "0002_b.down.sql", "DROP TABLE b");
  return files;
}

MigratorOptions whole() {
  MigratorOptions options;
  options.scope = TransactionScope::run;
  return options;
}

MigratorOptions dry() {
  MigratorOptions options;
  options.dry_run = true;
  return options;
}

TEST_CASE("whole run: all files are applied, and all are reverted") {
  Empty fixture;
  Database& db = fixture.db;
  if (!db.capabilities().transactional_ddl) return;
  Migrator migrator(db, two_tables().set(db), whole());
  CHECK(migrator.up().size() == 2);
  CHECK(migrator.applied("shop") == std::vector<std::string>{"0001", "0002"});
  CHECK(migrator.down_all().size() == 2);
  CHECK(catalog(db).empty());
}

TEST_CASE("whole run: a file that fails takes the others with it") {
  Empty fixture;
  Database& db = fixture.db;
  if (!db.capabilities().transactional_ddl) return;
  Files files = two_tables();
  files.add("shop", "0003_c.up.sql", create("c") + "INSERT INTO missing VALUES (1)");
  CHECK_THROWS_WITH_AS(
      Migrator(db, files.set(db), whole()).up(),
      doctest::Contains("statement 2 of 2 (0003_c.up.sql:2), database unchanged"), MigrationFailed);
  CHECK(catalog(db).empty());
  CHECK(Migrator(db, files.set(db)).applied("shop").empty());
}

TEST_CASE("whole run: a file without a transaction is refused with its name") {
  Empty fixture;
  Database& db = fixture.db;
  Files files = two_tables();
  files.add("shop", "0003_c.up.sql", "-- lockstep:notransaction\n" + create("c"));
  if (!db.capabilities().transactional_ddl) {
    CHECK_THROWS_AS(Migrator(db, files.set(db), whole()).up(), Unsupported);
    return;
  }
  for (const MigratorOptions& options : {whole(), dry()}) {
    CHECK_THROWS_WITH_AS(Migrator(db, files.set(db), options).up(),
                         doctest::Contains("shop/0003_c.up.sql"), InvalidArgument);
  }
  CHECK(catalog(db).empty());
  CHECK_FALSE(has_table(db, "lockstep_migrations"));
}

TEST_CASE("dry run: every statement runs where it can be undone, and nothing is left") {
  Empty fixture;
  Database& db = fixture.db;
  std::size_t statements = 0;
  MigratorOptions options = dry();
  options.observer = [&](const MigrationEvent& event) {
    if (event.kind == MigrationEvent::Kind::statement) ++statements;
  };
  CHECK(Migrator(db, two_tables().set(db), options).up().size() == 2);
  CHECK(statements == (db.capabilities().transactional_ddl ? 2U : 0U));
  CHECK(catalog(db).empty());
  CHECK_FALSE(has_table(db, "lockstep_migrations"));
  Migrator migrator(db, two_tables().set(db));
  CHECK(migrator.up().size() == 2);
  CHECK(Migrator(db, two_tables().set(db), dry()).down_all().size() == 2);
  CHECK(migrator.applied("shop").size() == 2);
}

TEST_CASE("dry run: a file that would fail is told, and not even logged") {
  Empty fixture;
  Database& db = fixture.db;
  if (!db.capabilities().transactional_ddl) return;
  Migrator(db, two_tables().set(db)).up();
  Files files = two_tables();
  files.add("shop", "0003_c.up.sql", "INSERT INTO missing VALUES (1)");
  CHECK_THROWS_AS(Migrator(db, files.set(db), dry()).up(), MigrationFailed);
  CHECK(db.fetch_value<std::int64_t>(
            "SELECT COUNT(*) FROM lockstep_migration_log WHERE event = 'up_failed'") == 0);
}

}  // namespace
}  // namespace lockstep::tests

// SPDX-License-Identifier: BSL-1.0
#include <algorithm>

#include "migrate/pinned.hpp"
#include "migrations/empty.hpp"

namespace lockstep::tests {
namespace {

using Strings = std::vector<std::string>;

Strings names(const std::vector<MigrationStep>& steps) {
  Strings out;
  for (const MigrationStep& step : steps) {
    const bool up = step.direction == MigrationDirection::up;
    out.push_back((up ? "+" : "-") + step.domain + "/" + step.version);
  }
  return out;
}

Strings states(Migrator& migrator) {
  Strings out;
  for (const MigrationStatus& status : migrator.status()) {
    out.push_back(status.domain + "/" + status.version + " " +
                  std::string(to_string(status.state)) + (status.changed ? " changed" : ""));
  }
  return out;
}

std::int64_t count(Database& db, const std::string& table) {
  return db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM " + table);
}

Files three_versions() {
  Files files;
  for (const char* n : {"1", "2", "3"}) {
    files.add("shop", std::string("000") + n + "_table.up.sql", create(std::string("t") + n));
    files.add("shop", std::string("000") + n + "_table.down.sql", std::string("DROP TABLE t") + n);
  }
  return files;
}

TEST_CASE("migrator: embedded sets go up, down, and up to the same schema") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator migrator(db, MigrationSet::embedded(db.dialect().engine));
  const auto pending = migrator.status();
  CHECK(std::ranges::all_of(
      pending, [](const MigrationStatus& s) { return s.state == MigrationState::pending; }));
  CHECK_FALSE(migrator.current_version("scheduler"));

  const auto up = migrator.up();
  CHECK(up.size() == pending.size());
  const Strings schema = catalog(db);
  CHECK_FALSE(schema.empty());
  CHECK(has_table(db, "job_runs"));
  CHECK(names(up).front() == "+lockstep/0001");
  CHECK(has_table(db, "lockstep_outcomes"));
  CHECK(migrator.current_version("scheduler") == "0003");
  CHECK(migrator.applied("scheduler") == Strings{"0001", "0002", "0003"});
  for (const MigrationStatus& status : migrator.status()) {
    CHECK(status.state == MigrationState::applied);
    CHECK_FALSE(status.changed);
    CHECK(status.started_at);
    CHECK(status.finished_at >= status.started_at);
    CHECK(status.statements_total > 0);
    CHECK(status.statements_done == status.statements_total);
  }

  const auto down = migrator.down_all();
  CHECK(down.size() == up.size());
  CHECK(names(down).back() == "-lockstep/0001");
  CHECK(catalog(db).empty());
  CHECK_FALSE(migrator.current_version("scheduler"));
  CHECK(migrator.up().size() == up.size());
  CHECK(catalog(db) == schema);
}

TEST_CASE("migrator: each embedded migration, reverted, leaves the schema that was there before") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator migrator(db, MigrationSet::embedded(db.dialect().engine));
  std::vector<Strings> schemas{catalog(db)};
  while (!migrator.plan().empty()) {
    CHECK(migrator.run({.count = 1}).size() == 1);
    schemas.push_back(catalog(db));
  }
  while (schemas.size() > 1) {
    schemas.pop_back();
    const auto reverted = migrator.down();
    REQUIRE(reverted.size() == 1);
    CAPTURE(reverted.front().version);
    CHECK(catalog(db) == schemas.back());
  }
}

TEST_CASE("migrator: what finds nothing to do creates nothing") {
  Empty fixture;
  Migrator migrator(fixture.db, Files().set(fixture.db));
  CHECK(migrator.up().empty());
  CHECK(migrator.down_all().empty());
  CHECK(migrator.status().empty());
  CHECK(migrator.plan().empty());
  CHECK(migrator.applied("shop").empty());
  Migrator pending(fixture.db, three_versions().set(fixture.db));
  CHECK(pending.down().empty());
  CHECK(pending.status().size() == 3);
  CHECK(names(pending.plan()) == Strings{"+shop/0001", "+shop/0002", "+shop/0003"});
  CHECK_FALSE(has_table(fixture.db, "lockstep_migrations"));
  CHECK_FALSE(has_table(fixture.db, "lockstep_migration_log"));
}

TEST_CASE("migrator: goes to a version and back, and tells what it did") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator migrator(db, three_versions().set(db));
  const auto first = migrator.up_to("0002");
  CHECK(names(first) == Strings{"+shop/0001", "+shop/0002"});
  CHECK(first[0].name == "table");
  CHECK(first[0].file == "0001_table.up.sql");
  CHECK(first[0].statements.size() == 1);
  CHECK(first[0].transactional == db.capabilities().transactional_ddl);
  CHECK(states(migrator) == Strings{"shop/0001 applied", "shop/0002 applied", "shop/0003 pending"});
  CHECK(migrator.up_to("2").empty());
  CHECK(migrator.current_version("shop") == "0002");
  CHECK(names(migrator.run({.count = 5})) == Strings{"+shop/0003"});
  CHECK(names(migrator.down()) == Strings{"-shop/0003"});
  CHECK_FALSE(has_table(db, "t3"));
  CHECK(names(migrator.down_to("shop/0001")) == Strings{"-shop/0002"});
  CHECK(migrator.down_to("0001").empty());
  CHECK(names(migrator.down_to("0")) == Strings{"-shop/0001"});
  CHECK(migrator.down().empty());
  CHECK_THROWS_AS(migrator.up_to("0004"), InvalidArgument);
  CHECK_THROWS_AS(migrator.down_to("other/0001"), InvalidArgument);
  CHECK(catalog(db).empty());
}

TEST_CASE("migrator: two domains have the same versions side by side") {
  Empty fixture;
  Files files;
  files.add("shop", "0001_a.up.sql", create("a")).add("shop", "0001_a.down.sql", "DROP TABLE a");
  files.add("lockstep", "0001_c.up.sql", create("c"));
  files.add("lockstep", "0001_c.down.sql", "DROP TABLE c");
  files.add("bank", "0001_b.up.sql", create("b")).add("bank", "0001_b.down.sql", "DROP TABLE b");
  Migrator migrator(fixture.db, files.set(fixture.db));
  CHECK(names(migrator.up()) == Strings{"+lockstep/0001", "+bank/0001", "+shop/0001"});
  CHECK(names(migrator.down()) == Strings{"-shop/0001"});
  CHECK(migrator.current_version("bank") == "0001");
  CHECK_FALSE(migrator.current_version("shop"));

  // One that knows only `shop` touches nothing else, and leaves what the others stand on.
  Files own;
  own.add("shop", "0001_a.up.sql", create("a")).add("shop", "0001_a.down.sql", "DROP TABLE a");
  own.add("lockstep", "0001_c.up.sql", create("c"))
      .add("lockstep", "0001_c.down.sql", "DROP TABLE c");
  Migrator other(fixture.db, own.set(fixture.db));
  CHECK(names(other.up()) == Strings{"+shop/0001"});
  CHECK(names(other.down_all()) == Strings{"-shop/0001"});
  CHECK(names(migrator.down_all()) == Strings{"-bank/0001", "-lockstep/0001"});
}

TEST_CASE("migrator: a changed applied file is refused and shown") {
  Empty fixture;
  Migrator(fixture.db, three_versions().set(fixture.db)).up_to("0002");
  Files files;
  files.add("shop", "0001_table.up.sql", "\xEF\xBB\xBF" + create("t1") + "\r\n\r\n");  // the same
  files.add("shop", "0002_table.up.sql", create("t2") + "SELECT 1;");
  files.add("shop", "0003_table.up.sql", create("t3"));
  Migrator migrator(fixture.db, files.set(fixture.db));
  CHECK(states(migrator) ==
        Strings{"shop/0001 applied", "shop/0002 applied changed", "shop/0003 pending"});
  CHECK_THROWS_WITH_AS(migrator.up(),
                       "migration shop/0002: 0002_table.up.sql was changed after it was applied",
                       InvalidState);
  CHECK_THROWS_AS(static_cast<void>(migrator.plan()), InvalidState);
  CHECK_FALSE(has_table(fixture.db, "t3"));
}

TEST_CASE("migrator: a file older than an applied one is refused") {
  Empty fixture;
  Files late;
  late.add("shop", "0002_b.up.sql", create("b"));
  Migrator(fixture.db, late.set(fixture.db)).up();
  late.add("shop", "0001_a.up.sql", create("a"));
  CHECK_THROWS_WITH_AS(
      Migrator(fixture.db, late.set(fixture.db)).up(),
      "migration shop/0001: 0001_a.up.sql is older than version 0002, which is applied",
      InvalidState);
}

TEST_CASE("migrator: a database ahead of the set is told, and goes down by the stored text") {
  Empty fixture;
  Migrator(fixture.db, three_versions().set(fixture.db)).up();
  Files files;
  files.add("shop", "0001_table.up.sql", create("t1"));
  files.add("shop", "0001_table.down.sql", "DROP TABLE t1");
  Migrator older(fixture.db, files.set(fixture.db));
  CHECK(states(older) == Strings{"shop/0001 applied", "shop/0002 ahead", "shop/0003 ahead"});
  CHECK(older.up().empty());
  CHECK(older.current_version("shop") == "0003");
  CHECK_THROWS_AS(older.down(), InvalidState);
  CHECK(has_table(fixture.db, "t3"));

  Migrator stored(fixture.db, files.set(fixture.db), {.stored_down = true});
  CHECK(names(stored.down_to("0001")) == Strings{"-shop/0003", "-shop/0002"});
  CHECK_FALSE(has_table(fixture.db, "t2"));
  CHECK(states(older) == Strings{"shop/0001 applied"});
}

TEST_CASE("migrator: a down that was changed or is missing is refused with nothing reverted") {
  Empty fixture;
  Files files;
  files.add("shop", "0001_a.up.sql", create("a"));
  files.add("shop", "0002_b.up.sql", create("b")).add("shop", "0002_b.down.sql", "DROP TABLE b");
  Migrator(fixture.db, files.set(fixture.db)).up();
  CHECK_THROWS_WITH_AS(Migrator(fixture.db, files.set(fixture.db)).down_all(),
                       "migration shop/0001: there is no down for it", InvalidState);
  CHECK(has_table(fixture.db, "b"));

  Files changed;
  changed.add("shop", "0001_a.up.sql", create("a"));
  changed.add("shop", "0002_b.up.sql", create("b"));
  changed.add("shop", "0002_b.down.sql", "DROP TABLE a");
  CHECK_THROWS_AS(Migrator(fixture.db, changed.set(fixture.db)).down(), InvalidState);
  CHECK(names(Migrator(fixture.db, changed.set(fixture.db), {.stored_down = true}).down()) ==
        Strings{"-shop/0002"});
  CHECK(has_table(fixture.db, "a"));
  CHECK_FALSE(has_table(fixture.db, "b"));
}

TEST_CASE("migrator: the ledger says who, when and what") {
  DatabaseOptions options;
  options.clock = [] { return Clock::start; };
  Empty fixture(options);
  Database& db = fixture.db;
  Files files;
  files.add("shop", "0001_a.up.sql", create("a") + create("b"));
  files.add("shop", "0001_a.down.sql", "DROP TABLE a; DROP TABLE b;");
  Migrator migrator(db, files.set(db), {.applied_by = "tester", .host = "desk"});
  migrator.up();
  using Row = std::tuple<std::string, std::string, std::string, std::int64_t, std::string,
                         std::string, std::string, std::int64_t, std::string>;
  const auto row = db.fetch_one<Row>(
      "SELECT name, kind, state, seq, down_text, started_at, finished_at, stmts_done,"
      " applied_by FROM lockstep_migrations WHERE domain = ? AND version = ?",
      "shop", "0001");
  const std::string now = "2024-03-10 00:00:00.123456";
  CHECK(row ==
        Row{"a", "versioned", "applied", 1, "DROP TABLE a; DROP TABLE b;", now, now, 2, "tester"});
  migrator.down();
  CHECK(count(db, "lockstep_migrations") == 0);
  using Event = std::tuple<std::string, std::string, std::string, std::string>;
  const auto events = db.fetch_all<Event>(
      "SELECT event, domain, version, host FROM lockstep_migration_log ORDER BY id");
  REQUIRE(events.size() == 3);
  CHECK(std::get<0>(events[0]) == "layout");
  CHECK(events[1] == Event{"up", "shop", "0001", "desk"});
  CHECK(events[2] == Event{"down", "shop", "0001", "desk"});
}

TEST_CASE("migrator: a ledger of a newer layout is refused") {
  Empty fixture;
  Migrator migrator(fixture.db, three_versions().set(fixture.db));
  migrator.up();
  fixture.db.execute("UPDATE lockstep_migration_log SET detail = '99' WHERE event = 'layout'");
  CHECK_THROWS_AS(migrator.up(), InvalidState);
  CHECK_THROWS_AS(static_cast<void>(migrator.status()), InvalidState);
}

TEST_CASE("migrator: the observer sees each statement before it runs") {
  Empty fixture;
  Files files;
  files.add("shop", "0001_a.up.sql", create("a") + create("b"));
  Strings seen;
  MigratorOptions options;
  options.observer = [&](const MigrationEvent& event) {
    using Kind = MigrationEvent::Kind;
    seen.push_back(event.kind == Kind::start       ? "start"
                   : event.kind == Kind::done      ? "done"
                   : event.kind == Kind::statement ? "statement " + std::to_string(event.statement)
                                                   : "other");
    CHECK(event.step->version == "0001");
  };
  Migrator(fixture.db, files.set(fixture.db), options).up();
  CHECK(seen == Strings{"start", "statement 0", "statement 1", "done"});
}

TEST_CASE("migrator: a set for another engine, and an author that the ledger cannot hold") {
  Empty fixture;
  const Engine other =
      fixture.db.dialect().engine == Engine::sqlite ? Engine::postgres : Engine::sqlite;
  CHECK_THROWS_AS(Migrator(fixture.db, MigrationSet(other, {})), InvalidArgument);
  const MigrationSet set = Files().set(fixture.db);
  CHECK_THROWS_AS(Migrator(fixture.db, set, {.applied_by = std::string(256, 'a')}),
                  InvalidArgument);
  CHECK_THROWS_AS(Migrator(fixture.db, set, {.host = "\xFF"}), InvalidArgument);
}

// What moves the session away from the schema in which it has begun.
constexpr Sql leave_schema{"test.leave_schema",
                           "SELECT 1",
                           {.postgres = "SELECT pg_catalog.set_config('search_path', '', false)",
                            .mysql = "USE information_schema"}};

TEST_CASE("migrator: a migration that leaves the schema does not lose the ledger") {
  Empty fixture;
  Database& db = fixture.db;
  Files files;
  files.add("shop", "0001_a.up.sql",
            create("a") + std::string(leave_schema.text(db.dialect().engine)));
  CHECK(names(Migrator(db, files.set(db)).up()) == Strings{"+shop/0001"});
  CHECK(states(*std::make_unique<Migrator>(db, files.set(db))) == Strings{"shop/0001 applied"});
}

TEST_CASE("migrator: text is sent as it is written") {
  Empty fixture;
  Files files;
  files.add("shop", "0001_a.up.sql",
            "CREATE TABLE a (id VARCHAR(40) NOT NULL PRIMARY KEY);\n"
            "INSERT INTO a VALUES ('? :x ?? $1 -- /* ; \xC3\xA9');");
  Migrator(fixture.db, files.set(fixture.db)).up();
  CHECK(fixture.db.fetch_value<std::string>("SELECT id FROM a") == "? :x ?? $1 -- /* ; \xC3\xA9");
}

}  // namespace
}  // namespace lockstep::tests

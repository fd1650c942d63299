// SPDX-License-Identifier: BSL-1.0
// Migrators that are asked to stop: at a safe point, or in the middle of a statement.
#include <thread>

#include "migrate/ledger.hpp"
#include "migrations/empty.hpp"

namespace lockstep::tests {
namespace {

using Kind = MigrationEvent::Kind;

Files three_tables() {
  Files files;
  files.add("shop", "0001_a.up.sql", create("a"));
  files.add("shop", "0002_b.up.sql", create("b") + create("c") + create("d"));
  files.add("shop", "0003_e.up.sql", create("e"));
  return files;
}

std::string cancelled(Migrator migrator) {
  try {
    migrator.up();
  } catch (const Cancelled& error) {
    return error.what();
  }
  return "nothing was thrown";
}

// Asks to stop at an event of a version.
struct StopAt {
  Kind kind;
  std::string version;
  std::size_t statement = 0;
  std::stop_source source = {};

  [[nodiscard]] MigratorOptions options() {
    MigratorOptions options;
    options.stop = source.get_token();
    options.observer = [this](const MigrationEvent& event) {
      if (event.kind == kind && event.step->version == version && event.statement == statement) {
        source.request_stop();
      }
    };
    return options;
  }
};

TEST_CASE("stop: after a file the next is not begun, and the lock is free") {
  Empty fixture;
  Database& db = fixture.db;
  StopAt stop{Kind::done, "0001"};
  const MigrationSet set = three_tables().set(db);
  CHECK(cancelled(Migrator(db, set, stop.options())) == "migrator: stopped before shop/0002");
  Migrator migrator(db, set);
  CHECK(migrator.applied("shop") == std::vector<std::string>{"0001"});
  CHECK_FALSE(has_table(db, "b"));
  CHECK(migrator.up().size() == 2);
}

TEST_CASE("stop: in a file that runs in a transaction nothing of it is left") {
  Empty fixture;
  Database& db = fixture.db;
  if (!db.capabilities().transactional_ddl) return;
  StopAt stop{Kind::statement, "0002", 1};
  const MigrationSet set = three_tables().set(db);
  CHECK(cancelled(Migrator(db, set, stop.options())) ==
        "migration shop/0002: statement 2 of 3 (0002_b.up.sql:2), database unchanged: migrator: "
        "stopped before statement 2 of 3 (0002_b.up.sql:2)");
  Migrator migrator(db, set);
  CHECK(migrator.applied("shop") == std::vector<std::string>{"0001"});
  CHECK_FALSE(has_table(db, "b"));
  CHECK(migrator.up().size() == 2);
}

TEST_CASE("stop: where statements stand alone, what is done is in the ledger") {
  DatabaseOptions options;
  options.allowed.transactional_ddl = false;
  Empty fixture(options);
  Database& db = fixture.db;
  StopAt stop{Kind::statement, "0002", 1};
  const MigrationSet set = three_tables().set(db);
  CHECK(cancelled(Migrator(db, set, stop.options())).find("statements done: 1") !=
        std::string::npos);
  CHECK(has_table(db, "b"));
  CHECK_FALSE(has_table(db, "c"));
  const auto all = Migrator(db, set).status();
  CHECK(all[1].state == MigrationState::failed);
  CHECK(all[1].statements_done == 1);
  CHECK(all[2].state == MigrationState::pending);
}

TEST_CASE("stop: a migrator that waits for another one ends its wait") {
  Empty fixture;
  if (!fixture.shared()) return;
  DatabaseOptions impatient;
  impatient.busy_timeout = std::chrono::milliseconds(1);
  Database db = fixture.open_again(impatient);
  detail::Pinned holder(fixture.db);
  CHECK(holder.try_lock(detail::Ledger(holder, {}).lock_key()));
  holder.begin();
  std::stop_source source;
  MigratorOptions options;
  options.stop = source.get_token();
  options.sleep = [&](std::chrono::milliseconds) { source.request_stop(); };
  CHECK(cancelled(Migrator(db, three_tables().set(db), options)) ==
        "migrator: stopped while it waited for another migrator");
  holder.rollback();
}

// A statement that does not end by itself. Of SLEEP() and BENCHMARK() MySQL says that they are
// done.
constexpr Sql endless{
    "test.endless",
    "INSERT INTO a SELECT COUNT(*) FROM (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 "
    "FROM n) SELECT i FROM n)",
    {.postgres = "SELECT pg_sleep(3600)",
     .mysql = "INSERT INTO a SELECT COUNT(*) FROM information_schema.columns AS x,"
              " information_schema.columns AS y, information_schema.columns AS z"}};

TEST_CASE("stop: a second request ends the statement that runs") {
  Empty fixture;
  Database& db = fixture.db;
  Files files;
  files.add("shop", "0001_a.up.sql",
            create("a") + std::string(endless.text(db.dialect().engine)));
  std::stop_source source;
  std::thread second;
  MigratorOptions options;
  options.cancel = source.get_token();
  // Whether it comes before the engine has begun or after: the statement ends.
  options.observer = [&](const MigrationEvent& event) {
    if (event.kind == Kind::statement && event.statement == 1) {
      second = std::thread([&] {
        for (int i = 0; i < 1000; ++i) std::this_thread::yield();
        source.request_stop();
      });
    }
  };
  const std::string message = cancelled(Migrator(db, files.set(db), options));
  second.join();
  CHECK(message.starts_with("migration shop/0001: statement 2 of 2 (0001_a.up.sql:2)"));
  if (db.capabilities().transactional_ddl) CHECK_FALSE(has_table(db, "a"));
}

TEST_CASE("timeout: a statement that takes longer fails its file") {
  Empty fixture;
  Database& db = fixture.db;
  Files files;
  files.add("shop", "0001_a.up.sql",
            "-- lockstep:timeout 50ms\n" + create("a") +
                std::string(endless.text(db.dialect().engine)));
  std::string message;
  try {
    Migrator(db, files.set(db)).up();
  } catch (const MigrationFailed& error) {
    message = error.what();
  }
  CHECK(message.find("statement 2 of 2 (0001_a.up.sql:3)") != std::string::npos);
  CHECK(message.find("deadline passed") != std::string::npos);
}

}  // namespace
}  // namespace lockstep::tests

// SPDX-License-Identifier: BSL-1.0
// Several migrators at once.
#include <algorithm>
#include <thread>

#include "lockstep/migration_lock.hpp"
#include "migrate/table_lock.hpp"
#include "migrations/empty.hpp"
#include "migrations/still_time.hpp"

namespace lockstep::tests {
namespace {

constexpr int versions = 6;
constexpr int threads = 4;

// Each version makes a table and counts itself, so that one that is applied twice shows.
Files counted() {
  Files files;
  files.add("shop", "0001_steps.up.sql",
            "CREATE TABLE steps (version INTEGER NOT NULL);\nINSERT INTO steps VALUES (1);");
  for (int v = 2; v <= versions; ++v) {
    const std::string n = std::to_string(v);
    std::string text = create("t" + n);
    text.append("INSERT INTO steps VALUES (").append(n).append(");");
    files.add("shop", "000" + n + "_table.up.sql", std::move(text));
  }
  return files;
}

std::vector<std::int64_t> steps_of(Database& db) {
  return db.fetch_all<std::int64_t>("SELECT version FROM steps ORDER BY version");
}

// Runs body(i) on all threads at once; what they throw, in words.
template <class F>
std::vector<std::string> on_threads(F&& body) {
  std::vector<std::string> errors(threads);
  std::atomic<int> ready{0};
  std::vector<std::thread> pool;
  for (std::size_t i = 0; i < threads; ++i) {
    pool.emplace_back([&, i] {
      ++ready;
      while (ready < threads) std::this_thread::yield();
      try {
        body(i);
      } catch (const std::exception& e) {
        errors[i] = e.what();
      }
    });
  }
  for (std::thread& thread : pool) thread.join();
  return errors;
}

void check_applied_once(Empty& fixture, std::size_t applied) {
  CHECK(applied == versions);
  CHECK(steps_of(fixture.db) == std::vector<std::int64_t>{1, 2, 3, 4, 5, 6});
  CHECK(
      fixture.db.fetch_all<std::int64_t>("SELECT seq FROM lockstep_migrations ORDER BY version") ==
      std::vector<std::int64_t>{1, 2, 3, 4, 5, 6});
  CHECK(fixture.db.fetch_value<std::int64_t>(
            "SELECT COUNT(*) FROM lockstep_migration_log WHERE event = 'up'") == versions);
}

TEST_CASE("lock: migrators of one pool apply each version once, and none fails") {
  Empty fixture;
  const MigrationSet set = counted().set(fixture.db);
  std::atomic<std::size_t> applied{0};
  const auto errors =
      on_threads([&](std::size_t) { applied += Migrator(fixture.db, set).up().size(); });
  for (const std::string& error : errors) CHECK(error == "");
  check_applied_once(fixture, applied);
}

TEST_CASE("lock: migrators with pools of their own apply each version once, and none fails") {
  Empty fixture;
  if (!fixture.shared()) return;
  const MigrationSet set = counted().set(fixture.db);
  std::vector<Database> databases;
  databases.reserve(threads);
  for (int i = 0; i < threads; ++i) databases.push_back(fixture.open_again());
  std::atomic<std::size_t> applied{0};
  const auto errors =
      on_threads([&](std::size_t i) { applied += Migrator(databases[i], set).up().size(); });
  for (const std::string& error : errors) CHECK(error == "");
  check_applied_once(fixture, applied);
}

// What keeps other migrators out: the lock of the session, and where the engine has none the write
// lock of the database.
class Holder {
 public:
  explicit Holder(Database& db)
      : connection_(db), key_(detail::Ledger(connection_, {}).lock_key()) {
    CHECK(connection_.try_lock(key_));
    connection_.begin();
  }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;
  ~Holder() {
    connection_.rollback();
    connection_.unlock(key_);
  }
  [[nodiscard]] const std::string& key() const { return key_; }

 private:
  detail::Pinned connection_;
  std::string key_;
};

// One that does not wait for the engine itself.
Database impatient(const Empty& fixture) {
  DatabaseOptions options;
  options.busy_timeout = std::chrono::milliseconds(1);
  return fixture.open_again(std::move(options));
}

TEST_CASE("lock: after lock_timeout a migrator says that another is at work") {
  Empty fixture;
  if (!fixture.shared()) return;
  Database db = impatient(fixture);
  const Holder holder(fixture.db);
  StillTime time;
  MigratorOptions options = time.options();
  int waits = 0;
  options.observer = [&](const MigrationEvent& event) {
    CHECK(event.kind == MigrationEvent::Kind::waiting);
    CHECK(event.step == nullptr);
    CHECK(event.elapsed == time.passed());
    ++waits;
  };
  Migrator migrator(db, counted().set(db), options);
  std::string message;
  try {
    migrator.up();
  } catch (const MigrationLocked& error) {
    message = error.what();
  }
  CHECK(message.starts_with("migration lock: another migrator is at work, waited 60000 ms"));
  detail::Pinned second(db);
  const bool session_locks = !second.try_lock(holder.key());
  CHECK((message.find("; held by ") != std::string::npos) == session_locks);
  CHECK(time.passed() == std::chrono::seconds(60));
  CHECK(time.longest() < std::chrono::milliseconds(500));
  CHECK(waits >= 120);
}

TEST_CASE("lock: no lock_timeout, no wait") {
  Empty fixture;
  if (!fixture.shared()) return;
  Database db = impatient(fixture);
  std::optional<Holder> holder(std::in_place, fixture.db);
  StillTime time;
  MigratorOptions options = time.options();
  options.lock_timeout = std::chrono::milliseconds(0);
  CHECK_THROWS_AS(Migrator(db, counted().set(db), options).up(), MigrationLocked);
  CHECK(time.passed().count() == 0);
  holder.reset();
  CHECK(Migrator(db, counted().set(db), options).up().size() == versions);
}

TEST_CASE("lock: what others did during the wait is not done again") {
  Empty fixture;
  if (!fixture.shared()) return;
  Database db = impatient(fixture);
  std::optional<Holder> holder(std::in_place, fixture.db);
  StillTime time;
  const MigrationSet set = counted().set(db);
  bool waited = false;
  const MigratorOptions options = time.options([&] {
    if (std::exchange(waited, true)) return;
    holder.reset();
    CHECK(Migrator(fixture.db, set).up_to("0004").size() == 4);
  });
  CHECK(Migrator(db, set, options).up().size() == 2);
  CHECK(waited);
  CHECK(steps_of(db).size() == versions);
}

// Where each file's transaction is the lock, it is free between two of them.
TEST_CASE("lock: what others do between two files is not done again") {
  Empty fixture;
  if (!fixture.shared() || fixture.db.dialect().capabilities.concurrent_writers) return;
  Database other = fixture.open_again();
  const MigrationSet set = counted().set(fixture.db);
  MigratorOptions options;
  options.observer = [&](const MigrationEvent& event) {
    if (event.kind != MigrationEvent::Kind::done || event.step->version != "0002") return;
    CHECK(Migrator(other, set).up_to("0004").size() == 2);
  };
  const auto done = Migrator(fixture.db, set, options).up();
  CHECK(done.size() == 4);
  check_applied_once(fixture, done.size() + 2);
}

TEST_CASE("lock: a migrator that finds nothing to do does not ask for it") {
  Empty fixture;
  if (!fixture.shared()) return;
  Database db = impatient(fixture);
  StillTime time;
  Migrator migrator(db, counted().set(db), time.options());
  migrator.up();
  const Holder holder(fixture.db);
  CHECK(migrator.up().empty());
  CHECK(migrator.plan().empty());
  CHECK(migrator.status().size() == versions);
  CHECK(time.passed().count() == 0);
}

TEST_CASE("lock: it is free after a failure") {
  Empty fixture;
  if (!fixture.shared()) return;
  Database db = impatient(fixture);
  Files files;
  files.add("shop", "0001_a.up.sql", "INSERT INTO missing VALUES (1)");
  MigratorOptions options;
  options.lock_timeout = std::chrono::milliseconds(0);
  CHECK_THROWS_AS(Migrator(db, files.set(db), options).up(), MigrationFailed);
  Files other;
  other.add("bank", "0001_b.up.sql", create("b"));
  CHECK(Migrator(fixture.db, other.set(db), options).up().size() == 1);
}

// What takes the lock of its session away from a migrator, from inside.
constexpr Sql loses_lock{"test.loses_lock",
                         "SELECT 1;\n",
                         {.postgres = "SELECT pg_advisory_unlock_all();\n",
                          .mysql = "SELECT RELEASE_ALL_LOCKS();\n"}};

bool has_session_locks(const Database& db) { return db.dialect().engine != Engine::sqlite; }

TEST_CASE("lock: a migrator that has lost it stops before the next file") {
  Empty fixture;
  Database& db = fixture.db;
  if (!has_session_locks(db)) return;
  Files files;
  files.add("shop", "0001_a.up.sql",
            create("a") + std::string(loses_lock.text(db.dialect().engine)));
  files.add("shop", "0002_b.up.sql", create("b"));
  Migrator migrator(db, files.set(db));
  std::string message;
  try {
    migrator.up();
  } catch (const MigrationLocked& error) {
    message = error.what();
  }
  CHECK(message.find("this connection does not have it any more") != std::string::npos);
  CHECK(message.find("--lock=table") != std::string::npos);
  CHECK(migrator.applied("shop") == std::vector<std::string>{"0001"});
  CHECK_FALSE(has_table(db, "b"));
  CHECK(migrator.up().size() == 1);
}

TEST_CASE("lock: a migrator that has lost it stops before the next statement that stands alone") {
  DatabaseOptions options;
  options.allowed.transactional_ddl = false;
  Empty fixture(options);
  Database& db = fixture.db;
  if (!has_session_locks(db)) return;
  Files files;
  files.add("shop", "0001_a.up.sql",
            create("a") + std::string(loses_lock.text(db.dialect().engine)) + create("b"));
  Migrator migrator(db, files.set(db));
  CHECK_THROWS_AS(migrator.up(), MigrationLocked);
  CHECK(has_table(db, "a"));
  CHECK_FALSE(has_table(db, "b"));
  const MigrationStatus left = migrator.status().back();
  CHECK(left.state == MigrationState::failed);
  CHECK(left.statements_done == 2);
}

MigratorOptions by_table(MigratorOptions options = {}) {
  options.lock = LockKind::table;
  return options;
}

TEST_CASE("lock by table: migrators apply each version once, and its table is gone") {
  Empty fixture;
  const MigrationSet set = counted().set(fixture.db);
  std::vector<Database> databases;
  for (int i = 0; i < threads && fixture.shared(); ++i) databases.push_back(fixture.open_again());
  std::atomic<std::size_t> applied{0};
  const auto errors = on_threads([&](std::size_t i) {
    Database& db = fixture.shared() ? databases[i] : fixture.db;
    applied += Migrator(db, set, by_table()).up().size();
  });
  for (const std::string& error : errors) CHECK(error == "");
  check_applied_once(fixture, applied);
  CHECK_FALSE(has_table(fixture.db, "lockstep_migration_lease"));
}

// Takes the row as a migrator does that dies then.
void leave_row(Database& db) {
  detail::Pinned connection(db);
  const detail::Ledger ledger(connection, {"somebody", "desk"});
  CHECK(detail::TableLock(connection, ledger).try_take());
}

TEST_CASE("lock by table: a file that locks tables locks the one of the row with them") {
  Empty fixture;
  Database& db = fixture.db;
  if (db.capabilities().transactional_ddl) return;
  Files files;
  files.add("shop", "0001_a.up.sql",
            create("a") +
                "LOCK TABLES a WRITE;\nINSERT INTO a VALUES (1);\nALTER TABLE a ADD b INT;\n"
                "UNLOCK TABLES;\nINSERT INTO a VALUES (2, 2);\n");
  CHECK(Migrator(db, files.set(db), by_table()).up().size() == 1);
  CHECK(db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM a") == 2);
  CHECK_FALSE(has_table(db, "lockstep_migration_lease"));
}

TEST_CASE("lock by table: a row is waited for until it expires, and can be taken away") {
  Empty fixture;
  if (!fixture.shared()) return;
  Database& db = fixture.db;
  leave_row(db);
  const auto holders = migration_lock_holders(db);
  REQUIRE(holders.size() == 1);
  CHECK(holders[0].kind == LockKind::table);
  CHECK(holders[0].user == "somebody");
  CHECK(holders[0].host == "desk");
  CHECK_FALSE(holders[0].since.empty());
  CHECK_FALSE(holders[0].expired);

  StillTime time;
  Migrator migrator(db, counted().set(db), by_table(time.options()));
  std::string message;
  try {
    migrator.up();
  } catch (const MigrationLocked& error) {
    message = error.what();
  }
  CHECK(message.find("; held by a row of lockstep_migration_lease, applied by somebody, host desk, "
                     "since ") != std::string::npos);
  CHECK(time.passed() == std::chrono::seconds(60));
  CHECK_THROWS_AS(release_migration_lock(db), InvalidState);

  db.execute("UPDATE lockstep_migration_lease SET expires_at = 1");
  CHECK(migration_lock_holders(db).at(0).expired);
  CHECK(migrator.up().size() == versions);
  CHECK_FALSE(release_migration_lock(db));

  leave_row(db);
  CHECK(release_migration_lock(db, true));
  CHECK(migration_lock_holders(db).empty());
  CHECK_FALSE(has_table(db, "lockstep_migration_lease"));
}

TEST_CASE("lock by table: one whose row was taken over stops before the next file") {
  Empty fixture;
  if (!fixture.shared()) return;
  Database& db = fixture.db;
  Database thief = fixture.open_again();
  MigratorOptions options = by_table();
  options.observer = [&](const MigrationEvent& event) {
    if (event.kind != MigrationEvent::Kind::done || event.step->version != "0002") return;
    thief.execute("UPDATE lockstep_migration_lease SET token = 'another'");
  };
  Migrator migrator(db, counted().set(db), options);
  std::string message;
  try {
    migrator.up();
  } catch (const MigrationLocked& error) {
    message = error.what();
  }
  CHECK(message.find("its row was not renewed in time") != std::string::npos);
  CHECK(steps_of(db) == std::vector<std::int64_t>{1, 2});
  CHECK_FALSE(has_table(db, "t3"));
  CHECK(has_table(db, "lockstep_migration_lease"));  // it is the other's
}

TEST_CASE("lock: who has it is told, and the lock of a session is not taken away") {
  Empty fixture;
  if (!fixture.shared()) return;
  CHECK(migration_lock_holders(fixture.db).empty());
  const Holder holder(fixture.db);
  Database db = impatient(fixture);
  const auto holders = migration_lock_holders(db);
  CHECK(holders.size() == (has_session_locks(db) ? 1U : 0U));
  if (holders.empty()) return;
  CHECK(holders[0].kind == LockKind::session);
  CHECK_FALSE(holders[0].process.empty());
  CHECK_FALSE(holders[0].user.empty());
  CHECK_THROWS_AS(release_migration_lock(db, true), InvalidState);
}

TEST_CASE("lock: behind a pooler it is refused, and a row of a table is taken instead") {
  Empty fixture;
  if (fixture.db.dialect().engine != Engine::postgres) return;
  Database db = Database::open(fixture.url() + "?pooler=transaction");
  std::string message;
  try {
    Migrator(db, counted().set(db)).up();
  } catch (const MigrationLocked& error) {
    message = error.what();
  }
  CHECK(message.find("a pooler is in between") != std::string::npos);
  CHECK(message.find("LOCKSTEP_MIGRATION_URL") != std::string::npos);
  CHECK(catalog(db).empty());
  CHECK_FALSE(has_table(db, "lockstep_migrations"));
  CHECK(Migrator(db, counted().set(db), by_table()).up().size() == versions);
}

}  // namespace
}  // namespace lockstep::tests

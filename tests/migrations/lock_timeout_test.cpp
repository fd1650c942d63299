// SPDX-License-Identifier: BSL-1.0
// Statements that cannot get the lock of a table: they give up soon, and are tried again.
#include "migrations/empty.hpp"
#include "migrations/still_time.hpp"

namespace lockstep::tests {
namespace {

using Kind = MigrationEvent::Kind;
using std::chrono::milliseconds;

// SQLite has one lock for all, which is waited for before the file begins.
bool locks_tables(const Database& db) { return db.dialect().engine != Engine::sqlite; }

Files altering(std::string_view directives = "") {
  Files files;
  files.add("shop", "0001_a.up.sql", create("a"));
  files.add("shop", "0002_b.up.sql",
            std::string(directives) + create("b") + "ALTER TABLE a ADD more INTEGER;");
  return files;
}

// Has read table a in a transaction that stays open.
class Reader {
 public:
  explicit Reader(const Empty& fixture) : db_(fixture.open_again()), tx_(db_.begin()) {
    static_cast<void>(tx_->fetch_value<std::int64_t>("SELECT COUNT(*) FROM a"));
  }
  void leave() { tx_.reset(); }

 private:
  Database db_;
  std::optional<Transaction> tx_;
};

TEST_CASE("lock timeout: the file is rolled back and run again") {
  Empty fixture;
  Database& db = fixture.db;
  if (!locks_tables(db)) return;
  const MigrationSet set = altering().set(db);
  Migrator(db, set).up_to("0001");
  Reader reader(fixture);
  StillTime time;
  int pauses = 0;
  MigratorOptions options = time.options([&] {
    if (++pauses == 1) reader.leave();
  });
  options.ddl_lock_timeout = milliseconds(50);  // on MySQL a second is the least
  std::vector<std::string> told;
  options.observer = [&](const MigrationEvent& event) {
    if (event.kind == Kind::start) told.emplace_back("start");
    if (event.kind == Kind::retry) told.emplace_back("retry " + std::to_string(event.statement));
  };
  CHECK(Migrator(db, set, options).up().size() == 1);
  const std::vector<std::string> again =
      db.capabilities().transactional_ddl
          ? std::vector<std::string>{"start", "retry 1", "start"}
          : std::vector<std::string>{"start", "retry 1"};
  CHECK(told == again);
  CHECK(pauses == 1);
  CHECK(has_table(db, "b"));
}

TEST_CASE("lock timeout: after ten times the error says who is in the way") {
  Empty fixture;
  Database& db = fixture.db;
  if (!db.capabilities().transactional_ddl || !locks_tables(db)) return;
  const MigrationSet set = altering().set(db);
  Migrator(db, set).up_to("0001");
  const Reader reader(fixture);
  StillTime time;
  MigratorOptions options = time.options();
  options.ddl_lock_timeout = milliseconds(20);
  int retries = 0;
  options.observer = [&](const MigrationEvent& event) {
    if (event.kind == Kind::retry) ++retries;
  };
  std::string message;
  try {
    Migrator(db, set, options).up();
  } catch (const MigrationFailed& error) {
    message = error.what();
  }
  CHECK(retries == 10);
  CHECK(time.passed() > std::chrono::seconds(25));
  CHECK(message.find("database unchanged; in the way: process ") != std::string::npos);
  CHECK(message.find("idle in transaction since ") != std::string::npos);
  CHECK(message.find("with a lock on a") != std::string::npos);
  CHECK_FALSE(has_table(db, "b"));
}

TEST_CASE("lock timeout: all files of a run that is one transaction are run again") {
  Empty fixture;
  Database& db = fixture.db;
  if (!db.capabilities().transactional_ddl || !locks_tables(db)) return;
  Migrator(db, altering().set(db)).up_to("0001");
  Files more = altering();
  more.add("shop", "0003_c.up.sql", create("c") + "ALTER TABLE a ADD other INTEGER;");
  Reader reader(fixture);
  StillTime time;
  MigratorOptions options = time.options([&] { reader.leave(); });
  options.ddl_lock_timeout = milliseconds(20);
  options.scope = TransactionScope::run;
  CHECK(Migrator(db, more.set(db), options).up().size() == 2);
  CHECK(has_table(db, "c"));
}

TEST_CASE("lock timeout: a file can say how long, and the server's own holds after it") {
  Empty fixture;
  Database& db = fixture.db;
  if (!locks_tables(db)) return;
  const bool postgres = db.dialect().engine == Engine::postgres;
  const std::string keep = postgres ? "INSERT INTO seen SELECT current_setting('lock_timeout');"
                                    : "INSERT INTO seen SELECT @@lock_wait_timeout;";
  Files files;
  files.add("shop", "0001_a.up.sql", "CREATE TABLE seen (what VARCHAR(20));\n" + keep);
  files.add("shop", "0002_b.up.sql", "-- lockstep:lock-timeout 10s\n" + keep);
  files.add("shop", "0003_c.up.sql", "-- lockstep:notransaction\n" + keep);
  files.add("shop", "0004_d.up.sql", "-- lockstep:lock-timeout 0\n" + keep);
  Migrator(db, files.set(db)).up();
  const auto seen = db.fetch_all<std::string>("SELECT what FROM seen");
  const std::string usual = db.fetch_value<std::string>(
      postgres ? "SELECT current_setting('lock_timeout')"
               : "SELECT CAST(@@GLOBAL.lock_wait_timeout AS CHAR)");
  CHECK(seen == (postgres ? std::vector<std::string>{"3s", "10s", "3s", usual}
                          : std::vector<std::string>{"3", "10", "3", usual}));
}

}  // namespace
}  // namespace lockstep::tests

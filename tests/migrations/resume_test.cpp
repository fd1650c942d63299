// SPDX-License-Identifier: BSL-1.0
// Going on with a file that has ended before its end. Where DDL can be undone that happens to files
// without a transaction only: the capability is switched off for these tests.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "migrate/catalog_print.hpp"
#include "migrate/checksum.hpp"
#include "migrations/empty.hpp"

namespace lockstep::tests {
namespace {

DatabaseOptions statement_wise() {
  DatabaseOptions options;
  options.allowed.transactional_ddl = false;
  return options;
}

bool undoes_ddl(const Executor& db) { return db.dialect().capabilities.transactional_ddl; }

Files one_file(std::string text, std::string down = {}) {
  Files files;
  files.add("shop", "0001_a.up.sql", std::move(text));
  if (!down.empty()) files.add("shop", "0001_a.down.sql", std::move(down));
  return files;
}

// What is thrown by a call of the migrator.
template <class E, class F>
std::string thrown(F&& call) {
  try {
    call();
  } catch (const E& error) {
    return error.what();
  }
  FAIL("nothing was thrown");
  return {};
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

using Numbers = std::vector<std::int64_t>;

Numbers numbers(Database& db, const std::string& table) {
  return db.fetch_all<std::int64_t>("SELECT id FROM " + table + " ORDER BY id");
}

const std::string insert_missing = "INSERT INTO missing VALUES (1);\n";

TEST_CASE("resume: there is nothing to do where all is done") {
  Empty fixture;
  Migrator migrator(fixture.db, one_file(create("a")).set(fixture.db));
  CHECK(migrator.resume().empty());
  CHECK_FALSE(has_table(fixture.db, "lockstep_migrations"));
  migrator.up();
  CHECK(migrator.resume().empty());
}

TEST_CASE("resume: a file that failed goes on once it is mended, and is applied in full") {
  Empty fixture(statement_wise());
  Database& db = fixture.db;
  const std::string front = create("a") + "INSERT INTO a VALUES (1);\n";
  Migrator broken(db, one_file(front + insert_missing + create("b")).set(db));
  CHECK_THROWS_AS(broken.up(), MigrationFailed);

  Migrator mended(db, one_file(front + "INSERT INTO a VALUES (2);\n" + create("b")).set(db));
  CHECK_THROWS_AS(mended.up(), InvalidState);
  const auto steps = mended.resume();
  REQUIRE(steps.size() == 1);
  CHECK(steps.front().version == "0001");
  CHECK(numbers(db, "a") == Numbers{1, 2});
  CHECK(has_table(db, "b"));
  const MigrationStatus status = mended.status().front();
  CHECK(status.state == MigrationState::applied);
  CHECK_FALSE(status.changed);
  CHECK(status.statements_done == 4);
  CHECK(mended.up().empty());
  CHECK(mended.resume().empty());
}

TEST_CASE("resume: a failure in the middle of it can be resumed again") {
  Empty fixture(statement_wise());
  Database& db = fixture.db;
  const std::string last = create("c");
  Migrator first(db, one_file(create("a") + insert_missing + create("b") + last).set(db));
  CHECK_THROWS_AS(first.up(), MigrationFailed);
  Migrator second(db, one_file(create("a") + create("b") + insert_missing + last).set(db));
  CHECK(contains(thrown<MigrationFailed>([&] { second.resume(); }),
                 "statement 3 of 4 (0001_a.up.sql:3), statements done: 2"));
  Migrator third(db, one_file(create("a") + create("b") + last).set(db));
  CHECK(third.resume().size() == 1);
  CHECK(has_table(db, "c"));
}

TEST_CASE("resume: a statement that is done must be the one that was run") {
  Empty fixture(statement_wise());
  Database& db = fixture.db;
  const std::string middle = "INSERT INTO a VALUES (1);\n";
  Migrator broken(db, one_file(create("a") + middle + insert_missing).set(db));
  CHECK_THROWS_AS(broken.up(), MigrationFailed);
  Migrator other(db, one_file(create("a") + "INSERT INTO a VALUES (7);\n" + middle).set(db));
  CHECK(thrown<InvalidState>([&] { other.resume(); }) ==
        "migration shop/0001: statement 2 of 3 (0001_a.up.sql:2) is done, and is not what was run "
        "then: put it back, and mend only what comes after statement 2");
  Migrator shorter(db, one_file(create("a")).set(db));
  CHECK(contains(thrown<InvalidState>([&] { shorter.resume(); }), "statement 2 of 3 is done"));
  Migrator same(db, one_file("-- another comment\r\n" + create("a") + middle).set(db));
  CHECK(same.resume().size() == 1);
  CHECK(numbers(db, "a") == Numbers{1});
}

TEST_CASE("resume: a down goes on too") {
  Empty fixture(statement_wise());
  Database& db = fixture.db;
  const std::string up = create("a") + create("b");
  Migrator broken(db, one_file(up, "DROP TABLE a;\nDROP TABLE missing;\nDROP TABLE b;").set(db));
  broken.up();
  CHECK_THROWS_AS(broken.down(), MigrationFailed);
  Migrator mended(db, one_file(up, "DROP TABLE a;\nDROP TABLE b;").set(db));
  const auto steps = mended.resume();
  REQUIRE(steps.size() == 1);
  CHECK(steps.front().direction == MigrationDirection::down);
  CHECK(mended.status().front().state == MigrationState::pending);
  CHECK_FALSE(has_table(db, "b"));
}

TEST_CASE("resume: without its file it is refused") {
  Empty fixture(statement_wise());
  Database& db = fixture.db;
  Migrator broken(db, one_file(create("a") + insert_missing).set(db));
  CHECK_THROWS_AS(broken.up(), MigrationFailed);
  Files other;
  other.add("shop", "0002_b.up.sql", create("b"));
  CHECK(thrown<InvalidState>([&] { Migrator(db, other.set(db)).resume(); }) ==
        "migration shop/0001: it is not finished, and its file is missing");
}

TEST_CASE("resume: what an older lockstep has left goes on if nothing is in doubt") {
  Empty fixture(statement_wise());
  Database& db = fixture.db;
  Migrator migrator(db, one_file(create("a") + insert_missing + create("b")).set(db));
  CHECK_THROWS_AS(migrator.up(), MigrationFailed);
  db.execute("UPDATE lockstep_migrations SET stmt_digests = NULL, stmt_chain_sha = NULL");
  Migrator mended(db, one_file(create("a") + create("b")).set(db));
  CHECK(thrown<InvalidState>([&] { mended.resume(); }) ==
        "migration shop/0001: the file is not the one that was begun; see what is there, then mark "
        "it applied or pending");
  db.execute(create("missing"));
  CHECK(migrator.resume().size() == 1);
  CHECK(has_table(db, "b"));
}

// A migrator that dies at the beginning of a statement, as by kill -9.
void die_at(const Empty& fixture, const MigrationSet& set, std::size_t statement) {
  const pid_t child = ::fork();
  if (child == 0) {
    Database db = fixture.open_again(statement_wise());
    MigratorOptions options;
    options.observer = [&](const MigrationEvent& event) {
      if (event.kind == MigrationEvent::Kind::statement && event.statement == statement) {
        ::raise(SIGKILL);
      }
    };
    try {
      Migrator(db, set, options).up();
    } catch (const std::exception&) {
      // It has not died: the parent sees the exit code.
    }
    ::_exit(1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
}

const std::string whole_file = create("a") + "INSERT INTO a VALUES (1);\n" + create("b") +
                               "INSERT INTO b SELECT id + 1 FROM a;\n"
                               "ALTER TABLE a ADD COLUMN n INTEGER;\n"
                               "UPDATE a SET n = id + 5;\nINSERT INTO a VALUES (3, 4);\n";

TEST_CASE("resume: a migrator that was killed between two statements") {
  Empty fixture(statement_wise());
  if (!fixture.shared()) return;
  Database& db = fixture.db;
  const MigrationSet set = one_file(whole_file).set(db);
  Empty whole(statement_wise());
  Migrator(whole.db, set).up();
  for (const std::size_t statement : {0U, 1U, 3U, 5U, 6U}) {
    CAPTURE(statement);
    Empty killed(statement_wise());
    die_at(killed, set, statement);
    Migrator migrator(killed.db, set);
    CHECK(migrator.status().front().state == MigrationState::running);
    CHECK(migrator.status().front().statements_done == statement);
    CHECK(migrator.resume().size() == 1);
    CHECK(numbers(killed.db, "a") == Numbers{1, 3});
    CHECK(numbers(killed.db, "b") == Numbers{2});
    CHECK(killed.db.fetch_all<std::int64_t>("SELECT n FROM a ORDER BY id") == Numbers{6, 4});
    CHECK(catalog(killed.db) == catalog(whole.db));
    CHECK(migrator.status().front().state == MigrationState::applied);
  }
}

// The row that a migrator leaves which dies in the middle of a statement: `done` are those before.
void leave_intent(Database& db, std::int64_t done, std::string_view statement) {
  detail::Pinned connection(db);
  const std::string schema =
      connection.fetch_value<std::string>("SELECT COALESCE(DATABASE(), '')");
  const auto print = detail::CatalogPrint::take(connection, schema, statement).digest();
  connection.execute(
      "UPDATE lockstep_migrations SET state = 'running', error = NULL, finished_at = NULL,"
      " stmts_done = ?, intent_stmt = ?, intent_fp = ?",
      done, done + 1, print);
}

TEST_CASE("resume: the catalog tells whether the statement was done that was cut off") {
  for (const bool was_done : {false, true}) {
    CAPTURE(was_done);
    Empty fixture;
    Database& db = fixture.db;
    if (undoes_ddl(db)) return;
    const std::string text = create("a") + create("b") + insert_missing;
    CHECK_THROWS_AS(Migrator(db, one_file(text).set(db)).up(), MigrationFailed);
    db.execute("DROP TABLE b");
    leave_intent(db, 1, create("b"));
    const std::string first = create("a").substr(0, create("a").find(';'));
    db.execute("UPDATE lockstep_migrations SET stmt_chain_sha = ?",
               detail::sha256(detail::text_checksum(first)));
    if (was_done) db.execute(create("b"));
    db.execute(create("missing"));
    Migrator migrator(db, one_file(text).set(db));
    CHECK(migrator.resume().size() == 1);
    CHECK(has_table(db, "b"));
    CHECK(numbers(db, "missing") == Numbers{1});
  }
}

TEST_CASE("resume: a statement that was done in part is told, and waits for somebody") {
  Empty fixture;
  Database& db = fixture.db;
  if (undoes_ddl(db)) return;
  const std::string front = create("a") + create("d1");
  Migrator broken(db, one_file(front + "DROP TABLE d1, nosuch;\n" + create("b")).set(db));
  const std::string message = thrown<MigrationFailed>([&] { broken.up(); });
  CHECK(contains(message, "statement 3 of 4 (0001_a.up.sql:3), statements done: 2, and this one in "
                          "part: table "));
  CHECK(contains(message, ".d1 is gone: "));
  CHECK(contains(broken.status().front().error, "in part it was done: table "));
  CHECK(contains(thrown<InvalidState>([&] { broken.up(); }),
                 "statements done: 2, and this one in part; next: lockstep migrate resume"));
  CHECK(contains(thrown<InvalidState>([&] { broken.resume(); }),
                 "statement 3 of 4 (0001_a.up.sql:3) has taken effect in part: change it"));
  SUBCASE("who changes the statement") {
    Migrator mended(db, one_file(front + "DROP TABLE IF EXISTS d1;\n" + create("b")).set(db));
    CHECK(mended.resume().size() == 1);
  }
  SUBCASE("who undoes what it did, and then changes the statement") {
    db.execute(create("d1"));
    CHECK_THROWS_AS(broken.resume(), MigrationFailed);
    db.execute(create("d1"));
    Migrator mended(db, one_file(front + "DROP TABLE d1;\n" + create("b")).set(db));
    CHECK(mended.resume().size() == 1);
  }
  CHECK(has_table(db, "b"));
  CHECK_FALSE(has_table(db, "d1"));
}

TEST_CASE("resume: what statements have set is set again") {
  Empty fixture;
  Database& db = fixture.db;
  if (undoes_ddl(db)) return;
  const std::string front =
      "CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY AUTO_INCREMENT);\n"
      "CREATE TABLE b (id INTEGER NOT NULL);\nSET @x = 7;\nSET SESSION group_concat_max_len = 77;\n"
      "INSERT INTO a VALUES (5), (6);\nINSERT INTO a VALUES (NULL);\n";
  const std::string rest =
      "INSERT INTO b VALUES (LAST_INSERT_ID()), (@x), (@@group_concat_max_len);\n";
  CHECK_THROWS_AS(Migrator(db, one_file(front + insert_missing + rest).set(db)).up(),
                  MigrationFailed);
  Database second = fixture.open_again();
  CHECK(Migrator(second, one_file(front + rest).set(db)).resume().size() == 1);
  CHECK(numbers(db, "b") == Numbers{7, 7, 77});
}

TEST_CASE("resume: a temporary table that is gone is told") {
  Empty fixture(statement_wise());
  Database& db = fixture.db;
  const std::string front =
      "CREATE TEMPORARY TABLE t (id INTEGER);\nINSERT INTO t VALUES (1);\n" + create("a");
  const std::string rest = "INSERT INTO a SELECT id FROM t;\n";
  CHECK_THROWS_AS(Migrator(db, one_file(front + insert_missing + rest).set(db)).up(),
                  MigrationFailed);
  CHECK(thrown<InvalidState>(
            [&] { Migrator(db, one_file(front + rest).set(db)).resume(); }) ==
        "migration shop/0001: statement 1 (line 1) has made temporary table t, which a later one "
        "needs and which is gone with its session");
}

TEST_CASE("resume: rows that were written while tables were locked are written once") {
  Empty fixture;
  Database& db = fixture.db;
  if (undoes_ddl(db)) return;
  const std::string front = create("a") + "LOCK TABLES a WRITE;\nINSERT INTO a VALUES (1);\n";
  const std::string rest = "INSERT INTO a VALUES (2);\nUNLOCK TABLES;\n" + create("b");
  Migrator broken(db, one_file(front + insert_missing + rest).set(db));
  CHECK(contains(thrown<MigrationFailed>([&] { broken.up(); }), "statements done: 3"));
  CHECK(Migrator(db, one_file(front + rest).set(db)).resume().size() == 1);
  CHECK(numbers(db, "a") == Numbers{1, 2});
  CHECK(has_table(db, "b"));
}

TEST_CASE("resume: a file that commits by itself goes on after its last commit") {
  Empty fixture;
  Database& db = fixture.db;
  if (undoes_ddl(db)) return;
  const std::string front = create("a") +
                            "SET autocommit = 0;\nINSERT INTO a VALUES (1);\nCOMMIT;\n"
                            "INSERT INTO a VALUES (2);\n";
  const std::string rest = "INSERT INTO a VALUES (3);\nCOMMIT;\n";
  Migrator broken(db, one_file(front + insert_missing + rest).set(db));
  CHECK(contains(thrown<MigrationFailed>([&] { broken.up(); }), "statements done: 4"));
  CHECK(numbers(db, "a") == Numbers{1});
  CHECK(Migrator(db, one_file(front + rest).set(db)).resume().size() == 1);
  CHECK(numbers(db, "a") == Numbers{1, 2, 3});
}

}  // namespace
}  // namespace lockstep::tests

// SPDX-License-Identifier: BSL-1.0
// What directives and the server's words do when files run.
#include "lockstep/invalid_indexes.hpp"
#include "migrations/empty.hpp"

namespace lockstep::tests {
namespace {

using Kind = MigrationEvent::Kind;
using Strings = std::vector<std::string>;

// Keeps what the observer is told of a kind.
struct Told {
  Kind kind;
  Strings messages = {};
  std::size_t line = 0;
  std::size_t column = 0;

  [[nodiscard]] MigratorOptions options() {
    MigratorOptions options;
    options.observer = [this](const MigrationEvent& event) {
      if (event.kind != kind) return;
      messages.emplace_back(event.message);
      line = event.line;
      column = event.column;
    };
    return options;
  }
  [[nodiscard]] bool has(std::string_view text) const {
    return std::any_of(messages.begin(), messages.end(), [&](const std::string& message) {
      return message.find(text) != std::string::npos;
    });
  }
};

template <class E>
std::string failure(Migrator migrator) {
  try {
    migrator.up();
  } catch (const E& error) {
    return error.what();
  }
  return "nothing was thrown";
}

TEST_CASE("engine: a file for others is applied without any of its statements") {
  Empty fixture;
  Database& db = fixture.db;
  const std::string engine(db.dialect().name);
  const std::string others = engine == "postgres" ? "sqlite|mysql|mariadb" : "postgres>=9";
  const std::string mine = engine == "mysql" ? "mysql|mariadb" : engine + ">=3";
  Files files;
  files.add("shop", "0001_a.up.sql", "-- lockstep:engine " + others + "\n" + create("a"));
  files.add("shop", "0001_a.down.sql", "-- lockstep:engine " + others + "\nDROP TABLE a;");
  files.add("shop", "0002_b.up.sql", "-- lockstep:engine " + mine + "\n" + create("b"));
  files.add("shop", "0003_c.up.sql",
            "-- lockstep:engine sqlite>=99|postgres>=99|mysql>=99|mariadb>=99\n" + create("c"));
  Told told{Kind::notice};
  Migrator migrator(db, files.set(db), told.options());
  CHECK(migrator.plan()[0].skipped.starts_with("it is for " + others + ", and this is "));
  const auto steps = migrator.up();
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].statements.empty());
  CHECK(steps[1].statements.size() == 1);
  CHECK(told.has("nothing of 0001_a.up.sql runs: it is for " + others));
  CHECK(told.has("nothing of 0003_c.up.sql runs"));
  CHECK_FALSE(has_table(db, "a"));
  CHECK(has_table(db, "b"));
  CHECK_FALSE(has_table(db, "c"));
  CHECK(migrator.applied("shop") == Strings{"0001", "0002", "0003"});
  CHECK(migrator.status()[0].statements_total == 0);
}

constexpr Sql old_rows{
    "test.old_rows",
    "DELETE FROM a WHERE id IN (SELECT id FROM a WHERE id > 2 ORDER BY id LIMIT 4);",
    {.mysql = "DELETE FROM a WHERE id > 2 ORDER BY id LIMIT 4;"}};

Files batches(const Database& db, int batch) {
  Files files;
  std::string rows = create("a");
  for (int i = 1; i <= 12; ++i) rows += "INSERT INTO a VALUES (" + std::to_string(i) + ");\n";
  files.add("shop", "0001_a.up.sql", rows);
  files.add("shop", "0002_less.up.sql",
            "-- lockstep:notransaction\n-- lockstep:batch " + std::to_string(batch) + "\n" +
                std::string(old_rows.text(db.dialect().engine)));
  return files;
}

TEST_CASE("batch: the statement is repeated until it changes no row") {
  Empty fixture;
  Database& db = fixture.db;
  Told told{Kind::notice};
  CHECK(Migrator(db, batches(db, 4).set(db), told.options()).up().size() == 2);
  CHECK(db.fetch_all<std::int64_t>("SELECT id FROM a ORDER BY id") ==
        std::vector<std::int64_t>{1, 2});
  CHECK(told.messages == Strings{"batch 1: 4 rows", "batch 2: 4 rows", "batch 3: 2 rows"});
}

TEST_CASE("batch: a statement that changes more rows at once is undone") {
  Empty fixture;
  Database& db = fixture.db;
  const std::string message = failure<MigrationFailed>({db, batches(db, 3).set(db)});
  CHECK(message.find("it changes 4 rows at once, more than its batch of 3") != std::string::npos);
  CHECK(db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM a") == 12);
}

TEST_CASE("batch: a stop between two keeps what is done") {
  Empty fixture;
  Database& db = fixture.db;
  std::stop_source source;
  MigratorOptions options;
  options.stop = source.get_token();
  options.observer = [&](const MigrationEvent& event) {
    if (event.kind == Kind::notice && event.message == "batch 1: 4 rows") source.request_stop();
  };
  const std::string message = failure<Cancelled>({db, batches(db, 4).set(db), options});
  CHECK(message.find("stopped after batch 1 of 0002_less.up.sql") != std::string::npos);
  CHECK(db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM a") == 8);
}

TEST_CASE("failed up: the error points at the place in the file") {
  Empty fixture;
  Database& db = fixture.db;
  Files files;
  files.add("shop", "0001_a.up.sql",
            "-- \xC3\xA4\n" + create("a") + "  INSERT INTO a\n  VALEUS (1);\n");
  Told told{Kind::failed};
  const std::string message =
      failure<MigrationFailed>({db, files.set(db), told.options()});
  CHECK(message.find(": 0001_a.up.sql:4:3: ") != std::string::npos);
  CHECK(told.line == 4);
  CHECK(told.column == 3);
  CHECK_FALSE(told.messages.at(0).empty());
}

TEST_CASE("notices: what the server says is told") {
  Empty fixture;
  Database& db = fixture.db;
  Files files;
  files.add("shop", "0001_a.up.sql", "DROP TABLE IF EXISTS nothing_there;\n" + create("a"));
  Told told{Kind::notice};
  Migrator(db, files.set(db), told.options()).up();
  if (db.dialect().engine == Engine::sqlite) {
    CHECK(told.messages.empty());
    return;
  }
  REQUIRE(told.messages.size() == 1);
  CHECK(told.messages[0].starts_with("not"));  // notice, or note
  CHECK(told.has("nothing_there"));
}

TEST_CASE("session: a program prepares it before the first file") {
  Empty fixture;
  int calls = 0;
  MigratorOptions options;
  options.prepare_session = [&](void* session) {
    CHECK(session != nullptr);
    ++calls;
  };
  Files files;
  files.add("shop", "0001_a.up.sql", create("a"));
  Migrator migrator(fixture.db, files.set(fixture.db), options);
  migrator.up();
  CHECK(calls == 1);
  migrator.up();
  CHECK(calls == 1);
}

TEST_CASE("session: on PostgreSQL it is named, and ends with its client") {
  Empty fixture;
  Database& db = fixture.db;
  if (db.dialect().engine != Engine::postgres) return;
  const std::string keep =
      "INSERT INTO seen SELECT concat_ws(' ', current_setting('application_name'),"
      " current_setting('client_connection_check_interval'),"
      " current_setting('idle_in_transaction_session_timeout'));";
  Files files;
  files.add("shop", "0001_a.up.sql", "CREATE TABLE seen (what TEXT);\n" + keep + "RESET ALL;");
  files.add("shop", "0002_b.up.sql", keep);
  Migrator(db, files.set(db)).up();
  const std::string expected = "lockstep migrate 500ms 5min";
  CHECK(db.fetch_all<std::string>("SELECT what FROM seen") == Strings{expected, expected});
  CHECK(db.fetch_value<std::string>("SELECT current_setting('application_name')") == "lockstep");
}

TEST_CASE("session: on SQLite a file's legacy_alter_table ends with it") {
  Empty fixture;
  Database& db = fixture.db;
  if (db.dialect().engine != Engine::sqlite) return;
  const std::vector<FolderFile> files{
      {"1_a.up.sql", "PRAGMA legacy_alter_table = ON; CREATE TABLE seen (what INTEGER)"},
      {"2_b.up.sql", "INSERT INTO seen SELECT * FROM pragma_legacy_alter_table"}};
  Migrator(db, MigrationSet::folder(Engine::sqlite, files)).up();
  CHECK(db.fetch_value<std::int64_t>("SELECT what FROM seen") == 0);
}

TEST_CASE("read-only: a database that can only be read is refused with nothing done") {
  Empty fixture;
  if (!fixture.shared() || fixture.db.dialect().engine != Engine::sqlite) return;
  Files files;
  files.add("shop", "0001_a.up.sql", create("a"));
  Database db = Database::open(fixture.url() + "?mode=ro");
  CHECK(failure<ReadOnly>({db, files.set(db)}) ==
        "migrator: the database is read-only: nothing was changed; migrate its primary");
  CHECK(catalog(db).empty());
}

// ---- indexes that are built beside the work of others: PostgreSQL alone

bool builds_concurrently(const Database& db) { return db.dialect().engine == Engine::postgres; }

Files unique_index(std::string_view conditional) {
  Files files;
  files.add("shop", "0001_a.up.sql",
            "CREATE TABLE a (id INTEGER);\nINSERT INTO a VALUES (1), (1);");
  files.add("shop", "0002_ix.up.sql",
            "-- lockstep:notransaction\nCREATE UNIQUE INDEX CONCURRENTLY " +
                std::string(conditional) + " ux ON a (id);");
  return files;
}

constexpr const char* valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = "
                              "CAST('ux' AS regclass)";

TEST_CASE("concurrently: a failed build leaves no invalid index, and says so") {
  Empty fixture;
  Database& db = fixture.db;
  if (!builds_concurrently(db)) return;
  const std::string message = failure<MigrationFailed>({db, unique_index("").set(db)});
  CHECK(message.find("the invalid index public.ux that it left was dropped") != std::string::npos);
  CHECK(invalid_indexes(db).empty());
}

TEST_CASE("concurrently: IF NOT EXISTS does not take an invalid index for a sound one") {
  Empty fixture;
  Database& db = fixture.db;
  if (!builds_concurrently(db)) return;
  const MigrationSet set = unique_index("IF NOT EXISTS").set(db);
  Migrator(db, set).up_to("0001");
  CHECK_THROWS_AS(db.execute("CREATE UNIQUE INDEX CONCURRENTLY ux ON a (id)"), Duplicate);
  CHECK(invalid_indexes(db) == Strings{"public.ux"});
  db.execute("DELETE FROM a WHERE ctid = (SELECT min(ctid) FROM a)");
  Told told{Kind::notice};
  Migrator(db, set, told.options()).up();
  CHECK(told.has("dropped the invalid index public.ux, which IF NOT EXISTS would have kept"));
  CHECK(db.fetch_value<bool>(valid));
}

TEST_CASE("concurrently: what a failed REINDEX leaves is found, and dropped after a file of ours") {
  Empty fixture;
  Database& db = fixture.db;
  if (!builds_concurrently(db)) return;
  Files files = unique_index("");
  Migrator(db, files.set(db)).up_to("0001");
  CHECK_THROWS_AS(db.execute("CREATE UNIQUE INDEX CONCURRENTLY ux ON a (id)"), Duplicate);
  CHECK_THROWS_AS(db.execute("REINDEX INDEX CONCURRENTLY ux"), Duplicate);
  CHECK(invalid_indexes(db) == Strings{"public.ux", "public.ux_ccnew"});
  db.execute("DROP INDEX ux_ccnew");
  Files again;
  again.add("shop", "0001_a.up.sql", "CREATE TABLE a (id INTEGER);\nINSERT INTO a VALUES (1), (1);");
  again.add("shop", "0002_ix.up.sql", "-- lockstep:notransaction\nREINDEX INDEX CONCURRENTLY ux;");
  const std::string message = failure<MigrationFailed>({db, again.set(db)});
  CHECK(message.find("the invalid index public.ux_ccnew that it left was dropped") !=
        std::string::npos);
  CHECK(invalid_indexes(db) == Strings{"public.ux"});
}

TEST_CASE("concurrently: invalid indexes are found and dropped") {
  Empty fixture;
  Database& db = fixture.db;
  if (!builds_concurrently(db)) {
    CHECK(invalid_indexes(db).empty());
    CHECK(drop_invalid_indexes(db).empty());
    return;
  }
  db.execute("CREATE TABLE \"A b\" (id INTEGER)");
  db.execute("INSERT INTO \"A b\" VALUES (1), (1)");
  CHECK_THROWS_AS(db.execute("CREATE UNIQUE INDEX CONCURRENTLY \"U x\" ON \"A b\" (id)"),
                  Duplicate);
  CHECK(drop_invalid_indexes(db) == Strings{"public.\"U x\""});
  CHECK(invalid_indexes(db).empty());
}

TEST_CASE("concurrently: a build waits for others as long as it has to, unless its file says") {
  Empty fixture;
  Database& db = fixture.db;
  if (!builds_concurrently(db)) return;
  const std::string index = "CREATE INDEX CONCURRENTLY ix ON a (told(id));\n";
  Files files;
  files.add("shop", "0001_a.up.sql",
            "CREATE TABLE a (id INTEGER);\nINSERT INTO a VALUES (1);\n"
            "CREATE FUNCTION told(i integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE NOTICE 'lock_timeout %', current_setting('lock_timeout'); RETURN i; "
            "END $$;");
  files.add("shop", "0002_ix.up.sql",
            "-- lockstep:notransaction\n" + index + "SELECT told(1);\nDROP INDEX ix;");
  files.add("shop", "0003_ix.up.sql",
            "-- lockstep:notransaction\n-- lockstep:lock-timeout 7s\n" + index);
  Told told{Kind::notice};
  Migrator(db, files.set(db), told.options()).up();
  REQUIRE(told.messages.size() >= 3);
  CHECK(told.messages.front() == "notice: lock_timeout 0");
  CHECK(told.has("notice: lock_timeout 3s"));
  CHECK(told.messages.back() == "notice: lock_timeout 7s");
}

}  // namespace
}  // namespace lockstep::tests

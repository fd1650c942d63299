// SPDX-License-Identifier: BSL-1.0
// New migrations, the sum file, seeds, and databases as such.

#include <unistd.h>

#include <sstream>

#include "lockstep/databases.hpp"
#include "lockstep/migration_files.hpp"
#include "lockstep/schema_dump.hpp"
#include "migrations/empty.hpp"
#include "support/server.hpp"
#include "support/temp_folder.hpp"

namespace lockstep::tests {
namespace {

using Strings = std::vector<std::string>;

constexpr Timestamp at_noon = std::chrono::sys_days(std::chrono::year(2024) / 3 / 10) +
                              std::chrono::hours(12) + std::chrono::minutes(34);

Strings add(const TempFolder& folder, const std::string& name,
            const std::string& domain = "default") {
  return new_migration(folder.path(), {.name = name, .domain = domain, .now = at_noon});
}

std::string text_of(const TempFolder& folder, const std::string& file) {
  const std::ifstream in(folder.path() / file);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

TEST_CASE("new: pairs for all three engines in a new folder, which can be read") {
  const TempFolder folder;
  CHECK(add(folder, "first") == Strings{"sqlite/0001_first.up.sql", "sqlite/0001_first.down.sql",
                                        "postgres/0001_first.up.sql",
                                        "postgres/0001_first.down.sql", "mysql/0001_first.up.sql",
                                        "mysql/0001_first.down.sql"});
  CHECK(add(folder, "second").front() == "sqlite/0002_second.up.sql");
  for (const Engine engine : {Engine::sqlite, Engine::postgres, Engine::mysql}) {
    const MigrationSet set = MigrationSet::folder(engine, folder.path());
    REQUIRE(set.migrations().size() == 2);
    CHECK(set.migrations().back().down.has_value());
  }
}

struct Style {
  std::string_view file;
  std::string_view text;
  Strings written;
};

TEST_CASE("new: in the form, the numbering and the folders that are there") {
  const std::vector<Style> styles{
      {"1_a.up.sql", "SELECT 1;", {"2_b.up.sql", "2_b.down.sql"}},
      {"pg/099_a.up.sql", "SELECT 1;", {"pg/100_b.up.sql", "pg/100_b.down.sql"}},
      {"99_a.up.sql", "SELECT 1;", {"100_b.up.sql", "100_b.down.sql"}},
      {"1.9_a.up.sql", "SELECT 1;", {"1.10_b.up.sql", "1.10_b.down.sql"}},
      {"00001_a.sql", "-- +goose Up\nSELECT 1;", {"00002_b.sql"}},
      {"001_a.sql", "-- +migrate Up\nSELECT 1;", {"002_b.sql"}},
      {"20240101000000_a.sql", "-- migrate:up\nSELECT 1;", {"20240310123400_b.sql"}},
      {"20250101000000_a.sql", "-- migrate:up\nSELECT 1;", {"20250101000001_b.sql"}},
      {"1700000000_a.up.sql", "SELECT 1;", {"1710074040_b.up.sql", "1710074040_b.down.sql"}},
      {"V1_2__a.sql", "SELECT 1;", {"V1_3__b.sql"}},
      {"2024-01-01-000000_a/up.sql",
       "SELECT 1;",
       {"2024-03-10-123400_b/up.sql", "2024-03-10-123400_b/down.sql"}}};
  for (const Style& style : styles) {
    CAPTURE(style.file);
    TempFolder folder;
    folder.write(std::string(style.file), style.text);
    CHECK(add(folder, "b") == style.written);
    const Engine engine = style.file.starts_with("pg/") ? Engine::postgres : Engine::sqlite;
    const MigrationSet set = MigrationSet::folder(engine, folder.path());
    REQUIRE(set.migrations().size() == 2);
    CHECK(set.migrations().back().name == "b");
  }
}

TEST_CASE("new: the next version of all engines together, in the domain that is named") {
  TempFolder folder;
  folder.write("sqlite/shop/1_a.up.sql", create("a")).write("mysql/shop/3_b.up.sql", create("b"));
  folder.write("mysql/mail/7_c.up.sql", create("c"));
  CHECK(add(folder, "new", "shop") ==
        Strings{"sqlite/shop/4_new.up.sql", "sqlite/shop/4_new.down.sql", "mysql/shop/4_new.up.sql",
                "mysql/shop/4_new.down.sql"});
  CHECK_THROWS_WITH_AS(add(folder, "new"), doctest::Contains("and none for default"),
                       InvalidArgument);
}

TEST_CASE("new: a bad name, a taken one and bad files write nothing") {
  TempFolder folder;
  folder.write("1_a.up.sql", create("a"));
  for (const char* name : {"", "a b", "../a", "_a", "-a", "a.b", "\xC3\xA9"}) {
    CAPTURE(name);
    CHECK_THROWS_WITH_AS(add(folder, name), doctest::Contains("a migration's name is"),
                         InvalidArgument);
  }
  CHECK_THROWS_WITH_AS(add(folder, "a"), doctest::Contains("there is a migration a"),
                       InvalidArgument);
  folder.write("nonsense.sql", "SELECT 1;");
  CHECK_THROWS_AS(add(folder, "b"), InvalidData);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "2_b.up.sql"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / std::string(sum_file)));
}

TEST_CASE("sum file: tells what was changed, added or removed, and two branches in one") {
  TempFolder folder;
  folder.write("1_a.up.sql", create("a"));
  CHECK(check_sum(folder.path()) == Strings{});
  add(folder, "b");
  CHECK(check_sum(folder.path()) == Strings{});
  folder.write("1_a.up.sql", create("aa")).write("3_c.up.sql", create("c")).remove("2_b.down.sql");
  CHECK(check_sum(folder.path()) == Strings{"1_a.up.sql: changed since lockstep.sum was written",
                                            "3_c.up.sql: not in lockstep.sum",
                                            "2_b.down.sql: in lockstep.sum alone"});
  write_sum(folder.path());
  CHECK(check_sum(folder.path()) == Strings{});
  std::string text = text_of(folder, "lockstep.sum");
  text += text.substr(text.find('\n') + 1, text.find('\n', text.find('\n') + 1) - text.find('\n'));
  folder.write("lockstep.sum", text.replace(text.rfind("1_a"), 3, "9_z"));
  CHECK_THROWS_WITH_AS(static_cast<void>(check_sum(folder.path())),
                       doctest::Contains("two branches were merged"), InvalidData);
  folder.write("lockstep.sum", "nonsense\n");
  CHECK_THROWS_WITH_AS(static_cast<void>(check_sum(folder.path())),
                       doctest::Contains("lockstep.sum:1: it is no sum file"), InvalidData);
}

TEST_CASE("renumber: what is late or has a version twice moves behind all others") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  const std::string own = std::string(to_string(db.dialect().engine)) + '/';
  const auto plan = [&] {
    Strings lines;
    for (const Renaming& each : plan_renumbering(folder.path(), {.name = "", .now = at_noon}, db)) {
      lines.push_back(each.from + " " + each.to);
    }
    return lines;
  };
  folder.write(own + "02_a.up.sql", create("a"));
  Migrator(db, MigrationSet::folder(db.dialect().engine, folder.path())).up();
  CHECK(plan() == Strings{});
  folder.write(own + "01_late.up.sql", create("b"))
      .write(own + "01_late.down.sql", "DROP TABLE b;");
  folder.write(own + "02_twin.up.sql", create("c")).write(own + "05_z.up.sql", create("d"));
  folder.write(own + "05_y.up.sql", create("e"));
  CHECK(plan() == Strings{own + "01_late.down.sql " + own + "06_late.down.sql",
                          own + "01_late.up.sql " + own + "06_late.up.sql",
                          own + "02_twin.up.sql " + own + "07_twin.up.sql",
                          own + "05_z.up.sql " + own + "08_z.up.sql"});
  rename_files(folder.path(), plan_renumbering(folder.path(), {.name = "", .now = at_noon}, db));
  CHECK(plan() == Strings{});
  CHECK(Migrator(db, MigrationSet::folder(db.dialect().engine, folder.path())).up().size() == 4);
  CHECK_THROWS_AS(rename_files(folder.path(), {{own + "missing", own + "x"}}), IoError);
}

TEST_CASE("seed: files run in their order, each all or nothing, and again") {
  Empty fixture;
  Database& db = fixture.db;
  db.execute("CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY)");
  TempFolder folder;
  folder.write("2.sql", "DELETE FROM a WHERE id = 2; INSERT INTO a (id) SELECT 2;");
  folder.write("1.sql", "DELETE FROM a; INSERT INTO a (id) VALUES (1);");
  const auto count = [&] { return db.fetch_value<int>("SELECT COUNT(*) FROM a"); };
  CHECK(seed(db, folder.path()) == Strings{"1.sql", "2.sql"});
  CHECK(count() == 2);
  CHECK(seed(db, folder.path() / "2.sql").size() == 1);
  CHECK(count() == 2);
  folder.write("3.sql", "DELETE FROM a;\nINSERT INTO a (id) VALUES (1), (1);");
  CHECK_THROWS_WITH_AS(seed(db, folder.path()), doctest::Contains("3.sql:2: "), Duplicate);
  CHECK(count() == 2);
  folder.write("3.sql", "SELECT 1;\nCOMMIT;");
  CHECK_THROWS_WITH_AS(seed(db, folder.path()), doctest::Contains("3.sql:2: it begins or ends"),
                       InvalidData);
  CHECK_THROWS_AS(seed(db, folder.path() / "missing"), InvalidData);
}

TEST_CASE("databases: one is made once, and dropped by its name only") {
  const TempFolder folder;
  if (!shareable()) {
    CHECK_THROWS_AS(create_database("sqlite::memory:"), InvalidArgument);
    return;
  }
  std::string url = "sqlite:" + (folder.path() / "made.db").string();
  if (has_server()) {
    static_cast<void>(database());
    ServerUrl server = server_url();
    server.database = "lockstep_test_" + std::to_string(::getpid()) + "_made";
    url = server.text();
  }
  CHECK(create_database(url));
  CHECK_FALSE(create_database(url));
  Database::open(url).execute("CREATE TABLE a (id INTEGER)");
  CHECK_THROWS_WITH_AS(drop_database(url, "other"), doctest::Contains("not other"),
                       InvalidArgument);
  drop_database(url, named_database(url));
  CHECK_THROWS_AS(drop_database(url, named_database(url)), Error);
  CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("databases: those of the server are nobody's to drop") {
  for (const char* url :
       {"postgresql://u@h/postgres", "postgresql://u@h/template1", "mysql://u@h/mysql",
        "mysql://u@h/information_schema", "mysql://u@h/", "postgresql://u@h", "sqlite::memory:"}) {
    CAPTURE(url);
    CHECK_THROWS_AS(static_cast<void>(named_database(url)), InvalidArgument);
  }
  CHECK(named_database("mysql://u@h:3306/my%20jobs?ssl-mode=required") == "my jobs");
  CHECK(named_database("sqlite:/tmp/jobs.db?mode=rw") == "jobs.db");
}

}  // namespace
}  // namespace lockstep::tests

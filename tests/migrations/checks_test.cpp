// SPDX-License-Identifier: BSL-1.0
// Drift of a live database, and the test of migrations.
#include "lockstep/migration_checks.hpp"
#include "migrations/empty.hpp"
#include "support/temp_folder.hpp"

namespace lockstep::tests {
namespace {

using Strings = std::vector<std::string>;

ScratchServers servers() {
  return {.postgres = variable("LOCKSTEP_TEST_POSTGRES_URL"),
          .mysql = variable("LOCKSTEP_TEST_MYSQL_URL")};
}

Strings texts(const DriftReport& report) {
  Strings all;
  for (const ObjectDifference& each : report.differences) all.push_back(to_string(each));
  return all;
}

bool tells(const DriftReport& report, std::string_view text) {
  for (const std::string& each : texts(report)) {
    if (each.find(text) != std::string::npos) return true;
  }
  return false;
}

TEST_CASE("drift: none after up, down and with history tables of other tools") {
  Empty fixture;
  Database& db = fixture.db;
  const MigrationSet set = MigrationSet::embedded(db.dialect().engine);
  CHECK(texts(check_drift(db, set, servers())) == Strings{});
  Migrator migrator(db, set);
  migrator.up();
  CHECK(texts(check_drift(db, set, servers())) == Strings{});
  db.execute("CREATE TABLE schema_migrations (version VARCHAR(100) PRIMARY KEY)");
  db.execute("CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY, version_id BIGINT)");
  migrator.down(2);
  CHECK(texts(check_drift(db, set, servers())) == Strings{});
}

TEST_CASE("drift: what was changed by hand is named, and the live database is left as it is") {
  Empty fixture;
  Database& db = fixture.db;
  Files files;
  files.add("d", "1_a.up.sql",
            "CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY, n INTEGER, m INTEGER);"
            "CREATE TABLE b (id INTEGER NOT NULL PRIMARY KEY);CREATE INDEX idx_n ON a (n);"
            "CREATE VIEW v AS SELECT id FROM a");
  const MigrationSet set = files.set(db);
  Migrator(db, set).up();
  CHECK(texts(check_drift(db, set, servers())) == Strings{});
  db.execute("ALTER TABLE a ADD COLUMN extra INTEGER");
  db.execute("CREATE INDEX idx_m ON a (m)");
  db.execute(db.dialect().engine == Engine::mysql ? "DROP INDEX idx_n ON a" : "DROP INDEX idx_n");
  db.execute("DROP VIEW v");
  db.execute("DROP TABLE b");
  db.execute("CREATE TABLE c (id INTEGER)");
  const DriftReport report = check_drift(db, set, servers());
  for (const std::string_view part :
       {"column extra on ", "index idx_m on ", "index idx_n on ", "view ",
        "table b: missing|table public.b: missing", "c: not in the files"}) {
    CAPTURE(part);
    const auto bar = part.find('|');
    CHECK((tells(report, part.substr(0, bar)) ||
           (bar != part.npos && tells(report, part.substr(bar + 1)))));
  }
  CHECK(report.differences.size() == 6);
  CHECK(texts(check_drift(db, set, servers())) == texts(report));
}

TEST_CASE("drift: what other domains may have made is not judged; a version without a file is") {
  Empty fixture;
  Database& db = fixture.db;
  Files both;
  both.add("one", "1_a.up.sql", create("a")).add("two", "1_b.up.sql", create("b"));
  both.add("one", "2_c.up.sql", create("c"));
  Migrator(db, both.set(db)).up();
  const MigrationSet set =
      both.set(db).only([](const Migration& each) { return each.name == "a"; });
  const DriftReport report = check_drift(db, set, servers());
  CHECK(report.not_judged.size() == 2);
  CHECK(texts(report) == Strings{"migration one/2: not in the files"});
}

std::string way_in(const TempFolder& folder) {
  const std::string url = target_url();
  return url.starts_with("sqlite:") && shareable()
             ? "sqlite:" + (folder.path() / "way_in.db").string()
             : url;
}

TEST_CASE("test of migrations: the shipped ones pass, alone and by four starters") {
  const TempFolder folder;
  const Engine engine = Dsn::parse(target_url()).engine;
  const MigrationSet set = MigrationSet::embedded(engine);
  const MigrationTestReport report = test_migrations(set, way_in(folder));
  for (const MigrationTest& test : report.files) {
    CAPTURE(test.file);
    CHECK(test.fault == "");
    CHECK(test.reverted);
  }
  CHECK(report.files.size() == set.migrations().size());
  CHECK(report.faults == Strings{});
  CHECK(report.passed());
  CHECK(report.not_tested.empty() == shareable());
}

TEST_CASE("test of migrations: a down that leaves something, and one that fails") {
  const TempFolder folder;
  const Engine engine = Dsn::parse(target_url()).engine;
  std::vector<FolderFile> files{
      {"1_a.up.sql", "CREATE TABLE a (id INTEGER);"},
      {"1_a.down.sql", "DROP TABLE a;"},
      {"2_b.up.sql", "CREATE TABLE b (id INTEGER); CREATE TABLE IF NOT EXISTS c (id INTEGER);"},
      {"2_b.down.sql", "DROP TABLE b;"},
      {"3_d.up.sql", "CREATE TABLE d (id INTEGER);"}};
  const auto run = [&] {
    return test_migrations(MigrationSet::folder(engine, files), way_in(folder), {.starters = 0});
  };
  MigrationTestReport report = run();
  REQUIRE(report.files.size() == 3);
  CHECK_FALSE(report.passed());
  CHECK(report.files[0].fault == "");
  CHECK(report.files[1].fault.find("its down does not lead back: table ") == 0);
  CHECK(report.files[1].fault.find("c: not in the files") != std::string::npos);
  CHECK(report.files[2].fault == "");
  CHECK_FALSE(report.files[2].reverted);

  files[3].text = "DROP TABLE missing;";
  report = run();
  REQUIRE(report.files.size() == 2);
  CHECK(report.files[1].fault.find("(2_b.down.sql:1)") != std::string::npos);
  CHECK_FALSE(report.passed());
}

}  // namespace
}  // namespace lockstep::tests

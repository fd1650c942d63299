// SPDX-License-Identifier: BSL-1.0
// Several sources in one run.
#include "migrations/empty.hpp"
#include "migrations/lock_watch.hpp"
#include "support/temp_folder.hpp"

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

// "default/0001": a table of the domain's name and number, with a way back.
Files tables(const std::string& domain, const std::vector<std::string>& versions,
             const std::string& depends = {}) {
  Files files;
  for (const std::string& version : versions) {
    const std::string table = domain + "_" + version;
    const std::string first = version == versions.back() && !depends.empty()
                                  ? "-- lockstep:depends " + depends + "\n"
                                  : "";
    files.add(domain, version + "_table.up.sql", first + create(table));
    files.add(domain, version + "_table.down.sql", "DROP TABLE " + table);
  }
  return files;
}

MigrationSet both(Database& db, const Files& a, const Files& b) {
  return MigrationSet::union_of({a.set(db), b.set(db)});
}

template <class E, class F>
std::string refusal(F&& run) {
  try {
    run();
  } catch (const E& error) {
    return error.what();
  }
  return "nothing was thrown";
}

// A string to an engine by itself, and a name under the settings of the facade; PostgreSQL knows
// one meaning. What MySQL is set to here must not outlive its file.
constexpr Sql loose{"test.loose",
                    "INSERT INTO words (word) VALUES (\"loose\");",
                    {.postgres = "INSERT INTO words (word) VALUES ('loose');",
                     .mysql = "SET foreign_key_checks = 0;\n"
                              "INSERT INTO words (word) VALUES (\"loose\");"}};
std::string loose_text(const Database& db) { return std::string(loose.text(db.dialect().engine)); }

constexpr std::string_view strict = "INSERT INTO words (\"word\") VALUES ('strict');";

TEST_CASE("union: a folder, files and the embedded sets are one run, lockstep's own first") {
  Empty fixture;
  Database& db = fixture.db;
  const Engine engine = db.dialect().engine;
  TempFolder folder;
  folder.write("1_items.up.sql", create("items")).write("1_items.down.sql", "DROP TABLE items");
  const auto all = MigrationSet::union_of({MigrationSet::folder(engine, folder.path()),
                                           tables("zoo", {"1"}).set(db),
                                           MigrationSet::embedded(engine, {"scheduler"})});
  Migrator migrator(db, all);
  const auto up = names(migrator.up());
  REQUIRE(up.size() == 7);
  CHECK(up.front() == "+lockstep/0001");
  CHECK(up[2] == "+default/1");
  CHECK(up.back() == "+zoo/1");
  CHECK(has_table(db, "job_runs"));
  CHECK(migrator.up().empty());
  const auto down = names(migrator.down_all());
  CHECK(down.size() == up.size());
  CHECK(down.back() == "-lockstep/0001");
  CHECK(catalog(db).empty());
}

TEST_CASE("union: each file runs under the settings of its own source") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  folder.write("1_loose.up.sql", loose_text(db));
  folder.write("2_loose.up.sql", loose_text(db));
  const auto loose_set = MigrationSet::folder(db.dialect().engine, folder.path(), {.domain = "b"});
  Files files;
  files.add("a", "1_words.up.sql",
            "CREATE TABLE words (word VARCHAR(20) NOT NULL);\n"
            "CREATE TABLE parents (id INTEGER NOT NULL PRIMARY KEY);\n"
            "CREATE TABLE children (id INTEGER NOT NULL PRIMARY KEY, parent INTEGER NOT NULL,"
            " CONSTRAINT fk_parent FOREIGN KEY (parent) REFERENCES parents (id));\n" +
                std::string(strict));
  files.add("c", "1_strict.up.sql", std::string(strict));
  files.add("d", "1_orphan.up.sql", "INSERT INTO children VALUES (1, 1)");
  Migrator migrator(db, MigrationSet::union_of({loose_set, files.set(db)}));
  const std::string refused = refusal<MigrationFailed>([&] { migrator.up(); });
  CHECK(refused.find("migration d/1: statement 1 of 1 (1_orphan.up.sql:1)") == 0);
  CHECK(db.fetch_all<std::string>("SELECT word FROM words ORDER BY word") ==
        Strings{"loose", "loose", "strict", "strict"});
  CHECK(db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM children") == 0);
}

TEST_CASE("union: rows without a parent are found in what another source has made") {
  Empty fixture;
  Database& db = fixture.db;
  const Engine engine = db.dialect().engine;
  TempFolder first;
  first.write("1_words.up.sql", create("words"));
  TempFolder last;
  last.write("1_orphan.up.sql", "DELETE FROM parents;");
  Files files;
  files.add("c", "1_children.up.sql",
            create("parents") +
                "CREATE TABLE children (id INTEGER NOT NULL PRIMARY KEY,"
                " parent INTEGER NOT NULL, CONSTRAINT fk_parent FOREIGN KEY"
                " (parent) REFERENCES parents (id));\n"
                "INSERT INTO parents VALUES (1);\n"
                "INSERT INTO children VALUES (1, 1);");
  Migrator migrator(
      db, MigrationSet::union_of({MigrationSet::folder(engine, first.path(), {.domain = "b"}),
                                  files.set(db),
                                  MigrationSet::folder(engine, last.path(), {.domain = "d"})}));
  CHECK(refusal<MigrationFailed>([&] { migrator.up(); }).find("migration d/1: ") == 0);
  CHECK(migrator.current_version("c") == "1");
  CHECK(db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM parents") == 1);
}

TEST_CASE("union: it is applied under one lock") {
  Empty fixture;
  Database& db = fixture.db;
  if (!fixture.shared()) return;
  LockWatch watch(fixture);
  Migrator(db, both(db, tables("a", {"1"}), tables("b", {"1"})), watch.options()).up();
  CHECK(watch.files() == 2);
  CHECK(watch.locks() == 1);
}

TEST_CASE("union: versions of one domain from two sources are in their order") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator migrator(db, both(db, tables("shop", {"1", "3"}), tables("shop", {"02"})));
  CHECK(names(migrator.up()) == Strings{"+shop/1", "+shop/02", "+shop/3"});
}

TEST_CASE("union: one version from two sources is an error that names both") {
  Empty fixture;
  Database& db = fixture.db;
  TempFolder folder;
  folder.write("2_other.up.sql", create("other"));
  const auto disk = MigrationSet::folder(db.dialect().engine, folder.path(), {.domain = "shop"});
  CHECK(refusal<InvalidData>([&] {
          (void)MigrationSet::union_of({tables("shop", {"0002"}).set(db), disk});
        }) ==
        "migration shop/0002: two sources have it, 0002_table.up.sql of in memory and "
        "2_other.up.sql of " +
            folder.path().string());
  CHECK_THROWS_AS((void)MigrationSet::union_of({}), InvalidArgument);
  const Engine another = db.dialect().engine == Engine::mysql ? Engine::sqlite : Engine::mysql;
  CHECK_THROWS_AS(
      (void)MigrationSet::union_of({tables("shop", {"1"}).set(db), MigrationSet(another, {})}),
      InvalidArgument);
}

TEST_CASE("union: what another domain depends on comes before it, and goes after it") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator migrator(db, both(db, tables("a", {"1", "2"}, "b/2"), tables("b", {"1", "2", "3"})));
  CHECK(names(migrator.plan()) == Strings{"+a/1", "+b/1", "+b/2", "+a/2", "+b/3"});
  CHECK(names(migrator.run({.count = 4})) == Strings{"+a/1", "+b/1", "+b/2", "+a/2"});
  CHECK(refusal<InvalidState>([&] { migrator.down_to("b/1"); }) ==
        "migration b/2: a/2 depends on it and is applied: revert that first");
  CHECK(names(migrator.down(2)) == Strings{"-a/2", "-b/2"});
  CHECK(names(migrator.up_to("a/1")).empty());
  CHECK(refusal<InvalidState>([&] { migrator.up_to("a/2"); }) ==
        "migration a/2: it depends on version b/2, which is not applied");
  CHECK(names(migrator.up()) == Strings{"+b/2", "+a/2", "+b/3"});
}

TEST_CASE("union: a dependency on a version that is not there is looked for in the ledger") {
  Empty fixture;
  Database& db = fixture.db;
  Migrator migrator(db, tables("a", {"1"}, "b/2").set(db));
  CHECK(refusal<InvalidState>([&] { migrator.up(); }) ==
        "migration a/1: it depends on version b/2, which is not applied and not among these "
        "migrations");
  Migrator(db, tables("b", {"1", "2"}).set(db)).up();
  CHECK(names(migrator.up()) == Strings{"+a/1"});
}

TEST_CASE("union: dependencies on what comes later, or in a circle, are refused") {
  Empty fixture;
  Database& db = fixture.db;
  const auto refused = [&](const Files& a, const Files& b) {
    return refusal<InvalidData>([&] { Migrator(db, both(db, a, b)); });
  };
  CHECK(refused(tables("a", {"1", "2"}, "a/3"), tables("a", {"3"})) ==
        "migration a/2_table.up.sql: it depends on version a/3, which comes after it");
  CHECK(refused(tables("a", {"1", "2"}, "b/2"), tables("b", {"1", "2"}, "a/2")) ==
        "migration a/2_table.up.sql: it depends on version b/2, which is a circle: a/2 -> b/2 -> "
        "a/2");
}

TEST_CASE("union: one transaction for all files holds where the settings are the engine's alone") {
  Empty fixture;
  Database& db = fixture.db;
  if (!db.capabilities().transactional_ddl) return;
  TempFolder folder;
  folder.write("1_items.up.sql", create("items"));
  MigratorOptions options;
  options.scope = TransactionScope::run;
  Migrator migrator(
      db,
      MigrationSet::union_of(
          {MigrationSet::folder(db.dialect().engine, folder.path()), tables("zoo", {"1"}).set(db)}),
      options);
  if (db.capabilities().concurrent_writers) {
    CHECK(names(migrator.up()) == Strings{"+default/1", "+zoo/1"});
  } else {  // foreign keys are a setting that no transaction can change
    CHECK(refusal<InvalidArgument>([&] { migrator.up(); }).find("zoo/1_table.up.sql") !=
          std::string::npos);
    CHECK(catalog(db).empty());
  }
}

}  // namespace
}  // namespace lockstep::tests

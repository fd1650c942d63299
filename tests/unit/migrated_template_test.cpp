// SPDX-License-Identifier: BSL-1.0
#include <doctest/doctest.h>

#include <array>
#include <thread>

#include "lockstep/migrate.hpp"
#include "lockstep/testing.hpp"

namespace lockstep::tests {
namespace {

using testing::migrated_template;

MigrationSet set_of(std::string_view text, bool foreign_keys = false) {
  const std::array files{FolderFile{"0001_first.up.sql", text, {}}};
  return MigrationSet::folder(Engine::sqlite, files, {.foreign_keys = foreign_keys});
}

// All of a database but for the times of its ledger.
std::vector<std::string> content_of(Database& db) {
  auto content = db.fetch_all<std::string>(
      "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema ORDER BY 1");
  for (const auto& table : db.fetch_all<std::string>(
           "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")) {
    content.push_back(table + ' ' + std::to_string(db.fetch_value<std::int64_t>(
                                        "SELECT COUNT(*) FROM \"" + table + '"')));
  }
  for (auto& row : db.fetch_all<std::string>(
           "SELECT domain || '/' || version || ' ' || seq || ' ' || state || ' ' || text_sha"
           " FROM lockstep_migrations ORDER BY seq")) {
    content.push_back(std::move(row));
  }
  return content;
}

TEST_CASE("migrated template: a copy is as one that was migrated") {
  const MigrationSet set = MigrationSet::embedded(Engine::sqlite);
  Database migrated = Database::open("sqlite::memory:");
  Migrator(migrated, set).up();
  Database copy = migrated_template(set).clone();
  Database fixture = testing::new_test_db();
  const auto content = content_of(migrated);
  CHECK(content.size() > 100);
  CHECK(content_of(copy) == content);
  CHECK(content_of(fixture) == content);
  CHECK(Migrator(copy, set).up().empty());
  CHECK(copy.fetch_value<int>("PRAGMA foreign_keys") == 1);
}

TEST_CASE("migrated template: copies know nothing of each other") {
  const MigrationSet set = set_of("CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT);");
  const auto& kept = migrated_template(set);
  Database one = kept.clone();
  one.execute("INSERT INTO notes (text) VALUES ('mine')");
  one.execute("DROP TABLE lockstep_migration_log");
  Database other = kept.clone();
  CHECK(other.fetch_value<int>("SELECT COUNT(*) FROM notes") == 0);
  CHECK(other.fetch_value<int>("SELECT COUNT(*) FROM lockstep_migration_log") > 0);
  CHECK(one.fetch_value<int>("SELECT COUNT(*) FROM notes") == 1);
}

TEST_CASE("migrated template: each set has its own") {
  constexpr std::string_view text = "CREATE TABLE mine (id INTEGER);";
  const auto& mine = migrated_template(set_of(text));
  CHECK(&migrated_template(set_of(text)) == &mine);
  CHECK(&migrated_template(set_of(text, true)) != &mine);
  const auto& other = migrated_template(set_of("CREATE TABLE other (id INTEGER);"));
  CHECK(&other != &mine);
  Database db = other.clone();
  CHECK(db.fetch_value<int>("SELECT COUNT(*) FROM other") == 0);
  CHECK_THROWS_AS(db.execute("SELECT id FROM mine"), UndefinedObject);
}

TEST_CASE("migrated template: the hash of a set is that of what it holds") {
  constexpr std::string_view text = "CREATE TABLE a (id INTEGER);";
  const std::array<FolderFile, 1> file{{{"0001_a.up.sql", text, {}}}};
  const auto hash = [&](const FolderOptions& options, Engine engine = Engine::sqlite) {
    return MigrationSet::folder(engine, file, options).sha256();
  };
  const std::string plain = hash({});
  CHECK(plain.size() == 64);
  CHECK(hash({}) == plain);
  CHECK(hash({.domain = "other"}) != plain);
  CHECK(hash({.foreign_keys = true}) != plain);
  CHECK(hash({}, Engine::postgres) != plain);
  CHECK(set_of(text).sha256() != plain);  // its file has another name
  const auto scheduler = MigrationSet::embedded(Engine::sqlite, {"scheduler"}).sha256();
  CHECK(scheduler != MigrationSet::embedded(Engine::sqlite, {"agent"}).sha256());
}

TEST_CASE("migrated template: a set that cannot be applied leaves none") {
  const MigrationSet bad = set_of("CREATE TABLE a (id INTEGER); CREATE TABLE a (id INTEGER);");
  for (int i = 0; i < 2; ++i) {
    CHECK_THROWS_AS(static_cast<void>(migrated_template(bad)), MigrationFailed);
  }
  CHECK_THROWS_AS(static_cast<void>(migrated_template(MigrationSet::embedded(Engine::mysql))),
                  InvalidArgument);
}

TEST_CASE("migrated template: copies are made by many threads at once") {
  const MigrationSet set = set_of("CREATE TABLE shared (id INTEGER PRIMARY KEY);");
  std::array<int, 8> counts{};
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < counts.size(); ++i) {
      threads.emplace_back([&, i] {
        for (std::size_t round = 0; round < 5; ++round) {
          Database db = migrated_template(set).clone();
          for (std::size_t row = 0; row <= i; ++row) {
            db.execute("INSERT INTO shared DEFAULT VALUES");
          }
          counts[i] += db.fetch_value<int>("SELECT COUNT(*) FROM shared");
        }
      });
    }
  }
  for (std::size_t i = 0; i < counts.size(); ++i) CHECK(counts[i] == 5 * static_cast<int>(i + 1));
}

TEST_CASE("migrated template: what the options take away, the migrations do without") {
  DatabaseOptions options;
  options.allowed.transactional_ddl = false;
  Database db = testing::new_test_db({"scheduler"}, options);
  CHECK(db.fetch_all<std::string>("SELECT DISTINCT tx_mode FROM lockstep_migrations") ==
        std::vector<std::string>{"statements"});
}

}  // namespace
}  // namespace lockstep::tests

// SPDX-License-Identifier: BSL-1.0
// Which files of a folder count, which form it is of, and folders on a disk.
#include "migration_forms.hpp"
#include "support/temp_folder.hpp"

namespace lockstep::tests {
namespace {

TEST_CASE("folder: a parent of engines' folders") {
  const Tree tree{{"sqlite3/1_a.up.sql", "SELECT 'lite'"},
                  {"postgresql/1_a.up.sql", "SELECT 'pg'"},
                  {"mariadb/1_a.up.sql", "SELECT 'my'"},
                  {"docs/x.md", ""}};
  CHECK(shape(folder(tree, Engine::sqlite)) == Strings{"1 a sqlite3/1_a.up.sql:1 SELECT 'lite'"});
  CHECK(shape(folder(tree, Engine::postgres)) ==
        Strings{"1 a postgresql/1_a.up.sql:1 SELECT 'pg'"});
  CHECK(shape(folder(tree, Engine::mysql)) == Strings{"1 a mariadb/1_a.up.sql:1 SELECT 'my'"});
  CHECK(refusal({{"pg/1_a.up.sql", "SELECT 1;\nCOMMIT;"}}, Engine::postgres)
            .starts_with("migration default/pg/1_a.up.sql:2: "));
}

TEST_CASE("folder: refused parents") {
  const std::string_view sql = "SELECT 1";
  CHECK(refusal({{"mysql/1_a.up.sql", sql}, {"pg/1_a.up.sql", sql}}, Engine::sqlite) ==
        "migrations folder in memory: it has no folder for sqlite, only mysql, pg");
  CHECK(
      refusal({{"sqlite/1_a.up.sql", sql}, {"sqlite3/1_a.up.sql", sql}}) ==
      "migrations folder in memory: the folders sqlite, sqlite3 are for the same engine: name one "
      "with --dir");
  CHECK(refusal({{"sqlite/1_a.up.sql", sql}, {"1_a.up.sql", sql}}) ==
        "migrations folder in memory: it has .sql files of its own beside the folders sqlite: name "
        "the one that is meant with --dir");
  CHECK(
      refusal({{"app/db/1_a.up.sql", sql}}) ==
      "migrations folder in memory: there is no .sql file in it, but in its folders app: name the "
      "one that is meant with --dir");
  CHECK(refusal({{"README.md", ""}}) == "migrations folder in memory: there is no .sql file in it");
}

TEST_CASE("folder: files in folders below are not of it") {
  const Tree tree{{"1_a.up.sql", "SELECT 1"}, {"testdata/fill.sql", "\xFF"}};
  CHECK(shape(folder(tree)) == Strings{"1 a 1_a.up.sql:1 SELECT 1"});
}

TEST_CASE("folder: .lockstepignore leaves files out") {
  const Tree tree{{".lockstepignore", "# not ours\n\nseed*.sql\r\nold/\n/2_*.sql\n"},
                  {"seed_users.sql", "SELECT 1"},
                  {"old/up.sql", "SELECT 1"},
                  {"1_a.up.sql", "SELECT 1"},
                  {"2_b.up.sql", "SELECT 2"}};
  CHECK(shape(folder(tree)) == Strings{"1 a 1_a.up.sql:1 SELECT 1"});
  CHECK(shape(folder({{"sqlite/.lockstepignore", "seed.sql"},
                      {"sqlite/seed.sql", "x"},
                      {"sqlite/1_a.up.sql", "SELECT 1"},
                      {".lockstepignore", "mysql/"},
                      {"mysql/1_a.up.sql", "SELECT 1"}})) ==
        Strings{"1 a sqlite/1_a.up.sql:1 SELECT 1"});
  CHECK(
      refusal({{".lockstepignore", "!a.sql"}, {"1_a.up.sql", "SELECT 1"}}) ==
      "migrations folder in memory: .lockstepignore: patterns that begin with ! are not supported");
}

TEST_CASE("folder: a mixture is refused with what was tried") {
  CHECK(
      refusal({{"1_a.sql", "-- +goose Up\nSELECT 1"}, {"2_b.sql", "SELECT 1"}}) ==
      "migrations folder in memory: its files are of no form, or of several (pairs: 1_a.sql is not "
      "named as 0001_name.up.sql or 0001_name.down.sql; +migrate: 1_a.sql has no line `-- +migrate "
      "Up`; goose: 2_b.sql has no line `-- +goose Up`; dbmate: 1_a.sql has no line `-- "
      "migrate:up`; flyway: 1_a.sql is not named as V1__name.sql or R__name.sql; folders: 1_a.sql "
      "is not in a folder of its own); files that are no migrations belong into .lockstepignore");
  CHECK(refusal({{"1_a.sql", "-- +goose Up\nSELECT 1"}, {"2_b.sql", "-- migrate:up\nSELECT 1"}})
            .find("goose: 2_b.sql has no line `-- +goose Up`; dbmate: 1_a.sql has no line") !=
        std::string::npos);
  CHECK(refusal({{"1_a.sql", "-- +goose Up\nSELECT 1;\n-- +migrate Down"}})
            .find("+migrate: 1_a.sql has markers `-- +goose`") != std::string::npos);
  CHECK(refusal({{"1_a.sql", "SELECT 1"}}).find("of no form") != std::string::npos);
}

TEST_CASE("folder: its domain") {
  FolderOptions options;
  options.domain = "shop";
  const Tree tree{{"1_a.up.sql", "SELECT 1"}};
  CHECK(folder(tree, Engine::sqlite, options).domains() == Strings{"shop"});
  CHECK(folder(tree).sources().front().engine_settings);
  for (const char* bad : {"", "a/b", "lockstep"}) {
    options.domain = bad;
    CHECK_THROWS_AS(folder(tree, Engine::sqlite, options), InvalidArgument);
  }
}

// What the folder is refused with, its path written DIR.
std::string disk_refusal(const TempFolder& disk) {
  try {
    static_cast<void>(MigrationSet::folder(Engine::sqlite, disk.path()));
  } catch (const InvalidData& error) {
    std::string what = error.what();
    const std::string path = disk.path().string();
    if (const auto at = what.find(path); at != std::string::npos) {
      what.replace(at, path.size(), "DIR");
    }
    return what;
  }
  return "accepted";
}

TEST_CASE("folder on a disk: files, links, hidden folders") {
  const TempFolder disk;
  disk.write("sqlite/1_a.up.sql", "SELECT 1;\r\n");
  disk.write(".git/x.sql", "no SQL");
  disk.write("elsewhere.txt", "SELECT 2;");
  std::filesystem::create_symlink(disk.path() / "elsewhere.txt", disk.path() / "sqlite/2_b.up.sql");
  std::filesystem::create_directory_symlink(disk.path(), disk.path() / "sqlite/loop");
  CHECK(shape(MigrationSet::folder(Engine::sqlite, disk.path())) ==
        Strings{"1 a sqlite/1_a.up.sql:1 SELECT 1", "2 b sqlite/2_b.up.sql:1 SELECT 2"});
}

TEST_CASE("folder on a disk: what cannot be read is named") {
  const TempFolder disk;
  std::filesystem::create_symlink(disk.path() / "nowhere", disk.path() / "1_a.up.sql");
  CHECK(disk_refusal(disk) == "migrations folder DIR: 1_a.up.sql is a link to nothing");
  disk.remove("1_a.up.sql");
  disk.write("1_a.up.sql", "SELECT 1");
  std::filesystem::resize_file(disk.path() / "1_a.up.sql", std::uintmax_t{65} * 1024 * 1024);
  CHECK(disk_refusal(disk) ==
        "migrations folder DIR: 1_a.up.sql is larger than 64 MiB: load data in another way");
  CHECK_THROWS_WITH_AS(static_cast<void>(MigrationSet::folder(Engine::sqlite, "/no/such/folder")),
                       "migrations folder /no/such/folder: there is no such folder", InvalidData);
  CHECK_THROWS_AS(static_cast<void>(MigrationSet::folder(Engine::sqlite, "/dev/null")),
                  InvalidData);
}

}  // namespace
}  // namespace lockstep::tests

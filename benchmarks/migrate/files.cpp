// SPDX-License-Identifier: BSL-1.0
#include <benchmark/benchmark.h>

#include <array>
#include <cstdio>

#include "benchmarks/migrate/migrate.hpp"
#include "benchmarks/raw/sqlite_files.hpp"
#include "lockstep/migrate.hpp"

namespace lockstep::benchmarks {
namespace {

constexpr int file_count = 700;
constexpr double most_times = 1.3;
constexpr const char* by_lockstep = "700 files, by a Migrator";
constexpr const char* by_hand = "700 files, prepare and step";

struct Files {
  std::vector<std::string> names;
  std::vector<std::string> texts;

  [[nodiscard]] MigrationSet set() const {
    std::vector<FolderFile> files;
    for (std::size_t i = 0; i < names.size(); ++i) files.push_back({names[i], texts[i], {}});
    return MigrationSet::folder(Engine::sqlite, files);
  }
};

// A table, an index and two rows in each; every tenth table points at the first.
Files make_files() {
  Files files;
  for (int number = 1; number <= file_count; ++number) {
    std::array<char, 32> name{};
    std::snprintf(name.data(), name.size(), "%04d_table.up.sql", number);
    files.names.emplace_back(name.data());
    const std::string table = "t" + std::to_string(number);
    files.texts.push_back("CREATE TABLE " + table +
                          " (\n  id INTEGER PRIMARY KEY,\n  name TEXT NOT NULL,\n  note TEXT" +
                          (number % 10 == 0 ? ",\n  first INTEGER REFERENCES t1 (id)" : "") +
                          "\n);\nCREATE INDEX ix_" + table + " ON " + table +
                          " (name);\nINSERT INTO " + table +
                          " (id, name) VALUES (1, 'one'), (2, 'two');\n");
  }
  return files;
}

void remove_database(const std::filesystem::path& database) {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(database.string() + suffix);
  }
}

std::string url_of(const std::filesystem::path& database) { return "sqlite:" + database.string(); }

void expect_all(const std::filesystem::path& database) {
  Database db = Database::open(url_of(database));
  expect(db.fetch_value<int>("SELECT COUNT(*) FROM sqlite_schema WHERE name LIKE 'ix%'") ==
             file_count,
         "the number of indexes");
  expect(count(db, "t700") == 2, "the rows of the last file");
}

// Each time a new database, with everything from opening to closing it.
template <class Run>
void fresh(benchmark::State& state, const std::filesystem::path& database, Run&& run) {
  for (auto _ : state) {
    state.PauseTiming();
    remove_database(database);
    state.ResumeTiming();
    run();
  }
  expect_all(database);
}

}  // namespace

void add_files(Suite& suite, const std::filesystem::path& data) {
  const auto files = std::make_shared<const Files>(make_files());
  const std::filesystem::path database = data / "files.db";
  suite.cases.push_back({.engine = "SQLite", .what = by_hand, .run = [=](benchmark::State& state) {
                           fresh(state, database, [&] { run_texts(database, files->texts); });
                         }});
  suite.cases.push_back(
      {.engine = "SQLite", .what = by_lockstep, .run = [=](benchmark::State& state) {
         fresh(state, database, [&] {
           Database db = Database::open(url_of(database));
           expect(Migrator(db, files->set()).up().size() == file_count, "the files applied");
         });
       }});
  suite.ratios.push_back({.engine = "SQLite",
                          .what = "a Migrator beside prepare and step",
                          .slow = by_lockstep,
                          .fast = by_hand,
                          .at_most = most_times});
  suite.cases.push_back(
      {.engine = "SQLite", .what = "700 files, all applied", .run = [=](benchmark::State& state) {
         remove_database(database);
         Database db = Database::open(url_of(database));
         const MigrationSet set = files->set();
         Migrator(db, set).up();
         for (auto _ : state) expect(Migrator(db, set).up().empty(), "nothing to do");
       }});
}

}  // namespace lockstep::benchmarks

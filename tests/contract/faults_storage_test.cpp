// SPDX-License-Identifier: BSL-1.0
// Storage that is full, damaged, or may only be read. What a server does with its own files is out
// of a client's reach: docs/errors.md names what cannot be provoked there.
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/faults.hpp"
#include "support/file_limit.hpp"
#include "support/samples.hpp"
#include "support/server.hpp"

using namespace lockstep;
using namespace lockstep::tests;

namespace {

constexpr Sql rows_read{"test.rows_read", "SELECT COUNT(note) FROM notes"};

// A path for a SQLite database of this process; the file goes with the object.
class OwnFile {
 public:
  OwnFile() = default;
  OwnFile(const OwnFile&) = delete;
  OwnFile& operator=(const OwnFile&) = delete;
  ~OwnFile() {
    for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + part);
  }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string url() const { return "sqlite:" + path_; }

 private:
  std::string path_ = (std::filesystem::temp_directory_path() /
                       (std::string(testing::name_prefix) + std::to_string(getpid()) + "_file"))
                          .string();
};

// A file with notes on many pages.
void write_notes(const OwnFile& file) {
  Database db = Database::open(file.url());
  db.execute("CREATE TABLE notes (note TEXT)");
  const std::vector<std::string> notes(100, std::string(1000, 'x'));
  db.insert_all("INSERT INTO notes (note) VALUES (?)", notes);
}

}  // namespace

TEST_CASE_FIXTURE(Samples, "DiskFull: no room for another row; the transaction is undone") {
  if (db.dialect().engine == Engine::postgres) return;  // it has no limit but the disk's
  static constexpr Sql make{
      "test.make",
      "CREATE TABLE little (note TEXT)",
      {.mysql = "CREATE TABLE little (note VARCHAR(1000)) ENGINE=MEMORY MAX_ROWS=1"}};
  static constexpr Sql bound{
      "test.bound", "PRAGMA max_page_count = 1", {.mysql = "SELECT COUNT(*) FROM little"}};
  static constexpr Sql fill{"test.fill", "INSERT INTO little (note) VALUES (?)"};
  db.execute("DROP TABLE IF EXISTS little");
  db.execute(make);
  const auto e = poisons<DiskFull>(db, [&](Transaction& tx) {
    insert(tx, "a");
    tx.execute(bound);
    for (int i = 0; i < 100'000; ++i) tx.execute(fill, std::string(1000, 'x'));
  });
  check_told(e, db, "test.fill");
  CHECK(count(db) == 0);
  db.execute("DROP TABLE little");
  insert(db, "b");
}

TEST_CASE("Corrupt: a SQLite file that is no database") {
  const OwnFile file;
  std::ofstream(file.path()) << std::string(10'000, 'x');
  for (const char* mode : {"", "?mode=ro"}) {
    try {
      (void)Database::open(file.url() + mode);
      FAIL("was opened");
    } catch (const Corrupt& e) {
      CHECK(e.native_code() == 26);
      CHECK(e.engine() == "sqlite");
      CHECK(std::string_view(e.what()).find(file.path()) != std::string_view::npos);
    }
  }
}

TEST_CASE("Corrupt: a SQLite file with a damaged page") {
  const OwnFile file;
  write_notes(file);
  constexpr std::streamoff page = 4096;
  {
    std::fstream damaged(file.path(), std::ios::in | std::ios::out | std::ios::binary);
    damaged.seekp(2 * page);
    damaged << std::string(static_cast<std::size_t>(page), '\xFF');
  }
  Database db = Database::open(file.url());
  check_told(poisons<Corrupt>(db, [](Executor& tx) { (void)tx.fetch_value<int>(rows_read); }), db,
             "test.rows_read");
}

TEST_CASE_FIXTURE(Samples, "Corrupt: rows that are older than PostgreSQL's catalogue says") {
  if (db.dialect().engine != Engine::postgres) return;  // the catalogue of another
  insert(db, "a");
  db.execute(
      "UPDATE pg_class SET relfrozenxid = (pg_current_xact_id()::text::bigint % 4294967296)::text"
      "::xid WHERE oid = 'samples'::regclass");
  static constexpr Sql vacuum{"test.vacuum", "VACUUM (FREEZE) samples"};
  check_told(caught<Corrupt>(db, [](Executor& on) { on.execute(vacuum); }), db, "test.vacuum");
  CHECK(db.fetch_value<int>("SELECT 1") == 1);
}

TEST_CASE("IoError: a SQLite file that may not grow") {
  const OwnFile file;
  write_notes(file);
  Database db = Database::open(file.url());
  static constexpr Sql twice{"test.twice", "INSERT INTO notes (note) SELECT note FROM notes"};
  {
    const FileLimit limit(std::filesystem::file_size(file.path()));
    const auto e = poisons<IoError>(db, [](Transaction& tx) {
      for (int i = 0; i < 10; ++i) tx.execute(twice);
      tx.commit();
    });
    check_told(e, db, "test.twice");
  }
  CHECK(db.fetch_value<int>(rows_read) == 100);
  db.execute(twice);
  CHECK(db.fetch_value<int>(rows_read) == 200);
}

TEST_CASE_FIXTURE(Samples, "ReadOnly: a SQLite file that is opened with mode=ro") {
  if (has_server() || !shareable()) return;
  insert(db, "a");
  Database reader = Database::open(database_url() + "?mode=ro");
  CHECK(count(reader) == 1);
  check_told(poisons<ReadOnly>(reader, [&](Transaction& tx) { insert(tx, "b"); }), reader,
             "test.sample_insert");
  CHECK(count(reader) == 1);
}

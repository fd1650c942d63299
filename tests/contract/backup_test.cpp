// SPDX-License-Identifier: BSL-1.0
// Backup and restore: what is copied, and what is left as it was.
#include "lockstep/backup.hpp"

#include <atomic>
#include <thread>

#include "support/file_limit.hpp"
#include "support/folder.hpp"
#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;

namespace {

using Names = std::vector<std::string>;

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Whether the engine of the target can be backed up by lockstep.
bool copies(const Database& db) { return db.dialect().backup_tool.empty(); }

std::string url_of(const std::string& file) { return "sqlite:" + file; }

std::vector<std::string> samples_in(const std::string& file) {
  Database db = Database::open(url_of(file) + "?mode=ro");
  return db.fetch_all<std::string>("SELECT id FROM samples ORDER BY id");
}

bool is_sound(const std::string& file) {
  Database db = Database::open(url_of(file) + "?mode=ro");
  return db.fetch_value<std::string>("PRAGMA integrity_check") == "ok";
}

bool is_private(const std::string& file) {
  return std::filesystem::status(file).permissions() == std::filesystem::perms(0600);
}

void add_note(Database& db, const std::string& note) {
  db.execute("CREATE TABLE notes (note TEXT)");
  db.execute("INSERT INTO notes (note) VALUES (?)", note);
}

// A backup with one row.
void make_backup(const std::string& file, const std::string& note) {
  Database db = Database::open("sqlite::memory:");
  add_note(db, note);
  backup(db, file);
}

// A database file with one row, in WAL mode.
void make_file(const std::string& file, const std::string& note) {
  Database db = Database::open(url_of(file));
  add_note(db, note);
}

std::string note_in(const std::string& file) {
  Database db = Database::open(url_of(file) + "?mode=rw");
  return db.fetch_value<std::string>("SELECT note FROM notes");
}

// A note that takes several steps to copy.
const std::string long_note(10'000'000, 'n');

// Where files are.
struct Files : Folder {
  std::string copy = file("copy.db");
  std::string target = file("target.db");
};

}  // namespace

TEST_CASE_FIXTURE(Samples, "backup: an engine with a tool of its own names it") {
  if (copies(db)) return;
  const Files files;
  const auto backup_error = caught<Unsupported>(db, [&](Executor&) { backup(db, files.copy); });
  CHECK(has(backup_error.what(), db.dialect().backup_tool));
  CHECK(backup_error.statement() == "lockstep.backup");
  const auto error =
      caught<Unsupported>(db, [&](Executor&) { restore(files.copy, database_url()); });
  CHECK(has(error.what(), db.dialect().restore_tool));
  CHECK(has(error.location().file, "backup_test.cpp"));
  CHECK(files.files().empty());
}

TEST_CASE_FIXTURE(Samples, "backup: every row, in one sound and private file") {
  if (!copies(db)) return;
  const Files files;
  for (const char* id : {"a", "b", "c"}) insert(db, id);
  std::vector<std::int64_t> done;
  const BackupResult result = backup(db, files.copy, {.progress = [&](const CopyProgress& p) {
                                       done.push_back(p.done);
                                       CHECK(p.done <= p.total);
                                     }});
  CHECK(files.files() == Names{"copy.db"});
  CHECK(result.bytes == static_cast<std::int64_t>(std::filesystem::file_size(files.copy)));
  CHECK(result.pages == result.bytes / 4096);
  CHECK(done.back() == result.pages);
  CHECK(is_private(files.copy));
  CHECK(samples_in(files.copy) == Names{"a", "b", "c"});
  CHECK(is_sound(files.copy));
  CHECK(files.files() == Names{"copy.db"});  // reading has made nothing beside it
  insert(db, "d");
  CHECK(count(db) == 4);
}

TEST_CASE_FIXTURE(Samples, "backup: replaces no file unless it is told to") {
  if (!copies(db)) return;
  const Files files;
  files.put("copy.db", "mine");
  std::filesystem::create_symlink(files.copy, files.file("link"));
  std::filesystem::create_symlink(files.file("nowhere"), files.file("loose"));
  for (const char* name : {"copy.db", "link", "loose"}) {
    CHECK_THROWS_AS(backup(db, files.file(name)), AlreadyExists);
  }
  CHECK(files.text("copy.db") == "mine");
  backup(db, files.file("link"), {.overwrite = true});
  CHECK(files.text("copy.db") == "mine");
  CHECK(samples_in(files.file("link")).empty());  // a file now
  backup(db, files.copy, {.overwrite = true});
  CHECK(is_sound(files.copy));
  CHECK(files.files() == Names{"copy.db", "link", "loose"});
}

TEST_CASE_FIXTURE(Samples, "backup: what is planted under its temporary name is not written to") {
  if (!copies(db)) return;
  const Files files;
  files.put("victim", "theirs");
  const std::string planted = files.copy + "." + std::to_string(getpid()) + ".0.part";
  std::filesystem::create_symlink(files.file("victim"), planted);
  backup(db, files.copy);
  CHECK(files.text("victim") == "theirs");
  CHECK(is_sound(files.copy));
  CHECK(std::filesystem::is_symlink(planted));
}

TEST_CASE_FIXTURE(Samples, "backup: not over a database in use, nor over itself") {
  if (!copies(db)) return;
  const Files files;
  make_file(files.target, "old");
  const Database open = Database::open(url_of(files.target));
  const auto e =
      caught<Busy>(db, [&](Executor&) { backup(db, files.target, {.overwrite = true}); });
  CHECK(has(e.what(), "target.db-wal"));
  CHECK(note_in(files.target) == "old");
  if (!shareable()) return;
  const std::string self = database_url().substr(std::string_view("sqlite:").size());
  CHECK_THROWS_AS(backup(db, self, {.overwrite = true}), Busy);
}

TEST_CASE_FIXTURE(Samples, "backup: what ends it leaves nothing behind") {
  if (!copies(db)) return;
  const Files files;
  insert(db, "a");
  std::stop_source stop;
  SUBCASE("a stop in the middle") {
    const auto request = [&](const CopyProgress&) { stop.request_stop(); };
    CHECK_THROWS_AS(
        backup(db, files.copy, {.call = {.stop = stop.get_token()}, .progress = request}),
        Cancelled);
  }
  SUBCASE("a stop before") {
    stop.request_stop();
    CHECK_THROWS_AS(backup(db, files.copy, {.call = {.stop = stop.get_token()}}), Cancelled);
  }
  SUBCASE("a deadline") {
    CHECK_THROWS_AS(backup(db, files.copy, {.call = {.deadline = std::chrono::nanoseconds(1)}}),
                    Timeout);
  }
  SUBCASE("an exception of the caller") {
    const auto refuse = [](const CopyProgress&) { throw std::domain_error("no"); };
    CHECK_THROWS_AS(backup(db, files.copy, {.progress = refuse}), std::domain_error);
  }
  SUBCASE("a disk that takes no more") {
    const FileLimit limit(8192);
    CHECK_THROWS_AS(backup(db, files.copy), IoError);
  }
  SUBCASE("a transaction of the same thread") {
    Transaction tx = db.begin();
    CHECK_THROWS_AS(backup(db, files.copy), LogicError);
  }
  SUBCASE("no folder") { CHECK_THROWS_AS(backup(db, files.file("no/copy.db")), CannotOpen); }
  SUBCASE("a folder") { CHECK_THROWS_AS(backup(db, files.file("")), CannotOpen); }
  CHECK(files.files().empty());
  CHECK(count(db) == 1);
  CHECK(db.stats().in_use == 0);
}

TEST_CASE_FIXTURE(Samples, "backup: a file that comes meanwhile is not replaced") {
  if (!copies(db)) return;
  const Files files;
  const auto come = [&](const CopyProgress&) { files.put("copy.db", "mine"); };
  CHECK_THROWS_AS(backup(db, files.copy, {.progress = come}), AlreadyExists);
  CHECK(files.text("copy.db") == "mine");
  CHECK(files.files() == Names{"copy.db"});
}

TEST_CASE("backup: a damaged database is told, and not copied") {
  const Files files;
  make_file(files.target, std::string(20'000, 'x'));
  damage_file(files.target, 2 * 4096, 4096);
  Database db = Database::open(url_of(files.target));
  CHECK_THROWS_AS(backup(db, files.copy), Corrupt);
  db.close();
  CHECK(files.files() == Names{"target.db"});
}

TEST_CASE_FIXTURE(Samples, "backup: what is written between two steps does not begin it again") {
  if (!copies(db) || !shareable()) return;
  const Files files;
  for (int n = 0; n < 10; ++n) {  // more than a step copies
    db.execute(sample_insert, Sample{.id = std::to_string(n), .note = std::string(1'000'000, 'x')});
  }
  Database other = open_again();
  std::int64_t done = 0;
  int steps = 0;
  const auto write = [&](const CopyProgress& p) {
    CHECK(p.done > done);
    done = p.done;
    insert(other, "late " + std::to_string(++steps));
  };
  backup(db, files.copy, {.progress = write});
  CHECK(steps > 1);
  CHECK(samples_in(files.copy).size() == 10);
  CHECK(count(db) == 10 + steps);
}

TEST_CASE_FIXTURE(Samples, "backup: beside a running writer, each copy has all rows up to one") {
  if (!copies(db)) return;
  const Files files;
  std::atomic<int> written{0};
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int n = 0; !done; ++n) {
      db.transaction([&](Transaction& tx) {
        for (const char* half : {"a", "b"}) {
          tx.execute(sample_insert, Sample{.id = std::to_string(n) + half, .number = n});
        }
      });
      ++written;
    }
  });
  std::int64_t before = 0;
  for (int round = 0; round < 5; ++round) {
    const int start = written;
    while (written < start + 20) std::this_thread::yield();
    backup(db, files.copy, {.overwrite = true});
    CHECK(is_sound(files.copy));
    Database copy = Database::open(url_of(files.copy) + "?mode=ro");
    const auto rows = copy.fetch_value<std::int64_t>(sample_count);
    CHECK(rows >= before + 40);
    CHECK(rows == 2 * copy.fetch_value<std::int64_t>("SELECT MAX(number) + 1 FROM samples"));
    before = rows;
  }
  done = true;
  writer.join();
  CHECK(count(db) == 2 * written);
}

TEST_CASE("restore: into a file that is not there") {
  const Files files;
  make_backup(files.copy, "kept");
  const RestoreResult result = restore(files.copy, url_of(files.target));
  CHECK(result.previous.empty());
  CHECK(result.pages == result.bytes / 4096);
  CHECK(is_private(files.target));
  CHECK(note_in(files.target) == "kept");
  CHECK(files.text("target.db").size() == files.text("copy.db").size());
}

TEST_CASE("restore: over a database, which is kept") {
  const Files files;
  make_backup(files.copy, "new");
  make_file(files.target, "old");
  std::filesystem::permissions(files.target, std::filesystem::perms(0644));
  const RestoreResult result = restore(files.copy, files.target);
  CHECK(result.previous == files.target + ".bak");
  CHECK(note_in(files.target) == "new");
  CHECK(note_in(result.previous) == "old");
  CHECK(is_private(files.target));
  CHECK(is_private(result.previous));
  CHECK(is_sound(files.target));

  make_backup(files.file("third.db"), "third");
  CHECK_THROWS_AS(restore(files.file("third.db"), files.target), AlreadyExists);
  CHECK(note_in(files.target) == "new");
  CHECK(note_in(result.previous) == "old");
  restore(files.file("third.db"), files.target, {.overwrite = true});
  CHECK(note_in(files.target) == "third");
  CHECK(note_in(result.previous) == "new");
}

TEST_CASE("restore: not while anybody has the target open") {
  const Files files;
  make_backup(files.copy, "new");
  make_file(files.target, "old");
  {
    const Database idle = Database::open(url_of(files.target));
    const auto e = [&] {
      try {
        restore(files.copy, files.target);
      } catch (const Busy& busy) {
        return std::string(busy.what());
      }
      return std::string();
    }();
    CHECK(has(e, "somebody has the target open"));
    const Database reader = Database::open(url_of(files.target) + "?mode=ro");
    CHECK_THROWS_AS(restore(files.copy, files.target), Busy);
  }
  CHECK(note_in(files.target) == "old");
  CHECK(files.files() == Names{"copy.db", "target.db"});
  restore(files.copy, files.target);
  CHECK(note_in(files.target) == "new");
}

TEST_CASE("restore: who comes meanwhile waits and finds the new content") {
  const Files files;
  make_backup(files.copy, long_note);
  make_file(files.target, "old");
  std::thread late;
  std::string found;
  const auto come = [&](const CopyProgress&) {
    if (late.joinable()) return;
    std::atomic<bool> started{false};
    late = std::thread([&] {
      started = true;
      Database db = Database::open(url_of(files.target));
      found = db.fetch_value<std::string>("SELECT note FROM notes");
    });
    while (!started) std::this_thread::yield();
  };
  restore(files.copy, files.target, {.progress = come});
  late.join();
  CHECK((found == long_note));
}

TEST_CASE("restore: what a process that died has left in its -wal file is kept, too") {
  const Files files;
  make_backup(files.copy, "new");
  {
    Database db = Database::open(url_of(files.file("dead.db")));
    db.execute("CREATE TABLE notes (note TEXT)");
    db.execute("INSERT INTO notes (note) VALUES ('in the wal')");
    for (const char* part : {"", "-wal", "-shm"}) {
      std::filesystem::copy_file(files.file("dead.db") + part, files.target + part);
    }
  }
  const RestoreResult result = restore(files.copy, files.target);
  CHECK(note_in(result.previous) == "in the wal");
  CHECK(files.files() == Names{"copy.db", "dead.db", "target.db", "target.db.bak"});
  CHECK(note_in(files.target) == "new");
}

TEST_CASE("restore: over what is damaged or no database") {
  const Files files;
  make_backup(files.copy, "new");
  SUBCASE("no database") { files.put("target.db", std::string(10'000, 'x')); }
  SUBCASE("a damaged first page") {
    make_file(files.target, std::string(20'000, 'x'));
    damage_file(files.target, 100, 3'000);
  }
  SUBCASE("a damaged page") {
    make_file(files.target, std::string(20'000, 'x'));
    damage_file(files.target, 4096, 4096);
  }
  SUBCASE("a part of a file") {
    make_file(files.target, std::string(20'000, 'x'));
    std::filesystem::resize_file(files.target, 5'000);
  }
  const std::string before = files.text("target.db");
  const RestoreResult result = restore(files.copy, files.target);
  CHECK(is_sound(files.target));
  CHECK(note_in(files.target) == "new");
  CHECK(files.text("target.db.bak").size() >= before.size());
}

TEST_CASE("restore: a source that is not sound changes nothing") {
  const Files files;
  make_file(files.target, "old");
  const std::string before = files.text("target.db");
  make_backup(files.copy, std::string(20'000, 'x'));
  SUBCASE("no database") { files.put("copy.db", std::string(10'000, 'x')); }
  SUBCASE("a damaged page") { damage_file(files.copy, 4096, 4096); }
  SUBCASE("a part of a file") { std::filesystem::resize_file(files.copy, 5'000); }
  CHECK_THROWS_AS(restore(files.copy, files.target), Corrupt);
  CHECK(files.text("target.db") == before);
  CHECK(files.files() == Names{"copy.db", "target.db"});
}

TEST_CASE("restore: what cannot be meant") {
  const Files files;
  make_backup(files.copy, "new");
  std::filesystem::create_symlink(files.copy, files.file("link"));
  CHECK_THROWS_AS(restore(files.copy, "sqlite::memory:"), InvalidArgument);
  CHECK_THROWS_AS(restore(files.copy, url_of(files.target) + "?mode=ro"), InvalidArgument);
  CHECK_THROWS_AS(restore(files.copy, "oracle://host/name"), InvalidArgument);
  CHECK_THROWS_AS(restore(files.copy, files.copy), InvalidArgument);
  CHECK_THROWS_AS(restore(files.file("link"), files.copy), InvalidArgument);
  CHECK_THROWS_AS(restore(files.file("link"), files.target), CannotOpen);
  CHECK_THROWS_AS(restore(files.copy, files.file("link")), InvalidArgument);
  CHECK_THROWS_AS(restore(files.file("missing"), files.target), CannotOpen);
  CHECK_THROWS_AS(restore(files.copy, url_of(files.target) + "?mode=rw"), CannotOpen);
  CHECK(files.files() == Names{"copy.db", "link"});
}

TEST_CASE("restore: what ends it leaves the target as it was") {
  const Files files;
  make_backup(files.copy, long_note);
  std::stop_source stop;
  const auto request = [&](const CopyProgress&) { stop.request_stop(); };
  const auto refuse = [](const CopyProgress&) { throw std::domain_error("no"); };
  SUBCASE("nothing was there") {
    CHECK_THROWS_AS(restore(files.copy, files.target, {.progress = refuse}), std::domain_error);
    CHECK(files.files() == Names{"copy.db"});
    return;
  }
  make_file(files.target, "old");
  SUBCASE("an exception of the caller") {
    CHECK_THROWS_AS(restore(files.copy, files.target, {.progress = refuse}), std::domain_error);
  }
  SUBCASE("a stop in the middle") {
    CHECK_THROWS_AS(restore(files.copy, files.target,
                            {.call = {.stop = stop.get_token()}, .progress = request}),
                    Cancelled);
  }
  SUBCASE("a deadline") {
    CHECK_THROWS_AS(
        restore(files.copy, files.target, {.call = {.deadline = std::chrono::nanoseconds(1)}}),
        Timeout);
  }
  SUBCASE("a disk that takes no more") {
    const FileLimit limit(5'000'000);
    CHECK_THROWS_AS(restore(files.copy, files.target), IoError);
  }
  CHECK(note_in(files.target) == "old");
  CHECK(is_sound(files.target));
}

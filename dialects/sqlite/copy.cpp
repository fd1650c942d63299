// SPDX-License-Identifier: BSL-1.0
// Whole databases as files, by SQLite's online backup. https://sqlite.org/c3ref/backup_finish.html
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "dialects/sqlite/sqlite.hpp"

namespace lockstep::detail {

namespace {

// Between two looks at the limits: 4 MiB of the usual pages.
constexpr int pages_per_step = 1024;
// Of a file that is kept as it is.
constexpr std::size_t part_size = std::size_t{1} << 20U;

// One state of a database, for as long as this lives. In WAL mode others write meanwhile.
class Snapshot {
 public:
  explicit Snapshot(SqliteHandle& handle) : handle_(handle) {
    handle_.value("BEGIN");
    try {
      handle_.value("SELECT COUNT(*) FROM sqlite_schema");
    } catch (...) {
      end();
      throw;
    }
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;
  ~Snapshot() { end(); }

 private:
  void end() noexcept { sqlite3_exec(handle_.db, "ROLLBACK", nullptr, nullptr, nullptr); }

  SqliteHandle& handle_;
};

struct BackupFinish {
  void operator()(sqlite3_backup* backup) const noexcept { sqlite3_backup_finish(backup); }
};

// One transaction of `to`, whose page size becomes that of `from`. Because `from` stands still for
// its snapshot, no write of others makes SQLite begin again.
std::int64_t copy_pages(SqliteHandle& from, SqliteHandle& to, const CopyOrder& order) {
  std::unique_ptr<sqlite3_backup, BackupFinish> backup(
      sqlite3_backup_init(to.db, "main", from.db, "main"));
  if (!backup) to.fail(sqlite3_extended_errcode(to.db));
  int code = SQLITE_OK;
  while (code == SQLITE_OK) {
    to.start();
    code = sqlite3_backup_step(backup.get(), pages_per_step);
    if (code != SQLITE_OK || !order.progress) continue;  // at the end it has committed
    const int total = sqlite3_backup_pagecount(backup.get());
    order.progress({.done = total - sqlite3_backup_remaining(backup.get()), .total = total});
  }
  const std::int64_t pages = sqlite3_backup_pagecount(backup.get());
  code = sqlite3_backup_finish(backup.release());
  if (code != SQLITE_OK) to.fail(code);
  return pages;
}

void require_sound(SqliteHandle& handle) {
  const std::string found = handle.value("PRAGMA integrity_check(1)");
  if (found != "ok") throw sqlite_error(SQLITE_CORRUPT, found);
}

void use_rollback_journal(SqliteHandle& handle) {
  if (const std::string mode = handle.value("PRAGMA journal_mode=DELETE"); mode != "delete") {
    throw sqlite_error(SQLITE_BUSY, "journal_mode is " + mode);
  }
}

// The file of a database that nobody else has open: in WAL mode, which every session of lockstep
// uses, who has it open holds a shared lock on it, so that the exclusive one is refused. Who comes
// later waits for this to end, and finds the same file.
class HeldFile {
 public:
  HeldFile(const SqliteLocation& location, const Limits& limits)
      : new_(!is_there(location.path)), path_(sqlite_file(location)) {
    handle_.open_plain(path_, SQLITE_OPEN_READWRITE, limits);
    handle_.value("PRAGMA locking_mode=EXCLUSIVE");
    try {
      hold();
    } catch (const NativeError& error) {
      const int code = error.code & 0xff;
      if (code != SQLITE_NOTADB && code != SQLITE_CORRUPT) throw;
      // Then what is in it does not matter: from here on SQLite takes the file for an empty one.
      sqlite3_db_config(handle_.db, SQLITE_DBCONFIG_RESET_DATABASE, 1, nullptr);
      hold();
    }
    std::error_code ignored;
    std::filesystem::remove(path_ + "-shm", ignored);  // of a process that died
  }
  HeldFile(const HeldFile&) = delete;
  HeldFile& operator=(const HeldFile&) = delete;
  // Under the lock still: a file that was made for nothing goes again.
  ~HeldFile() {
    std::error_code ignored;
    if (new_) std::filesystem::remove(path_, ignored);
  }

  // Hands the file out as it is: read by the descriptor that has the lock, since closing another
  // one of this process would end the lock.
  void keep(const CopyOrder& order) {
    sqlite3_file* file = nullptr;
    int code = sqlite3_file_control(handle_.db, "main", SQLITE_FCNTL_FILE_POINTER, &file);
    sqlite3_int64 size = 0;
    if (code == SQLITE_OK) code = file->pMethods->xFileSize(file, &size);
    if (code != SQLITE_OK) handle_.fail(code);
    if (new_ || size == 0 || !order.keep) return;
    sqlite3_int64 at = 0;
    order.keep(path_, [&] {
      handle_.start();
      std::string part(std::min(part_size, static_cast<std::size_t>(size - at)), '\0');
      const int got = part.empty() ? SQLITE_OK
                                   : file->pMethods->xRead(file, part.data(),
                                                           static_cast<int>(part.size()), at);
      if (got != SQLITE_OK) handle_.fail(got);
      at += static_cast<sqlite3_int64>(part.size());
      return part;
    });
  }

  // Its content becomes that of `from`, or stays what it was.
  std::int64_t replace(SqliteHandle& from, const CopyOrder& order) {
    const std::int64_t pages = copy_pages(from, handle_, order);
    new_ = false;
    std::error_code failure;
    std::filesystem::permissions(path_, std::filesystem::perms(0600), failure);
    if (failure) throw sqlite_error(SQLITE_PERM, "the mode of the file: " + failure.message());
    return pages;
  }

 private:
  static bool is_there(const std::string& path) {
    std::error_code failure;
    return std::filesystem::exists(path, failure);
  }
  // What its -wal file holds goes into the file, and the exclusive lock stays.
  void hold() {
    handle_.value("BEGIN EXCLUSIVE");
    handle_.value("COMMIT");
    use_rollback_journal(handle_);
  }

  bool new_;
  std::string path_;
  SqliteHandle handle_{std::chrono::milliseconds(0)};
};

}  // namespace

// The copy is one file that needs nothing beside it: not in WAL mode, though `from` is.
std::int64_t copy_sqlite(SqliteHandle& from, const CopyOrder& order) {
  SqliteHandle to(std::chrono::milliseconds(0));
  to.open_plain(order.file, SQLITE_OPEN_READWRITE, order.limits);
  to.value("PRAGMA locking_mode=EXCLUSIVE");
  to.value("PRAGMA synchronous=OFF");  // the caller sees to that, once
  const Snapshot one_state(from);
  const std::int64_t pages = copy_pages(from, to, order);
  if (order.progress) order.progress({.done = pages, .total = pages});
  use_rollback_journal(to);
  require_sound(to);
  return pages;
}

void copy_sqlite_image(SqliteHandle& from, SqliteHandle& to) {
  const Snapshot one_state(from);
  copy_pages(from, to, {});
}

std::int64_t restore_sqlite(const SqliteLocation& location, const CopyOrder& order) {
  if (!location.is_file() || location.mode == SqliteLocation::Mode::read) {
    raise(ErrorKind::invalid_argument,
          "the target is a file that can be written, not a database in memory");
  }
  std::error_code ignored;
  if (std::filesystem::equivalent(order.file, location.path, ignored)) {
    raise(ErrorKind::invalid_argument, "the file is the target itself");
  }
  SqliteHandle from(std::chrono::milliseconds(0));
  from.open_plain(sqlite_file({.path = order.file, .mode = SqliteLocation::Mode::read}),
                  SQLITE_OPEN_READONLY, order.limits);
  const Snapshot one_state(from);
  require_sound(from);
  HeldFile target(location, order.limits);
  target.keep(order);
  return target.replace(from, order);
}

}  // namespace lockstep::detail

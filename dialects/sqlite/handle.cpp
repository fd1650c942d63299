// SPDX-License-Identifier: BSL-1.0
// The handle of a SQLite database: how it is opened and set up, and what its users leave behind.
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <filesystem>
#include <mutex>
#include <system_error>

#include "dialects/sqlite/sqlite.hpp"

namespace lockstep::detail {

namespace {

using Mode = SqliteLocation::Mode;

// RETURNING, STRICT, EXRESCODE and sqlite3_changes64.
static_assert(SQLITE_VERSION_NUMBER >= 3037000, "SQLite 3.37 or later is needed");

// Instructions of SQLite's machine between two looks at the limits: some 20 to 100 us.
constexpr int instructions_between_looks = 1000;

// Pragmas whose argument changes nothing that the next user of the connection could see.
constexpr const char* harmless_pragmas[] = {
    "table_info",        "table_xinfo",        "table_list",  "index_list",      "index_info",
    "index_xinfo",       "foreign_key_list",   "quick_check", "integrity_check", "wal_checkpoint",
    "foreign_key_check", "incremental_vacuum", "optimize",    "user_version",    "application_id"};

bool is_harmless(const char* pragma) {
  for (const char* name : harmless_pragmas) {
    if (sqlite3_stricmp(pragma, name) == 0) return true;
  }
  return false;
}

int on_busy(void* watch, int tries) {
  return static_cast<SqliteWatch*>(watch)->wait(tries) ? 1 : 0;
}

int on_progress(void* watch) { return static_cast<SqliteWatch*>(watch)->must_stop() ? 1 : 0; }

// Called for each thing that a statement will do, while it is compiled. Forbids nothing: it keeps
// the ledger thanks to which a clean connection is given back for nothing. What the arguments are
// depends on the action: https://sqlite.org/c3ref/c_alter_table.html
int on_authorize(void* handle, int action, const char* first, const char* second,
                 const char* database, const char*) {
  ++static_cast<SqliteHandle*>(handle)->compiled;
  unsigned& dirt = static_cast<SqliteHandle*>(handle)->dirt;
  switch (action) {
    case SQLITE_PRAGMA:
      if (second && !is_harmless(first)) dirt |= SqliteHandle::settings;
      break;
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
      dirt |= SqliteHandle::settings;
      break;
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_CREATE_TEMP_TABLE:
    case SQLITE_CREATE_TEMP_TRIGGER:
    case SQLITE_CREATE_TEMP_VIEW:
      dirt |= SqliteHandle::temporary_objects;
      break;
    case SQLITE_CREATE_VTABLE:
      if (sqlite3_stricmp(database, "temp") == 0) dirt |= SqliteHandle::temporary_objects;
      break;
    default:
      break;
  }
  return SQLITE_OK;
}

// Switches of a connection that have an interface beside PRAGMA.
struct Switch {
  int option;
  int value;  // ours; SQLite's own is the other
  std::string_view name;
};
constexpr Switch switches[] = {
    {SQLITE_DBCONFIG_ENABLE_FKEY, 1, "foreign_keys"},
    {SQLITE_DBCONFIG_DQS_DDL, 0, "dqs_ddl"},  // "name" is never a string
    {SQLITE_DBCONFIG_DQS_DML, 0, "dqs_dml"},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, "trusted_schema"},
    {SQLITE_DBCONFIG_DEFENSIVE, 1, "defensive"},
};

NativeError cannot_open(std::string message) {
  return sqlite_error(SQLITE_CANTOPEN, std::move(message));
}

// The path with its folder resolved, so that SQLite can be told to follow no symbolic link.
std::string resolved_path(const std::string& path) {
  const std::filesystem::path given(path);
  if (!given.has_filename()) throw cannot_open("the path of the database names a folder");
  std::error_code failure;
  const std::filesystem::path folder = std::filesystem::canonical(
      given.has_parent_path() ? given.parent_path() : std::filesystem::path("."), failure);
  if (failure) throw cannot_open("the folder of the database: " + failure.message());
  return (folder / given.filename()).string();
}

// A new database can be read by its owner alone; SQLite would leave that to the umask. Its -wal
// and -shm files take over the mode.
void create_private_file(const std::string& path) {
  // Closing a descriptor drops every lock that the process has on the file, so no connection of
  // another thread may open the new file before this descriptor is closed.
  static std::mutex creating;
  const std::lock_guard lock(creating);
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) {
    ::close(file);
  } else if (errno != EEXIST) {
    throw cannot_open("the database cannot be created: " + std::generic_category().message(errno));
  }
}

void require_setting(std::string_view name, std::string_view found, std::string_view wanted) {
  if (found == wanted) return;
  raise(ErrorKind::configuration, "sqlite: " + std::string(name) + " is '" + std::string(found) +
                                      "' where '" + std::string(wanted) + "' was set");
}

// The change to WAL does not wait for a lock, unlike everything else: connections that open a new
// database at the same time meet here.
void use_wal(SqliteHandle& handle) {
  const auto until = std::chrono::steady_clock::now() + handle.watch.busy_timeout();
  for (int tries = 0;; ++tries) {
    try {
      require_setting("journal_mode", handle.value("PRAGMA journal_mode=WAL"), "wal");
      return;
    } catch (const NativeError& error) {
      const bool late = std::chrono::steady_clock::now() >= until;
      if ((error.code & 0xff) != SQLITE_BUSY || late || !handle.watch.wait(tries)) throw;
    }
  }
}

}  // namespace

std::string sqlite_file(const SqliteLocation& location) {
  std::string path = resolved_path(location.path);
  if (location.mode == Mode::create) create_private_file(path);
  return path;
}

void SqliteFinalize::operator()(sqlite3_stmt* statement) const noexcept {
  sqlite3_finalize(statement);
}

void SqliteHandle::open(const SqliteLocation& location) {
  std::string path = location.path;
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (location.is_file()) {
    path = sqlite_file(location);
    flags |= SQLITE_OPEN_NOFOLLOW;
    flags |= location.mode == Mode::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  } else {
    flags |= SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  }
  const int code = sqlite3_open_v2(path.c_str(), &db, flags, nullptr);
  if (code != SQLITE_OK) fail(code);
  // SQLite opens a file that it may only read without a word.
  if (location.mode != Mode::read && sqlite3_db_readonly(db, "main") == 1) {
    throw sqlite_error(SQLITE_READONLY, "the database can only be read: open it with mode=ro");
  }
  apply_settings(location);
  sqlite3_set_authorizer(db, on_authorize, this);
}

void SqliteHandle::open_plain(const std::string& path, int flags, const Limits& limits) {
  watch.limit(limits);
  const int code = sqlite3_open_v2(
      path.c_str(), &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_NOFOLLOW,
      nullptr);
  if (code != SQLITE_OK) fail(code);
  sqlite3_progress_handler(db, instructions_between_looks, on_progress, &watch);
  // What is in the file is not to be trusted.
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
}

SqliteHandle::~SqliteHandle() {
  if (!db) return;
  // A statement that SOCI has leaked keeps the handle alive, but nothing of ours.
  sqlite3_busy_handler(db, nullptr, nullptr);
  sqlite3_progress_handler(db, 0, nullptr, nullptr);
  sqlite3_set_authorizer(db, nullptr, nullptr);
  sqlite3_close_v2(db);
}

void SqliteHandle::apply_settings(const SqliteLocation& location) {
  // Never PRAGMA busy_timeout nor sqlite3_busy_timeout: they put another handler in this place.
  sqlite3_busy_handler(db, on_busy, &watch);
  sqlite3_progress_handler(db, instructions_between_looks, on_progress, &watch);
  for (const Switch& s : switches) {
    int found = -1;
    const int code = sqlite3_db_config(db, s.option, s.value, &found);
    require_setting(s.name, code == SQLITE_OK ? std::to_string(found) : "unknown",
                    std::to_string(s.value));
  }
  if (location.is_file() && location.mode != Mode::read) use_wal(*this);
  value(location.full_sync ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
  require_setting("synchronous", value("PRAGMA synchronous"), location.full_sync ? "2" : "1");
  // The first look into the file where WAL was not asked for: is it a database?
  if (location.mode == Mode::read) value("PRAGMA schema_version");
}

void SqliteHandle::use_engine_settings() {
  dirt |= settings;
  sqlite3_db_config(db, SQLITE_DBCONFIG_LEGACY_ALTER_TABLE, 0, nullptr);
  for (const Switch& s : switches) {
    const int code = sqlite3_db_config(db, s.option, 1 - s.value, nullptr);
    if (code != SQLITE_OK) fail(code);
  }
}

SqliteStatementPtr SqliteHandle::prepare(std::string_view text, bool kept) {
  start();  // reading the schema may wait for a lock
  if (text.size() > INT_MAX) throw sqlite_error(SQLITE_TOOBIG, "string or blob too big");
  if (text.find('\0') != std::string_view::npos) {
    throw sqlite_error(SQLITE_ERROR, "unrecognized token: a NUL");
  }
  SqliteStatementPtr found;
  const char* end = text.data() + text.size();
  for (const char* at = text.data(); at < end;) {
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(db, at, static_cast<int>(end - at),
                                        kept ? SQLITE_PREPARE_PERSISTENT : 0, &statement, &at);
    SqliteStatementPtr next(statement);
    if (code != SQLITE_OK) fail(code);
    if (!next) continue;
    if (found) throw sqlite_error(SQLITE_ERROR, "near a second statement: syntax error");
    found = std::move(next);
  }
  return found;
}

void SqliteHandle::run(sqlite3_stmt* statement) {
  start();
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(statement);
  if (code == SQLITE_DONE) {
    sqlite3_reset(statement);
    return;
  }
  try {
    fail(code);
  } catch (...) {
    sqlite3_reset(statement);
    throw;
  }
}

std::string SqliteHandle::value(std::string_view text) {
  const unsigned before = dirt;
  const SqliteStatementPtr statement = prepare(text, false);
  const int code = sqlite3_step(statement.get());
  dirt = before;
  if (code == SQLITE_DONE) return {};
  if (code != SQLITE_ROW) fail(code);
  const unsigned char* found = sqlite3_column_text(statement.get(), 0);
  return found ? reinterpret_cast<const char*>(found) : "";
}

NativeError SqliteHandle::error(int code) const {
  NativeError error = sqlite_error(code, sqlite3_errmsg(db));
#if SQLITE_VERSION_NUMBER >= 3038000
  if (const int at = sqlite3_error_offset(db); at >= 0) error.offset = at;
#endif
  if (code == SQLITE_INTERRUPT) {
    // Only the deadline and sqlite3_interrupt do that.
    const bool deadline = watch.interruption() == NativeError::Interruption::deadline;
    error.interruption =
        deadline ? NativeError::Interruption::deadline : NativeError::Interruption::cancel;
  } else if ((code & 0xff) == SQLITE_BUSY || (code & 0xff) == SQLITE_LOCKED) {
    error.interruption = watch.interruption();
  }
  return error;
}

void SqliteHandle::interrupted() const {
  NativeError error = sqlite_error(SQLITE_INTERRUPT, "interrupted");
  error.interruption = watch.interruption();
  throw error;
}

void SqliteHandle::start_writing() {
  if (read_only) throw sqlite_error(SQLITE_READONLY, "attempt to write a readonly database");
  if (sqlite3_get_autocommit(db) != 0) watch.make_way();
}

}  // namespace lockstep::detail

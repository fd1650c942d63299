// SPDX-License-Identifier: BSL-1.0
// Private parts of the SQLite engine. Neither SOCI's nor SQLite's header is included here, since
// SOCI 4.0 includes <sqlite3.h> inside a namespace: soci.cpp sees the one, the rest the other.
//
// Thread rule: everything belongs to the thread that uses the session.
#pragma once

#include <array>
#include <memory>

#include "lockstep/dialect.hpp"

struct sqlite3;
struct sqlite3_stmt;
namespace soci {
class session;
}

namespace lockstep::detail {

inline constexpr Capabilities sqlite_capabilities{.skip_locked = false,
                                                  .concurrent_writers = false,
                                                  .names_foreign_keys = false,
                                                  .strict_values = false};

// What a DSN says.
struct SqliteLocation {
  enum class Mode : std::uint8_t { create, write, read };
  std::string path;  // ":memory:" and "" (a temporary file) exist for one connection only
  Mode mode = Mode::create;
  bool full_sync = true;  // synchronous=FULL: a commit survives the loss of power
  [[nodiscard]] bool is_file() const noexcept { return !path.empty() && path != ":memory:"; }
};

// Says when a statement has to end. The busy handler and the progress handler ask the same watch,
// so that a deadline or a cancel also ends a wait for a lock.
class SqliteWatch {
 public:
  // Longer ones mean this one: sums with a clock must not overflow.
  static constexpr std::chrono::milliseconds longest_wait = std::chrono::hours(24 * 365);

  explicit SqliteWatch(std::chrono::milliseconds busy_timeout) noexcept;

  void limit(const Limits& limits);
  // A statement starts: forgets what ended the last one. False if it must not start because a limit
  // has been reached already.
  bool start() noexcept {
    interruption_ = NativeError::Interruption::none;
    return !limited || !must_stop();
  }
  // Whether the statement has to end; remembers why.
  bool must_stop() noexcept;
  // Waits 0.1 to 0.3 ms for a lock that was found taken `tries` times before. False: give up.
  bool wait(int tries) noexcept;
  // Before the write lock is asked for: lets others go first if they wait for it, too.
  void make_way() noexcept;
  [[nodiscard]] NativeError::Interruption interruption() const noexcept { return interruption_; }
  [[nodiscard]] std::chrono::milliseconds busy_timeout() const noexcept { return busy_timeout_; }

  bool limited = false;  // the limits hold something, and count

 private:
  using Clock = std::chrono::steady_clock;

  void pause() noexcept;

  Limits limits_;
  NativeError::Interruption interruption_ = NativeError::Interruption::none;
  std::chrono::milliseconds busy_timeout_;
  Clock::time_point busy_since_;  // the wait for a lock began
  Clock::time_point busy_until_;  // the lock was found taken last
  Clock::time_point turn_began_;  // after the last pause
  bool contended_ = false;        // the lock has been found taken lately
  std::uint32_t random_;
};

struct SqliteFinalize {
  void operator()(sqlite3_stmt* statement) const noexcept;
};
using SqliteStatementPtr = std::unique_ptr<sqlite3_stmt, SqliteFinalize>;

// The handle, with what its callbacks and its statements share.
class SqliteHandle {
 public:
  // What a user did to the connection that must not reach the next one.
  enum Dirt : unsigned { temporary_objects = 1, settings = 2 };

  explicit SqliteHandle(std::chrono::milliseconds busy_timeout) noexcept : watch(busy_timeout) {}
  SqliteHandle(const SqliteHandle&) = delete;
  SqliteHandle& operator=(const SqliteHandle&) = delete;
  ~SqliteHandle();

  // Opens the database and sets the connection up; throws. Once.
  void open(const SqliteLocation& location);
  // Opens a file that is handled as a whole, and not as the database of a session: no setting is
  // made, no lock is waited for. `flags`: SQLITE_OPEN_READONLY or SQLITE_OPEN_READWRITE.
  void open_plain(const std::string& path, int flags, const Limits& limits);
  // The settings of every connection, each read back: Configuration if one does not hold.
  void apply_settings(const SqliteLocation& location);

  // What `code`, the answer of the last call on this handle, means.
  [[nodiscard]] NativeError error(int code) const;
  [[noreturn]] void fail(int code) const { throw error(code); }
  // Before a statement runs: throws if a limit has been reached.
  void start() {
    if (!watch.start()) interrupted();
  }
  // Before a statement that writes, or takes the write lock: throws in a read-only transaction.
  void start_writing();
  // Null if `text` holds nothing but blanks and comments. A second statement is an error, because
  // SQLite would drop it silently. `kept`: the statement will be executed again.
  SqliteStatementPtr prepare(std::string_view text, bool kept);
  // Runs a statement without arguments to its end.
  void run(sqlite3_stmt* statement);
  // As a program that uses SQLite alone has them; makes the handle dirty.
  void use_engine_settings();
  // First column of the first row; empty without one. Leaves `dirt` as it is.
  std::string value(std::string_view text);

  sqlite3* db = nullptr;
  SqliteWatch watch;
  unsigned dirt = 0;       // of Dirt; written by the authorizer while a statement is compiled
  unsigned compiled = 0;   // another number after a statement was compiled; written there, too
  bool read_only = false;  // in a read-only transaction

 private:
  [[noreturn]] void interrupted() const;
};

// handle.cpp: the path of a file with its folder resolved, so that no symbolic link need be
// followed. Makes a missing file, for its owner alone, if `location` says so; throws NativeError.
std::string sqlite_file(const SqliteLocation& location);

// copy.cpp: see Session::copy_to, MemoryImage and Dialect::restore.
std::int64_t copy_sqlite(SqliteHandle& from, const CopyOrder& order);
void copy_sqlite_image(SqliteHandle& from, SqliteHandle& to);
std::int64_t restore_sqlite(const SqliteLocation& location, const CopyOrder& order);

// session.cpp
std::unique_ptr<Session> make_sqlite_session(SqliteLocation location,
                                             const SessionOptions& options);

// statement.cpp
std::unique_ptr<Statement> prepare_sqlite(SqliteHandle& handle, std::string_view text);

// errors.cpp
inline constexpr std::size_t sqlite_error_count = 34;
extern const std::array<ErrorCode, sqlite_error_count> sqlite_error_codes;
ErrorKind classify_sqlite(const NativeError& error) noexcept;
// An error with the table, columns and constraint that SQLite's own message names.
NativeError sqlite_error(int code, std::string message);

// soci.cpp: a session on an empty ":memory:" database (throws NativeError), and the exchange of
// its sqlite3*. SOCI closes what it holds when the session ends; a null pointer is legal then.
struct SociDelete {
  void operator()(soci::session* session) const noexcept;
};
using SociSession = std::unique_ptr<soci::session, SociDelete>;
SociSession open_soci();
void* exchange_soci_handle(soci::session& session, void* handle) noexcept;
// The result code that SOCI tells in an error; SQLITE_ERROR if it tells none.
int soci_result_code(const std::exception& error) noexcept;

}  // namespace lockstep::detail

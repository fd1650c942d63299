// SPDX-License-Identifier: BSL-1.0
// Sessions of SQLite: their limits, their transactions, and what is left of a user when the
// connection goes to the next.
#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "dialects/sqlite/sqlite.hpp"
#include "lockstep/data_version.hpp"
#include "lockstep/memory_image.hpp"

namespace lockstep::detail {

namespace {

// Settings of a connection, which are not kept in its database and can be read.
constexpr std::string_view connection_pragmas[] = {"analysis_limit",
                                                   "automatic_index",
                                                   "cache_size",
                                                   "cache_spill",
                                                   "cell_size_check",
                                                   "checkpoint_fullfsync",
                                                   "count_changes",
                                                   "empty_result_callbacks",
                                                   "full_column_names",
                                                   "fullfsync",
                                                   "ignore_check_constraints",
                                                   "legacy_alter_table",
                                                   "query_only",
                                                   "read_uncommitted",
                                                   "recursive_triggers",
                                                   "reverse_unordered_selects",
                                                   "secure_delete",
                                                   "short_column_names",
                                                   "temp_store",
                                                   "threads"};

// The limits do not count while it lives.
class Unlimited {
 public:
  explicit Unlimited(SqliteWatch& watch) noexcept
      : watch_(watch), limited_(std::exchange(watch.limited, false)) {}
  Unlimited(const Unlimited&) = delete;
  Unlimited& operator=(const Unlimited&) = delete;
  ~Unlimited() { watch_.limited = limited_; }

 private:
  SqliteWatch& watch_;
  bool limited_;
};

class SqliteSession final : public Session, public MemoryImage, public DataVersion {
 public:
  SqliteSession(SqliteLocation location, const SessionOptions& options);
  // SOCI would close the handle in a way that keeps its files open while a statement lives.
  ~SqliteSession() override { exchange_soci_handle(*soci_, nullptr); }

  std::unique_ptr<Statement> prepare(std::string_view text) override {
    return prepare_sqlite(handle_, text);
  }
  void run(std::string_view text) override;
  [[nodiscard]] std::uint64_t rows_run() const noexcept override {
    return static_cast<std::uint64_t>(sqlite3_changes(handle_.db));
  }
  void begin(const TransactionOptions& options) override;
  void commit() override;
  void rollback() override;
  [[nodiscard]] TransactionState transaction_state() const noexcept override {
    return in_transaction() ? TransactionState::active : TransactionState::none;
  }
  [[nodiscard]] Capabilities capabilities() const noexcept override { return capabilities_; }
  [[nodiscard]] std::int64_t last_insert_id() const noexcept override {
    return sqlite3_last_insert_rowid(handle_.db);
  }
  bool ping() noexcept override;
  [[nodiscard]] bool looks_alive() const noexcept override { return true; }
  bool reset() noexcept override;
  void use_settings(SettingsOf whose) override {
    whose == SettingsOf::engine ? handle_.use_engine_settings() : restore_settings();
  }
  void limit(const Limits& limits) override { handle_.watch.limit(limits); }
  [[nodiscard]] std::optional<std::uint32_t> data_version() noexcept override;
  [[nodiscard]] std::string version() const override { return sqlite3_libversion(); }
  std::int64_t copy_to(const CopyOrder& order) override { return copy_sqlite(handle_, order); }
  void copy_image(MemoryImage& to) override {
    copy_sqlite_image(handle_, dynamic_cast<SqliteSession&>(to).handle_);
  }
  [[nodiscard]] void* soci() noexcept override;
  [[nodiscard]] NativeError explain_soci(const std::exception& error) override;
  bool try_migration_lock(std::string_view) override { return true; }
  void migration_unlock(std::string_view) noexcept override {}

 private:
  [[nodiscard]] bool in_transaction() const noexcept {
    return sqlite3_get_autocommit(handle_.db) == 0;
  }
  // Whether a statement that was not reset holds the read lock; none of ours does.
  [[nodiscard]] bool reads() const noexcept {
    return sqlite3_txn_state(handle_.db, nullptr) != SQLITE_TXN_NONE;
  }
  void run_kept(SqliteStatementPtr& kept, std::string_view text);
  void set_query_only(bool on) noexcept;
  void end_read_only() noexcept;
  void end_statements() noexcept;
  bool clean();
  void restore_settings();
  void restore_pragmas();
  void drop_temporary_objects();
  void detach_databases();

  SqliteLocation location_;
  Capabilities capabilities_;
  SociSession soci_;  // without a handle when it ends: handle_ closes it
  SqliteHandle handle_;
  SqliteStatementPtr begin_, begin_immediate_, commit_, rollback_;
  bool soci_lent_ = false;   // statements may come that are not ours
  bool query_only_ = false;  // PRAGMA query_only is on
};

SqliteSession::SqliteSession(SqliteLocation location, const SessionOptions& options)
    : location_(std::move(location)),
      capabilities_(sqlite_capabilities & options.allowed),
      soci_(open_soci()),
      handle_(options.busy_timeout) {
  // SOCI cannot be told to open a handle without a mutex, which a session of one thread needs not.
  sqlite3_close(static_cast<sqlite3*>(exchange_soci_handle(*soci_, nullptr)));
  handle_.watch.limit({.deadline = std::chrono::steady_clock::now() +
                                   std::min(options.connect_timeout, SqliteWatch::longest_wait)});
  handle_.open(location_);
  handle_.watch.limit({});
  exchange_soci_handle(*soci_, handle_.db);  // last: after a throw nobody would take it out again
}

void SqliteSession::run(std::string_view text) {
  const SqliteStatementPtr statement = handle_.prepare(text, false);
  if (!statement) return;
  if (!sqlite3_stmt_readonly(statement.get())) handle_.start_writing();
  handle_.run(statement.get());
}

void SqliteSession::run_kept(SqliteStatementPtr& kept, std::string_view text) {
  if (!kept) kept = handle_.prepare(text, true);
  handle_.run(kept.get());
}

// One writer at a time, and each transaction sees one state: serializable, whatever is asked for.
// A writer takes the write lock at once: one that reads first may never get it (517).
void SqliteSession::begin(const TransactionOptions& options) {
  end_read_only();
  if (!options.read_only) {
    handle_.start_writing();
    return run_kept(begin_immediate_, "BEGIN IMMEDIATE");
  }
  run_kept(begin_, "BEGIN");
  handle_.read_only = true;
  // Our own statements are refused without it. It makes SQLite compile every kept statement again,
  // so it is set only for statements that do not come through us.
  if (soci_lent_) set_query_only(true);
}

// Not limited either: it never waits for a lock, and so its outcome is never in doubt.
void SqliteSession::commit() {
  const Unlimited unlimited(handle_.watch);
  run_kept(commit_, "COMMIT");
  end_read_only();
}

// Must be possible after a deadline. SQLite has rolled back by itself after
// a full disk or an interrupted write: there is nothing to do then.
void SqliteSession::rollback() {
  const Unlimited unlimited(handle_.watch);
  if (in_transaction()) run_kept(rollback_, "ROLLBACK");
  end_read_only();
}

std::optional<std::uint32_t> SqliteSession::data_version() noexcept {
  unsigned version = 0;
  const int code = sqlite3_file_control(handle_.db, "main", SQLITE_FCNTL_DATA_VERSION, &version);
  if (code != SQLITE_OK) return {};
  return version;
}

// A lock or a limit says that the engine answers.
bool SqliteSession::ping() noexcept {
  try {
    handle_.value("PRAGMA schema_version");
    return true;
  } catch (const NativeError& error) {
    const int code = error.code & 0xff;
    return code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_INTERRUPT;
  } catch (...) {
    return false;
  }
}

bool SqliteSession::reset() noexcept {
  try {
    handle_.watch.limit({});
    if (in_transaction() || (soci_lent_ && reads())) {
      end_statements();
      rollback();
    }
    end_read_only();
    soci_lent_ = false;
    return handle_.dirt == 0 || clean();
  } catch (...) {
    return false;
  }
}

// A setting can be anything, so a database that can be opened again is; one that ends with its
// connection gets its settings back.
bool SqliteSession::clean() {
  if ((handle_.dirt & SqliteHandle::settings) != 0) {
    if (location_.is_file()) return false;
    restore_settings();
  }
  if ((handle_.dirt & SqliteHandle::temporary_objects) != 0) drop_temporary_objects();
  handle_.dirt = 0;
  return true;
}

void SqliteSession::restore_settings() {
  detach_databases();
  restore_pragmas();
  handle_.apply_settings(location_);
}

// To what they are in a new connection.
void SqliteSession::restore_pragmas() {
  SqliteHandle fresh(handle_.watch.busy_timeout());
  fresh.open({.path = ":memory:"});
  for (const std::string_view name : connection_pragmas) {
    std::string pragma = "PRAGMA " + std::string(name);
    const std::string usual = fresh.value(pragma);
    if (handle_.value(pragma) == usual) continue;
    pragma += '=';
    handle_.value(pragma += usual);
  }
  query_only_ = false;
  handle_.value("PRAGMA case_sensitive_like=OFF");  // cannot be read
}

void SqliteSession::drop_temporary_objects() {
  // Virtual tables before the tables that they own, and the youngest first, since older ones may be
  // its parents.
  constexpr std::string_view next =
      "SELECT type || ' temp.\"' || replace(name, '\"', '\"\"') || '\"' FROM sqlite_temp_master "
      "WHERE type IN ('table', 'view', 'trigger') AND name NOT LIKE 'sqlite~_%' ESCAPE '~' "
      "ORDER BY type = 'table', rootpage <> 0, rowid DESC LIMIT 1";
  for (std::string object; !(object = handle_.value(next)).empty();) run("DROP " + object);
}

void SqliteSession::detach_databases() {
  constexpr std::string_view next =
      "SELECT '\"' || replace(name, '\"', '\"\"') || '\"' FROM pragma_database_list "
      "WHERE name NOT IN ('main', 'temp') LIMIT 1";
  for (std::string name; !(name = handle_.value(next)).empty();) run("DETACH " + name);
}

void SqliteSession::set_query_only(bool on) noexcept {
  const unsigned dirt = handle_.dirt;
  sqlite3_exec(handle_.db, on ? "PRAGMA query_only=ON" : "PRAGMA query_only=OFF", nullptr, nullptr,
               nullptr);
  handle_.dirt = dirt;
  query_only_ = on;
}

void SqliteSession::end_read_only() noexcept {
  handle_.read_only = false;
  if (query_only_) set_query_only(false);
}

// Those that a user of SOCI has left open; they would hold the read lock.
void SqliteSession::end_statements() noexcept {
  for (sqlite3_stmt* s = nullptr; (s = sqlite3_next_stmt(handle_.db, s)) != nullptr;) {
    if (sqlite3_stmt_busy(s)) sqlite3_reset(s);
  }
}

void* SqliteSession::soci() noexcept {
  soci_lent_ = true;
  if (handle_.read_only && !query_only_) set_query_only(true);
  return soci_.get();
}

// The handle still has the extended code and SQLite's own words, unless SOCI has used it since.
NativeError SqliteSession::explain_soci(const std::exception& error) {
  const int code = soci_result_code(error);
  const int extended = sqlite3_extended_errcode(handle_.db);
  if ((code & 0xff) == (extended & 0xff)) return handle_.error(extended);
  return sqlite_error(code, error.what());
}

}  // namespace

std::unique_ptr<Session> make_sqlite_session(SqliteLocation location,
                                             const SessionOptions& options) {
  return std::make_unique<SqliteSession>(std::move(location), options);
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// Private parts of the MySQL/MariaDB engine. Compiles with the client library of MariaDB and with
// that of Oracle; what differs is behind MARIADB_PACKAGE_VERSION_ID.
//
// Thread rule: everything belongs to the thread that uses the session.
#pragma once

#include <mysql.h>

#include <array>
#include <memory>
#include <utility>

#include "dialects/mysql/watchdog.hpp"
#include "lockstep/dialect.hpp"

namespace soci {
class session;
}

namespace lockstep::detail {

// dsn.cpp -----------------------------------------------------------------------------------------

// What a DSN of this engine says.
struct MysqlAddress {
  enum class Tls : std::uint8_t { disabled, required, verify_full };
  std::string host;  // empty: `socket`
  std::uint16_t port = 3306;
  std::string socket;
  std::string user;
  std::string password;
  std::string database;
  std::optional<Tls> tls = {};  // the parser sets it
  std::string ca;               // paths of PEM files; an empty `ca` is the system's
  std::string certificate;
  std::string key;
  std::optional<std::chrono::seconds> connect_timeout = {};
};

// Takes a URL, or the form of Go's driver. InvalidArgument if it is malformed.
MysqlAddress parse_mysql_dsn(std::string_view dsn);
// The URL that parse_mysql_dsn reads back; it holds the password.
std::string mysql_url(const MysqlAddress& address);

// text.cpp ----------------------------------------------------------------------------------------

// What can be told from a statement's text.
struct MysqlText {
  bool writes = false;        // INSERT, REPLACE, UPDATE, DELETE: rows_affected means something
  bool inserts = false;       // INSERT, REPLACE: it may give an identity
  bool arrays = false;        // an INSERT of values: each execution inserts as many rows
  bool leaves_state = false;  // settings, locks, temporary tables or variables may outlive it
};
MysqlText inspect_mysql_text(std::string_view text) noexcept;

// errors.cpp --------------------------------------------------------------------------------------

inline constexpr std::size_t mysql_error_count = 68;
extern const std::array<ErrorCode, mysql_error_count> mysql_error_codes;

ErrorKind classify_mysql(const NativeError& error) noexcept;

// What `code` and the quoted names of `message` tell.
NativeError describe_mysql_error(int code, std::string sqlstate, std::string message);
// Where the message of a syntax error points in `text`, in bytes: "near 'FORM t' at line 2".
std::optional<std::size_t> mysql_error_offset(std::string_view message, std::string_view text);
// The last error of a connection.
NativeError mysql_error_of(MYSQL* connection);

// soci.cpp ----------------------------------------------------------------------------------------

struct MysqlSociDelete {
  void operator()(soci::session* session) const noexcept;
};
using MysqlSociSession = std::unique_ptr<soci::session, MysqlSociDelete>;

// Connects. `read_timeout`: for every answer; 0: none. Throws NativeError.
MysqlSociSession open_mysql_soci(const MysqlAddress& address, std::chrono::seconds connect_timeout,
                                 std::chrono::seconds read_timeout);
MYSQL* mysql_handle(soci::session& session) noexcept;
// The errno that SOCI tells in an error; 0 if it tells none.
int mysql_soci_errno(const std::exception& error) noexcept;

// session.cpp, open.cpp ---------------------------------------------------------------------------

// A duplicate of the connection's descriptor: the client library cannot close it, and so nobody
// can reuse its number, while the watchdog may shut it down.
struct MysqlSocketCopy {
  int fd = -1;
  MysqlSocketCopy() = default;
  MysqlSocketCopy(const MysqlSocketCopy&) = delete;
  MysqlSocketCopy& operator=(const MysqlSocketCopy&) = delete;
  ~MysqlSocketCopy();
};

class MysqlSession final : public Session {
 public:
  // Throws NativeError; Configuration if the server does not take the settings.
  MysqlSession(const Target& target, const SessionOptions& options);

  std::unique_ptr<Statement> prepare(std::string_view text) override;
  void run(std::string_view text) override;
  [[nodiscard]] std::uint64_t rows_run() const noexcept override { return rows_run_; }
  void begin(const TransactionOptions& options) override;
  [[nodiscard]] TransactionState transaction_state() const noexcept override;
  [[nodiscard]] Capabilities capabilities() const noexcept override { return capabilities_; }
  [[nodiscard]] std::int64_t last_insert_id() const noexcept override { return last_insert_id_; }
  bool ping() noexcept override;
  [[nodiscard]] bool looks_alive() const noexcept override;
  bool reset() noexcept override;
  void use_settings(SettingsOf whose) override;
  void limit(const Limits& limits) override { limits_ = limits; }
  void on_notice(std::function<void(std::string_view)> told) override { told_ = std::move(told); }
  [[nodiscard]] std::string version() const override;
  [[nodiscard]] void* soci() noexcept override {
    dirty_ = true;  // what is done there is not seen here
    return soci_.get();
  }
  [[nodiscard]] NativeError explain_soci(const std::exception& error) override;
  bool try_migration_lock(std::string_view key) override;
  bool holds_migration_lock(std::string_view key) override;
  void migration_unlock(std::string_view key) noexcept override;

  // For statements.
  [[nodiscard]] MYSQL* handle() noexcept { return connection_; }
  // Refuses what the server would answer by closing the connection. `bytes`: of the packet.
  void require_packet(std::size_t bytes) const;
  [[nodiscard]] std::size_t max_packet() const noexcept { return max_packet_; }
  // Whether the server takes many rows of arguments in one packet.
  [[nodiscard]] bool takes_arrays() const noexcept;
  // Of the INSERT of many rows that has just failed: the number of its row, from 1. Before fail().
  std::optional<std::size_t> failed_row() noexcept;
  // Before a call into the client, and after it. fail() is finish() for a call that failed: it adds
  // to `error` what our own limits did.
  void start();
  void finish() noexcept {
    if (watch_.finish(false) != MysqlWatch::Fired::none) dirty_ = true;  // it may be half dead
  }
  [[noreturn]] void fail(NativeError error);
  // A statement that `text` describes is sent. `id`: what an INSERT gave to the identity column.
  void note_start(const MysqlText& text) noexcept { dirty_ = dirty_ || text.leaves_state; }
  void note_insert_id(std::uint64_t id) noexcept {
    last_insert_id_ = static_cast<std::int64_t>(id);
  }

 private:
  using Clock = std::chrono::steady_clock;
  using Row = std::vector<std::optional<std::string>>;

  // For what the session does on its own account: the connect timeout is its limit.
  class OwnLimit {
   public:
    explicit OwnLimit(MysqlSession& session)
        : session_(session), saved_(std::exchange(session.limits_, {})) {
      session_.limits_.deadline = Clock::now() + session_.connect_timeout_;
    }
    OwnLimit(const OwnLimit&) = delete;
    OwnLimit& operator=(const OwnLimit&) = delete;
    ~OwnLimit() { session_.limits_ = std::move(saved_); }

   private:
    MysqlSession& session_;
    Limits saved_;
  };

  void set_up();
  void check_settings(bool snapshot_isolation);
  [[nodiscard]] Capabilities find_capabilities() const noexcept;
  void arm();
  void send_time_limit();
  void refresh_after(const NativeError& error) noexcept;
  void refresh_transaction_state() noexcept;
  [[nodiscard]] int socket() const noexcept;
  [[nodiscard]] bool is_connected() const noexcept { return socket() >= 0; }
  [[nodiscard]] int watched_socket() noexcept;
  // Without a watch: the caller has armed one.
  void command(std::string_view text);
  // The first row of a result.
  Row first_row(std::string_view text);
  std::string quoted(std::string_view text);
  std::optional<std::string> ask(const std::string& question);
  // Without a watch, as command().
  void tell_warnings();

  const MysqlAddress address_;
  const std::chrono::seconds connect_timeout_;
  MysqlSociSession soci_;
  MYSQL* connection_;
  bool is_mariadb_;
  Capabilities capabilities_;
  MysqlSocketCopy socket_;
  MysqlWatch watch_;
  Limits limits_;
  std::chrono::microseconds server_limit_{0};  // what the server has now; 0: none
  std::chrono::microseconds usual_limit_{0};   // what it had when the session was opened
  std::size_t max_packet_ = 0;
  std::int64_t last_insert_id_ = 0;
  std::string settings_;  // as it took them when the session was opened
  bool dirty_ = false;
  bool holds_lock_ = false;
  std::uint64_t rows_run_ = 0;
  std::function<void(std::string_view)> told_;
};

// statement.cpp -----------------------------------------------------------------------------------

std::unique_ptr<Statement> prepare_mysql(MysqlSession& session, std::string_view text);

// open.cpp
std::unique_ptr<Session> open_mysql(const Target& target, const SessionOptions& options);

}  // namespace lockstep::detail

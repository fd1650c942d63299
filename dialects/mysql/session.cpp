// SPDX-License-Identifier: BSL-1.0
#include <poll.h>

#include "dialects/mysql/bulk.hpp"

namespace lockstep::detail {
namespace {

std::string_view isolation_text(Isolation isolation) {
  switch (isolation) {
    case Isolation::engine_default:
      break;
    case Isolation::read_committed:
      return "SET TRANSACTION ISOLATION LEVEL READ COMMITTED";
    case Isolation::repeatable_read:
      return "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ";
    case Isolation::serializable:
      return "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE";
  }
  return {};
}

}  // namespace

std::unique_ptr<Statement> MysqlSession::prepare(std::string_view text) {
  return prepare_mysql(*this, text);
}

void MysqlSession::run(std::string_view text) {
  require_packet(text.size() + 1);
  const MysqlText kind = inspect_mysql_text(text);
  start();
  note_start(kind);
  try {
    command(text);
    if (told_ && mysql_warning_count(connection_) > 0) tell_warnings();
  } catch (NativeError& e) {
    e.offset = mysql_error_offset(e.message, text);
    fail(std::move(e));
  }
  finish();
  if (kind.inserts) note_insert_id(mysql_insert_id(connection_));
}

void MysqlSession::begin(const TransactionOptions& options) {
  const std::string_view isolation = isolation_text(options.isolation);
  start();
  try {
    if (!isolation.empty()) command(isolation);
    command(options.read_only ? "START TRANSACTION READ ONLY" : "START TRANSACTION");
  } catch (NativeError& e) {
    dirty_ = true;  // the isolation level waits for the next transaction
    fail(std::move(e));
  }
  finish();
}

TransactionState MysqlSession::transaction_state() const noexcept {
  if (!is_connected()) return TransactionState::unknown;
  return (connection_->server_status & SERVER_STATUS_IN_TRANS) != 0 ? TransactionState::active
                                                                    : TransactionState::none;
}

bool MysqlSession::ping() noexcept {
  if (!is_connected()) return false;
  try {
    arm();
    const bool alive = mysql_ping(connection_) == 0;
    watch_.finish(!alive);
    return alive;
  } catch (...) {
    return false;
  }
}

// The server says nothing unasked but its farewell, and neither does TLS once statements have run.
bool MysqlSession::looks_alive() const noexcept {
  if (!is_connected()) return false;
  pollfd state{socket(), POLLIN, 0};
  return ::poll(&state, 1, 0) == 0;
}

// mysql_reset_connection would also lose every prepared statement: a new connection costs less
// trouble, and settings are rare.
bool MysqlSession::reset() noexcept {
  if (!is_connected() || dirty_ || holds_lock_) return false;
  try {
    if (transaction_state() == TransactionState::active) {
      const OwnLimit limit(*this);
      arm();
      try {
        command("ROLLBACK");
      } catch (NativeError& e) {
        fail(std::move(e));
      }
      finish();
    }
    limits_ = {};
  } catch (...) {
    return false;
  }
  return true;
}

// The server's sql_mode, but strict: no client of MySQL 8 or MariaDB 10.2 finds it otherwise. Names
// are in the server's collation of utf8mb4, which is that of literals and views.
void MysqlSession::use_settings(SettingsOf whose) {
  dirty_ = true;
  if (whose == SettingsOf::lockstep) {
    return run(settings_ + ", foreign_key_checks=1, unique_checks=1");
  }
  run("SET NAMES utf8mb4, sql_mode=CONCAT_WS(',', NULLIF(@@GLOBAL.sql_mode, ''), "
      "'STRICT_TRANS_TABLES'), time_zone=@@GLOBAL.time_zone, foreign_key_checks=1, "
      "unique_checks=1");
}

// "10.11.19-MariaDB-0+deb12u1" without the packager's part.
std::string MysqlSession::version() const {
  const std::string_view text = mysql_get_server_info(connection_);
  const auto name = text.find("-MariaDB");
  return std::string(text.substr(0, name == std::string_view::npos ? name : name + 8));
}

NativeError MysqlSession::explain_soci(const std::exception& error) {
  const int code = mysql_soci_errno(error);
  const auto last = static_cast<int>(mysql_errno(connection_));
  NativeError native = code != 0 && code == last ? mysql_error_of(connection_)
                                                 : describe_mysql_error(code, {}, error.what());
  if (!is_connected()) native.link_lost = true;
  refresh_after(native);
  return native;
}

// A packet of this size or more ends the connection (MariaDB 10.11: 1153, then 2006).
void MysqlSession::require_packet(std::size_t bytes) const {
  if (max_packet_ == 0 || bytes < max_packet_) return;
  throw describe_mysql_error(1153, "08S01",
                             "the statement and its values need " + std::to_string(bytes) +
                                 " bytes; max_allowed_packet is " + std::to_string(max_packet_));
}

bool MysqlSession::takes_arrays() const noexcept {
#ifdef LOCKSTEP_MYSQL_ARRAYS
  unsigned long extended = 0;
  return mariadb_get_infov(connection_, MARIADB_CONNECTION_EXTENDED_SERVER_CAPABILITIES,
                           &extended) == 0 &&
         (extended & (MARIADB_CLIENT_STMT_BULK_OPERATIONS >> 32U)) != 0;
#else
  return false;
#endif
}

// Any other statement in between loses the number. MariaDB has it from 10.7 on.
std::optional<std::size_t> MysqlSession::failed_row() noexcept {
  try {
    command("GET DIAGNOSTICS CONDITION 1 @lockstep_row = ROW_NUMBER");
    const Row row = first_row("SELECT @lockstep_row");
    if (row.empty() || !row.front()) return std::nullopt;
    const std::size_t number = std::stoull(*row.front());
    return number > 0 ? std::optional(number) : std::nullopt;
  } catch (...) {
    return std::nullopt;
  }
}

// After these errors the server may have rolled back, and its error packet does not tell.
void MysqlSession::refresh_after(const NativeError& error) noexcept {
  const bool rolled_back = error.code == 1213 || error.code == 1020 || error.code == 1205;
  if (rolled_back && !error.link_lost) refresh_transaction_state();
}

void MysqlSession::refresh_transaction_state() noexcept {
  if (transaction_state() != TransactionState::active) return;
  try {
    const OwnLimit limit(*this);
    arm();
    command("DO 0");
    finish();
  } catch (...) {
    watch_.finish(true);
  }
}

void MysqlSession::command(std::string_view text) {
  const auto check = [this] {
    if (mysql_errno(connection_) != 0) throw mysql_error_of(connection_);
  };
  if (mysql_real_query(connection_, text.data(), text.size()) != 0)
    throw mysql_error_of(connection_);
  for (int more = 0; more == 0; more = mysql_next_result(connection_)) {
    rows_run_ = mysql_affected_rows(connection_);
    if (MYSQL_RES* result = mysql_use_result(connection_)) {
      while (mysql_fetch_row(result) != nullptr) {
      }
      mysql_free_result(result);
    }
    check();
  }
  check();
}

MysqlSession::Row MysqlSession::first_row(std::string_view text) {
  if (mysql_real_query(connection_, text.data(), text.size()) != 0)
    throw mysql_error_of(connection_);
  const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(
      mysql_store_result(connection_), mysql_free_result);
  if (result == nullptr) throw mysql_error_of(connection_);
  Row cells;
  if (const MYSQL_ROW row = mysql_fetch_row(result.get())) {
    const unsigned long* sizes = mysql_fetch_lengths(result.get());
    for (unsigned int i = 0; i < mysql_num_fields(result.get()); ++i) {
      cells.emplace_back(row[i] == nullptr ? std::nullopt
                                           : std::optional(std::string(row[i], sizes[i])));
    }
  }
  return cells;
}

std::string MysqlSession::quoted(std::string_view text) {
  std::string out(2 * text.size() + 1, '\0');
  out.resize(mysql_real_escape_string(connection_, out.data(), text.data(), text.size()));
  return "'" + out + "'";
}

}  // namespace lockstep::detail

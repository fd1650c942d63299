// SPDX-License-Identifier: BSL-1.0
// How a session is opened: the connection, its settings, and the way to kill its statements.
#include <algorithm>

#include "dialects/mysql/mysql.hpp"

namespace lockstep::detail {
namespace {

using Tls = MysqlAddress::Tls;
using std::chrono::microseconds;
using std::chrono::seconds;

// How long a KILL QUERY may take to connect, and to be answered.
constexpr seconds kill_timeout{2};

constexpr int unknown_variable = 1193;

constexpr std::string_view settings =
    "SET NAMES utf8mb4 COLLATE utf8mb4_bin, "
    "sql_mode='STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,"
    "ANSI_QUOTES,PIPES_AS_CONCAT', time_zone='+00:00', autocommit=1, net_write_timeout=600";

constexpr std::array<std::string_view, 5> sql_modes{
    "STRICT_TRANS_TABLES", "ERROR_FOR_DIVISION_BY_ZERO", "NO_ENGINE_SUBSTITUTION", "ANSI_QUOTES",
    "PIPES_AS_CONCAT"};

seconds connect_timeout_of(const MysqlAddress& address, const SessionOptions& options) {
  const auto whole = std::chrono::ceil<seconds>(options.connect_timeout);
  return address.connect_timeout.value_or(std::max(whole, seconds(1)));
}

// Connects, and makes sure of TLS where it is wanted: without it nothing is sent but the login.
MysqlSociSession connect(const MysqlAddress& address, seconds connect_timeout,
                         seconds read_timeout) {
  MysqlSociSession session = open_mysql_soci(address, connect_timeout, read_timeout);
  if (address.tls != Tls::disabled && mysql_get_ssl_cipher(mysql_handle(*session)) == nullptr) {
    NativeError error = describe_mysql_error(2026, {}, "the server offers no TLS");
    error.connecting = true;
    throw error;
  }
  return session;
}

void kill_query(const MysqlAddress& address, unsigned long thread) noexcept {
  try {
    const MysqlSociSession session = connect(address, kill_timeout, kill_timeout);
    const std::string text = "KILL QUERY " + std::to_string(thread);
    mysql_real_query(mysql_handle(*session), text.data(), text.size());
  } catch (...) {  // nobody waits for an answer; the watchdog goes on to shut the socket down
  }
  mysql_thread_end();
}

bool has_mode(std::string_view list, std::string_view mode) {
  while (!list.empty()) {
    const std::string_view item = list.substr(0, list.find(','));
    if (item == mode) return true;
    list.remove_prefix(std::min(item.size() + 1, list.size()));
  }
  return false;
}

[[noreturn]] void refuse_setting(std::string_view what) {
  raise(ErrorKind::configuration, "mysql: the server does not take " + std::string(what));
}

}  // namespace

MysqlSession::MysqlSession(const Target& target, const SessionOptions& options)
    : address_(parse_mysql_dsn(target.dsn)),
      connect_timeout_(connect_timeout_of(address_, options)),
      soci_(connect(address_, connect_timeout_, seconds(0))),
      connection_(mysql_handle(*soci_)),
      is_mariadb_(std::string_view(mysql_get_server_info(connection_)).find("MariaDB") !=
                  std::string_view::npos),
      capabilities_(find_capabilities() & options.allowed),
      watch_([address = address_, thread = mysql_thread_id(connection_)] {
        kill_query(address, thread);
      }) {
  set_up();
}

void MysqlSession::set_up() {
  // The server must not be able to ask for a file of ours.
  const unsigned int off = 0;
  mysql_options(connection_, MYSQL_OPT_LOCAL_INFILE, &off);
  const OwnLimit limit(*this);
  arm();
  try {
    bool snapshot_isolation = is_mariadb_;
    try {
      settings_ = std::string(settings) + (is_mariadb_ ? ", innodb_snapshot_isolation=1" : "");
      command(settings_);
    } catch (const NativeError& e) {
      if (!is_mariadb_ || e.code != unknown_variable) throw;
      snapshot_isolation = false;
      settings_ = settings;
      command(settings_);
    }
    check_settings(snapshot_isolation);
  } catch (NativeError& e) {
    e.connecting = true;
    fail(std::move(e));
  }
  finish();
}

void MysqlSession::check_settings(bool snapshot_isolation) {
  std::string text =
      "SELECT @@sql_mode, @@time_zone, @@character_set_client, @@character_set_results, "
      "@@collation_connection, @@autocommit, @@max_allowed_packet, ";
  text += is_mariadb_ ? "CAST(@@max_statement_time * 1000000 AS UNSIGNED)"
                      : "@@max_execution_time * 1000";
  if (snapshot_isolation) text += ", @@innodb_snapshot_isolation";
  const Row row = first_row(text);
  const auto cell = [&row](std::size_t i) -> std::string_view {
    return i < row.size() && row[i] ? std::string_view(*row[i]) : std::string_view{};
  };
  for (const std::string_view mode : sql_modes) {
    if (!has_mode(cell(0), mode)) refuse_setting("sql_mode " + std::string(mode));
  }
  if (has_mode(cell(0), "NO_BACKSLASH_ESCAPES")) refuse_setting("backslash escapes");
  if (cell(1) != "+00:00") refuse_setting("time_zone +00:00");
  if (cell(2) != "utf8mb4" || cell(3) != "utf8mb4") refuse_setting("the character set utf8mb4");
  if (cell(4) != "utf8mb4_bin") refuse_setting("the collation utf8mb4_bin");
  if (cell(5) != "1") refuse_setting("autocommit");
  if (snapshot_isolation && cell(8) != "1") refuse_setting("innodb_snapshot_isolation");
  max_packet_ = std::stoull("0" + std::string(cell(6)));
  usual_limit_ = microseconds(std::stoll("0" + std::string(cell(7))));
  server_limit_ = usual_limit_;
}

Capabilities MysqlSession::find_capabilities() const noexcept {
  const unsigned long version = mysql_get_server_version(connection_);
  Capabilities can;
  can.returning_insert = is_mariadb_ && version >= 100500;
  can.returning_update = false;
  can.returning_delete = is_mariadb_ && version >= 100000;
  can.transactional_ddl = false;
  can.partial_index = false;
  can.skip_locked = version >= (is_mariadb_ ? 100600UL : 80000UL);
  return can;
}

std::unique_ptr<Session> open_mysql(const Target& target, const SessionOptions& options) {
  return std::make_unique<MysqlSession>(target, options);
}

}  // namespace lockstep::detail

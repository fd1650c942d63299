// SPDX-License-Identifier: BSL-1.0
// SOCI's side of a connection: the only file of this engine that includes SOCI.
#include <soci/mysql/soci-mysql.h>
#include <soci/soci.h>

#include "dialects/mysql/mysql.hpp"

namespace lockstep::detail {
namespace {

using Tls = MysqlAddress::Tls;

// The form in which SOCI reads every value back unchanged.
void add(std::string& text, std::string_view key, std::string_view value) {
  text += std::string(key) + "='";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  text += "' ";
}

#ifdef MARIADB_PACKAGE_VERSION_ID
// SOCI has no key for what TLS needs. MariaDB's client reads a host with a ';' in it as a list of
// its own options, and takes user, password, database and port from beside it as usual.
// protocol=1 is TCP, also for "localhost".
void add_tcp(std::string& text, const MysqlAddress& address) {
  std::string host = "host=" + address.host + ";protocol=1";
  if (address.tls != Tls::disabled) host += ";ssl-enforce=1";
  if (address.tls == Tls::verify_full) host += ";ssl-verify-server-cert=1";
  if (!address.ca.empty()) host += ";ssl-ca=" + address.ca;
  if (!address.key.empty()) host += ";ssl-cert=" + address.certificate + ";ssl-key=" + address.key;
  add(text, "host", host);
}
#else
// SOCI 4.0 does not know ssl_mode and refuses it: TLS with Oracle's client needs a later SOCI.
void add_tcp(std::string& text, const MysqlAddress& address) {
  add(text, "host", address.host == "localhost" ? "127.0.0.1" : address.host);
  if (address.tls != Tls::disabled) {
    add(text, "ssl_mode", address.tls == Tls::verify_full ? "VERIFY_IDENTITY" : "REQUIRED");
  }
  if (!address.ca.empty()) add(text, "sslca", address.ca);
  if (!address.key.empty()) {
    add(text, "sslcert", address.certificate);
    add(text, "sslkey", address.key);
  }
}
#endif

// The password is always given: without one the client would look into the environment.
std::string connect_string(const MysqlAddress& address, std::chrono::seconds connect_timeout,
                           std::chrono::seconds read_timeout) {
  std::string text;
  if (address.socket.empty()) {
    add_tcp(text, address);
    add(text, "port", std::to_string(address.port));
  } else {
    add(text, "unix_socket", address.socket);
  }
  add(text, "user", address.user);
  add(text, "password", address.password);
  if (!address.database.empty()) add(text, "dbname", address.database);
  add(text, "charset", "utf8mb4");
  add(text, "connect_timeout", std::to_string(connect_timeout.count()));
  if (read_timeout.count() > 0) {
    add(text, "read_timeout", std::to_string(read_timeout.count()));
    add(text, "write_timeout", std::to_string(read_timeout.count()));
  }
  return text;
}

}  // namespace

MysqlSociSession open_mysql_soci(const MysqlAddress& address, std::chrono::seconds connect_timeout,
                                 std::chrono::seconds read_timeout) {
  NativeError error;
  try {
    return MysqlSociSession(
        new soci::session(soci::mysql, connect_string(address, connect_timeout, read_timeout)));
  } catch (const soci::mysql_soci_error& e) {
    error = describe_mysql_error(static_cast<int>(e.err_num_), {}, e.get_error_message());
  } catch (const soci::soci_error& e) {
    error.message = e.get_error_message();
    error.link_lost = true;
  }
  error.connecting = true;
  throw error;
}

void MysqlSociDelete::operator()(soci::session* session) const noexcept { delete session; }

MYSQL* mysql_handle(soci::session& session) noexcept {
  // SOCI 4.0 hides the type information of its backends: dynamic_cast does not link.
  return static_cast<soci::mysql_session_backend*>(session.get_backend())->conn_;
}

int mysql_soci_errno(const std::exception& error) noexcept {
  const auto* const native = dynamic_cast<const soci::mysql_soci_error*>(&error);
  return native != nullptr ? static_cast<int>(native->err_num_) : 0;
}

}  // namespace lockstep::detail

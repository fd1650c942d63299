// SPDX-License-Identifier: BSL-1.0
// SOCI's side of a connection: SOCI opens it, keeps it and closes it.
#include <soci/postgresql/soci-postgresql.h>
#include <soci/soci.h>

#include "dialects/postgres/postgres.hpp"

namespace lockstep::detail {

void PgSociClose::operator()(soci::session* session) const noexcept { delete session; }

PgSoci open_pg_soci(const std::string& uri) {
  try {
    return PgSoci(std::make_unique<soci::session>(soci::postgresql, uri).release());
  } catch (const soci::soci_error& e) {
    throw pg_connect_error(e.get_error_message());
  } catch (const std::exception& e) {  // not every failure leaves SOCI as its own
    throw pg_connect_error(e.what());
  }
}

pg_conn* pg_soci_handle(soci::session& session) noexcept {
  return static_cast<soci::postgresql_session_backend*>(session.get_backend())->conn_;
}

NativeError pg_soci_error(const pg_conn* connection, const std::exception& error) {
  NativeError native;
  native.message = error.what();
  if (const auto* const known = dynamic_cast<const soci::postgresql_soci_error*>(&error)) {
    native.sqlstate = known->sqlstate();
  }
  native.link_lost = PQstatus(connection) != CONNECTION_OK;
  constexpr std::string_view before = "constraint \"";
  const auto found = native.message.find(before);
  if (found == std::string::npos) return native;
  const auto begin = found + before.size();
  native.constraint = native.message.substr(begin, native.message.find('"', begin) - begin);
  return native;
}

}  // namespace lockstep::detail

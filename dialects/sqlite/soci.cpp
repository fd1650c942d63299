// SPDX-License-Identifier: BSL-1.0
// SOCI's side of a connection: the only file of this engine that includes SOCI.
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include <utility>

#include "dialects/sqlite/sqlite.hpp"

namespace lockstep::detail {

SociSession open_soci() {
  try {
    return SociSession(new soci::session(soci::sqlite3, ":memory:"));
  } catch (const soci::soci_error& error) {
    NativeError native;
    native.code = SQLITE_CANTOPEN;
    native.message = error.what();
    throw native;
  }
}

void SociDelete::operator()(soci::session* session) const noexcept { delete session; }

void* exchange_soci_handle(soci::session& session, void* handle) noexcept {
  // SOCI 4.0 hides the type information of its backends: dynamic_cast does not link.
  auto* backend = static_cast<soci::sqlite3_session_backend*>(session.get_backend());
  return std::exchange(backend->conn_, static_cast<decltype(backend->conn_)>(handle));
}

int soci_result_code(const std::exception& error) noexcept {
  const auto* const native = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
  return native != nullptr ? native->result() : SQLITE_ERROR;
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// Code that speaks SOCI, on a connection of lockstep: in the same transaction, with our errors.
//
//     db.transaction([&](lockstep::Transaction& tx) {
//       scheduler::create_job(tx, job);
//       lockstep::with_soci(tx, [&](::soci::session& session) {
//         session << "INSERT INTO notes (job_id) VALUES (:id)", ::soci::use(job.id);
//       });
//     });
//
// Optional: link lockstep::soci. It is the only header of lockstep that includes SOCI.
//
// A soci_error that leaves `fn` becomes an Error of the kind that docs/errors.md tells for its
// native code, with what SOCI keeps of it, and poisons the transaction; one that `fn` catches does
// not. SOCI must not begin or end the transaction (LogicError, and the transaction is poisoned).
// Deadlines and stop tokens do not reach into SOCI on a server. Statements of SOCI must end within
// `fn`; on MySQL its use() splices values into the text, which sql_mode is set for.
//
// Thread rule: that of the executor; the session stays with `fn`.
#pragma once

#include <soci/error.h>
#include <soci/session.h>

#include "lockstep/database.hpp"

namespace lockstep {

namespace detail {

// A connection whose SOCI session is in use.
class SociDoor {
 public:
  SociDoor(Transaction& tx, SourceLocation at);
  SociDoor(Database& db, SourceLocation at);

  [[nodiscard]] ::soci::session& session() noexcept { return *session_; }
  [[noreturn]] void fail(const ::soci::soci_error& error);
  // LogicError if the transaction is not open any more.
  void close();

 private:
  Lease lease_;
  SourceLocation at_;
  ::soci::session* session_;
};

template <class F>
auto run_with_soci(SociDoor door, F&& fn) {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<F, ::soci::session&>>) {
      std::forward<F>(fn)(door.session());
      door.close();
    } else {
      auto result = std::forward<F>(fn)(door.session());
      door.close();
      return result;
    }
  } catch (const ::soci::soci_error& error) {
    door.fail(error);
  }
}

}  // namespace detail

// Runs fn(::soci::session&) in a transaction and returns what it returns.
template <std::invocable<::soci::session&> F>
auto with_soci(Transaction& tx, F&& fn, SourceLocation at = SourceLocation::current()) {
  return detail::run_with_soci(detail::SociDoor(tx, at), std::forward<F>(fn));
}

// Runs fn(::soci::session&) on a connection leased for it. What SOCI leaves open is rolled back and
// the session's settings are put back, or the connection is dropped.
template <std::invocable<::soci::session&> F>
auto with_soci(Database& db, F&& fn, SourceLocation at = SourceLocation::current()) {
  return detail::run_with_soci(detail::SociDoor(db, at), std::forward<F>(fn));
}

}  // namespace lockstep

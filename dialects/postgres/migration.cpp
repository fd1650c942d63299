// SPDX-License-Identifier: BSL-1.0
// The lock that a migrator asks a session for: a session-level advisory lock.
// https://www.postgresql.org/docs/15/explicit-locking.html#ADVISORY-LOCKS
#include <libpq-fe.h>

#include "dialects/postgres/postgres.hpp"

namespace lockstep::detail {
namespace {

// For what happens when no caller's deadline counts.
constexpr std::chrono::milliseconds unlock_limit{1000};

}  // namespace

PgResult PgSession::query(const char* text, std::string_view argument) {
  const std::string value(argument);
  const char* const data = value.c_str();
  link_->start(value.size());
  link_->sent(PQsendQueryParams(link_->get(), text, 1, nullptr, &data, nullptr, nullptr, 0));
  return link_->finish();
}

bool PgSession::try_migration_lock(std::string_view key) {
  if (unnamed_) {
    raise(ErrorKind::migration_locked,
          "postgres: a pooler is in between, which may give the connection that has the migration "
          "lock to another migrator");
  }
  const PgResult result = query(
      "SELECT CASE WHEN pg_try_advisory_lock(hashtextextended($1, 0)) THEN pg_backend_pid() END",
      key);
  const auto process = pg_first_integer(result.get());
  if (process != 0) locked_by_ = process;
  return process != 0;
}

// Behind a pooler that nobody has noticed the session can find itself on another process, where the
// lock is free, or is another migrator's.
bool PgSession::holds_migration_lock(std::string_view key) {
  const PgResult result = query(
      "SELECT pid FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted AND "
      "objsubid = 1 AND pid = pg_backend_pid() AND (classid::bigint << 32 | objid::bigint) = "
      "hashtextextended($1, 0)",
      key);
  return locked_by_ != 0 && pg_first_integer(result.get()) == locked_by_;
}

void PgSession::migration_unlock(std::string_view key) noexcept {
  try {
    const PgLink::Housekeeping limit(*link_, unlock_limit);
    query("SELECT pg_advisory_unlock(hashtextextended($1, 0))", key);
  } catch (...) {
    spoilt_ = true;
  }
}

}  // namespace lockstep::detail

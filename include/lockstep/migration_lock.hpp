// SPDX-License-Identifier: BSL-1.0
// The lock of the migrators of a database: who has it, and how it is taken from one that is dead.
#pragma once

#include "lockstep/database.hpp"
#include "lockstep/migrator_options.hpp"

namespace lockstep {

// Texts that are not known are empty.
struct LockHolder {
  LockKind kind = LockKind::session;
  std::string process = {};  // of the server, for LockKind::session: its connection
  std::string user = {};
  std::string host = {};
  std::string application = {};
  std::string since = {};  // in UTC
  bool expired = false;  // LockKind::table: the next migrator may take it over
};

// Of the ledger in the current schema. SQLite has no lock of sessions, and is silent about the lock
// of the database.
[[nodiscard]] std::vector<LockHolder> migration_lock_holders(Database& db);

// Takes the row of LockKind::table from its holder, if it has expired or `force` is given: a holder
// that is alive finds out before its next statement. False if there was no row. InvalidState for a
// row that has not expired, and for the lock of a session, which ends with its connection.
bool release_migration_lock(Database& db, bool force = false);

}  // namespace lockstep

// SPDX-License-Identifier: BSL-1.0
// How a Migrator runs files, and what it tells meanwhile.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>

#include "lockstep/migration_set.hpp"

namespace lockstep {

enum class MigrationDirection : std::uint8_t { up, down };

// One file to run, or that was run.
struct MigrationStep {
  MigrationDirection direction = MigrationDirection::up;
  std::string domain;
  std::string version;
  std::string name;
  std::string file;
  bool transactional = true;  // false: statement by statement, each for good
  bool repeatable = false;
  bool code = false;              // C++: it has no statements
  bool foreign_keys_off = false;  // see Migration
  MigrationSettings settings = {};
  // Why none of its statements run here: it is for another engine or version. Else empty.
  std::string skipped = {};
  std::vector<MigrationStatement> statements;
  std::chrono::milliseconds duration{0};  // once it was run
};

// What an observer is told, on the migrator's thread, while its connection is in use.
struct MigrationEvent {
  enum class Kind : std::uint8_t {
    waiting,    // for the lock
    start,      // of a file; again if the file is run again
    statement,  // runs next
    done,       // the file, with its ledger row
    failed,     // the file, at this statement
    retry,      // a lock was not to be had: the file, or the statement, will be tried again
    notice,     // what the server says, and what the migrator did by itself
  };
  Kind kind = Kind::waiting;
  const MigrationStep* step = nullptr;   // null outside of files
  std::size_t statement = 0;             // index of the statement that runs next, or that failed
  std::chrono::milliseconds elapsed{0};  // of the wait, or of the file
  // Within the call only. Of failed and retry: the engine's words; of notice: the text. It may
  // quote values.
  std::string_view message = {};
  std::size_t line = 0;  // of failed: in step->file, from 1; 0: the engine does not point there
  std::size_t column = 0;  // in characters, from 1; 0: it tells the line alone
};

enum class LockKind : std::uint8_t {
  session,  // ends with the connection; not behind a pooler that shares connections
  table,    // a row that is taken for a minute at a time, and taken over when it is not renewed
};

enum class TransactionScope : std::uint8_t { file, run };

// What becomes of a pending version that is older than an applied one. One whose file says
// allow-out-of-order is applied in any case.
enum class OutOfOrder : std::uint8_t { refuse, apply, skip };

struct MigratorOptions {
  // How long to wait for other migrators.
  std::chrono::milliseconds lock_timeout = std::chrono::seconds(60);
  LockKind lock = LockKind::session;
  // How long a statement waits for a lock of a table, on servers; then its file is rolled back and
  // run again, at most ten times with growing pauses; where files have no transaction the statement
  // alone is. Zero: as the server has it. A file's own lock-timeout stands before it.
  std::chrono::milliseconds ddl_lock_timeout = std::chrono::seconds(3);
  // TransactionScope::run: all files or none, where transactional_ddl. InvalidArgument if a file
  // may not run in a transaction.
  TransactionScope scope = TransactionScope::file;
  // Runs everything in one transaction and undoes it. The same conditions. What code does beside
  // the database stays.
  bool dry_run = false;
  // Go down by the texts that the ledger has kept: also for versions that the set lacks.
  bool stored_down = false;
  OutOfOrder out_of_order = OutOfOrder::refuse;
  // Refuse to go up while an applied version has no file in the set: a database ahead of it, too.
  bool strict = false;
  std::string applied_by = {};  // who, for the ledger
  std::string host = {};        // empty: the machine's name
  // Called before the first file with the address of the ::soci::session of its connection: to
  // register SQL functions, for example.
  std::function<void(void* session)> prepare_session = {};
  // Requested: the running statement is finished, its file rolled back or its progress recorded,
  // and the call throws Cancelled.
  std::stop_token stop = {};
  // Requested: the running statement is ended, too.
  std::stop_token cancel = {};
  // Must not throw, nor use the Database.
  std::function<void(const MigrationEvent&)> observer = {};
  // Of the wait; empty: std::chrono::steady_clock, and a real sleep.
  std::function<std::chrono::steady_clock::time_point()> steady_clock = {};
  std::function<void(std::chrono::milliseconds)> sleep = {};
};

}  // namespace lockstep

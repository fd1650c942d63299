// SPDX-License-Identifier: BSL-1.0
// Waiting for other migrators, and keeping them waiting.
#pragma once

#include <random>

#include "migrate/table_lock.hpp"

namespace lockstep::detail {

// Tries again until the time is over, by the clock and the sleep of the options.
class Patience {
 public:
  // Counts from now.
  explicit Patience(const MigratorOptions& options);
  // Sleeps 100 to 500 ms, or what is left; false, at once, when nothing is left. Cancelled if the
  // migrator is to stop.
  [[nodiscard]] bool wait();

 private:
  using Clock = std::chrono::steady_clock;
  const MigratorOptions& options_;
  Clock::time_point begin_;
  std::minstd_rand random_;
};

// The steady clock of the options, and their sleep.
[[nodiscard]] std::chrono::steady_clock::time_point steady_now(const MigratorOptions& options);
void pause(const MigratorOptions& options, std::chrono::milliseconds time);

// Whether the options ask to stop.
[[nodiscard]] inline bool is_stopped(const MigratorOptions& options) noexcept {
  return options.stop.stop_requested() || options.cancel.stop_requested();
}
// Throws Cancelled then: "migrator: stopped <where>".
void require_unstopped(const MigratorOptions& options, std::string_view where);

// ReadOnly: "the database is <why>: nothing was changed".
[[noreturn]] void raise_read_only(std::string_view why);

// ReadOnly, with nothing done, on a replica.
void require_primary(Pinned& connection);

// The session's lock, where the engine has one, or the row of a table. Held for as long as this
// lives.
//
// The lock is asked for again and again, never waited for by the engine: a waiter inside the server
// would be a transaction that CREATE INDEX CONCURRENTLY of the holder waits for.
class MigrationLock {
 public:
  // MigrationLocked if another has it for longer than lock_timeout, or a pooler is in between.
  // Where the server has no such lock (Galera) it is the row, which the observer is told.
  MigrationLock(Pinned& connection, const Ledger& ledger, const MigratorOptions& options);
  MigrationLock(const MigrationLock&) = delete;
  MigrationLock& operator=(const MigrationLock&) = delete;
  ~MigrationLock();

  // MigrationLocked if it is not held any more. Renews the row; in a transaction nobody else can
  // take it until the end of that.
  void require();
  // The table whose row it is, for the text of a statement; empty if it is the session's.
  [[nodiscard]] std::string table() const { return row_ ? row_->table() : std::string(); }
  [[nodiscard]] LockKind kind() const noexcept {
    return row_ ? LockKind::table : LockKind::session;
  }

 private:
  [[nodiscard]] bool try_take();
  [[nodiscard]] bool try_session();
  [[nodiscard]] std::string describe_holder();

  Pinned& connection_;
  const Ledger& ledger_;
  const MigratorOptions& options_;
  std::string key_;
  std::optional<TableLock> row_;
};

// Begins a transaction. Where that takes the lock of the whole database (SQLite), waits as above.
void begin_patiently(Pinned& connection, const MigratorOptions& options);

}  // namespace lockstep::detail

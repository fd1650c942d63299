// SPDX-License-Identifier: BSL-1.0
// Waiting for other migrators.
#pragma once

#include <random>

#include "lockstep/migrate.hpp"
#include "migrate/pinned.hpp"

namespace lockstep::detail {

// Tries again until the time is over, by the clock and the sleep of the options.
class Patience {
 public:
  // Counts from now.
  explicit Patience(const MigratorOptions& options);
  // Sleeps 100 to 500 ms, or what is left; false, at once, when nothing is left.
  [[nodiscard]] bool wait();

 private:
  using Clock = std::chrono::steady_clock;
  const MigratorOptions& options_;
  Clock::time_point begin_;
  std::minstd_rand random_;
};

// The steady clock of the options.
[[nodiscard]] std::chrono::steady_clock::time_point steady_now(const MigratorOptions& options);

// The session's lock, where the engine has one. Held for as long as this lives.
//
// The lock is asked for again and again, never waited for by the engine: a waiter inside the server
// would be a transaction that CREATE INDEX CONCURRENTLY of the holder waits for.
class MigrationLock {
 public:
  // MigrationLocked if another has it for longer than lock_timeout.
  MigrationLock(Pinned& connection, std::string key, const MigratorOptions& options);
  MigrationLock(const MigrationLock&) = delete;
  MigrationLock& operator=(const MigrationLock&) = delete;
  ~MigrationLock();

 private:
  Pinned& connection_;
  std::string key_;
};

// Begins a transaction. Where that takes the lock of the whole database (SQLite), waits as above.
void begin_patiently(Pinned& connection, const MigratorOptions& options);

}  // namespace lockstep::detail

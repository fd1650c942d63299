// SPDX-License-Identifier: BSL-1.0
// Statements that cannot get the lock of a table: how often they are tried again, and who is in
// their way.
#pragma once

#include "lockstep/migrator_options.hpp"
#include "migrate/pinned.hpp"

namespace lockstep::detail {

// Whether the server has ended the statement for want of a lock.
[[nodiscard]] bool is_lock_timeout(const Error& error);

// Counts the attempts of one file, or of one statement that stands alone.
class LockWaits {
 public:
  explicit LockWaits(const MigratorOptions& options) : options_(options) {}
  // Whether to try again after this error; if so, pauses before, each time longer. `tell` is called
  // before the pause.
  [[nodiscard]] bool again(const Error& error, const std::function<void()>& tell);

 private:
  const MigratorOptions& options_;
  int retries_ = 0;
};

// "; in the way: process 12, user app, idle in transaction since 10:12:14, with a lock on t": the
// sessions that have locks on what the statement names, as far as the account may know. Not in a
// transaction that has failed.
[[nodiscard]] std::string describe_blockers(Pinned& connection, std::string_view statement);

}  // namespace lockstep::detail

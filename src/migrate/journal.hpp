// SPDX-License-Identifier: BSL-1.0
// What is told of a file while it runs: to the ledger, to the observer, and to the caller when it
// fails.
#pragma once

#include "migrate/planner.hpp"

namespace lockstep::detail {

// Of one file after the other.
class Journal {
 public:
  Journal(Pinned& connection, Ledger& ledger, const MigratorOptions& options)
      : connection_(connection), ledger_(ledger), options_(options) {}

  // A file begins: durations count from now.
  void begin();
  // Claims the file's ledger row; false if another migrator was faster.
  [[nodiscard]] bool claim(const Task& task);
  void tell(MigrationEvent::Kind kind, const MigrationStep& step, std::size_t statement = 0) const;
  // Writes that the file is done, in the transaction of the caller. The step gets its duration.
  void finish(Task& task);
  // Adds the failure to the log, if the connection can still be used.
  void log_failure(const MigrationStep& step, const std::string& place,
                   const Error& error) noexcept;

 private:
  Pinned& connection_;
  Ledger& ledger_;
  const MigratorOptions& options_;
  std::chrono::steady_clock::time_point begin_;
};

// Undoes the connection's transaction, if there is one when this ends.
class Undo {
 public:
  explicit Undo(Pinned& connection) : connection_(connection) {}
  Undo(const Undo&) = delete;
  Undo& operator=(const Undo&) = delete;
  ~Undo() { connection_.rollback(); }

 private:
  Pinned& connection_;
};

// The engine's own words, for the ledger; ours if there are none that it can store.
[[nodiscard]] std::string reason_of(const Error& error);

// MigrationFailed: "migration shop/0002: <place>: <why>".
[[noreturn]] void raise_failed(const MigrationStep& step, const std::string& place,
                               std::string_view why);
[[noreturn]] void raise_failed(const MigrationStep& step, const std::string& place,
                               const Error& error);

}  // namespace lockstep::detail

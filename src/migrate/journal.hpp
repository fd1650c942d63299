// SPDX-License-Identifier: BSL-1.0
// What is told of a file while it runs: to the ledger, to the observer, and to the caller when it
// fails.
#pragma once

#include "core/sql_scanner.hpp"
#include "migrate/planner.hpp"

namespace lockstep::detail {

// Of one file after the other.
class Journal {
 public:
  Journal(Pinned& connection, Ledger& ledger, const MigratorOptions& options)
      : connection_(connection), ledger_(ledger), options_(options) {}

  // A file begins: durations count from now.
  void begin();
  // Claims the file's ledger row; false if another migrator was faster. `as_left`: nobody has
  // written to the database since the last file was finished.
  [[nodiscard]] bool claim(const Task& task, bool as_left = false);
  void tell(MigrationEvent::Kind kind, const MigrationStep& step, std::size_t statement = 0) const;
  // The file, or the statement, will be tried again, since a lock was not to be had.
  void tell_retry(const MigrationStep& step, std::size_t statement, const Error& error) const;
  // The file has failed at the statement; at its end if there is no such one.
  void tell_failed(const MigrationStep& step, std::size_t statement, const Error& error) const;
  void tell_notice(const MigrationStep* step, std::string_view text) const;
  // Writes that the file is done, in the transaction of the caller. The step gets its duration.
  void finish(Task& task);
  // Adds the failure to the log, if the connection can still be used.
  void log_failure(const MigrationStep& step, const std::string& place,
                   const Error& error) noexcept;

 private:
  void tell(MigrationEvent event) const;
  // Whether the row waits until the file is done.
  [[nodiscard]] bool writes_at_end(const Task& task) const;
  [[nodiscard]] bool claim_by_lock(const MigrationStep& step, bool as_left);

  Pinned& connection_;
  Ledger& ledger_;
  const MigratorOptions& options_;
  std::chrono::steady_clock::time_point begin_;
  Timestamp started_;
  std::optional<std::int64_t> next_seq_;  // of the row that is written when the file is done
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

// Where in a file the engine points; none if it does not.
[[nodiscard]] std::optional<TextPlace> place_in_file(const MigrationStep& step, std::size_t index,
                                                     const Error& error);

// MigrationFailed: "migration shop/0002: <place>: <why>"; Cancelled and MigrationLocked stay what
// they are.
[[noreturn]] void raise_failed(const MigrationStep& step, const std::string& place,
                               std::string_view why);
// `index`: of the statement, if it was one.
[[noreturn]] void raise_failed(const MigrationStep& step, const std::string& place,
                               const Error& error, std::optional<std::size_t> index = {});

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// FileExecution: the statements of files on the migrator's connection, under their timeouts, its
// lock and its wish to stop.
#pragma once

#include "migrate/index_care.hpp"
#include "migrate/journal.hpp"
#include "migrate/lock.hpp"
#include "migrate/lock_waits.hpp"

namespace lockstep::detail {

class FileExecution {
 public:
  // While it lives, the observer is told what the server says.
  FileExecution(Pinned& connection, MigrationLock& lock, const MigratorOptions& options,
                Journal& journal);
  FileExecution(const FileExecution&) = delete;
  FileExecution& operator=(const FileExecution&) = delete;
  ~FileExecution();

  // Names the session to those who look at the server, and has the server end it when its client
  // is dead. Again after its settings were reset.
  void use_session_settings();
  // Begins a file, in its transaction if it has one. MigrationLocked if the lock is gone.
  void begin(const MigrationStep& step);
  // Runs one of its statements, and throws what the engine says. Outside a transaction it is tried
  // again when a lock is not to be had, repeated if the file asks for it, and what it has done to
  // indexes is looked after. Cancelled, with nothing done, if the migrator is to stop. `around`, if
  // there is one, is what sends it, each time: it is given how; not for what is repeated.
  using Around = std::function<void(const std::function<void()>& send)>;
  void run(const MigrationStep& step, std::size_t index, const Around& around = {});
  // Calls the code of a step that has no statements. Throws what it throws, as an Error.
  void run_code(const CodeMigration& code, const MigrationStep& step);
  // Throws MigrationLocked before the ledger is written, where another could have taken the lock.
  void require_lock();
  // The table of the lock, for the text of a statement; empty if it has none.
  [[nodiscard]] std::string lock_table() const { return lock_.table(); }
  // After a failure, when its transaction was rolled back: what else is to be said of it, as in
  // "; in the way: process 12".
  [[nodiscard]] std::string aftermath(const MigrationStep& step, std::size_t index,
                                      const Error& error);

 private:
  void run_alone(const MigrationStep& step, std::size_t index, const Around& around);
  void run_batches(const MigrationStep& step, const std::string& text);
  [[nodiscard]] std::uint64_t run_batch(const MigrationStep& step, const std::string& text);
  void send(const MigrationStep& step, const std::string& text);
  void set_lock_timeout(const MigrationStep& step, bool concurrent);

  Pinned& connection_;
  MigrationLock& lock_;
  const MigratorOptions& options_;
  Journal& journal_;
  const MigrationStep* step_ = nullptr;  // whose statement runs
  std::string aftermath_;                // of the statement that failed
  bool checks_client_ = true;            // the server can look after its clients
  bool waits_shortly_ = false;           // MySQL: lock_wait_timeout is set
};

}  // namespace lockstep::detail

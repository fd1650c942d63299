// SPDX-License-Identifier: BSL-1.0
#include "migrate/file_execution.hpp"

#include "migrate/code_executor.hpp"
#include "migrate/splitter.hpp"

namespace lockstep::detail {
namespace {

using std::chrono::milliseconds;

// Nobody else waits five minutes for a migrator that has stopped in a transaction.
constexpr std::string_view postgres_session =
    "SET application_name = 'lockstep migrate'; SET idle_in_transaction_session_timeout = '5min'";
// Else the statement of a dead migrator runs to its end, with the lock. From PostgreSQL 14 on, and
// not on every system.
constexpr std::string_view postgres_client_check =
    "; SELECT set_config(name, '500', false) FROM pg_catalog.pg_settings"
    " WHERE name = 'client_connection_check_interval'";

milliseconds lock_timeout(const MigrationStep& step, const MigratorOptions& options) {
  return step.settings.lock_timeout.value_or(options.ddl_lock_timeout);
}

}  // namespace

FileExecution::FileExecution(Pinned& connection, MigrationLock& lock,
                             const MigratorOptions& options, Journal& journal)
    : connection_(connection), lock_(lock), options_(options), journal_(journal) {
  if (options_.observer) {
    connection_.on_notice([this](std::string_view text) {
      if (step_ != nullptr) journal_.tell_notice(step_, text);
    });
  }
}

FileExecution::~FileExecution() { connection_.on_notice({}); }

// Behind a pooler the settings would be those of other sessions, too.
void FileExecution::use_session_settings() {
  if (connection_.dialect().engine != Engine::postgres || lock_.kind() == LockKind::table) return;
  if (checks_client_ && !connection_.in_transaction()) {
    try {
      return connection_.run(std::string(postgres_session) + std::string(postgres_client_check));
    } catch (const Error&) {
      checks_client_ = false;
    }
  }
  connection_.run(postgres_session);
}

void FileExecution::begin(const MigrationStep& step) {
  aftermath_.clear();
  lock_.require();
  set_lock_timeout(step, false);
  if (!step.skipped.empty()) {
    journal_.tell_notice(&step, "nothing of " + step.file + " runs: " + step.skipped);
  }
}

void FileExecution::require_lock() {
  if (lock_.kind() == LockKind::table) lock_.require();
}

// What is concurrent waits for the transactions of others, and holds up nobody meanwhile: it would
// only be lost.
void FileExecution::set_lock_timeout(const MigrationStep& step, bool concurrent) {
  const Engine engine = connection_.dialect().engine;
  milliseconds timeout = lock_timeout(step, options_);
  if (concurrent && !step.settings.lock_timeout) timeout = milliseconds(0);
  if (engine == Engine::postgres) {
    if (!step.transactional && lock_.kind() == LockKind::table) return;
    if (timeout == milliseconds(0) && !concurrent) return;
    connection_.run((step.transactional ? "SET LOCAL lock_timeout = " : "SET lock_timeout = ") +
                    std::to_string(timeout.count()));
  } else if (engine == Engine::mysql && (timeout > milliseconds(0) || waits_shortly_)) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(timeout).count();
    waits_shortly_ = seconds > 0;
    connection_.run("SET lock_wait_timeout = " +
                    (waits_shortly_ ? std::to_string(seconds) : std::string("DEFAULT")));
  }
}

void FileExecution::run(const MigrationStep& step, std::size_t index, const Around& around) {
  if (is_stopped(options_)) {
    require_unstopped(options_, "before " + describe_statement(step, index));
  }
  if (step.transactional) return send(step, step.statements[index].text);
  lock_.require();
  run_alone(step, index, around);
}

void FileExecution::run_code(const CodeMigration& code, const MigrationStep& step) {
  require_unstopped(options_, "before " + step.file);
  const bool up = step.direction == MigrationDirection::up;
  detail::run_code(connection_, up ? code.up : code.down, {.stop = options_.cancel});
}

void FileExecution::run_alone(const MigrationStep& step, std::size_t index, const Around& around) {
  const std::string& text = step.statements[index].text;
  IndexCare care;
  if (const auto dropped = care.before(connection_, text)) {
    journal_.tell_notice(&step, "dropped the invalid index " + *dropped +
                                    ", which IF NOT EXISTS would have kept");
  }
  const bool concurrent = connection_.dialect().engine == Engine::postgres && is_concurrent(text);
  if (concurrent) set_lock_timeout(step, true);
  for (LockWaits waits(options_);;) {
    try {
      if (step.settings.batch > 0) {
        run_batches(step, text);
      } else if (around) {
        around([&] { send(step, text); });
      } else {
        send(step, text);
      }
      break;
    } catch (const Error& error) {
      for (const std::string& name : care.after_failure(connection_)) {
        aftermath_ += "; the invalid index " + name + " that it left was dropped";
      }
      if (!waits.again(error, [&] { journal_.tell_retry(step, index, error); })) throw;
      require_unstopped(options_, "before " + describe_statement(step, index));
    }
  }
  if (concurrent) set_lock_timeout(step, false);
}

void FileExecution::run_batches(const MigrationStep& step, const std::string& text) {
  for (std::size_t number = 1;; ++number) {
    const std::uint64_t rows = run_batch(step, text);
    if (rows == 0) return;
    journal_.tell_notice(&step,
                         "batch " + std::to_string(number) + ": " + std::to_string(rows) + " rows");
    require_unstopped(options_, "after batch " + std::to_string(number) + " of " + step.file);
    lock_.require();
  }
}

std::uint64_t FileExecution::run_batch(const MigrationStep& step, const std::string& text) {
  const Undo undo(connection_);
  connection_.begin();
  send(step, text);
  const std::uint64_t rows = connection_.rows_run();
  if (rows > step.settings.batch) {
    raise(ErrorKind::invalid_state, "it changes " + std::to_string(rows) +
                                        " rows at once, more than its batch of " +
                                        std::to_string(step.settings.batch) + ": limit it");
  }
  connection_.commit();
  return rows;
}

void FileExecution::send(const MigrationStep& step, const std::string& text) {
  Limits limits{.stop = options_.cancel};
  if (step.settings.timeout.value_or(milliseconds(0)) > milliseconds(0)) {
    limits.deadline = std::chrono::steady_clock::now() + *step.settings.timeout;
  }
  step_ = &step;
  try {
    connection_.run(text, limits);
  } catch (...) {
    step_ = nullptr;
    throw;
  }
  step_ = nullptr;
}

std::string FileExecution::aftermath(const MigrationStep& step, std::size_t index,
                                     const Error& error) {
  std::string words = std::exchange(aftermath_, {});
  if (is_lock_timeout(error) && !connection_.broken()) {
    words += describe_blockers(connection_, step.statements[index].text);
  }
  return words;
}

}  // namespace lockstep::detail

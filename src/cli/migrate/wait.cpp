// SPDX-License-Identifier: BSL-1.0
// lockstep migrate wait
#include <algorithm>
#include <thread>

#include "cli/interrupt.hpp"
#include "cli/migrate/commands.hpp"
#include "cli/migrate/set.hpp"
#include "cli/migrate/time.hpp"
#include "cli/terminal.hpp"
#include "lockstep/migrate.hpp"

namespace lockstep::cli {
namespace {

constexpr std::chrono::milliseconds pause{250};

// What is half done is not done.
std::size_t count_pending(Migrator& migrator) {
  const auto all = migrator.status();
  return static_cast<std::size_t>(std::ranges::count_if(all, [](const MigrationStatus& status) {
    return status.state != MigrationState::applied && status.state != MigrationState::ahead;
  }));
}

}  // namespace

int migrate_wait(const Options& options, const DatabaseChoice& choice) {
  const Interrupt interrupt;
  const auto timeout = read_time("--timeout", options.migrate.lock_timeout);
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(without_creating(choice.url), choice.options);
  Migrator migrator(db, std::move(set));
  const auto end = std::chrono::steady_clock::now() + timeout;
  for (;;) {
    const std::size_t pending = count_pending(migrator);
    if (pending == 0) {
      message("nothing is pending");
      return exit_done;
    }
    if (interrupt.requested()) return exit_stopped;
    if (std::chrono::steady_clock::now() >= end) {
      message(std::to_string(pending) + " pending");
      return exit_pending;
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace lockstep::cli

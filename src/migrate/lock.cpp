// SPDX-License-Identifier: BSL-1.0
#include "migrate/lock.hpp"

#include <algorithm>
#include <thread>

#include "migrate/lock_holder.hpp"

namespace lockstep::detail {
namespace {

constexpr std::chrono::milliseconds shortest_pause{100};
constexpr int pause_spread_ms = 400;

constexpr std::string_view way_out =
    "; connect directly (the command line has LOCKSTEP_MIGRATION_URL for it), or lock by a row of "
    "a table (LockKind::table, --lock=table)";

[[noreturn]] void raise_locked(std::string what) {
  ErrorInfo info;
  info.kind = ErrorKind::migration_locked;
  info.statement = "migration lock";
  info.what = std::move(what);
  raise(std::move(info));
}

[[noreturn]] void raise_waited(const MigratorOptions& options, const std::string& holder) {
  raise_locked("another migrator is at work, waited " +
               std::to_string(options.lock_timeout.count()) + " ms" + holder);
}

}  // namespace

void raise_read_only(std::string_view why) {
  ErrorInfo info;
  info.kind = ErrorKind::read_only;
  info.statement = "migrator";
  info.what = "the database is " + std::string(why) + ": nothing was changed; migrate its primary";
  raise(std::move(info));
}

std::chrono::steady_clock::time_point steady_now(const MigratorOptions& options) {
  return options.steady_clock ? options.steady_clock() : std::chrono::steady_clock::now();
}

void pause(const MigratorOptions& options, std::chrono::milliseconds time) {
  if (options.sleep) {
    options.sleep(time);
  } else {
    std::this_thread::sleep_for(time);
  }
}

void require_unstopped(const MigratorOptions& options, std::string_view where) {
  if (!is_stopped(options)) return;
  raise(ErrorKind::cancelled, "migrator: stopped " + std::string(where));
}

// The servers let some accounts write to a read-only server; a migration there would part it from
// its primary.
void require_primary(Pinned& connection) {
  const Engine engine = connection.dialect().engine;
  if (engine == Engine::sqlite) return;  // says so at the first write
  const bool postgres = engine == Engine::postgres;
  const auto answer = connection.fetch_value<std::int64_t>(
      postgres ? "SELECT CAST(CAST(pg_is_in_recovery() AS INTEGER) AS BIGINT)"
               : "SELECT CAST(@@GLOBAL.read_only AS SIGNED)");
  if (answer != 0) raise_read_only(postgres ? "a standby" : "read-only, as a replica is");
}

Patience::Patience(const MigratorOptions& options)
    : options_(options), begin_(steady_now(options)), random_(std::random_device{}()) {}

bool Patience::wait() {
  using std::chrono::milliseconds;
  require_unstopped(options_, "while it waited for another migrator");
  const auto waited = std::chrono::duration_cast<milliseconds>(steady_now(options_) - begin_);
  const milliseconds left = options_.lock_timeout - waited;
  if (left <= milliseconds(0)) return false;
  if (options_.observer) options_.observer({MigrationEvent::Kind::waiting, nullptr, 0, waited});
  const milliseconds jitter(static_cast<int>(random_() % pause_spread_ms));
  pause(options_, std::min(left, shortest_pause + jitter));
  return true;
}

MigrationLock::MigrationLock(Pinned& connection, const Ledger& ledger,
                             const MigratorOptions& options)
    : connection_(connection), ledger_(ledger), options_(options), key_(ledger.lock_key()) {
  if (options.lock == LockKind::table) row_.emplace(connection, ledger);
  Patience patience(options);
  while (!try_take()) {
    if (!patience.wait()) raise_waited(options, describe_holder());
  }
}

MigrationLock::~MigrationLock() {
  if (row_) {
    row_->release();
  } else {
    connection_.unlock(key_);
  }
}

bool MigrationLock::try_take() { return row_ ? row_->try_take() : try_session(); }

bool MigrationLock::try_session() {
  try {
    return connection_.try_lock(key_);
  } catch (const MigrationLocked& error) {
    raise_locked(error.what() + std::string(way_out));
  } catch (const Error& error) {
    constexpr int not_on_this_cluster = 1235;  // ER_NOT_SUPPORTED_YET
    if (error.native_code() != not_on_this_cluster) throw;
  }
  if (options_.observer) {
    MigrationEvent event{MigrationEvent::Kind::notice};
    event.message = "the server has no locks of sessions (Galera): a row of a table is the lock";
    options_.observer(event);
  }
  row_.emplace(connection_, ledger_);
  return row_->try_take();
}

std::string MigrationLock::describe_holder() {
  try {
    const auto holder = row_ ? row_->holder() : find_session_holder(connection_, key_);
    return holder ? "; held by " + to_words(*holder) : "";
  } catch (const Error&) {
    return {};  // the lock is what the caller asks about
  }
}

void MigrationLock::require() {
  if (row_) {
    if (!row_->renew()) {
      raise_locked("its row was not renewed in time, and is another migrator's or nobody's now");
    }
  } else if (!connection_.holds_lock(key_)) {
    raise_locked(
        "this connection does not have it any more: a pooler that shares connections is in "
        "between, or a file has released it" +
        std::string(way_out));
  }
}

void begin_patiently(Pinned& connection, const MigratorOptions& options) {
  std::optional<Patience> patience;  // its chance costs more than a BEGIN
  for (;;) {
    try {
      return connection.begin();
    } catch (const Busy&) {
      if (!patience) patience.emplace(options);
      if (!patience->wait()) raise_waited(options, {});
    }
  }
}

}  // namespace lockstep::detail

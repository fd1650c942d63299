// SPDX-License-Identifier: BSL-1.0
#include "migrate/lock.hpp"

#include <algorithm>
#include <thread>

namespace lockstep::detail {
namespace {

constexpr std::chrono::milliseconds shortest_pause{100};
constexpr int pause_spread_ms = 400;

// The session that has the lock of a key, in words; no row if it is free by now. The key stands for
// the number that the dialect makes of it. SQLite does not tell.
constexpr std::string_view postgres_holder =
    "SELECT concat_ws(', ', 'process ' || l.pid, 'user ' || a.usename,"
    " 'application ' || nullif(a.application_name, ''), 'host ' || host(a.client_addr),"
    " 'connected since ' || to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'))"
    " FROM pg_catalog.pg_locks AS l LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database ="
    " (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())"
    " AND (CAST(l.classid AS BIGINT) << 32 | CAST(l.objid AS BIGINT)) = hashtextextended(:key, 0)";

constexpr std::string_view mysql_holder =
    "SELECT CONCAT_WS(', ', CONCAT('connection ', l.id), CONCAT('user ', p.user),"
    " CONCAT('host ', p.host)) FROM (SELECT IS_USED_LOCK(:key) AS id) AS l"
    " LEFT JOIN information_schema.processlist AS p ON p.id = l.id WHERE l.id IS NOT NULL";

std::string_view holder_query(Engine engine) {
  return engine == Engine::postgres ? postgres_holder
         : engine == Engine::mysql  ? mysql_holder
                                    : std::string_view();
}

std::string describe_holder(Pinned& connection, std::string_view key) {
  const std::string_view query = holder_query(connection.dialect().engine);
  if (query.empty()) return {};
  try {
    const auto holder = connection.fetch_optional<std::string>(query, named("key", key));
    return holder ? "; held by " + *holder : "";
  } catch (const Error&) {
    return {};  // the lock is what the caller asks about
  }
}

[[noreturn]] void raise_locked(const MigratorOptions& options, const std::string& holder) {
  ErrorInfo info;
  info.kind = ErrorKind::migration_locked;
  info.statement = "migration lock";
  info.what = "another migrator is at work, waited " +
              std::to_string(options.lock_timeout.count()) + " ms" + holder;
  raise(std::move(info));
}

}  // namespace

std::chrono::steady_clock::time_point steady_now(const MigratorOptions& options) {
  return options.steady_clock ? options.steady_clock() : std::chrono::steady_clock::now();
}

Patience::Patience(const MigratorOptions& options)
    : options_(options), begin_(steady_now(options)), random_(std::random_device{}()) {}

bool Patience::wait() {
  using std::chrono::milliseconds;
  const auto waited = std::chrono::duration_cast<milliseconds>(steady_now(options_) - begin_);
  const milliseconds left = options_.lock_timeout - waited;
  if (left <= milliseconds(0)) return false;
  if (options_.observer) options_.observer({MigrationEvent::Kind::waiting, nullptr, 0, waited});
  const milliseconds jitter(static_cast<int>(random_() % pause_spread_ms));
  const milliseconds pause = std::min(left, shortest_pause + jitter);
  if (options_.sleep) {
    options_.sleep(pause);
  } else {
    std::this_thread::sleep_for(pause);
  }
  return true;
}

MigrationLock::MigrationLock(Pinned& connection, std::string key, const MigratorOptions& options)
    : connection_(connection), key_(std::move(key)) {
  Patience patience(options);
  while (!connection_.try_lock(key_)) {
    if (!patience.wait()) raise_locked(options, describe_holder(connection_, key_));
  }
}

MigrationLock::~MigrationLock() { connection_.unlock(key_); }

void begin_patiently(Pinned& connection, const MigratorOptions& options) {
  Patience patience(options);
  for (;;) {
    try {
      return connection.begin();
    } catch (const Busy&) {
      if (!patience.wait()) raise_locked(options, {});
    }
  }
}

}  // namespace lockstep::detail

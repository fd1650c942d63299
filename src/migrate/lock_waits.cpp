// SPDX-License-Identifier: BSL-1.0
#include "migrate/lock_waits.hpp"

#include <algorithm>

#include "migrate/lock.hpp"

namespace lockstep::detail {
namespace {

using std::chrono::milliseconds;

constexpr int most_retries = 10;
constexpr milliseconds first_pause{200};
constexpr milliseconds longest_pause{5000};

// So much of a statement is looked at for names.
constexpr std::size_t most_text = 10'000;

// The statement has ended, so that pg_blocking_pids() knows nothing of it any more.
constexpr std::string_view postgres_blockers =
    "SELECT concat_ws(', ', 'process ' || l.pid, 'user ' || a.usename,"
    " 'application ' || nullif(a.application_name, ''), a.state || ' since ' ||"
    " to_char(a.state_change AT TIME ZONE 'UTC', 'HH24:MI:SS'), 'with a lock on ' ||"
    " string_agg(DISTINCT CAST(c.relname AS TEXT), ' and ')) AS blocker"
    " FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_class AS c ON c.oid = l.relation"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid"
    " WHERE l.granted AND l.pid <> pg_backend_pid() AND l.locktype = 'relation' AND l.database ="
    " (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())"
    " AND n.nspname NOT IN ('pg_catalog', 'information_schema')"
    " AND strpos(lower(:text), lower(c.relname)) > 0"
    " GROUP BY l.pid, a.usename, a.application_name, a.state, a.state_change ORDER BY l.pid";

// Locks of tables are told by a plugin only; who is in a transaction is known without.
constexpr std::string_view mysql_blockers =
    "SELECT CONCAT_WS(', ', CONCAT('connection ', p.id), CONCAT('user ', p.user),"
    " CONCAT('host ', p.host), CONCAT('in a transaction since ', t.trx_started)) AS blocker"
    " FROM information_schema.innodb_trx AS t"
    " JOIN information_schema.processlist AS p ON p.id = t.trx_mysql_thread_id"
    " WHERE p.id <> CONNECTION_ID() AND :text <> '' ORDER BY p.id";

}  // namespace

bool is_lock_timeout(const Error& error) {
  const bool by_server = error.sqlstate() == "55P03" || error.native_code() == 1205;
  return error.kind() == ErrorKind::busy && by_server;
}

bool LockWaits::again(const Error& error, const std::function<void()>& tell) {
  if (!is_lock_timeout(error) || retries_ == most_retries) return false;
  tell();
  pause(options_, std::min(first_pause * (1 << retries_), longest_pause));
  ++retries_;
  return true;
}

std::string describe_blockers(Pinned& connection, std::string_view statement) {
  std::string words;
  try {
    const bool postgres = connection.dialect().engine == Engine::postgres;
    for (const std::string& blocker : connection.fetch_all<std::string>(
             postgres ? postgres_blockers : mysql_blockers,
             named("text", statement.substr(0, most_text)))) {
      words += (words.empty() ? "; in the way: " : "; ") + blocker;
    }
  } catch (const Error&) {
    return {};  // the account may not look
  }
  return words;
}

}  // namespace lockstep::detail

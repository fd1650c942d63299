// SPDX-License-Identifier: BSL-1.0
#include "migrate/lock_holder.hpp"

#include "migrate/table_lock.hpp"

namespace lockstep {
namespace {

using detail::Ledger;
using detail::Pinned;
using detail::TableLock;

// The key stands for the number that the dialect makes of it.
constexpr std::string_view postgres_holder =
    "SELECT CAST(l.pid AS TEXT) AS process, COALESCE(CAST(a.usename AS TEXT), '') AS user_name,"
    " COALESCE(host(a.client_addr), '') AS host,"
    " COALESCE(a.application_name, '') AS application, COALESCE(to_char("
    "a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), '') AS since"
    " FROM pg_catalog.pg_locks AS l LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid"
    " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND l.database ="
    " (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())"
    " AND (CAST(l.classid AS BIGINT) << 32 | CAST(l.objid AS BIGINT)) = hashtextextended(:key, 0)";

constexpr std::string_view mysql_holder =
    "SELECT CAST(l.id AS CHAR) AS process, COALESCE(p.user, '') AS user_name,"
    " COALESCE(p.host, '') AS host, '' AS application, '' AS since"
    " FROM (SELECT IS_USED_LOCK(:key) AS id) AS l"
    " LEFT JOIN information_schema.processlist AS p ON p.id = l.id WHERE l.id IS NOT NULL";

struct HolderRow {
  std::string process;
  std::string user_name;
  std::string host;
  std::string application;
  std::string since;
  static constexpr void columns(auto&& column) {
    column("process", &HolderRow::process);
    column("user_name", &HolderRow::user_name);
    column("host", &HolderRow::host);
    column("application", &HolderRow::application);
    column("since", &HolderRow::since);
  }
};

}  // namespace

namespace detail {

std::optional<LockHolder> find_session_holder(Pinned& connection, std::string_view key) {
  const Engine engine = connection.dialect().engine;
  if (engine == Engine::sqlite) return std::nullopt;
  auto row = connection.fetch_optional<HolderRow>(
      engine == Engine::postgres ? postgres_holder : mysql_holder, named("key", key));
  if (!row) return std::nullopt;
  return LockHolder{.process = std::move(row->process),
                    .user = std::move(row->user_name),
                    .host = std::move(row->host),
                    .application = std::move(row->application),
                    .since = std::move(row->since)};
}

std::string to_words(const LockHolder& holder) {
  std::string words;
  const auto add = [&words](std::string_view name, const std::string& value) {
    if (value.empty()) return;
    if (!words.empty()) words += ", ";
    words.append(name).append(value);
  };
  const bool row = holder.kind == LockKind::table;
  if (row) words = "a row of lockstep_migration_lease";
  add("process ", holder.process);
  add(row ? "applied by " : "user ", holder.user);
  add("application ", holder.application);
  add("host ", holder.host);
  add(row ? "since " : "connected since ", holder.since);
  if (holder.expired) words += ", expired";
  return words;
}

}  // namespace detail

std::vector<LockHolder> migration_lock_holders(Database& db) {
  Pinned connection(db);
  const Ledger ledger(connection, {});
  std::vector<LockHolder> holders;
  if (auto session = detail::find_session_holder(connection, ledger.lock_key())) {
    holders.push_back(std::move(*session));
  }
  if (auto row = TableLock(connection, ledger).holder()) holders.push_back(std::move(*row));
  return holders;
}

bool release_migration_lock(Database& db, bool force) {
  Pinned connection(db);
  const Ledger ledger(connection, {});
  TableLock row(connection, ledger);
  if (const auto holder = row.holder()) {
    if (holder->expired || force) return row.take_away();
    raise(ErrorKind::invalid_state, "migration lock: " + detail::to_words(*holder) +
                                        "; it has not expired, and its migrator may be at work");
  }
  if (const auto session = detail::find_session_holder(connection, ledger.lock_key())) {
    raise(ErrorKind::invalid_state, "migration lock: " + detail::to_words(*session) +
                                        "; a session's lock ends with its connection");
  }
  return false;
}

}  // namespace lockstep

// SPDX-License-Identifier: BSL-1.0
#include "support/server.hpp"

#include <thread>

namespace lockstep::tests {
namespace {

// Who executes `endless` in this database.
constexpr Sql runners{
    "test.runners",
    "SELECT 0",
    {.postgres = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
                 "AND datname = current_database()",
     .mysql = "SELECT id FROM information_schema.processlist WHERE state = 'User sleep' "
              "AND db = DATABASE()"}};

constexpr Sql end_sql{"test.end_session",
                      "SELECT ?",
                      {.postgres = "SELECT pg_terminate_backend(?, 60000)", .mysql = "KILL ?"}};

constexpr Sql sessions{
    "test.sessions",
    "SELECT COUNT(*) FROM pg_stat_activity WHERE pid = ?",
    {.mysql = "SELECT COUNT(*) FROM information_schema.processlist WHERE id = ?"}};

// Looks that nobody is expected to need: the engine is asked without a pause.
constexpr int most_looks = 1'000'000;

bool is_locked(Database& db) {
  try {
    db.begin().rollback();
    return false;
  } catch (const Busy&) {
    return true;
  }
}

}  // namespace

constexpr Sql own_session{
    "test.own_session",
    "SELECT 0",
    {.postgres = "SELECT pg_backend_pid()", .mysql = "SELECT CONNECTION_ID()"}};

constexpr Sql endless{
    "test.endless",
    "INSERT INTO counters (id, amount) WITH RECURSIVE n(i) AS "
    "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000000000) SELECT i, i FROM n",
    {.postgres = "INSERT INTO counters (id, amount) SELECT 1, 1 FROM (SELECT pg_sleep(60)) AS s",
     .mysql = "INSERT INTO counters (id, amount) SELECT 1, 1 FROM (SELECT SLEEP(60)) AS s"}};

bool has_server() { return target_url().find("://") != std::string::npos; }

ServerUrl ServerUrl::parse(const std::string& url) {
  ServerUrl parts;
  std::string_view rest = url;
  const auto take = [&rest](std::string_view until) {
    const auto end = std::min(rest.find(until), rest.size());
    std::string part(rest.substr(0, end));
    rest.remove_prefix(std::min(end + until.size(), rest.size()));
    return part;
  };
  parts.scheme = take("://");
  parts.user = take(":");
  parts.password = take("@");
  parts.host = take(":");
  parts.port = static_cast<std::uint16_t>(std::stoi(take("/")));
  parts.database = take("?");
  parts.query = rest;
  return parts;
}

std::string ServerUrl::text() const {
  return scheme + "://" + user + ":" + password + "@" + host + ":" + std::to_string(port) + "/" +
         database + (query.empty() ? "" : "?" + query);
}

ServerUrl server_url() { return ServerUrl::parse(database_url()); }

ServerUrl guest_url() {
  ServerUrl url = server_url();
  url.user = variable("LOCKSTEP_TEST_GUEST");
  return url;
}

ServerUrl tls_url() {
  const bool mysql = target_url().starts_with("mysql");
  return ServerUrl::parse(
      variable(mysql ? "LOCKSTEP_TEST_MYSQL_TLS_URL" : "LOCKSTEP_TEST_POSTGRES_TLS_URL"));
}

std::int64_t await_endless(Database& runner) {
  std::optional<Database> other;
  if (shareable()) other.emplace(open_again({.busy_timeout = std::chrono::milliseconds(1)}));
  for (int i = 0; i < most_looks; ++i) {
    if (!other) {
      if (runner.stats().in_use > 0) return 0;
      std::this_thread::yield();
    } else if (has_server()) {
      if (const auto found = other->fetch_optional<std::int64_t>(runners)) return *found;
    } else if (is_locked(*other)) {
      return 0;
    }
  }
  throw std::runtime_error("nobody executes what takes so long");
}

void end_session(Executor& by, std::int64_t session) {
  by.execute(end_sql, session);
  for (int i = 0; i < most_looks; ++i) {
    if (by.fetch_value<int>(sessions, session) == 0) return;
  }
  throw std::runtime_error("a session does not end");
}

}  // namespace lockstep::tests

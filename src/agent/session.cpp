// SPDX-License-Identifier: BSL-1.0
#include "lockstep/agent/session.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::agent {
namespace {

using detail::statement;

constexpr Sql save_context_sql = statement("agent.save_session_context", R"(
INSERT INTO session_contexts (session_id, channel, thread_ts, user_id, created_at, last_used)
VALUES (:session_id, :channel, :thread_ts, :user_id, :created_at, :last_used)
ON CONFLICT (session_id) DO UPDATE
SET channel = excluded.channel, thread_ts = excluded.thread_ts, user_id = excluded.user_id,
    created_at = excluded.created_at, last_used = excluded.last_used)",
                                           {.mysql = R"(
INSERT INTO session_contexts (session_id, channel, thread_ts, user_id, created_at, last_used)
VALUES (:session_id, :channel, :thread_ts, :user_id, :created_at, :last_used)
ON DUPLICATE KEY UPDATE
    channel = VALUES(channel), thread_ts = VALUES(thread_ts), user_id = VALUES(user_id),
    created_at = VALUES(created_at), last_used = VALUES(last_used))"});

constexpr Sql find_context_sql = statement("agent.find_session_context", R"(
SELECT session_id, channel, thread_ts, user_id, created_at, last_used
FROM session_contexts
WHERE session_id = :session_id)");

constexpr Sql find_context_by_thread_sql = statement("agent.find_session_context_by_thread", R"(
SELECT session_id, channel, thread_ts, user_id, created_at, last_used
FROM session_contexts
WHERE channel = :channel AND thread_ts = :thread_ts
ORDER BY last_used DESC, session_id
LIMIT 1)");

constexpr Sql touch_context_sql = statement("agent.touch_session_context", R"(
UPDATE session_contexts
SET last_used = :now
WHERE session_id = :session_id)");

constexpr Sql save_thread_sql = statement("agent.save_thread_session", R"(
INSERT INTO thread_sessions (channel, thread_ts, session_key, created_at, last_message_at)
VALUES (:channel, :thread_ts, :session_key, :created_at, :last_message_at)
ON CONFLICT (channel, thread_ts) DO UPDATE
SET session_key = excluded.session_key, created_at = excluded.created_at,
    last_message_at = excluded.last_message_at)",
                                          {.mysql = R"(
INSERT INTO thread_sessions (channel, thread_ts, session_key, created_at, last_message_at)
VALUES (:channel, :thread_ts, :session_key, :created_at, :last_message_at)
ON DUPLICATE KEY UPDATE
    session_key = VALUES(session_key), created_at = VALUES(created_at),
    last_message_at = VALUES(last_message_at))"});

constexpr Sql find_thread_sql = statement("agent.find_thread_session", R"(
SELECT channel, thread_ts, session_key, created_at, last_message_at
FROM thread_sessions
WHERE channel = :channel AND thread_ts = :thread_ts)");

constexpr Sql touch_thread_sql = statement("agent.touch_thread_session", R"(
UPDATE thread_sessions
SET last_message_at = :now
WHERE channel = :channel AND thread_ts = :thread_ts)");

void check_thread(std::string_view channel, std::string_view thread_ts) {
  require_key("session.channel", channel);
  require_key("session.thread_ts", thread_ts, detail::thread_size);
}

}  // namespace

std::span<const Sql* const> detail::session_statements() noexcept {
  static constexpr std::array all{
      &save_context_sql,  &find_context_sql, &find_context_by_thread_sql,
      &touch_context_sql, &save_thread_sql,  &find_thread_sql,
      &touch_thread_sql};
  return all;
}

SessionContext save_session_context(Executor& db, SessionContext session) {
  require_key("session.session_id", session.session_id);
  check_thread(session.channel, session.thread_ts);
  detail::check_key("session.user_id", session.user_id);
  const UnixMs now = now_ms(db);
  detail::check_time("session.created_at", session.created_at, now);
  detail::check_time("session.last_used", session.last_used, now);
  db.execute(save_context_sql, session);
  return session;
}

std::optional<SessionContext> find_session_context(Executor& db, std::string_view session_id) {
  require_key("session.session_id", session_id);
  return db.fetch_optional<SessionContext>(find_context_sql, session_id);
}

std::optional<SessionContext> find_session_context_by_thread(Executor& db, std::string_view channel,
                                                             std::string_view thread_ts) {
  check_thread(channel, thread_ts);
  return db.fetch_optional<SessionContext>(find_context_by_thread_sql, channel, thread_ts);
}

SessionContext touch_session_context(Executor& db, std::string_view session_id) {
  require_key("session.session_id", session_id);
  db.execute_one(touch_context_sql, now_ms(db), session_id);
  return db.fetch_one<SessionContext>(find_context_sql, session_id);
}

ThreadSession save_thread_session(Executor& db, ThreadSession session) {
  check_thread(session.channel, session.thread_ts);
  require_key("session.session_key", session.session_key);
  const UnixMs now = now_ms(db);
  detail::check_time("session.created_at", session.created_at, now);
  detail::check_time("session.last_message_at", session.last_message_at, now);
  db.execute(save_thread_sql, session);
  return session;
}

std::optional<ThreadSession> find_thread_session(Executor& db, std::string_view channel,
                                                 std::string_view thread_ts) {
  check_thread(channel, thread_ts);
  return db.fetch_optional<ThreadSession>(find_thread_sql, channel, thread_ts);
}

ThreadSession touch_thread_session(Executor& db, std::string_view channel,
                                   std::string_view thread_ts) {
  check_thread(channel, thread_ts);
  db.execute_one(touch_thread_sql, now_ms(db), channel, thread_ts);
  return db.fetch_one<ThreadSession>(find_thread_sql, channel, thread_ts);
}

}  // namespace lockstep::agent

// SPDX-License-Identifier: BSL-1.0
// Conversations: rows of `session_contexts` and `thread_sessions`. A thread is named by its channel
// and its timestamp, a text of at most 64 characters such as "1234567.890". Shared rules:
// agent.hpp.
#pragma once

#include "lockstep/agent/unix_ms.hpp"

namespace lockstep::agent {

// A session and the thread it belongs to; a thread may have several.
struct SessionContext {
  std::string session_id;
  std::string channel;
  std::string thread_ts;
  std::optional<std::string> user_id = {};
  UnixMs created_at{0};  // 0: now
  UnixMs last_used{0};   // 0: now

  friend bool operator==(const SessionContext&, const SessionContext&) = default;
  static constexpr void columns(auto&& column) {
    column("session_id", &SessionContext::session_id);
    column("channel", &SessionContext::channel);
    column("thread_ts", &SessionContext::thread_ts);
    column("user_id", &SessionContext::user_id);
    column("created_at", &SessionContext::created_at);
    column("last_used", &SessionContext::last_used);
  }
};

// Inserts `session`, or overwrites every member of the one with its session_id; returns it as
// stored.
SessionContext save_session_context(Executor& db, SessionContext session);

[[nodiscard]] std::optional<SessionContext> find_session_context(Executor& db,
                                                                 std::string_view session_id);

// The thread's session that was used last, of two at the same time the one with the lower
// session_id.
[[nodiscard]] std::optional<SessionContext> find_session_context_by_thread(
    Executor& db, std::string_view channel, std::string_view thread_ts);

// Sets last_used to now. Returns the row, read after the write. NotFound if there is none.
SessionContext touch_session_context(Executor& db, std::string_view session_id);

// The session key of a thread; a thread has one.
struct ThreadSession {
  std::string channel;
  std::string thread_ts;
  std::string session_key;
  UnixMs created_at{0};       // 0: now
  UnixMs last_message_at{0};  // 0: now

  friend bool operator==(const ThreadSession&, const ThreadSession&) = default;
  static constexpr void columns(auto&& column) {
    column("channel", &ThreadSession::channel);
    column("thread_ts", &ThreadSession::thread_ts);
    column("session_key", &ThreadSession::session_key);
    column("created_at", &ThreadSession::created_at);
    column("last_message_at", &ThreadSession::last_message_at);
  }
};

// Inserts `session`, or overwrites every member of that of its thread; returns it as stored.
ThreadSession save_thread_session(Executor& db, ThreadSession session);

[[nodiscard]] std::optional<ThreadSession> find_thread_session(Executor& db,
                                                               std::string_view channel,
                                                               std::string_view thread_ts);

// Sets last_message_at to now. Returns the row, read after the write. NotFound if there is none.
ThreadSession touch_thread_session(Executor& db, std::string_view channel,
                                   std::string_view thread_ts);

}  // namespace lockstep::agent

// SPDX-License-Identifier: BSL-1.0
// Deletes what is too old to keep, and tells how large the database is. Shared rules: agent.hpp.
//
//     auto done = agent::run_retention(db, {}, stop);   // once an hour
#pragma once

#include <stop_token>

#include "lockstep/agent/unix_ms.hpp"
#include "lockstep/database.hpp"

namespace lockstep::agent {

// How long rows are kept: one exactly so old still is. None is negative.
struct RetentionPolicy {
  std::chrono::milliseconds tasks = std::chrono::days(7);               // after completed_at
  std::chrono::milliseconds pending_approvals = std::chrono::hours(1);  // after created_at
  std::chrono::milliseconds session_contexts = std::chrono::hours(24);  // after last_used
  std::chrono::milliseconds thread_sessions = std::chrono::days(7);     // after last_message_at
  std::chrono::milliseconds dead_letters = std::chrono::hours(24);      // after resolved_at
  std::chrono::milliseconds audit_log = std::chrono::days(30);          // after created_at
  std::int64_t batch = 1'000;  // rows that one transaction deletes at most; at least 1
};

// Rows of each table.
struct RetentionCounts {
  std::int64_t tasks = 0;
  std::int64_t pending_approvals = 0;
  std::int64_t session_contexts = 0;
  std::int64_t thread_sessions = 0;
  std::int64_t dead_letters = 0;
  std::int64_t audit_log = 0;

  friend bool operator==(const RetentionCounts&, const RetentionCounts&) = default;
  static constexpr void columns(auto&& column) {
    column("tasks", &RetentionCounts::tasks);
    column("pending_approvals", &RetentionCounts::pending_approvals);
    column("session_contexts", &RetentionCounts::session_contexts);
    column("thread_sessions", &RetentionCounts::thread_sessions);
    column("dead_letters", &RetentionCounts::dead_letters);
    column("audit_log", &RetentionCounts::audit_log);
  }
};

struct RetentionResult {
  RetentionCounts deleted = {};
  bool finished = false;  // false: `stop` was requested before all was deleted
};

// Deletes, table after table in the order above: tasks that have ended, of whatever status, but
// never one without completed_at; resolved dead letters; of the other tables every row that is old
// enough. Commits by itself after each batch and looks at `stop` before each. After an error,
// which is thrown, what was committed stays deleted. InvalidArgument for a policy that makes no
// sense.
RetentionResult run_retention(Database& db, const RetentionPolicy& policy = {},
                              const std::stop_token& stop = {});

// What run_retention would delete now; changes nothing.
[[nodiscard]] RetentionCounts count_retention(Executor& db, const RetentionPolicy& policy = {});

// Bytes that the whole database takes on disk, tables of others included. On MySQL an estimate,
// which may lag behind.
[[nodiscard]] std::int64_t db_size_bytes(Executor& db);

}  // namespace lockstep::agent

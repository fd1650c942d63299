// SPDX-License-Identifier: BSL-1.0
#include "lockstep/agent/retention.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::agent {
namespace {

using detail::statement;

// Each deletes a batch, the oldest first. The condition stands outside the subquery too: a row that
// another transaction changes meanwhile, say by touching a session, is looked at again there, and
// not inside. MySQL knows no LIMIT inside, but on the DELETE itself.
constexpr Sql tasks_sql = statement("agent.run_retention.tasks", R"(
DELETE FROM tasks
WHERE completed_at > 0 AND completed_at < :before
  AND id IN (SELECT id
             FROM tasks
             WHERE completed_at > 0 AND completed_at < :before
             ORDER BY completed_at, id
             LIMIT :batch))",
                                    {.mysql = R"(
DELETE FROM tasks
WHERE completed_at > 0 AND completed_at < :before
ORDER BY completed_at, id
LIMIT :batch)"});

constexpr Sql approvals_sql = statement("agent.run_retention.pending_approvals", R"(
DELETE FROM pending_approvals
WHERE created_at < :before
  AND request_id IN (SELECT request_id
                     FROM pending_approvals
                     WHERE created_at < :before
                     ORDER BY created_at, request_id
                     LIMIT :batch))",
                                        {.mysql = R"(
DELETE FROM pending_approvals
WHERE created_at < :before
ORDER BY created_at, request_id
LIMIT :batch)"});

constexpr Sql contexts_sql = statement("agent.run_retention.session_contexts", R"(
DELETE FROM session_contexts
WHERE last_used < :before
  AND session_id IN (SELECT session_id
                     FROM session_contexts
                     WHERE last_used < :before
                     ORDER BY last_used, session_id
                     LIMIT :batch))",
                                       {.mysql = R"(
DELETE FROM session_contexts
WHERE last_used < :before
ORDER BY last_used, session_id
LIMIT :batch)"});

constexpr Sql threads_sql = statement("agent.run_retention.thread_sessions", R"(
DELETE FROM thread_sessions
WHERE last_message_at < :before
  AND (channel, thread_ts) IN (SELECT channel, thread_ts
                               FROM thread_sessions
                               WHERE last_message_at < :before
                               ORDER BY last_message_at, channel, thread_ts
                               LIMIT :batch))",
                                      {.mysql = R"(
DELETE FROM thread_sessions
WHERE last_message_at < :before
ORDER BY last_message_at, channel, thread_ts
LIMIT :batch)"});

constexpr Sql letters_sql = statement("agent.run_retention.dead_letters", R"(
DELETE FROM dead_letters
WHERE resolved_at < :before
  AND id IN (SELECT id
             FROM dead_letters
             WHERE resolved_at < :before
             ORDER BY resolved_at, id
             LIMIT :batch))",
                                      {.mysql = R"(
DELETE FROM dead_letters
WHERE resolved_at < :before
ORDER BY resolved_at, id
LIMIT :batch)"});

constexpr Sql audit_sql = statement("agent.run_retention.audit_log", R"(
DELETE FROM audit_log
WHERE created_at < :before
  AND id IN (SELECT id
             FROM audit_log
             WHERE created_at < :before
             ORDER BY created_at, id
             LIMIT :batch))",
                                    {.mysql = R"(
DELETE FROM audit_log
WHERE created_at < :before
ORDER BY created_at, id
LIMIT :batch)"});

constexpr Sql count_sql = statement("agent.count_retention", R"(
SELECT
  (SELECT COUNT(*) FROM tasks
   WHERE completed_at > 0 AND completed_at < :tasks_before) AS tasks,
  (SELECT COUNT(*) FROM pending_approvals
   WHERE created_at < :pending_approvals_before) AS pending_approvals,
  (SELECT COUNT(*) FROM session_contexts
   WHERE last_used < :session_contexts_before) AS session_contexts,
  (SELECT COUNT(*) FROM thread_sessions
   WHERE last_message_at < :thread_sessions_before) AS thread_sessions,
  (SELECT COUNT(*) FROM dead_letters
   WHERE resolved_at < :dead_letters_before) AS dead_letters,
  (SELECT COUNT(*) FROM audit_log
   WHERE created_at < :audit_log_before) AS audit_log)");

constexpr Sql size_sql =
    statement("agent.db_size_bytes", "SELECT pg_database_size(current_database())",
              {.sqlite = R"(
SELECT page_count * page_size
FROM pragma_page_count(), pragma_page_size())",
               .mysql = R"(
SELECT COALESCE(SUM(data_length + index_length), 0)
FROM information_schema.tables
WHERE table_schema = DATABASE())"},
              "it adds up the catalogue's tables");

// What belongs to one table.
struct Rule {
  const Sql& purge;
  std::chrono::milliseconds RetentionPolicy::*keep;
  std::int64_t RetentionCounts::*count;
  std::string_view keep_name;
};

constexpr std::array<Rule, 6> rules{{
    {tasks_sql, &RetentionPolicy::tasks, &RetentionCounts::tasks, "retention.tasks"},
    {approvals_sql, &RetentionPolicy::pending_approvals, &RetentionCounts::pending_approvals,
     "retention.pending_approvals"},
    {contexts_sql, &RetentionPolicy::session_contexts, &RetentionCounts::session_contexts,
     "retention.session_contexts"},
    {threads_sql, &RetentionPolicy::thread_sessions, &RetentionCounts::thread_sessions,
     "retention.thread_sessions"},
    {letters_sql, &RetentionPolicy::dead_letters, &RetentionCounts::dead_letters,
     "retention.dead_letters"},
    {audit_sql, &RetentionPolicy::audit_log, &RetentionCounts::audit_log, "retention.audit_log"},
}};

void check(const RetentionPolicy& policy) {
  for (const Rule& rule : rules) detail::check_not_negative(rule.keep_name, policy.*rule.keep);
  if (policy.batch <= 0) raise(ErrorKind::invalid_argument, "retention.batch: not above zero");
}

// InnoDB locks the gaps between the rows at its own isolation, which new rows would wait for.
std::int64_t purge_batch(Database& db, const Rule& rule, UnixMs before, std::int64_t batch) {
  const auto deleted = db.transaction(
      [&](Transaction& tx) { return tx.execute(rule.purge, before, batch).rows_affected(); },
      {.isolation = Isolation::read_committed, .retries = 5});
  return static_cast<std::int64_t>(deleted);
}

}  // namespace

std::span<const Sql* const> detail::retention_statements() noexcept {
  static constexpr std::array all{&tasks_sql,   &approvals_sql, &contexts_sql, &threads_sql,
                                  &letters_sql, &audit_sql,     &count_sql,    &size_sql};
  return all;
}

RetentionResult run_retention(Database& db, const RetentionPolicy& policy,
                              const std::stop_token& stop) {
  check(policy);
  const UnixMs now = now_ms(db);
  RetentionResult result;
  for (const Rule& rule : rules) {
    const UnixMs before = now - policy.*rule.keep;
    for (std::int64_t last = policy.batch; last == policy.batch;) {
      if (stop.stop_requested()) return result;
      last = purge_batch(db, rule, before, policy.batch);
      result.deleted.*rule.count += last;
    }
  }
  result.finished = true;
  return result;
}

RetentionCounts count_retention(Executor& db, const RetentionPolicy& policy) {
  check(policy);
  const UnixMs now = now_ms(db);
  return db.fetch_one<RetentionCounts>(
      count_sql, now - policy.tasks, now - policy.pending_approvals, now - policy.session_contexts,
      now - policy.thread_sessions, now - policy.dead_letters, now - policy.audit_log);
}

std::int64_t db_size_bytes(Executor& db) { return db.fetch_value<std::int64_t>(size_sql); }

}  // namespace lockstep::agent

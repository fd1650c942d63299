// SPDX-License-Identifier: BSL-1.0
#include "lockstep/agent/approval.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::agent {
namespace {

using detail::statement;

constexpr Sql save_sql = statement("agent.save_approval", R"(
INSERT INTO pending_approvals (request_id, task_id, caller_id, permission, action, resource,
                               channel_id, thread_ts, created_at)
VALUES (:request_id, :task_id, :caller_id, :permission, :action, :resource,
        :channel_id, :thread_ts, :created_at)
ON CONFLICT (request_id) DO UPDATE
SET task_id = excluded.task_id, caller_id = excluded.caller_id, permission = excluded.permission,
    action = excluded.action, resource = excluded.resource, channel_id = excluded.channel_id,
    thread_ts = excluded.thread_ts, created_at = excluded.created_at)",
                                   {.mysql = R"(
INSERT INTO pending_approvals (request_id, task_id, caller_id, permission, action, resource,
                               channel_id, thread_ts, created_at)
VALUES (:request_id, :task_id, :caller_id, :permission, :action, :resource,
        :channel_id, :thread_ts, :created_at)
ON DUPLICATE KEY UPDATE
    task_id = VALUES(task_id), caller_id = VALUES(caller_id), permission = VALUES(permission),
    action = VALUES(action), resource = VALUES(resource), channel_id = VALUES(channel_id),
    thread_ts = VALUES(thread_ts), created_at = VALUES(created_at))"});

constexpr Sql find_sql = statement("agent.find_approval", R"(
SELECT request_id, task_id, caller_id, permission, action, resource,
       channel_id, thread_ts, created_at
FROM pending_approvals
WHERE request_id = :request_id)");

constexpr Sql delete_sql = statement("agent.delete_approval", R"(
DELETE FROM pending_approvals
WHERE request_id = :request_id)");

constexpr Sql list_expired_sql = statement("agent.list_expired_approvals", R"(
SELECT request_id, task_id, caller_id, permission, action, resource,
       channel_id, thread_ts, created_at
FROM pending_approvals
WHERE created_at < :before
ORDER BY created_at, request_id)");

}  // namespace

std::span<const Sql* const> detail::approval_statements() noexcept {
  static constexpr std::array all{&save_sql, &find_sql, &delete_sql, &list_expired_sql};
  return all;
}

PendingApproval save_approval(Executor& db, PendingApproval approval) {
  require_key("approval.request_id", approval.request_id);
  require_key("approval.task_id", approval.task_id);
  require_key("approval.caller_id", approval.caller_id);
  require_key("approval.permission", approval.permission);
  require_key("approval.action", approval.action);
  detail::check_key("approval.channel_id", approval.channel_id);
  detail::check_key("approval.thread_ts", approval.thread_ts, detail::thread_size);
  detail::check_time("approval.created_at", approval.created_at, now_ms(db));
  db.execute(save_sql, approval);
  return approval;
}

std::optional<PendingApproval> find_approval(Executor& db, std::string_view request_id) {
  require_key("approval.request_id", request_id);
  return db.fetch_optional<PendingApproval>(find_sql, request_id);
}

bool delete_approval(Executor& db, std::string_view request_id) {
  require_key("approval.request_id", request_id);
  return db.execute(delete_sql, request_id).rows_affected() > 0;
}

std::vector<PendingApproval> list_expired_approvals(Executor& db,
                                                    std::chrono::milliseconds max_age) {
  detail::check_not_negative("approval.max_age", max_age);
  return db.fetch_all<PendingApproval>(list_expired_sql, now_ms(db) - max_age);
}

}  // namespace lockstep::agent

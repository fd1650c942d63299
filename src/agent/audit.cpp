// SPDX-License-Identifier: BSL-1.0
#include "lockstep/agent/audit.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::agent {
namespace {

using detail::statement;

constexpr Sql append_sql = statement("agent.append_audit", R"(
INSERT INTO audit_log (user_id, action, resource, result, details, created_at)
VALUES (:user_id, :action, :resource, :result, :details, :created_at)
RETURNING id)");

constexpr Sql list_sql = statement("agent.list_audit", R"(
SELECT id, user_id, action, resource, result, details, created_at
FROM audit_log
WHERE created_at >= :from AND created_at < :until
ORDER BY created_at DESC, id DESC
LIMIT :limit)");

constexpr Sql list_of_user_sql = statement("agent.list_audit.of_user", R"(
SELECT id, user_id, action, resource, result, details, created_at
FROM audit_log
WHERE created_at >= :from AND created_at < :until AND user_id = :user_id
ORDER BY created_at DESC, id DESC
LIMIT :limit)");

}  // namespace

std::span<const Sql* const> detail::audit_statements() noexcept {
  static constexpr std::array all{&append_sql, &list_sql, &list_of_user_sql};
  return all;
}

AuditEntry append_audit(Executor& db, AuditEntry entry) {
  require_key("audit.user_id", entry.user_id);
  require_key("audit.action", entry.action);
  detail::check_text(entry.resource);
  require_key("audit.result", entry.result, 64);
  detail::check_text(entry.details);
  detail::check_time("audit.created_at", entry.created_at, now_ms(db));
  entry.id = db.insert_returning<std::int64_t>(append_sql, entry);
  return entry;
}

std::vector<AuditEntry> list_audit(Executor& db, const AuditFilter& filter) {
  const std::int64_t limit = detail::row_limit(filter.limit);
  const UnixMs from = filter.from.value_or(UnixMs::min());
  const UnixMs until = filter.until.value_or(UnixMs::max());
  if (until < from) raise(ErrorKind::invalid_argument, "audit: until before from");
  if (!filter.user_id) return db.fetch_all<AuditEntry>(list_sql, from, until, limit);
  require_key("audit.user_id", *filter.user_id);
  return db.fetch_all<AuditEntry>(list_of_user_sql, from, until, *filter.user_id, limit);
}

}  // namespace lockstep::agent

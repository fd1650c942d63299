// SPDX-License-Identifier: BSL-1.0
#include "lockstep/provisioning/audit.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::provisioning {
namespace {

using detail::statement;

constexpr Sql create_sql = statement("provisioning.create_audit_entry", R"(
INSERT INTO audit (action, actor, target_id, details, ip_address, timestamp)
VALUES (:action, :actor, :target_id, :details, :ip_address, :timestamp)
RETURNING id)");

constexpr Sql list_all_sql = statement("provisioning.list_audit_entries", R"(
SELECT id, action, actor, target_id, details, ip_address, timestamp
FROM audit
ORDER BY timestamp DESC, id DESC
LIMIT :limit OFFSET :offset)");

constexpr Sql list_of_action_sql = statement("provisioning.list_audit_entries.of_action", R"(
SELECT id, action, actor, target_id, details, ip_address, timestamp
FROM audit
WHERE action = :action
ORDER BY timestamp DESC, id DESC
LIMIT :limit OFFSET :offset)");

constexpr Sql list_of_actor_sql = statement("provisioning.list_audit_entries.of_actor", R"(
SELECT id, action, actor, target_id, details, ip_address, timestamp
FROM audit
WHERE actor = :actor
ORDER BY timestamp DESC, id DESC
LIMIT :limit OFFSET :offset)");

constexpr Sql list_of_both_sql =
    statement("provisioning.list_audit_entries.of_action_and_actor", R"(
SELECT id, action, actor, target_id, details, ip_address, timestamp
FROM audit
WHERE action = :action AND actor = :actor
ORDER BY timestamp DESC, id DESC
LIMIT :limit OFFSET :offset)");

const Sql& list_sql(const AuditFilter& filter) {
  if (filter.action && filter.actor) return list_of_both_sql;
  if (filter.action) return list_of_action_sql;
  return filter.actor ? list_of_actor_sql : list_all_sql;
}

}  // namespace

std::span<const Sql* const> detail::audit_statements() noexcept {
  static constexpr std::array all{&create_sql, &list_all_sql, &list_of_action_sql,
                                  &list_of_actor_sql, &list_of_both_sql};
  return all;
}

AuditEntry create_audit_entry(Executor& db, AuditEntry entry) {
  require_key("audit.action", entry.action);
  require_key("audit.actor", entry.actor);
  detail::check_key("audit.target_id", entry.target_id);
  detail::check_json("audit.details", entry.details);
  detail::check_key("audit.ip_address", entry.ip_address, 64);
  entry.timestamp = entry.timestamp.value_or(db.now());
  entry.id = db.insert_returning<std::int64_t>(create_sql, entry);
  return entry;
}

std::vector<AuditEntry> list_audit_entries(Executor& db, const AuditFilter& filter,
                                           std::optional<std::int64_t> limit, std::int64_t offset) {
  detail::check_key("audit.action", filter.action);
  detail::check_key("audit.actor", filter.actor);
  return db.fetch_all<AuditEntry>(list_sql(filter), filter,
                                  named("limit", detail::row_limit(limit)),
                                  named("offset", detail::row_offset(offset)));
}

}  // namespace lockstep::provisioning

// SPDX-License-Identifier: BSL-1.0
#include "lockstep/provisioning/fact.hpp"

#include "checks.hpp"
#include "schema.hpp"
#include "upsert.hpp"

namespace lockstep::provisioning {
namespace {

using detail::statement;
using namespace std::chrono_literals;

constexpr Sql find_sql = statement("provisioning.upsert_fact.find", R"(
SELECT 1
FROM facts
WHERE target_id = :target_id AND namespace = :namespace AND "key" = :key)");

constexpr Sql update_sql = statement("provisioning.upsert_fact.update", R"(
UPDATE facts
SET value = :value, ttl = :ttl, expires_at = :expires_at, updated_at = :updated_at
WHERE target_id = :target_id AND namespace = :namespace AND "key" = :key)");

// MySQL updates the row that it meets by whichever key: only the fact's own is meant.
constexpr Sql insert_sql = statement("provisioning.upsert_fact", R"(
INSERT INTO facts (id, target_id, namespace, "key", value, ttl, expires_at, created_at, updated_at)
VALUES (:id, :target_id, :namespace, :key, :value, :ttl, :expires_at, :created_at, :updated_at)
ON CONFLICT (target_id, namespace, "key") DO UPDATE
SET value = excluded.value, ttl = excluded.ttl, expires_at = excluded.expires_at,
    updated_at = excluded.updated_at)",
                                     {.mysql = R"(
INSERT INTO facts (id, target_id, namespace, "key", value, ttl, expires_at, created_at, updated_at)
VALUES (:id, :target_id, :namespace, :key, :value, :ttl, :expires_at, :created_at, :updated_at)
ON DUPLICATE KEY UPDATE
    id = IF(target_id = VALUES(target_id) AND namespace = VALUES(namespace)
                AND "key" = VALUES("key"),
            id, NULL),
    value = VALUES(value), ttl = VALUES(ttl), expires_at = VALUES(expires_at),
    updated_at = VALUES(updated_at))"});

constexpr Sql read_sql = statement("provisioning.upsert_fact.read", R"(
SELECT id, target_id, namespace, "key", value, ttl, expires_at, created_at, updated_at
FROM facts
WHERE target_id = :target_id AND namespace = :namespace AND "key" = :key)");

constexpr Sql get_sql = statement("provisioning.get_fact", R"(
SELECT id, target_id, namespace, "key", value, ttl, expires_at, created_at, updated_at
FROM facts
WHERE target_id = :target_id AND namespace = :namespace AND "key" = :key
  AND (expires_at IS NULL OR expires_at > :now))");

constexpr Sql list_all_sql = statement("provisioning.list_facts", R"(
SELECT id, target_id, namespace, "key", value, ttl, expires_at, created_at, updated_at
FROM facts
WHERE expires_at IS NULL OR expires_at > :now
ORDER BY created_at DESC, id DESC
LIMIT :limit OFFSET :offset)",
                                       {}, "it goes over the facts of all targets");

constexpr Sql list_of_target_sql = statement("provisioning.list_facts.of_target", R"(
SELECT id, target_id, namespace, "key", value, ttl, expires_at, created_at, updated_at
FROM facts
WHERE target_id = :target_id AND (expires_at IS NULL OR expires_at > :now)
ORDER BY created_at DESC, id DESC
LIMIT :limit OFFSET :offset)");

constexpr Sql list_of_namespace_sql = statement("provisioning.list_facts.of_namespace", R"(
SELECT id, target_id, namespace, "key", value, ttl, expires_at, created_at, updated_at
FROM facts
WHERE namespace = :namespace AND (expires_at IS NULL OR expires_at > :now)
ORDER BY created_at DESC, id DESC
LIMIT :limit OFFSET :offset)");

constexpr Sql list_of_both_sql = statement("provisioning.list_facts.of_target_and_namespace", R"(
SELECT id, target_id, namespace, "key", value, ttl, expires_at, created_at, updated_at
FROM facts
WHERE target_id = :target_id AND namespace = :namespace
  AND (expires_at IS NULL OR expires_at > :now)
ORDER BY created_at DESC, id DESC
LIMIT :limit OFFSET :offset)");

constexpr Sql delete_expired_sql = statement("provisioning.delete_expired_facts", R"(
DELETE FROM facts
WHERE expires_at <= :now)");

constexpr Sql delete_sql = statement("provisioning.delete_fact", R"(
DELETE FROM facts
WHERE id = :id)");

constexpr detail::UpsertSql upsert_sql{
    .find = find_sql, .update = update_sql, .insert = insert_sql, .read = read_sql};

// The last that every engine can store.
constexpr Timestamp last_instant = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1) - 1us;

const Sql& list_sql(const FactFilter& filter) {
  if (filter.target_id && filter.namespace_) return list_of_both_sql;
  if (filter.target_id) return list_of_target_sql;
  return filter.namespace_ ? list_of_namespace_sql : list_all_sql;
}

void check_key(std::string_view target_id, std::string_view namespace_, std::string_view key) {
  require_key("fact.target_id", target_id);
  require_key("fact.namespace", namespace_);
  require_key("fact.key", key);
}

// When a fact expires that was found out now; null: never.
std::optional<Timestamp> end_of(const Fact& fact, Timestamp now) {
  if (fact.ttl < 0s) raise(ErrorKind::invalid_argument, "fact.ttl: negative");
  if (fact.expires_at || fact.ttl == 0s) return fact.expires_at;
  if (fact.ttl > std::chrono::floor<std::chrono::seconds>(last_instant - now)) {
    raise(ErrorKind::invalid_argument, "fact.ttl: ends after the year 9999");
  }
  return now + fact.ttl;
}

}  // namespace

std::span<const Sql* const> detail::fact_statements() noexcept {
  static constexpr std::array all{&find_sql,
                                  &update_sql,
                                  &insert_sql,
                                  &read_sql,
                                  &get_sql,
                                  &list_all_sql,
                                  &delete_sql,
                                  &delete_expired_sql,
                                  &list_of_target_sql,
                                  &list_of_namespace_sql,
                                  &list_of_both_sql};
  return all;
}

Fact upsert_fact(Executor& db, Fact fact) {
  require_key("fact.id", fact.id);
  check_key(fact.target_id, fact.namespace_, fact.key);
  require_json("fact.value", fact.value.text);
  const Timestamp now = db.now();
  fact.expires_at = end_of(fact, now);
  fact.updated_at = now;
  fact.created_at = fact.created_at.value_or(now);
  return detail::upsert(db, upsert_sql, fact, fact.target_id, fact.namespace_, fact.key);
}

Fact get_fact(Executor& db, std::string_view target_id, std::string_view namespace_,
              std::string_view key) {
  check_key(target_id, namespace_, key);
  return db.fetch_one<Fact>(get_sql, target_id, namespace_, key, db.now());
}

std::vector<Fact> list_facts(Executor& db, const FactFilter& filter,
                             std::optional<std::int64_t> limit, std::int64_t offset) {
  detail::check_key("fact.target_id", filter.target_id);
  detail::check_key("fact.namespace", filter.namespace_);
  return db.fetch_all<Fact>(list_sql(filter), filter, named("now", db.now()),
                            named("limit", detail::row_limit(limit)),
                            named("offset", detail::row_offset(offset)));
}

std::uint64_t delete_expired_facts(Executor& db) {
  return db.execute(delete_expired_sql, db.now()).rows_affected();
}

void delete_fact(Executor& db, std::string_view id) {
  require_key("fact.id", id);
  db.execute_one(delete_sql, id);
}

}  // namespace lockstep::provisioning

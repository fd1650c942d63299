// SPDX-License-Identifier: BSL-1.0
#include "lockstep/agent/meta.hpp"

#include "schema.hpp"

namespace lockstep::agent {
namespace {

using detail::statement;

constexpr Sql get_sql = statement("agent.get_meta", R"(
SELECT value
FROM meta
WHERE "key" = :key)");

constexpr Sql set_sql = statement("agent.set_meta", R"(
INSERT INTO meta ("key", value)
VALUES (:key, :value)
ON CONFLICT ("key") DO UPDATE
SET value = excluded.value)",
                                  {.mysql = R"(
INSERT INTO meta ("key", value)
VALUES (:key, :value)
ON DUPLICATE KEY UPDATE
    value = VALUES(value))"});

}  // namespace

std::span<const Sql* const> detail::meta_statements() noexcept {
  static constexpr std::array all{&get_sql, &set_sql};
  return all;
}

std::optional<std::string> find_meta(Executor& db, std::string_view key) {
  require_key("meta.key", key);
  return db.fetch_optional<std::string>(get_sql, key);
}

std::string get_meta(Executor& db, std::string_view key) {
  require_key("meta.key", key);
  return db.fetch_one<std::string>(get_sql, key);
}

void set_meta(Executor& db, std::string_view key, std::string_view value) {
  require_key("meta.key", key);
  db.execute(set_sql, key, value);
}

}  // namespace lockstep::agent

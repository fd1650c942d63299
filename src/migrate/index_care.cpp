// SPDX-License-Identifier: BSL-1.0
#include "migrate/index_care.hpp"

#include <algorithm>

#include "lockstep/invalid_indexes.hpp"
#include "migrate/splitter.hpp"

namespace lockstep {
namespace detail {
namespace {

// https://www.postgresql.org/docs/15/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
constexpr std::string_view invalid_sql =
    "SELECT CAST(c.relname AS TEXT) AS name,"
    " quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS qualified"
    " FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid"
    " JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace"
    " WHERE NOT i.indisvalid AND c.relkind = 'i' AND n.nspname <> 'pg_toast' AND NOT EXISTS"
    " (SELECT 1 FROM pg_catalog.pg_stat_progress_create_index AS p"
    " WHERE p.index_relid = i.indexrelid) ORDER BY qualified";

}  // namespace

std::vector<InvalidIndex> find_invalid_indexes(Pinned& connection) {
  if (connection.dialect().engine != Engine::postgres) return {};
  return connection.fetch_all<InvalidIndex>(invalid_sql);
}

void drop_concurrently(Pinned& connection, const InvalidIndex& index) {
  connection.run("DROP INDEX CONCURRENTLY IF EXISTS " + index.qualified);
}

std::optional<std::string> IndexCare::before(Pinned& connection, std::string_view statement) {
  watches_ = connection.dialect().engine == Engine::postgres && is_concurrent(statement) &&
             !connection.in_transaction();
  if (!watches_) return std::nullopt;
  known_ = find_invalid_indexes(connection);
  const std::string kept = index_kept_if_exists(statement);
  const auto found = std::ranges::find(known_, kept, &InvalidIndex::name);
  if (kept.empty() || found == known_.end()) return std::nullopt;
  drop_concurrently(connection, *found);
  std::string name = std::move(found->qualified);
  known_.erase(found);
  return name;
}

std::vector<std::string> IndexCare::after_failure(Pinned& connection) noexcept {
  std::vector<std::string> dropped;
  if (!watches_ || connection.broken()) return dropped;
  try {
    for (const InvalidIndex& index : find_invalid_indexes(connection)) {
      if (std::ranges::find(known_, index.qualified, &InvalidIndex::qualified) != known_.end()) {
        continue;
      }
      drop_concurrently(connection, index);
      dropped.push_back(index.qualified);
    }
  } catch (const std::exception&) {
    // What is left is found by the next attempt, or by invalid_indexes().
  }
  return dropped;
}

}  // namespace detail

std::vector<std::string> invalid_indexes(Database& db) {
  detail::Pinned connection(db);
  std::vector<std::string> names;
  for (auto& index : detail::find_invalid_indexes(connection)) {
    names.push_back(std::move(index.qualified));
  }
  return names;
}

std::vector<std::string> drop_invalid_indexes(Database& db) {
  detail::Pinned connection(db);
  std::vector<std::string> names;
  for (auto& index : detail::find_invalid_indexes(connection)) {
    detail::drop_concurrently(connection, index);
    names.push_back(std::move(index.qualified));
  }
  return names;
}

}  // namespace lockstep

// SPDX-License-Identifier: BSL-1.0
#include "migrate/dump/objects.hpp"

namespace lockstep::detail {
namespace {

// Shadow tables are made by their virtual table.
// https://www.sqlite.org/pragma.html#pragma_table_list
constexpr Sql objects_sql{"dump.sqlite_objects",
                          R"(SELECT o.type AS kind, o.name AS name,
  CASE WHEN o.type IN ('index', 'trigger') THEN o.tbl_name ELSE '' END AS table_name, o.sql AS text
FROM sqlite_schema AS o
WHERE o.sql IS NOT NULL AND o.name NOT LIKE 'sqlite!_%' ESCAPE '!'
  AND o.tbl_name NOT IN ('lockstep_migrations', 'lockstep_migration_log')
  AND o.tbl_name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow')
ORDER BY CASE o.type WHEN 'table' THEN 1 WHEN 'index' THEN 2 WHEN 'view' THEN 3 ELSE 4 END,
  o.name)"};

}  // namespace

SchemaObjects read_sqlite_objects(Executor& db) {
  SchemaObjects all;
  for (auto& [kind, name, table, text] :
       db.fetch_all<std::tuple<std::string, std::string, std::string, std::string>>(objects_sql)) {
    all.objects.push_back({std::move(kind), std::move(name), std::move(table), std::move(text)});
  }
  return all;
}

}  // namespace lockstep::detail

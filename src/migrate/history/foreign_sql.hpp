// SPDX-License-Identifier: BSL-1.0
// What is asked of other migrators' tables, in one form for all.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "lockstep/migration_history.hpp"

namespace lockstep::detail {

// How an engine writes a column {} as text.
struct ForeignWords {
  std::string_view columns;  // the names of the columns of the table :name
  std::string_view text;
  std::string_view time;  // in the text form of a Timestamp; null where it cannot be read
  std::string_view hex;
};

inline constexpr ForeignWords sqlite_foreign{
    .columns = "SELECT name FROM pragma_table_info(:name)",
    .text = "CAST({} AS TEXT)",
    .time = "strftime('%Y-%m-%d %H:%M:%f', {})",
    .hex = "lower(hex({}))"};
inline constexpr ForeignWords postgres_foreign{
    .columns = "SELECT CAST(column_name AS TEXT) FROM information_schema.columns"
               " WHERE table_schema = current_schema() AND table_name = :name",
    .text = "CAST({} AS TEXT)",
    .time = "to_char(CAST({} AS TIMESTAMP WITH TIME ZONE), 'YYYY-MM-DD HH24:MI:SS.US')",
    .hex = "encode({}, 'hex')"};
inline constexpr ForeignWords mysql_foreign{
    .columns = "SELECT column_name FROM information_schema.columns"
               " WHERE table_schema = DATABASE() AND table_name = :name",
    .text = "CAST({} AS CHAR)",
    .time = "DATE_FORMAT({}, '%Y-%m-%d %H:%i:%s.%f')",
    .hex = "LOWER(HEX({}))"};

[[nodiscard]] constexpr const ForeignWords& foreign_words(Engine engine) noexcept {
  return engine == Engine::sqlite     ? sqlite_foreign
         : engine == Engine::postgres ? postgres_foreign
                                      : mysql_foreign;
}

// The table of a tool. {text x}, {time x} and {hex x} are the words above.
struct ForeignTable {
  MigrationTool tool = MigrationTool::detect;
  std::string_view name;
  std::array<std::string_view, 2> told_by;  // columns, in alphabetical order
  bool shared_name = false;                 // with other tools: then these are all of its columns
  std::string_view select;

  [[nodiscard]] constexpr std::span<const std::string_view> columns() const noexcept {
    return std::span(told_by).first(told_by[1].empty() ? 1 : 2);
  }
};

inline constexpr std::array foreign_tables{
    ForeignTable{MigrationTool::golang_migrate, "schema_migrations", {"dirty", "version"}, true,
                 "SELECT {text version} AS version, NULLIF('', '') AS name, NULLIF('', '') AS"
                 " script, NULLIF('', '') AS applied_at, NULLIF('', '') AS checksum,"
                 " NULLIF('', '') AS kind, CASE WHEN dirty THEN 0 ELSE 1 END AS ok"
                 " FROM schema_migrations"},
    ForeignTable{MigrationTool::goose, "goose_db_version", {"version_id"}, false,
                 "SELECT {text version_id} AS version, NULLIF('', '') AS name, NULLIF('', '') AS"
                 " script, {time tstamp} AS applied_at, NULLIF('', '') AS checksum,"
                 " NULLIF('', '') AS kind, CASE WHEN is_applied THEN 1 ELSE 0 END AS ok"
                 " FROM goose_db_version ORDER BY id"},
    ForeignTable{MigrationTool::dbmate, "schema_migrations", {"version"}, true,
                 "SELECT {text version} AS version, NULLIF('', '') AS name, NULLIF('', '') AS"
                 " script, NULLIF('', '') AS applied_at, NULLIF('', '') AS checksum,"
                 " NULLIF('', '') AS kind, 1 AS ok FROM schema_migrations ORDER BY version"},
    ForeignTable{MigrationTool::sql_migrate, "gorp_migrations", {"id"}, false,
                 "SELECT {text id} AS version, NULLIF('', '') AS name, {text id} AS script,"
                 " {time applied_at} AS applied_at, NULLIF('', '') AS checksum,"
                 " NULLIF('', '') AS kind, 1 AS ok FROM gorp_migrations ORDER BY id"},
    ForeignTable{MigrationTool::itinerary, "schema_migrations", {"applied_at", "version"}, true,
                 "SELECT {text version} AS version, NULLIF('', '') AS name, NULLIF('', '') AS"
                 " script, {time applied_at} AS applied_at, NULLIF('', '') AS checksum,"
                 " NULLIF('', '') AS kind, 1 AS ok FROM schema_migrations ORDER BY version"},
    ForeignTable{MigrationTool::flyway, "flyway_schema_history", {"installed_rank"}, false,
                 "SELECT {text version} AS version, {text description} AS name,"
                 " {text script} AS script, {time installed_on} AS applied_at,"
                 " {text checksum} AS checksum, {text type} AS kind,"
                 " CASE WHEN success THEN 1 ELSE 0 END AS ok"
                 " FROM flyway_schema_history ORDER BY installed_rank"},
    ForeignTable{MigrationTool::sqlx, "_sqlx_migrations", {"installed_on"}, false,
                 "SELECT {text version} AS version, {text description} AS name,"
                 " NULLIF('', '') AS script, {time installed_on} AS applied_at,"
                 " {hex checksum} AS checksum, NULLIF('', '') AS kind,"
                 " CASE WHEN success THEN 1 ELSE 0 END AS ok"
                 " FROM _sqlx_migrations ORDER BY version"},
    ForeignTable{MigrationTool::diesel, "__diesel_schema_migrations", {"run_on"}, false,
                 "SELECT {text version} AS version, NULLIF('', '') AS name, NULLIF('', '') AS"
                 " script, {time run_on} AS applied_at, NULLIF('', '') AS checksum,"
                 " NULLIF('', '') AS kind, 1 AS ok"
                 " FROM __diesel_schema_migrations ORDER BY version"}};

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// The MySQL/MariaDB engine: its constant.
#include "dialects/mysql/mysql.hpp"
#include "dialects/registry.hpp"

namespace lockstep::detail {
namespace {

Target parse(const Dsn& dsn) {
  return {.dsn = mysql_url(parse_mysql_dsn(dsn.text)), .redacted = dsn.redacted()};
}

constexpr std::string_view base_tables =
    "SELECT CONCAT('`', REPLACE(table_name, '`', '``'), '`') FROM information_schema.tables "
    "WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' ORDER BY table_name";

}  // namespace

constinit const Dialect mysql_dialect{
    .engine = Engine::mysql,
    .name = "mysql",
    .driver = "mysql",
    .title = "MySQL/MariaDB",
    .lexical = {.backslash_escapes = true,
                .backtick_names = true,
                .hash_comments = true,
                .dashes_need_blank = true,
                .executable_comments = true},
    .capabilities = {.returning_update = false, .transactional_ddl = false, .partial_index = false},
    .errors = mysql_error_codes,
    .parse = parse,
    .open = open_mysql,
    .classify = classify_mysql,
    .backup_tool = "mariadb-dump, or mysqldump",
    .restore_tool = "mariadb, or mysql",
    .table_list = base_tables,
    .table_maintenance = "ANALYZE TABLE {table}",
};

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// What is asked of each engine's catalog, and the words in which it answers. The statements of one
// kind have the same columns everywhere.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace lockstep::detail {

// A spelling of the engine's, and ours. Spellings of types are what stands before "(", and what
// follows it.
struct Translation {
  std::string_view from;
  std::string_view to;
};

struct Catalog {
  std::string_view columns;       // by table, in their order
  std::string_view indexes;       // a row per column, with the primary keys where they stand there
  std::string_view foreign_keys;  // a row per column
  std::string_view checks;        // empty: the engine does not tell them
  std::string_view triggers;
  // The CREATE texts of tables and indexes, for what is told nowhere else; empty: all is told.
  std::string_view create_texts = {};
  // Counts 1 where the statements above are right; empty: they always are.
  std::string_view feature = {};
  std::span<const Translation> types;
  std::span<const Translation> defaults;  // in normal form
  bool backslashed_quotes = false;        // strings inside expressions are told as \'x\'
  bool tells_all_actions = true;          // NO ACTION and RESTRICT of a foreign key are two things
};

[[nodiscard]] std::string lower_case(std::string_view text);

// The model's word for a type as the catalog spells it. `exact`: text is compared by its bytes.
[[nodiscard]] std::string model_type(const Catalog& catalog, std::string_view type, bool exact);

// The model's word for a default in normal form.
[[nodiscard]] std::string model_default(const Catalog& catalog, const std::string& text);

// https://www.sqlite.org/pragma.html#pragfunc, https://www.sqlite.org/stricttables.html
inline constexpr std::array sqlite_types{
    Translation{"text", "text"}, Translation{"integer", "bigint"}, Translation{"int", "bigint"},
    Translation{"real", "double"}, Translation{"blob", "bytes"}};
// The only text of a time that can be compared with lockstep's own.
inline constexpr std::array sqlite_defaults{
    Translation{"strftime('%Y-%m-%d %H:%M:%f000', 'now')", "now"}};

inline constexpr Catalog sqlite_catalog{
    .columns = R"(SELECT m.name AS table_name, c.name AS column_name, c.type AS type,
  c."notnull" = 0 AND NOT (c.pk = 1 AND lower(c.type) = 'integer' AND
    (SELECT COUNT(*) FROM pragma_table_info(m.name) AS k WHERE k.pk > 0) = 1) AS nullable,
  c.dflt_value AS default_text, 1 AS exact, 0 AS counts, c.hidden IN (2, 3) AS generated,
  0 AS touched
FROM sqlite_schema AS m JOIN pragma_table_xinfo(m.name) AS c
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY m.name, c.cid)",
    .indexes = R"(SELECT m.name AS table_name, l.name AS id,
  CASE WHEN l.origin = 'c' THEN l.name ELSE '' END AS name, 0 AS is_primary,
  l."unique" AS is_unique, x.seqno AS ordinal, x.name AS column_name, NULL AS expression,
  x."desc" AS descending, NULL AS condition_text
FROM sqlite_schema AS m JOIN pragma_index_list(m.name) AS l
  JOIN pragma_index_xinfo(l.name) AS x
WHERE m.type = 'table' AND l.origin <> 'pk' AND x."key" = 1
UNION ALL
SELECT m.name, '', '', 1, 1, c.pk, c.name, NULL, 0, NULL
FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c
WHERE m.type = 'table' AND c.pk > 0 ORDER BY 1, 2, 6)",
    .foreign_keys = R"(SELECT m.name AS table_name, CAST(f.id AS TEXT) AS id, '' AS name,
  f."from" AS column_name, f."table" AS referenced_table, f."to" AS referenced_column,
  f.on_delete AS on_delete, f.on_update AS on_update
FROM sqlite_schema AS m JOIN pragma_foreign_key_list(m.name) AS f
WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq)",
    .checks = {},
    .triggers = "SELECT tbl_name AS table_name, name FROM sqlite_schema WHERE type = 'trigger'",
    .create_texts = R"(SELECT tbl_name AS table_name, name, type, sql AS text FROM sqlite_schema
WHERE type IN ('table', 'index') AND sql IS NOT NULL)",
    .types = sqlite_types,
    .defaults = sqlite_defaults};

// https://www.postgresql.org/docs/current/catalogs.html
inline constexpr std::array postgres_types{
    Translation{"character varying", "varchar"}, Translation{"bytea", "bytes"},
    Translation{"double precision", "double"}, Translation{"timestamp with time zone", "timestamp"},
    Translation{"timestamp(6) with time zone", "timestamp"}};
inline constexpr std::array postgres_defaults{Translation{"current_timestamp", "now"},
                                              Translation{"now()", "now"}};

inline constexpr Catalog postgres_catalog{
    .columns =
        R"(SELECT CAST(c.relname AS TEXT) AS table_name, CAST(a.attname AS TEXT) AS column_name,
  pg_catalog.format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable,
  pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS default_text,
  COALESCE(l.collname IN ('C', 'POSIX'), FALSE) AS exact,
  a.attidentity <> '' OR
    COALESCE(pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%', FALSE) AS counts,
  a.attgenerated <> '' AS generated, FALSE AS touched
FROM pg_catalog.pg_class AS c
  JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
  LEFT JOIN pg_catalog.pg_collation AS l ON l.oid = a.attcollation
WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p') ORDER BY c.relname, a.attnum)",
    .indexes = R"(SELECT CAST(t.relname AS TEXT) AS table_name, CAST(i.relname AS TEXT) AS id,
  CAST(i.relname AS TEXT) AS name, x.indisprimary AS is_primary, x.indisunique AS is_unique,
  k.n AS ordinal, CAST(a.attname AS TEXT) AS column_name,
  pg_catalog.pg_get_indexdef(x.indexrelid, k.n, FALSE) AS expression,
  CAST(x.indoption[k.n - 1] AS INTEGER) % 2 = 1 AS descending,
  pg_catalog.pg_get_expr(x.indpred, x.indrelid) AS condition_text
FROM pg_catalog.pg_index AS x
  JOIN pg_catalog.pg_class AS i ON i.oid = x.indexrelid
  JOIN pg_catalog.pg_class AS t ON t.oid = x.indrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
  CROSS JOIN LATERAL generate_series(1, CAST(x.indnkeyatts AS INTEGER)) AS k(n)
  LEFT JOIN pg_catalog.pg_attribute AS a
    ON a.attrelid = t.oid AND a.attnum = x.indkey[k.n - 1] AND a.attnum > 0
WHERE n.nspname = current_schema() ORDER BY t.relname, i.relname, k.n)",
    .foreign_keys = R"(SELECT CAST(t.relname AS TEXT) AS table_name, CAST(c.conname AS TEXT) AS id,
  CAST(c.conname AS TEXT) AS name, CAST(a.attname AS TEXT) AS column_name,
  CAST(r.relname AS TEXT) AS referenced_table, CAST(b.attname AS TEXT) AS referenced_column,
  CASE c.confdeltype WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade'
    WHEN 'n' THEN 'set null' ELSE 'set default' END AS on_delete,
  CASE c.confupdtype WHEN 'a' THEN 'no action' WHEN 'r' THEN 'restrict' WHEN 'c' THEN 'cascade'
    WHEN 'n' THEN 'set null' ELSE 'set default' END AS on_update
FROM pg_catalog.pg_constraint AS c
  JOIN pg_catalog.pg_class AS t ON t.oid = c.conrelid
  JOIN pg_catalog.pg_class AS r ON r.oid = c.confrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
  CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k(child, parent, n)
  JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.child
  JOIN pg_catalog.pg_attribute AS b ON b.attrelid = r.oid AND b.attnum = k.parent
WHERE n.nspname = current_schema() AND c.contype = 'f' ORDER BY t.relname, c.conname, k.n)",
    .checks = R"(SELECT CAST(t.relname AS TEXT) AS table_name, CAST(c.conname AS TEXT) AS name,
  pg_catalog.pg_get_expr(c.conbin, c.conrelid) AS condition_text
FROM pg_catalog.pg_constraint AS c
  JOIN pg_catalog.pg_class AS t ON t.oid = c.conrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
WHERE n.nspname = current_schema() AND c.contype = 'c')",
    .triggers = R"(SELECT CAST(t.relname AS TEXT) AS table_name, CAST(g.tgname AS TEXT) AS name
FROM pg_catalog.pg_trigger AS g
  JOIN pg_catalog.pg_class AS t ON t.oid = g.tgrelid
  JOIN pg_catalog.pg_namespace AS n ON n.oid = t.relnamespace
WHERE n.nspname = current_schema() AND NOT g.tgisinternal)",
    .types = postgres_types,
    .defaults = postgres_defaults};

// MariaDB tells the widths of integers, MySQL does not.
inline constexpr std::array mysql_types{
    Translation{"longtext", "text"},        Translation{"text", "text(65535 bytes)"},
    Translation{"longblob", "bytes"},       Translation{"tinyint(1)", "boolean"},
    Translation{"smallint(6)", "smallint"}, Translation{"int", "integer"},
    Translation{"int(11)", "integer"},      Translation{"bigint(20)", "bigint"},
    Translation{"datetime(6)", "timestamp"}};
inline constexpr std::array mysql_defaults{Translation{"current_timestamp(6)", "now"}};

inline constexpr std::string_view mysql_indexes =
    R"(SELECT s.table_name AS table_name, s.index_name AS id,
  CASE WHEN s.index_name = 'PRIMARY' THEN NULL ELSE s.index_name END AS name,
  s.index_name = 'PRIMARY' AS is_primary, s.non_unique = 0 AS is_unique, s.seq_in_index AS ordinal,
  CASE WHEN s.sub_part IS NULL THEN s.column_name
    ELSE CONCAT(s.column_name, '(', s.sub_part, ')') END AS column_name,
  NULL AS expression, COALESCE(s.collation = 'D', 0) AS descending, NULL AS condition_text
FROM information_schema.statistics AS s
WHERE s.table_schema = DATABASE() ORDER BY s.table_name, s.index_name, s.seq_in_index)";

inline constexpr std::string_view mysql_foreign_keys =
    R"(SELECT k.table_name AS table_name, k.constraint_name AS id, k.constraint_name AS name,
  k.column_name AS column_name, k.referenced_table_name AS referenced_table,
  k.referenced_column_name AS referenced_column, LOWER(r.delete_rule) AS on_delete,
  LOWER(r.update_rule) AS on_update
FROM information_schema.key_column_usage AS k
  JOIN information_schema.referential_constraints AS r
    ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name
    AND r.table_name = k.table_name
WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL
ORDER BY k.table_name, k.constraint_name, k.ordinal_position)";

inline constexpr std::string_view mysql_triggers =
    "SELECT event_object_table AS table_name, trigger_name AS name FROM information_schema.triggers"
    " WHERE trigger_schema = DATABASE()";

// MariaDB: checks belong to tables, and defaults are told as expressions.
inline constexpr Catalog mariadb_catalog{
    .columns = R"(SELECT c.table_name AS table_name, c.column_name AS column_name,
  c.column_type AS type, c.is_nullable = 'YES' AS nullable, c.column_default AS default_text,
  COALESCE(RIGHT(c.collation_name, 4) = '_bin', 0) AS exact,
  c.extra LIKE '%auto_increment%' AS counts, c.is_generated = 'ALWAYS' AS generated,
  c.extra LIKE '%on update%' AS touched
FROM information_schema.columns AS c JOIN information_schema.tables AS t
  ON t.table_schema = c.table_schema AND t.table_name = c.table_name
WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'
ORDER BY c.table_name, c.ordinal_position)",
    .indexes = mysql_indexes,
    .foreign_keys = mysql_foreign_keys,
    .checks =
        "SELECT table_name AS table_name, constraint_name AS name, check_clause AS"
        " condition_text FROM information_schema.check_constraints"
        " WHERE constraint_schema = DATABASE()",
    .triggers = mysql_triggers,
    .feature =
        "SELECT COUNT(*) FROM information_schema.columns"
        " WHERE table_schema = 'information_schema' AND table_name = 'CHECK_CONSTRAINTS'"
        " AND column_name = 'TABLE_NAME'",
    .types = mysql_types,
    .defaults = mysql_defaults,
    .tells_all_actions = false};

// MySQL from 8.0.16, by its manual (information_schema.columns and check_constraints); no server
// has been asked. Literal defaults are told without quotes, others marked DEFAULT_GENERATED.
inline constexpr Catalog mysql_catalog{
    .columns = R"(SELECT c.table_name AS table_name, c.column_name AS column_name,
  c.column_type AS type, c.is_nullable = 'YES' AS nullable,
  CASE WHEN c.column_default IS NULL OR c.extra LIKE '%DEFAULT_GENERATED%'
      OR c.numeric_precision IS NOT NULL THEN c.column_default
    ELSE QUOTE(c.column_default) END AS default_text,
  COALESCE(RIGHT(c.collation_name, 4) = '_bin', 0) AS exact,
  c.extra LIKE '%auto_increment%' AS counts,
  COALESCE(c.generation_expression <> '', 0) AS generated,
  c.extra LIKE '%on update%' AS touched
FROM information_schema.columns AS c JOIN information_schema.tables AS t
  ON t.table_schema = c.table_schema AND t.table_name = c.table_name
WHERE c.table_schema = DATABASE() AND t.table_type = 'BASE TABLE'
ORDER BY c.table_name, c.ordinal_position)",
    .indexes = mysql_indexes,
    .foreign_keys = mysql_foreign_keys,
    .checks = R"(SELECT t.table_name AS table_name, c.constraint_name AS name,
  c.check_clause AS condition_text
FROM information_schema.check_constraints AS c JOIN information_schema.table_constraints AS t
  ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name
WHERE c.constraint_schema = DATABASE() AND t.constraint_type = 'CHECK')",
    .triggers = mysql_triggers,
    .types = mysql_types,
    .defaults = mysql_defaults,
    .backslashed_quotes = true,
    .tells_all_actions = false};

}  // namespace lockstep::detail

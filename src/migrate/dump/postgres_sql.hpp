// SPDX-License-Identifier: BSL-1.0
// What is asked of PostgreSQL's catalog to write its objects again. Every statement but the last
// two gives id (catalog:oid), kind, name, table_name and text.
// https://www.postgresql.org/docs/current/catalogs.html
#pragma once

#include <array>
#include <string_view>

namespace lockstep::detail {

// {own:c} is whether an object that the alias c names belongs to no system schema, no extension and
// no part of the ledger; {id:x} its id in the catalog x.
struct PostgresKind {
  std::string_view kind;
  std::string_view sql;
};

// In the order in which they are made, where nothing else follows from what depends on what.
inline constexpr std::array postgres_kinds{
    PostgresKind{"schema", R"(
SELECT n.oid, n.nspname AS name, '' AS table_name, format('CREATE SCHEMA %I', n.nspname) AS text
FROM pg_namespace AS n
WHERE n.nspname NOT LIKE 'pg\_%' AND n.nspname NOT IN ('information_schema', 'public')
  AND {free:pg_namespace:n.oid})"},
    PostgresKind{"extension", R"(
SELECT e.oid, e.extname AS name, '' AS table_name,
  format('CREATE EXTENSION IF NOT EXISTS %I WITH SCHEMA %I', e.extname, n.nspname) AS text
FROM pg_extension AS e JOIN pg_namespace AS n ON n.oid = e.extnamespace
WHERE e.extname <> 'plpgsql')"},
    PostgresKind{"type", R"(
SELECT t.oid, format('%I.%I', n.nspname, t.typname) AS name, '' AS table_name,
  CASE t.typtype
    WHEN 'e' THEN format('CREATE TYPE %I.%I AS ENUM (%s)', n.nspname, t.typname,
      (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
       FROM pg_enum AS e WHERE e.enumtypid = t.oid))
    WHEN 'c' THEN format('CREATE TYPE %I.%I AS (%s)', n.nspname, t.typname,
      (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', '
         ORDER BY a.attnum)
       FROM pg_attribute AS a WHERE a.attrelid = t.typrelid AND a.attnum > 0
         AND NOT a.attisdropped))
    ELSE format('CREATE DOMAIN %I.%I AS %s', n.nspname, t.typname,
        format_type(t.typbasetype, t.typtypmod))
      || COALESCE((SELECT format(' COLLATE %I.%I', m.nspname, l.collname)
         FROM pg_collation AS l JOIN pg_namespace AS m ON m.oid = l.collnamespace
         JOIN pg_type AS b ON b.oid = t.typbasetype
         WHERE l.oid = t.typcollation AND t.typcollation <> b.typcollation), '')
      || COALESCE(' DEFAULT ' || t.typdefault, '')
      || CASE WHEN t.typnotnull THEN ' NOT NULL' ELSE '' END
      || COALESCE((SELECT string_agg(format(' CONSTRAINT %I %s', k.conname,
           pg_get_constraintdef(k.oid)), '' ORDER BY k.conname)
         FROM pg_constraint AS k WHERE k.contypid = t.oid AND k.contype = 'c'), '')
  END AS text
FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
  LEFT JOIN pg_class AS c ON c.oid = t.typrelid
WHERE {own:n} AND t.typtype IN ('e', 'd', 'c') AND (t.typtype <> 'c' OR c.relkind = 'c')
  AND {free:pg_type:t.oid})"},
    PostgresKind{"function", R"(
SELECT p.oid, format('%I.%I(%s)', n.nspname, p.proname,
    pg_get_function_identity_arguments(p.oid)) AS name, '' AS table_name,
  rtrim(pg_get_functiondef(p.oid), E'\n') AS text
FROM pg_proc AS p JOIN pg_namespace AS n ON n.oid = p.pronamespace
WHERE {own:n} AND p.prokind IN ('f', 'p', 'w') AND {free:pg_proc:p.oid})"},
    PostgresKind{"sequence", R"(
SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, '' AS table_name,
  format('CREATE SEQUENCE %I.%I AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s'
    ' CACHE %s', n.nspname, c.relname, format_type(s.seqtypid, NULL), s.seqincrement, s.seqmin,
    s.seqmax, s.seqstart, s.seqcache) || CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END AS text
FROM pg_sequence AS s JOIN pg_class AS c ON c.oid = s.seqrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE {own:n} AND {free:pg_class:c.oid} AND NOT EXISTS (SELECT 1 FROM pg_depend AS d
  WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'i'))"},
    PostgresKind{"table", R"(
SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, '' AS table_name,
  format('CREATE %sTABLE %I.%I', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' ELSE '' END,
    n.nspname, c.relname)
  || CASE WHEN c.relispartition THEN (SELECT format(' PARTITION OF %s %s', i.inhparent::regclass,
        pg_get_expr(c.relpartbound, c.oid)) FROM pg_inherits AS i WHERE i.inhrelid = c.oid)
     ELSE format(E' (\n%s\n)', COALESCE((SELECT string_agg(
       format('  %I %s', a.attname, format_type(a.atttypid, a.atttypmod))
       || COALESCE((SELECT format(' COLLATE %I.%I', m.nspname, l.collname)
          FROM pg_collation AS l JOIN pg_namespace AS m ON m.oid = l.collnamespace
          JOIN pg_type AS b ON b.oid = a.atttypid
          WHERE l.oid = a.attcollation AND a.attcollation <> b.typcollation), '')
       || CASE WHEN a.attidentity <> '' THEN ' GENERATED '
            || CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END || ' AS IDENTITY'
            || (SELECT format(' (INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s%s)',
                 s.seqincrement, s.seqmin, s.seqmax, s.seqstart, s.seqcache,
                 CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END)
               FROM pg_depend AS d JOIN pg_sequence AS s ON s.seqrelid = d.objid
               WHERE d.classid = 'pg_class'::regclass AND d.refobjid = c.oid
                 AND d.refobjsubid = a.attnum AND d.deptype = 'i')
          WHEN a.attgenerated <> '' THEN
            format(' GENERATED ALWAYS AS (%s) STORED', pg_get_expr(f.adbin, f.adrelid))
          WHEN f.oid IS NOT NULL THEN ' DEFAULT ' || pg_get_expr(f.adbin, f.adrelid)
          ELSE '' END
       || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, E',\n' ORDER BY a.attnum)
     FROM pg_attribute AS a LEFT JOIN pg_attrdef AS f
       ON f.adrelid = a.attrelid AND f.adnum = a.attnum
     WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped), '')) END
  || CASE WHEN c.relkind = 'p' THEN ' PARTITION BY ' || pg_get_partkeydef(c.oid) ELSE '' END
  || COALESCE(' WITH (' || array_to_string(c.reloptions, ', ') || ')', '') AS text
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE {own:n} AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND {free:pg_class:c.oid})"},
    PostgresKind{"sequence owner", R"(
SELECT s.oid, format('%I.%I', n.nspname, s.relname) AS name,
  format('%I.%I', m.nspname, c.relname) AS table_name,
  format('ALTER SEQUENCE %I.%I OWNED BY %I.%I.%I', n.nspname, s.relname, m.nspname, c.relname,
    a.attname) AS text
FROM pg_depend AS d JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'
  JOIN pg_namespace AS n ON n.oid = s.relnamespace
  JOIN pg_class AS c ON c.oid = d.refobjid JOIN pg_namespace AS m ON m.oid = c.relnamespace
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
WHERE {own:n} AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
  AND d.deptype = 'a' AND {free:pg_class:s.oid} AND {free:pg_class:c.oid})"},
    PostgresKind{"constraint", R"(
SELECT k.oid, k.conname AS name, format('%I.%I', n.nspname, c.relname) AS table_name,
  format('ALTER TABLE %s%I.%I ADD CONSTRAINT %I %s',
    CASE WHEN c.relkind = 'p' THEN '' ELSE 'ONLY ' END, n.nspname, c.relname, k.conname,
    pg_get_constraintdef(k.oid)) AS text
FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE {own:n} AND k.contype IN ('p', 'u', 'c', 'x') AND k.conparentid = 0 AND k.coninhcount = 0
  AND {free:pg_class:c.oid})"},
    PostgresKind{"index", R"(
SELECT i.oid, i.relname AS name, format('%I.%I', n.nspname, c.relname) AS table_name,
  pg_get_indexdef(i.oid) AS text
FROM pg_index AS x JOIN pg_class AS i ON i.oid = x.indexrelid
  JOIN pg_class AS c ON c.oid = x.indrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE {own:n} AND NOT i.relispartition AND {free:pg_class:c.oid}
  AND NOT EXISTS (SELECT 1 FROM pg_constraint AS k WHERE k.conindid = i.oid
    AND k.contype IN ('p', 'u', 'x')))"},
    PostgresKind{"statistics", R"(
SELECT s.oid, format('%I.%I', n.nspname, s.stxname) AS name, '' AS table_name,
  pg_get_statisticsobjdef(s.oid) AS text
FROM pg_statistic_ext AS s JOIN pg_namespace AS n ON n.oid = s.stxnamespace
WHERE {own:n})"},
    PostgresKind{"foreign key", R"(
SELECT k.oid, k.conname AS name, format('%I.%I', n.nspname, c.relname) AS table_name,
  format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', n.nspname, c.relname, k.conname,
    pg_get_constraintdef(k.oid)) AS text
FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE {own:n} AND k.contype = 'f' AND k.conparentid = 0 AND {free:pg_class:c.oid})"},
    PostgresKind{"view", R"(
SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name, '' AS table_name,
  format('CREATE %sVIEW %I.%I%s AS%s%s', CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' ELSE '' END,
    n.nspname, c.relname, COALESCE(' WITH (' || array_to_string(c.reloptions, ', ') || ')', ''),
    E'\n', rtrim(pg_get_viewdef(c.oid), ';')) AS text
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE {own:n} AND c.relkind IN ('v', 'm') AND {free:pg_class:c.oid})"},
    PostgresKind{"rule", R"(
SELECT r.oid, r.rulename AS name, format('%I.%I', n.nspname, c.relname) AS table_name,
  rtrim(pg_get_ruledef(r.oid), ';') AS text
FROM pg_rewrite AS r JOIN pg_class AS c ON c.oid = r.ev_class
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE {own:n} AND r.rulename <> '_RETURN' AND {free:pg_class:c.oid})"},
    PostgresKind{"trigger", R"(
SELECT g.oid, g.tgname AS name, format('%I.%I', n.nspname, c.relname) AS table_name,
  pg_get_triggerdef(g.oid) AS text
FROM pg_trigger AS g JOIN pg_class AS c ON c.oid = g.tgrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE {own:n} AND NOT g.tgisinternal AND g.tgparentid = 0 AND {free:pg_class:c.oid})"},
    PostgresKind{"policy", R"(
SELECT p.oid, p.polname AS name, format('%I.%I', n.nspname, c.relname) AS table_name,
  format('CREATE POLICY %I ON %I.%I AS %s FOR %s TO %s', p.polname, n.nspname, c.relname,
    CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
    CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
      WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
    (SELECT string_agg(CASE WHEN r.oid = 0 THEN 'PUBLIC' ELSE r.oid::regrole::text END, ', ')
     FROM unnest(p.polroles) AS r(oid)))
  || COALESCE(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
  || COALESCE(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') AS text
FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid
  JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE {own:n} AND {free:pg_class:c.oid})"},
    PostgresKind{"setting", R"(
SELECT c.oid, s.name, format('%I.%I', n.nspname, c.relname) AS table_name,
  format('ALTER TABLE %I.%I %s', n.nspname, c.relname, s.name) AS text
FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL (
    SELECT 'ENABLE ROW LEVEL SECURITY' AS name WHERE c.relrowsecurity
    UNION ALL SELECT 'FORCE ROW LEVEL SECURITY' WHERE c.relforcerowsecurity
    UNION ALL SELECT 'REPLICA IDENTITY ' || CASE c.relreplident WHEN 'f' THEN 'FULL'
      ELSE 'NOTHING' END WHERE c.relreplident IN ('f', 'n') AND c.relkind IN ('r', 'p')
    UNION ALL SELECT format('%s TRIGGER %I', CASE g.tgenabled WHEN 'D' THEN 'DISABLE'
      WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END, g.tgname)
      FROM pg_trigger AS g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgenabled <> 'O'
  ) AS s
WHERE {own:n} AND c.relkind IN ('r', 'p') AND {free:pg_class:c.oid})"},
    PostgresKind{"comment", R"(
SELECT d.objoid AS oid, i.type || ' ' || i.identity AS name, '' AS table_name,
  format('COMMENT ON %s %s IS %L', CASE WHEN i.type LIKE '% column' THEN 'COLUMN'
    WHEN i.type = 'table constraint' THEN 'CONSTRAINT' ELSE upper(i.type) END, i.identity,
    d.description) AS text
FROM pg_description AS d CROSS JOIN LATERAL
  pg_identify_object(d.classoid, d.objoid, d.objsubid) AS i
WHERE d.objoid >= 16384 AND {free_class:d.classoid:d.objoid}
  AND d.classoid NOT IN ('pg_extension'::regclass, 'pg_largeobject'::regclass))"},
};

// What cannot be written: kind and name.
inline constexpr std::string_view postgres_unsupported = R"(
SELECT i.type || ' ' || i.identity AS what FROM (
  SELECT 'pg_proc'::regclass AS class, p.oid FROM pg_proc AS p WHERE p.prokind = 'a'
  UNION ALL SELECT 'pg_operator'::regclass, oid FROM pg_operator
  UNION ALL SELECT 'pg_opclass'::regclass, oid FROM pg_opclass
  UNION ALL SELECT 'pg_opfamily'::regclass, oid FROM pg_opfamily
  UNION ALL SELECT 'pg_cast'::regclass, oid FROM pg_cast
  UNION ALL SELECT 'pg_collation'::regclass, oid FROM pg_collation
  UNION ALL SELECT 'pg_conversion'::regclass, oid FROM pg_conversion
  UNION ALL SELECT 'pg_ts_config'::regclass, oid FROM pg_ts_config
  UNION ALL SELECT 'pg_ts_dict'::regclass, oid FROM pg_ts_dict
  UNION ALL SELECT 'pg_ts_parser'::regclass, oid FROM pg_ts_parser
  UNION ALL SELECT 'pg_ts_template'::regclass, oid FROM pg_ts_template
  UNION ALL SELECT 'pg_event_trigger'::regclass, oid FROM pg_event_trigger
  UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, oid FROM pg_foreign_data_wrapper
  UNION ALL SELECT 'pg_foreign_server'::regclass, oid FROM pg_foreign_server
  UNION ALL SELECT 'pg_publication'::regclass, oid FROM pg_publication
  UNION ALL SELECT 'pg_language'::regclass, oid FROM pg_language
  UNION ALL SELECT 'pg_am'::regclass, oid FROM pg_am
  UNION ALL SELECT 'pg_transform'::regclass, oid FROM pg_transform
  UNION ALL SELECT 'pg_default_acl'::regclass, oid FROM pg_default_acl
  UNION ALL SELECT 'pg_type'::regclass, t.oid FROM pg_type AS t
    WHERE t.typtype IN ('r', 'b', 'p') AND t.typelem = 0
  UNION ALL SELECT 'pg_class'::regclass, c.oid FROM pg_class AS c
    WHERE c.relkind = 'f' OR (c.relkind = 'r' AND NOT c.relispartition
      AND EXISTS (SELECT 1 FROM pg_inherits AS h WHERE h.inhrelid = c.oid))
) AS o CROSS JOIN LATERAL pg_identify_object(o.class, o.oid, 0) AS i
WHERE o.oid >= 16384 AND {free_class:o.class:o.oid} ORDER BY 1)";

// Which object needs which, by the ids of the statements above; a constraint is under its own, a
// default under its table's, a row under its type's. Sequences do not need the column that owns
// them, since its default needs the sequence.
inline constexpr std::string_view postgres_dependencies = R"(
SELECT DISTINCT {node:d.classid:d.objid} AS dependent, {node:d.refclassid:d.refobjid} AS needed
FROM pg_depend AS d
WHERE d.objid >= 16384 AND d.refobjid >= 16384 AND d.deptype <> 'p' AND d.deptype <> 'P'
  AND NOT (d.deptype = 'a' AND d.classid = 'pg_class'::regclass
    AND EXISTS (SELECT 1 FROM pg_class AS s WHERE s.oid = d.objid AND s.relkind = 'S'))
ORDER BY 1, 2)";

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "core/sql_statement.hpp"

#include <doctest/doctest.h>

#include "support/sql_invariants.hpp"

using lockstep::LexicalRules;
using lockstep::detail::lex_sql;
using lockstep::detail::LexedSql;
using lockstep::detail::StatementEnd;
using lockstep::detail::StatementKind;
using lockstep::testing::all_rules;
using lockstep::testing::is_refused;
using lockstep::testing::mysql_rules;
using lockstep::testing::postgres_rules;
using lockstep::testing::sqlite_rules;
using lockstep::testing::tokens_of;

namespace {

// Offsets of the semicolons that end statements.
std::vector<std::size_t> ends_of(std::string_view text, const LexicalRules& rules) {
  StatementEnd end;
  std::vector<std::size_t> out;
  for (const auto& token : tokens_of(text, rules)) {
    if (end.take(token.kind, text.substr(token.offset, token.length))) out.push_back(token.offset);
  }
  return out;
}

}  // namespace

TEST_CASE("StatementEnd: each statement begins anew") {
  using Offsets = std::vector<std::size_t>;
  constexpr std::string_view text =
      "SELECT 1; CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT 2; END; BEGIN; END; ;";
  for (const LexicalRules* rules : all_rules) {
    CHECK(ends_of(text, *rules) == Offsets{8, 64, 71, 76, 78});
  }
  CHECK(ends_of("CREATE PROCEDURE p() l:BEGIN SELECT 1; END l; SELECT 2;", mysql_rules) ==
        Offsets{44, 54});
  CHECK(ends_of("/*!50003 CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW BEGIN a; END */;",
                mysql_rules) == Offsets{73});
}

TEST_CASE("StatementEnd: semicolons in the body of a trigger, routine or rule") {
  constexpr std::string_view bodies[] = {
      "CREATE TRIGGER a AFTER INSERT ON t BEGIN UPDATE t SET b = 1; DELETE FROM u; END",
      "CREATE TEMP TRIGGER a UPDATE ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 3; END",
      "CREATE DEFINER = `a`@`b` PROCEDURE p() BEGIN IF a THEN SET b = 1; END IF; END",
      "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
      "create procedure p() begin case a when 1 then b; end case; loop c; end loop; end",
      "ALTER EVENT e DO BEGIN SELECT 1; BEGIN SELECT 2; END; END",
      "CREATE RULE r AS ON INSERT TO t DO ALSO (SELECT 1; SELECT 2)",
  };
  for (const LexicalRules* rules : all_rules) {
    for (const std::string_view body : bodies) {
      if (rules != &sqlite_rules || body.find('@') == std::string_view::npos) {
        CAPTURE(body);
        CHECK(lex_sql(std::string(body) + ";", *rules).text == body);
        CHECK(lex_sql(body, *rules).kind == StatementKind::ddl);
        CHECK(is_refused(std::string(body) + "; SELECT 1", *rules));
      }
    }
    CHECK(is_refused("CREATE TABLE event (begin int); SELECT 1", *rules));
    CHECK(is_refused("CREATE FUNCTION f(begin int) RETURN 1; SELECT 1", *rules));
    CHECK(is_refused("CREATE VIEW v AS SELECT 1; SELECT 2", *rules));
    CHECK(is_refused("BEGIN; SELECT 1; END", *rules));
  }
  CHECK(lex_sql("CREATE PROCEDURE p() l: BEGIN SELECT 1; END l", mysql_rules).arguments == 0);
}

TEST_CASE("describe_statement: kind of the statement") {
  struct Row {
    std::string_view text;
    StatementKind kind;
  };
  constexpr Row rows[] = {
      {"SELECT 1", StatementKind::select},
      {"select 1", StatementKind::select},
      {"-- DELETE\n/* UPDATE */ SELECT 1", StatementKind::select},
      {"(SELECT 1) UNION (SELECT 2)", StatementKind::select},
      {"((SELECT 1))", StatementKind::select},
      {"VALUES (1)", StatementKind::select},
      {"TABLE t", StatementKind::select},
      {"SELECT a FROM t FOR UPDATE", StatementKind::select},
      {"INSERT INTO t VALUES (1)", StatementKind::insert},
      {"REPLACE INTO t VALUES (1)", StatementKind::insert},
      {"UPDATE t SET a = 1", StatementKind::update},
      {"DELETE FROM t", StatementKind::erase},
      {"WITH a AS (DELETE FROM t RETURNING 1) SELECT * FROM a", StatementKind::select},
      {"WITH RECURSIVE a(n) AS (VALUES (1)), b AS (SELECT 1) UPDATE t SET x = 1",
       StatementKind::update},
      {"WITH a AS MATERIALIZED (SELECT 1) INSERT INTO t SELECT 1", StatementKind::insert},
      {"WITH a AS (SELECT 1) DELETE FROM t", StatementKind::erase},
      {"WITH a AS (SELECT 1) VALUES (2)", StatementKind::select},
      {"WITH a AS (SELECT 1) (SELECT 2)", StatementKind::select},
      {"WITH replace AS (SELECT 1), \"update\" AS (SELECT 2) SELECT 3", StatementKind::select},
      {"WITH a AS (SELECT 1) MERGE INTO t USING a ON 1 = 1 WHEN MATCHED THEN DELETE",
       StatementKind::other},
      {"CREATE TABLE t (a int)", StatementKind::ddl},
      {"ALTER TABLE t ADD b int", StatementKind::ddl},
      {"DROP TABLE t", StatementKind::ddl},
      {"TRUNCATE t", StatementKind::ddl},
      {"RENAME TABLE a TO b", StatementKind::ddl},
      {"GRANT SELECT ON t TO u", StatementKind::ddl},
      {"REVOKE SELECT ON t FROM u", StatementKind::ddl},
      {"COMMENT ON TABLE t IS 'a'", StatementKind::ddl},
      {"LOCK TABLES t WRITE", StatementKind::ddl},
      {"BEGIN IMMEDIATE", StatementKind::transaction},
      {"START TRANSACTION", StatementKind::transaction},
      {"START REPLICA", StatementKind::other},
      {"COMMIT", StatementKind::transaction},
      {"END", StatementKind::transaction},
      {"ROLLBACK TO a", StatementKind::transaction},
      {"SAVEPOINT a", StatementKind::transaction},
      {"RELEASE a", StatementKind::transaction},
      {"PREPARE TRANSACTION 'a'", StatementKind::transaction},
      {"PREPARE a AS SELECT 1", StatementKind::other},
      {"EXPLAIN DELETE FROM t", StatementKind::other},
      {"PRAGMA foreign_keys", StatementKind::other},
      {"SHOW TABLES", StatementKind::other},
      {"SET a = 1", StatementKind::other},
      {"ANALYZE", StatementKind::other},
      {"CALL p(?)", StatementKind::other},
      {"\"select\"", StatementKind::other},
      {"1", StatementKind::other},
      {"(", StatementKind::other},
      {"WITH", StatementKind::select},
  };
  for (const LexicalRules* rules : all_rules) {
    for (const Row& row : rows) {
      CAPTURE(row.text);
      CHECK(lex_sql(row.text, *rules).kind == row.kind);
    }
  }
  CHECK(lex_sql("/*!50001 CREATE TABLE t (a int) */", mysql_rules).kind == StatementKind::ddl);
}

TEST_CASE("describe_statement: DDL on temporary objects") {
  for (const LexicalRules* rules : all_rules) {
    for (const std::string_view text :
         {"CREATE TEMPORARY TABLE t (a int)", "create temp table t (a int)",
          "CREATE OR REPLACE TEMPORARY TABLE t (a int)", "CREATE LOCAL TEMP TABLE t (a int)",
          "DROP /* a */ TEMPORARY TABLE t"}) {
      CAPTURE(text);
      CHECK(lex_sql(text, *rules).temporary);
    }
    for (const std::string_view text :
         {"CREATE TABLE temp (a int)", "CREATE TABLE temporary (a int)", "DROP TABLE temporary",
          "DROP TEMP", "ALTER TABLE t ADD temporary int", "SELECT temporary"}) {
      CAPTURE(text);
      CHECK_FALSE(lex_sql(text, *rules).temporary);
    }
  }
}

TEST_CASE("describe_statement: the table that is written") {
  struct Row {
    std::string_view text;
    std::string_view table;
  };
  constexpr Row rows[] = {
      {"INSERT INTO t (a) VALUES (?)", "t"},
      {"INSERT INTO t(a) VALUES (?)", "t"},
      {"insert into \"T\" values (1)", "T"},
      {"INSERT INTO s.t VALUES (1)", "t"},
      {"INSERT INTO \"a.b\" . \"say \"\"t\"\"\" VALUES (1)", "say \"t\""},
      {"INSERT INTO c.s.t VALUES (1)", "t"},
      {"INSERT OR IGNORE INTO t VALUES (1)", "t"},
      {"INSERT LOW_PRIORITY IGNORE INTO t VALUES (1)", "t"},
      {"INSERT t VALUES (1)", "t"},
      {"INSERT /* into */ INTO /* x */ t -- y\n VALUES (1)", "t"},
      {"REPLACE INTO t VALUES (1)", "t"},
      {"INSERT INTO t AS x SELECT * FROM u", "t"},
      {"UPDATE t SET a = 1", "t"},
      {"UPDATE s.t SET a = 1", "t"},
      {"UPDATE ONLY t SET a = 1", "t"},
      {"UPDATE ONLY (t) SET a = 1", "t"},
      {"UPDATE LOW_PRIORITY t SET a = 1", "t"},
      {"UPDATE OR ROLLBACK t SET a = 1", "t"},
      {"UPDATE t AS x SET a = 1", "t"},
      {"DELETE FROM t WHERE a = 1", "t"},
      {"DELETE FROM ONLY s.t WHERE a = 1", "t"},
      {"DELETE QUICK FROM t", "t"},
      {"DELETE x FROM t x", "t"},
      {"WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", "t"},
      {"WITH a AS (INSERT INTO u VALUES (1)) UPDATE t SET a = 1", "t"},
      {"WITH a AS (SELECT 1) DELETE FROM t", "t"},
      {"SELECT * FROM t", ""},
      {"CREATE TABLE t (a int)", ""},
      {"INSERT", ""},
      {"INSERT INTO", ""},
      {"UPDATE OR", ""},
      {"DELETE t", ""},
      {"INSERT INTO s.", "s"},
  };
  for (const LexicalRules* rules : all_rules) {
    for (const Row& row : rows) {
      CAPTURE(row.text);
      CHECK(lex_sql(row.text, *rules).table == row.table);
    }
  }
  CHECK(lex_sql("INSERT INTO [a]]", sqlite_rules).table == "a");
  CHECK(lex_sql("INSERT INTO `a``b` VALUES (1)", mysql_rules).table == "a`b");
  CHECK(lex_sql("INSERT INTO U&\"a\" VALUES (1)", postgres_rules).table == "a");
}

TEST_CASE("describe_statement: where RETURNING begins, and its columns") {
  struct Row {
    std::string_view text;
    std::string_view clause;  // as the engines with `?` get it; empty: none at the top level
    std::size_t columns;
  };
  constexpr Row rows[] = {
      {"INSERT INTO t (a) VALUES (?) RETURNING id", "RETURNING id", 1},
      {"INSERT INTO t (a) VALUES (1)RETURNING\"id\"", "RETURNING\"id\"", 1},
      {"insert into t values (1) returning id, a", "returning id, a", 2},
      {"UPDATE t SET a = ? RETURNING f(a, b), (c, d), 'x,y'", "RETURNING f(a, b), (c, d), 'x,y'",
       3},
      {"DELETE FROM t RETURNING id -- , a", "RETURNING id -- , a", 1},
      {"INSERT INTO t VALUES (1) RETURNING *", "RETURNING *", 0},
      {"INSERT INTO t VALUES (1) RETURNING id, t.*", "RETURNING id, t.*", 0},
      {"INSERT INTO t VALUES (1) RETURNING id * 2", "RETURNING id * 2", 1},
      {"INSERT INTO t VALUES (1) RETURNING count(*)", "RETURNING count(*)", 1},
      {"INSERT INTO t VALUES (1) RETURNING", "RETURNING", 0},
      {"UPDATE t SET returning = 1, a.returning = 2 RETURNING id;", "RETURNING id", 1},
      {"WITH a AS (DELETE FROM u RETURNING id, b) INSERT INTO t SELECT * FROM a RETURNING id",
       "RETURNING id", 1},
      {"WITH a AS (DELETE FROM u RETURNING id) INSERT INTO t SELECT * FROM a", "", 0},
      {"WITH a AS (DELETE FROM u RETURNING id) SELECT * FROM a", "", 0},
      {"INSERT INTO t (returning) VALUES ('RETURNING id')", "", 0},
      {"INSERT INTO t VALUES (1) /* RETURNING id */", "", 0},
      {"SELECT returning FROM t", "", 0},
  };
  for (const LexicalRules* rules : all_rules) {
    for (const Row& row : rows) {
      CAPTURE(row.text);
      const LexedSql sql = lex_sql(row.text, *rules);
      CHECK(sql.returning.has_value() == !row.clause.empty());
      if (sql.returning) CHECK(sql.text.substr(*sql.returning) == row.clause);
      CHECK(sql.returning_columns == row.columns);
    }
  }
  CHECK_FALSE(lex_sql("INSERT INTO t VALUES (1) /*! RETURNING id */", mysql_rules).returning);
  // The place is one in the rewritten text.
  const LexedSql sql = lex_sql("INSERT INTO t VALUES (:long_name) RETURNING id", postgres_rules);
  CHECK(sql.text.substr(*sql.returning) == "RETURNING id");
  const LexedSql array = lex_sql("DELETE FROM t RETURNING ARRAY[a, b], c", postgres_rules);
  CHECK(array.returning_columns == 2);
}

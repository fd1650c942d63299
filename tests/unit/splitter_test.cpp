// SPDX-License-Identifier: BSL-1.0
#include "migrate/splitter.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/sql_scanner.hpp"

namespace lockstep::detail {
namespace {

struct Case {
  const char* name;
  Engine engine;
  std::string_view text;
  std::vector<std::string_view> statements;
};

constexpr Engine sqlite = Engine::sqlite;
constexpr Engine postgres = Engine::postgres;
constexpr Engine mysql = Engine::mysql;

void check(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    CAPTURE(std::string(c.name));
    CAPTURE(to_string(c.engine));
    CAPTURE(c.text);
    const SplitText split = split_statements(c.text, c.engine);
    CHECK(split.fault == "");
    REQUIRE(split.statements.size() == c.statements.size());
    for (std::size_t i = 0; i < c.statements.size(); ++i) {
      CHECK(split.statements[i].text == c.statements[i]);
    }
  }
}

TEST_CASE("splitter: semicolons outside quotes and comments end a statement") {
  for (const Engine engine : {sqlite, postgres, mysql}) {
    check({
        {"nothing", engine, "", {}},
        {"blanks", engine, " \n\t ", {}},
        {"only comments", engine, "-- a;\n/* b; */", {}},
        {"only semicolons", engine, ";; ;", {}},
        {"one without end", engine, "SELECT 1", {"SELECT 1"}},
        {"one", engine, "SELECT 1;", {"SELECT 1"}},
        {"two", engine, "SELECT 1;SELECT 2 ;\n", {"SELECT 1", "SELECT 2"}},
        {"comment before", engine, "-- why; because\nSELECT 1;", {"SELECT 1"}},
        {"comment inside", engine, "SELECT /* ; */ 1 -- ;\n+ 2;", {"SELECT /* ; */ 1 -- ;\n+ 2"}},
        {"comment behind", engine, "SELECT 1 -- the end\n", {"SELECT 1"}},
        {"string", engine, "SELECT 'a;''b;';SELECT 2", {"SELECT 'a;''b;'", "SELECT 2"}},
        {"name", engine, "SELECT \"a;b\";SELECT 2", {"SELECT \"a;b\"", "SELECT 2"}},
        {"CRLF", engine, "SELECT 1;\r\nSELECT\r\n2;\r\n", {"SELECT 1", "SELECT\r\n2"}},
        {"byte order mark", engine, "\xEF\xBB\xBFSELECT 1;", {"SELECT 1"}},
        {"CASE is no body",
         engine,
         "SELECT CASE WHEN 1 THEN 2 END; SELECT 3",
         {"SELECT CASE WHEN 1 THEN 2 END", "SELECT 3"}},
        {"BEGIN is no body", engine, "BEGIN; SELECT 1; COMMIT;", {"BEGIN", "SELECT 1", "COMMIT"}},
    });
  }
}

TEST_CASE("splitter: every statement knows its line and its column in characters") {
  const SplitText split = split_statements(
      "\xEF\xBB\xBFSELECT 1; /* \xC3\xA9 */ SELECT 2;\r\n\n  -- no\n\tSELECT 'a\nb'; SELECT 4",
      sqlite);
  REQUIRE(split.statements.size() == 4);
  const std::vector<TextPlace> expected{{1, 1}, {1, 19}, {4, 2}, {5, 5}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    CHECK(split.statements[i].line == expected[i].line);
    CHECK(split.statements[i].column == expected[i].column);
  }
}

TEST_CASE("splitter: what is open at the end is told with its line") {
  struct Open {
    Engine engine;
    std::string_view text;
    std::string_view fault;
    std::size_t line;
  };
  constexpr std::string_view body = "statement without end: a body or parenthesis is open";
  const std::vector<Open> cases{
      {sqlite, "SELECT 1;\nSELECT 'a;\n", "quote without end", 2},
      {sqlite, "\n\n/* a", "comment without end", 3},
      {sqlite, "SELECT 1;\nCREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;", body, 2},
      {postgres, "SELECT 1;\nDO $x$ BEGIN NULL; END $y$;", "quote without end", 2},
      {postgres, "\nSELECT (1;\nSELECT 2;", body, 2},
      {postgres, "CREATE FUNCTION f() BEGIN ATOMIC SELECT 1;", body, 1},
      {postgres, "/* /* */", "comment without end", 1},
      {mysql, "SELECT `a;", "quote without end", 1},
      {mysql, "SELECT 1;\n/*!40101 SET x = 1;", "comment without end", 2},
      {mysql, "SELECT 1;\nCREATE PROCEDURE p() BEGIN SELECT 1;", body, 2},
      {mysql, "DELIMITER //\nSELECT 'a//", "quote without end", 2},
      {mysql, "SELECT 1;\nDELIMITER \nSELECT 2;", "DELIMITER without a delimiter", 2},
  };
  for (const Open& c : cases) {
    CAPTURE(c.text);
    const SplitText split = split_statements(c.text, c.engine);
    CHECK(split.fault == c.fault);
    CHECK(split.fault_line == c.line);
  }
}

// Each is one statement, with another one behind it, or nothing.
void check_bodies(Engine engine, const std::vector<std::string_view>& bodies) {
  for (const std::string_view body : bodies) {
    check({{"alone", engine, body, {body}}});
    const std::string text = std::string(body) + " ;\nSELECT 'next';";
    check({{"with another", engine, text, {body, "SELECT 'next'"}}});
  }
}

TEST_CASE("splitter: triggers of SQLite") {
  const std::vector<std::string_view> bodies{
      R"(CREATE TRIGGER t AFTER UPDATE ON a WHEN NEW.x
         BEGIN UPDATE a SET y = 1; SELECT 1; END)",
      R"(create temp trigger if not exists t after insert on a
         begin select case 1 when 1 then 2 end; end)",
      R"(CREATE TEMPORARY TRIGGER t AFTER INSERT ON a
         BEGIN SELECT 1; -- ; END;
         END)",
      R"(CREATE TRIGGER t AFTER INSERT ON a
         BEGIN SELECT [end]; SELECT end FROM b; END)",
      "CREATE TABLE trigger_log (begin TEXT)",
  };
  check_bodies(sqlite, bodies);
}

TEST_CASE("splitter: bodies of PostgreSQL") {
  const std::vector<std::string_view> bodies{
      "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN RETURN a; END; $$ LANGUAGE plpgsql",
      "DO $do$ BEGIN PERFORM $$a;$$; END $do$",
      R"(CREATE OR REPLACE FUNCTION f(a int) RETURNS int
         BEGIN ATOMIC SELECT CASE a WHEN 1 THEN 2 END; SELECT 3; END)",
      "CREATE RULE r AS ON INSERT TO a DO ALSO (DELETE FROM b; DELETE FROM c)",
      "CREATE FUNCTION begin_it() RETURNS int LANGUAGE sql RETURN 1",
      "SELECT a$b, $1, c[1:2], d::text, e ? 'f', :g",
      R"(SELECT E'a\';b', 'c\')",
      "SELECT /* a /* b; */ c; */ 1",
      "SELECT 1)",
      "CREATE FUNCTION begin(a int) RETURNS int LANGUAGE sql AS $$ SELECT 1; $$",
      "CREATE RULE r AS ON DELETE TO t DO INSTEAD (UPDATE t SET a = 1; NOTIFY x;)",
      R"(CREATE PROCEDURE begin() LANGUAGE sql BEGIN ATOMIC DELETE FROM t; SELECT 1; END)",
      R"(SELECT U&'d\0061t\+000061; --' UESCAPE '!', U&"d\0061;")",
      "SELECT a <-> b, c @> d, e #>> '{a;b}', f ?| array['x;'], 5 !~ '6'",
      "SELECT 'a'\n  'b;c'",
      R"(SELECT E'a'
           '\';')",
      "COPY t TO stdout",
      "COPY (SELECT a FROM stdin) TO stdout",
  };
  check_bodies(postgres, bodies);
}

TEST_CASE("splitter: bodies of MySQL") {
  const std::vector<std::string_view> bodies{
      "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.b = IF(NEW.c, 1, 2)",
      "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b = 1; END",
      "CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW FOLLOWS u BEGIN SET NEW.b = 1; END",
      "CREATE TRIGGER t BEFORE UPDATE ON a FOR EACH ROW PRECEDES `u` BEGIN SET NEW.b = 1; END",
      R"(CREATE DEFINER=`root`@`localhost` TRIGGER t AFTER DELETE ON a FOR EACH ROW
         BEGIN DELETE FROM b; END)",
      R"(/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t
         BEFORE INSERT ON a FOR EACH ROW BEGIN SET NEW.b = 1; END */)",
      R"(CREATE DEFINER = event@procedure TRIGGER t AFTER DELETE ON a FOR EACH ROW
         IF OLD.x THEN DELETE FROM b; END IF)",
      "CREATE OR REPLACE DEFINER = CURRENT_USER() PROCEDURE p(IN a INT) BEGIN SELECT a; END",
      R"(CREATE PROCEDURE IF NOT EXISTS p()
         IF (1 > 0) THEN SELECT 1; ELSEIF 2 THEN SELECT 2; ELSE SELECT IF(1, 2, 3); END IF)",
      R"(CREATE FUNCTION f(a ENUM('x;', 'y')) RETURNS VARCHAR(10) CHARACTER SET utf8mb4
         DETERMINISTIC RETURN a)",
      "CREATE FUNCTION f() RETURNS INT NO SQL BEGIN DECLARE x INT DEFAULT 0; RETURN x; END",
      "CREATE FUNCTION f() RETURNS INT READS SQL DATA COMMENT 'BEGIN;' RETURN (SELECT 1)",
      R"(CREATE PROCEDURE p() BEGIN
           DECLARE CONTINUE HANDLER FOR NOT FOUND SET @done = 1;
           DECLARE EXIT HANDLER FOR SQLEXCEPTION, 1051, SQLSTATE '42000' BEGIN ROLLBACK; END;
           SELECT 1;
         END)",
      R"(CREATE PROCEDURE p() BEGIN
           DECLARE twice CONDITION FOR 1062;
           DECLARE EXIT HANDLER FOR twice BEGIN SELECT 1; END;
           SELECT 2;
         END)",
      R"(CREATE PROCEDURE p() BEGIN
           again: LOOP
             SET @a = CASE WHEN @a THEN 1 ELSE IF(1,2,3) END;
             IF @a THEN LEAVE again; END IF;
             ITERATE again;
           END LOOP again;
         END)",
      R"(CREATE PROCEDURE p() outer_block:BEGIN
           WHILE @a DO SET @a = 0; END WHILE;
           REPEAT SET @a = 1; UNTIL @a = CASE 1 WHEN 1 THEN 1 END END REPEAT;
         END outer_block)",
      R"(CREATE PROCEDURE p() BEGIN
           CASE @a WHEN 1 THEN SELECT 1; SELECT 2; ELSE BEGIN END; END CASE;
           SELECT 3;
         END)",
      "CREATE PROCEDURE p() BEGIN FOR i IN 1..3 DO SELECT i; END FOR; END",
      "CREATE PROCEDURE p() BEGIN UPDATE a SET end = 1, x = NEW.end; SELECT @end, a.begin; END",
      "CREATE PROCEDURE p() BEGIN DROP TABLE IF EXISTS t; SELECT REPEAT('x', 3); END",
      "CREATE PROCEDURE p() BEGIN IF a THEN BEGIN SELECT 1; END; END IF; END",
      R"(CREATE EVENT e ON SCHEDULE EVERY 1 DAY COMMENT 'x'
         DO BEGIN DELETE FROM a; DELETE FROM b; END)",
      "CREATE EVENT IF NOT EXISTS e ON SCHEDULE EVERY 1 DAY DO DELETE FROM a",
      "ALTER EVENT e DO BEGIN DELETE FROM a; END",
      "BEGIN NOT ATOMIC DECLARE x INT; SET x = 1; END",
      "IF (SELECT 1) THEN SELECT 2; ELSE SELECT 3; END IF",
      "CASE 1 WHEN 1 THEN SELECT 2; SELECT 3; END CASE",
      "WHILE @a < 3 DO SET @a = @a + 1; END WHILE",
      "FOR i IN 1..3 DO SELECT i; END FOR",
      "SELECT \\N",
      "CREATE TABLE `begin` (`if` INT, end DATETIME)",
      "CREATE VIEW v AS SELECT CASE WHEN 1 THEN 2 END",
      "ALTER TABLE a ADD COLUMN b INT",
  };
  check_bodies(mysql, bodies);
}

TEST_CASE("splitter: quotes and comments of MySQL") {
  check({
      {"backslash", mysql, R"(SELECT 'a\';b'; SELECT 2)", {R"(SELECT 'a\';b')", "SELECT 2"}},
      {"hash", mysql, "# a;\nSELECT 1 # b;\n;", {"SELECT 1"}},
      {"dashes without blank", mysql, "SELECT 1--1; SELECT 2", {"SELECT 1--1", "SELECT 2"}},
      {"executable comment",
       mysql,
       "/*!40101 SET NAMES utf8mb4 */;\n/* gone */;\n/*M! SELECT 1 */;",
       {"/*!40101 SET NAMES utf8mb4 */", "/*M! SELECT 1 */"}},
  });
}

TEST_CASE("splitter: DELIMITER lines of MySQL's client") {
  check({
      {"slashes",
       mysql,
       "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END//\nDELIMITER ;\n"
       "SELECT 2;",
       {"CREATE PROCEDURE p() BEGIN SELECT 1; END", "SELECT 2"}},
      {"dollars",
       mysql,
       "delimiter $$\r\nSELECT 'a$$b'; SELECT 2 $$\r\nSELECT 3$$\r\ndelimiter ;\r\n"
       "SELECT 4",
       {"SELECT 'a$$b'; SELECT 2", "SELECT 3", "SELECT 4"}},
      {"two semicolons",
       mysql,
       "DELIMITER ;;\n/*!50003 SELECT 1; */;;\nDELIMITER ;\nSELECT 2;",
       {"/*!50003 SELECT 1; */", "SELECT 2"}},
      {"in a comment", mysql, "DELIMITER //\n-- a // b\nSELECT 1 /* // */ //", {"SELECT 1"}},
      {"the last, without delimiter",
       mysql,
       "DELIMITER //\nSELECT 1;\nSELECT 2",
       {"SELECT 1;\nSELECT 2"}},
      {"nothing between", mysql, "DELIMITER //\n//\n//\nDELIMITER ;", {}},
      {"not a command elsewhere",
       postgres,
       "SELECT 1 AS delimiter; SELECT 2",
       {"SELECT 1 AS delimiter", "SELECT 2"}},
  });
}

TEST_CASE("splitter: what only a client understands is told with its line") {
  struct Said {
    Engine engine;
    std::string_view text;
    std::string_view fault;
    std::size_t line;
  };
  const std::vector<Said> cases{
      {postgres, "SELECT 1;\n\\connect app\n", "\\connect: a command of psql, and no SQL", 2},
      {postgres, "SELECT 1\n\\gset\nSELECT 2;", "\\gset: a command of psql, and no SQL", 2},
      {postgres, "SELECT 1;\nCOPY t (a, b) FROM stdin;\n1\tit's\n\\.\n",
       "COPY ... FROM stdin: rows in psql's form, and no SQL; write INSERT", 2},
      {mysql, "SELECT 1;\n\\. other.sql\n", "\\.: a command of the mysql client, and no SQL", 2},
      {mysql, "\nsource other.sql\nSELECT 1;", "source: a command of the mysql client, and no SQL",
       2},
      {sqlite, "SELECT 1;\n\n.read other.sql\nSELECT 2;",
       ".read: a command of the sqlite3 shell, and no SQL", 3},
  };
  for (const Said& c : cases) {
    CAPTURE(c.text);
    const SplitText split = split_statements(c.text, c.engine);
    CHECK(split.fault == c.fault);
    CHECK(split.fault_line == c.line);
  }
  check({
      {"in quotes", postgres, "SELECT '\\connect', $$\\q$$;", {"SELECT '\\connect', $$\\q$$"}},
      {"a comment of the shell",
       sqlite,
       "# isn't run\nSELECT 1;\n  \n#\nSELECT 2;\n# last",
       {"SELECT 1", "SELECT 2"}},
      {"around a dump", postgres, "\\restrict a1B2\nSELECT 1;\n\\unrestrict a1B2\n", {"SELECT 1"}},
      {"a name", mysql, "SELECT source FROM t", {"SELECT source FROM t"}},
      {"a number", sqlite, "SELECT .5", {"SELECT .5"}},
  });
}

TEST_CASE("splitter: statements that begin or end a transaction") {
  for (const std::string_view text :
       {"BEGIN", "begin immediate", "BEGIN WORK", "START TRANSACTION READ ONLY", "COMMIT", "END",
        "ROLLBACK", "rollback work", "ABORT", "PREPARE TRANSACTION 'x'"}) {
    CAPTURE(text);
    CHECK(controls_transaction(text, postgres));
  }
  for (const std::string_view text :
       {"SELECT 1", "ROLLBACK TO a", "ROLLBACK WORK TO SAVEPOINT a", "SAVEPOINT a",
        "PREPARE x AS SELECT 1", "START REPLICA", "BEGIN NOT ATOMIC SELECT 1; END", "\"begin\""}) {
    CAPTURE(text);
    CHECK_FALSE(controls_transaction(text, mysql));
  }
}

TEST_CASE("splitter: what is marked as one statement is cut by the rules, where they fit") {
  for (const Engine engine : {sqlite, postgres, mysql}) {
    check({
        {"one",
         engine,
         "-- +goose StatementBegin\nSELECT 1;\n-- +goose StatementEnd\n",
         {"SELECT 1"}},
        {"two and more",
         engine,
         "SELECT 0;\n-- +migrate StatementBegin\r\nSELECT 1;\nSELECT 2\n  -- +migrate "
         "StatementEnd\r\n"
         "SELECT 3",
         {"SELECT 0", "SELECT 1", "SELECT 2", "SELECT 3"}},
        {"nothing", engine, "-- +goose StatementBegin\n-- why\n-- +goose StatementEnd", {}},
    });
    const auto fault = [&](std::string_view text) {
      const SplitText split = split_statements(text, engine);
      return std::to_string(split.fault_line) + ' ' + split.fault;
    };
    CHECK(fault("SELECT 1;\n-- +goose StatementBegin\nSELECT 2;") ==
          "2 StatementBegin without StatementEnd");
    CHECK(fault("SELECT 1;\n-- +goose StatementEnd\n") == "2 StatementEnd without StatementBegin");
    CHECK(fault("-- +goose StatementBegin\n\n-- +goose StatementBegin") ==
          "3 StatementBegin inside another");
    CHECK(fault("SELECT 1\n-- +goose StatementBegin\n;-- +goose StatementEnd") ==
          "2 StatementBegin inside a statement");
  }
}

TEST_CASE(
    "splitter: what is marked as one statement is taken as it is, where the rules do not fit") {
  constexpr std::string_view text =
      "SELECT 0;\n-- +goose StatementBegin\n  CREATE THING t\nBEGIN x; y;\nEND;\n"
      "-- +goose StatementEnd\nSELECT 1;";
  for (const Engine engine : {postgres, mysql}) {
    const SplitText split = split_statements(text, engine);
    REQUIRE(split.statements.size() == 3);
    CHECK(split.statements[1].text == "CREATE THING t\nBEGIN x; y;\nEND");
    CHECK(split.statements[1].line == 3);
    CHECK(split.statements[1].column == 3);
    CHECK(split.statements[2].line == 7);
    const SplitText open =
        split_statements("-- +goose StatementBegin\nSELECT 'open;\n-- +goose StatementEnd", engine);
    REQUIRE(open.statements.size() == 1);
    CHECK(open.statements[0].text == "SELECT 'open");
  }
  // SQLite runs one statement at a time, and its rules are the engine's own.
  CHECK(split_statements(text, sqlite).statements.size() == 5);
}

TEST_CASE("splitter: double quotes as the engine has them") {
  constexpr std::string_view text = "SELECT \"a\\\"; b\"; SELECT 2";
  CHECK(split_statements(text, mysql, DoubleQuotes::string).statements.size() == 2);
  CHECK_FALSE(split_statements(text, mysql).fault.empty());
}

TEST_CASE("splitter: statements that need no transaction") {
  for (const std::string_view text :
       {"CREATE INDEX CONCURRENTLY i ON t (a)", "create unique index concurrently i on t (a)",
        "DROP INDEX CONCURRENTLY i", "REINDEX TABLE CONCURRENTLY t",
        "REINDEX (CONCURRENTLY) TABLE t", "ALTER TABLE t DETACH PARTITION p CONCURRENTLY",
        "VACUUM t", "/* x */ CREATE DATABASE d", "DROP TABLESPACE s", "ALTER SYSTEM SET x = 1"}) {
    CAPTURE(text);
    CHECK(needs_no_transaction(text, postgres));
    CHECK_FALSE(needs_no_transaction(text, mysql));
  }
  for (const std::string_view text :
       {"CREATE INDEX concurrently_i ON t (a)", "REINDEX TABLE t", "SELECT 'VACUUM'",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v", "ALTER TABLE t ADD concurrently INT",
        "DROP INDEX i", "CREATE TABLE concurrently (a INT)"}) {
    CAPTURE(text);
    CHECK_FALSE(needs_no_transaction(text, postgres));
  }
  for (const std::string_view text : {"VACUUM", "PRAGMA journal_mode = WAL",
                                      "PRAGMA main.journal_mode=wal", "PRAGMA synchronous(1)",
                                      "ATTACH 'a.db' AS a", "DETACH DATABASE a"}) {
    CAPTURE(text);
    CHECK(needs_no_transaction(text, sqlite));
  }
  for (const std::string_view text :
       {"PRAGMA journal_mode", "PRAGMA foreign_keys = OFF", "CREATE INDEX i ON t (a)"}) {
    CAPTURE(text);
    CHECK_FALSE(needs_no_transaction(text, sqlite));
  }
}

TEST_CASE("splitter: an index that IF NOT EXISTS would keep") {
  const auto kept = [](std::string_view text) { return index_kept_if_exists(text); };
  CHECK(kept("CREATE INDEX CONCURRENTLY IF NOT EXISTS Ix_A ON t (a)") == "ix_a");
  CHECK(kept("create unique index concurrently /* x */ if not exists \"Ix\"\"A\" on t (a)") ==
        "Ix\"A");
  CHECK(kept("CREATE INDEX CONCURRENTLY ix ON t (a)").empty());
  CHECK(kept("CREATE INDEX IF NOT EXISTS ix ON t (a)").empty());
  CHECK(kept("DROP INDEX CONCURRENTLY IF EXISTS ix").empty());
}

TEST_CASE("splitter: a transaction around all statements") {
  const auto own = [](std::string_view text, Engine engine = postgres) {
    auto statements = split_statements(text, engine).statements;
    imply_own_transaction(statements, engine);
    return std::ranges::count(statements, true, &MigrationStatement::implied) == 2;
  };
  CHECK(own("BEGIN; SELECT 1; COMMIT;"));
  CHECK(own("begin transaction; commit work"));
  CHECK(own("START TRANSACTION; SELECT 1; END"));
  CHECK(own("BEGIN IMMEDIATE TRANSACTION; SELECT 1; COMMIT", sqlite));
  const std::string_view around =
      "PRAGMA foreign_keys = OFF; BEGIN; SELECT 1; COMMIT; PRAGMA foreign_keys = ON";
  CHECK(own(around, sqlite));
  CHECK_FALSE(own(around, postgres));
  CHECK_FALSE(own("BEGIN; SELECT 1; COMMIT; VACUUM", sqlite));
  CHECK_FALSE(own("BEGIN; SELECT 1; ROLLBACK"));
  CHECK_FALSE(own("BEGIN; SELECT 1; COMMIT AND CHAIN"));
  CHECK_FALSE(own("BEGIN; COMMIT; BEGIN; COMMIT"));
  CHECK_FALSE(own("BEGIN READ ONLY; COMMIT"));
  CHECK_FALSE(own("SELECT 0; BEGIN; COMMIT"));
  CHECK_FALSE(own("BEGIN"));
  CHECK_FALSE(own(""));
}

}  // namespace
}  // namespace lockstep::detail

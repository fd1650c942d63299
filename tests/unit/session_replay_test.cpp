// SPDX-License-Identifier: BSL-1.0
#include "migrate/session_replay.hpp"

#include <doctest/doctest.h>

#include "migrate/splitter.hpp"

namespace lockstep::tests {
namespace {

using Indexes = std::vector<std::size_t>;

detail::SessionReplay replay(std::string_view text, std::size_t from,
                             Engine engine = Engine::mysql) {
  const auto split = detail::split_statements(text, engine);
  REQUIRE(split.fault.empty());
  return detail::plan_replay(split.statements, from, engine);
}

TEST_CASE("session replay: settings and the database are set again, in their order") {
  const auto plan = replay(
      "SET NAMES utf8mb4; CREATE TABLE a (id INT); SET foreign_key_checks = 0; USE shop;"
      " INSERT INTO a VALUES (1); DROP TABLE a",
      5);
  CHECK(plan.obstacle == "");
  CHECK(plan.statements == Indexes{0, 2, 3});
}

TEST_CASE("session replay: the settings that a dump saves and restores") {
  const auto plan = replay(
      "/*!40014 SET @old=@@foreign_key_checks, foreign_key_checks=0 */; CREATE TABLE a (id INT);"
      " SET foreign_key_checks=@old",
      2);
  CHECK(plan.obstacle == "");
  CHECK(plan.statements == Indexes{0});
}

TEST_CASE("session replay: a variable is set again only where a later statement reads it") {
  CHECK(replay("SET @x = 1; INSERT INTO a VALUES (@x); INSERT INTO a VALUES (2)", 2)
            .statements.empty());
  CHECK(replay("SET @x = 1; INSERT INTO a VALUES (1); INSERT INTO a VALUES (@x)", 2).statements ==
        Indexes{0});
  CHECK(replay("SET @x = 1; INSERT INTO a VALUES (@x); SET @x = 2; INSERT INTO a VALUES (@x)", 2)
            .statements.empty());
}

TEST_CASE("session replay: a value from the database is had again while nothing was changed") {
  constexpr std::string_view text =
      "SET @n = (SELECT MAX(id) FROM a); SET @sql = IF(@n > 0, 'DROP TABLE b', 'DO 0');"
      " PREPARE s FROM @sql; EXECUTE s; EXECUTE s; DEALLOCATE PREPARE s";
  CHECK(replay(text, 3).statements == Indexes{0, 1, 2});
  CHECK(replay(text, 3).obstacle == "");
  CHECK(replay(text, 4).obstacle ==
        "statement 1 (line 1) has made @n, which a later one needs and which is gone with its "
        "session");
  CHECK(replay(text, 5).obstacle == "");
  CHECK(replay(text, 5).statements.empty());
}

TEST_CASE("session replay: what SELECT INTO and CALL have left cannot be had again") {
  CHECK(replay("SELECT id INTO @x FROM a; INSERT INTO a VALUES (2); INSERT INTO a VALUES (@x)", 2)
            .obstacle.starts_with("statement 1 (line 1) has made @x"));
  CHECK(replay("UPDATE a SET id = (@x := @x + 1); INSERT INTO a VALUES (@x)", 1)
            .obstacle.starts_with("statement 1 (line 1) has made @x"));
  CHECK(replay("CALL p(@x); INSERT INTO a VALUES (@x)", 1)
            .obstacle.starts_with("statement 1 (line 1) has made @x"));
}

TEST_CASE("session replay: temporary tables cannot be had again") {
  constexpr std::string_view text =
      "CREATE TEMPORARY TABLE t (id INT);\nINSERT INTO t VALUES (1);\nINSERT INTO a SELECT id FROM"
      " `T`;\nDROP TEMPORARY TABLE IF EXISTS t;\nINSERT INTO a VALUES (5)";
  CHECK(replay(text, 2).obstacle ==
        "statement 1 (line 1) has made temporary table t, which a later one needs and which is "
        "gone with its session");
  CHECK(replay(text, 3).obstacle == "");
  CHECK(replay(text, 0).obstacle == "");
  CHECK(replay("CREATE TEMP TABLE t (id INT); INSERT INTO t VALUES (1)", 1, Engine::postgres)
            .obstacle.starts_with("statement 1 (line 1) has made temporary table t"));
}

TEST_CASE("session replay: tables that are still locked are locked again") {
  constexpr std::string_view text =
      "LOCK TABLES a WRITE; INSERT INTO a VALUES (1); UNLOCK TABLES; LOCK TABLES b WRITE;"
      " INSERT INTO b VALUES (1); INSERT INTO b VALUES (2); UNLOCK TABLES";
  CHECK(replay(text, 1).statements == Indexes{0});
  CHECK(replay(text, 3).statements.empty());
  CHECK(replay(text, 5).statements == Indexes{3});
}

TEST_CASE("session replay: the search path of a dump") {
  CHECK(replay("SELECT pg_catalog.set_config('search_path', '', false); CREATE TABLE p.a (id INT);"
               " DROP TABLE p.a",
               2, Engine::postgres)
            .statements == Indexes{0});
}

}  // namespace
}  // namespace lockstep::tests

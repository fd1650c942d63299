// SPDX-License-Identifier: BSL-1.0
#include "migrate/statement_effect.hpp"

#include <doctest/doctest.h>

namespace lockstep::tests {
namespace {

using detail::Effect;

struct Case {
  std::string_view text;
  Effect effect;
};

void check(Engine engine, std::initializer_list<Case> cases) {
  for (const Case& one : cases) {
    CAPTURE(one.text);
    CHECK(detail::effect_of(one.text, engine) == one.effect);
  }
}

TEST_CASE("statement effect: MySQL") {
  check(Engine::mysql, {
                           {"INSERT INTO a VALUES (1)", Effect::rows},
                           {"-- why\nupdate a SET x = 1", Effect::rows},
                           {"(SELECT 1)", Effect::rows},
                           {"LOAD DATA INFILE 'x' INTO TABLE a", Effect::rows},
                           {"CREATE TABLE a (id INT)", Effect::catalog},
                           {"/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t*/",
                            Effect::catalog},
                           {"ALTER TABLE a ADD COLUMN exchange_rate INT", Effect::catalog},
                           {"ALTER TABLE a EXCHANGE PARTITION p WITH TABLE b", Effect::opaque},
                           {"DROP TABLE a, b", Effect::catalog},
                           {"RENAME TABLE a TO b", Effect::catalog},
                           {"CREATE TEMPORARY TABLE a (id INT)", Effect::rows},
                           {"CREATE OR REPLACE TEMPORARY TABLE a (id INT)", Effect::rows},
                           {"DROP TEMPORARY TABLE a", Effect::rows},
                           {"CREATE USER a", Effect::opaque},
                           {"CREATE OR REPLACE USER a", Effect::opaque},
                           {"REVOKE ALL ON a FROM b", Effect::opaque},
                           {"GRANT ALL ON a TO b", Effect::harmless},
                           {"TRUNCATE TABLE a", Effect::harmless},
                           {"ANALYZE TABLE a", Effect::harmless},
                           {"CALL p()", Effect::opaque},
                           {"BEGIN NOT ATOMIC SELECT 1; END", Effect::opaque},
                           {"SET @x = 1", Effect::session},
                           {"/*!40101 SET NAMES utf8 */", Effect::session},
                           {"SET PASSWORD = PASSWORD('x')", Effect::opaque},
                           {"USE shop", Effect::session},
                           {"PREPARE s FROM @x", Effect::session},
                           {"DROP PREPARE s", Effect::session},
                           {"EXECUTE s", Effect::catalog},
                           {"LOCK TABLES a WRITE", Effect::locks},
                           {"UNLOCK TABLES", Effect::unlocks},
                           {"START TRANSACTION", Effect::control},
                           {"COMMIT", Effect::control},
                           {"ROLLBACK TO SAVEPOINT x", Effect::control},
                           {"SAVEPOINT x", Effect::control},
                       });
}

TEST_CASE("statement effect: PostgreSQL") {
  check(Engine::postgres, {
                              {"CREATE TABLE a (id INT)", Effect::rows},
                              {"CREATE INDEX CONCURRENTLY i ON a (id)", Effect::catalog},
                              {"CREATE DATABASE a", Effect::catalog},
                              {"VACUUM a", Effect::harmless},
                              {"ALTER SYSTEM SET x = 1", Effect::harmless},
                              {"SET search_path = a", Effect::session},
                              {"CALL p()", Effect::opaque},
                              {"DO $$ BEGIN PERFORM 1; END $$", Effect::rows},
                              {"DO $x$ BEGIN DELETE FROM a; COMMIT; END $x$", Effect::opaque},
                              {"BEGIN", Effect::control},
                          });
}

TEST_CASE("statement effect: SQLite") {
  check(Engine::sqlite, {
                            {"CREATE TABLE a (id INT)", Effect::rows},
                            {"VACUUM", Effect::harmless},
                            {"PRAGMA journal_mode = WAL", Effect::session},
                            {"ATTACH 'x' AS y", Effect::session},
                            {"END", Effect::control},
                        });
}

}  // namespace
}  // namespace lockstep::tests

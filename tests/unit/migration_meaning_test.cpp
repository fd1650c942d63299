// SPDX-License-Identifier: BSL-1.0
// What counts as the meaning of a migration's text.
#include "migrate/meaning.hpp"
#include "unit/migration_forms.hpp"

namespace lockstep::tests {
namespace {

std::string meaning(const Tree& tree, Engine engine) {
  return detail::meaning_checksum(folder(tree, engine).migrations().front(), engine);
}

std::string meaning(std::string_view text, Engine engine = Engine::postgres) {
  return meaning({{"1_a.up.sql", text}}, engine);
}

TEST_CASE("meaning: comments, blanks, line ends and empty statements do not count") {
  const std::string plain = meaning("CREATE TABLE a (id INT);\nINSERT INTO a VALUES (1);\n");
  CHECK(plain.size() == 64);
  for (const std::string_view same : {
           "CREATE TABLE a (id INT);INSERT INTO a VALUES (1)",
           "\xEF\xBB\xBF-- a table\r\nCREATE TABLE a (id INT);\r\nINSERT INTO a VALUES (1);\r\n",
           "CREATE /* x; */ TABLE a(\n  id INT -- the key\n);\n\n;\nINSERT INTO a VALUES ( 1 );;",
           "-- lockstep:allow table-name meant so\nCREATE TABLE a (id INT);\n"
           "INSERT INTO a VALUES (1);",
           "BEGIN;\nCREATE TABLE a (id INT);\nINSERT INTO a VALUES (1);\nCOMMIT;\n",
       }) {
    CAPTURE(same);
    CHECK(meaning(same) == plain);
  }
}

TEST_CASE("meaning: words, strings, the order and the number of statements count") {
  const std::string plain = meaning("CREATE TABLE a (id INT);\nINSERT INTO a VALUES (1);\n");
  for (const std::string_view other : {
           "CREATE TABLE b (id INT);\nINSERT INTO a VALUES (1);\n",
           "CREATE TABLE a (id INT);\nINSERT INTO a VALUES ('1');\n",
           "CREATE TABLE a (id INT);\n",
           "INSERT INTO a VALUES (1);\nCREATE TABLE a (id INT);\n",
           "CREATE TABLE \"a\" (id INT);\nINSERT INTO a VALUES (1);\n",
           "-- lockstep:notransaction\nCREATE TABLE a (id INT);\nINSERT INTO a VALUES (1);\n",
           "-- lockstep:foreign-keys off\nCREATE TABLE a (id INT);\nINSERT INTO a VALUES (1);\n",
       }) {
    CAPTURE(other);
    CHECK(meaning(other) != plain);
  }
  CHECK(meaning("SELECT 'a  b'") != meaning("SELECT 'a b'"));
  CHECK(meaning("SELECT 'a -- b'") != meaning("SELECT 'a'"));
  CHECK(meaning("SELECT ab") != meaning("SELECT a b"));
}

TEST_CASE("meaning: blanks count where they cut an operator") {
  CHECK(meaning("SELECT a ->> b") == meaning("SELECT a->>b"));
  CHECK(meaning("SELECT a - >> b") != meaning("SELECT a ->> b"));
  CHECK(meaning("SELECT a < = b") != meaning("SELECT a <= b"));
  CHECK(meaning("SELECT a = -1, (- 1)") == meaning("SELECT a=-1,( -1)"));
}

TEST_CASE("meaning: what MySQL executes in a comment counts") {
  const std::string plain = meaning("CREATE TABLE a (id INT)", Engine::mysql);
  CHECK(meaning("CREATE TABLE a (id INT) # note", Engine::mysql) == plain);
  CHECK(meaning("CREATE TABLE a (id INT) /* ENGINE = InnoDB */", Engine::mysql) == plain);
  const std::string executed =
      meaning("CREATE TABLE a (id INT) /*!50000 ENGINE = InnoDB */", Engine::mysql);
  CHECK(executed != plain);
  CHECK(executed != meaning("CREATE TABLE a (id INT) /*!80000 ENGINE = InnoDB */", Engine::mysql));
  CHECK(executed == meaning("CREATE TABLE a (id INT)  /*!50000 ENGINE=InnoDB*/", Engine::mysql));
  CHECK(meaning("DELIMITER ;;\nCREATE TABLE a (id INT);;\nDELIMITER ;\n", Engine::mysql) == plain);
}

TEST_CASE("meaning: bodies, by the text in them") {
  const auto body = [](std::string_view inner) {
    return meaning("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$" + std::string(inner) +
                   "$$;");
  };
  CHECK(body("SELECT 1") != body("SELECT 2"));
  CHECK(body("SELECT 1") != body("SELECT  1"));  // a string to the engine, which keeps it
}

TEST_CASE("meaning: markers of tools count by what they do") {
  const std::string plain =
      meaning({{"1_a.sql", "-- +goose Up\nCREATE TABLE a (id INT);\n"}}, Engine::sqlite);
  CHECK(meaning({{"1_a.sql", "-- +goose Up\n-- +goose StatementBegin\nCREATE TABLE a (id INT);\n"
                             "-- +goose StatementEnd\n"}},
                Engine::sqlite) == plain);
  CHECK(meaning({{"1_a.sql", "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE TABLE a (id INT);\n"}},
                Engine::sqlite) != plain);
  const std::string text = "-- +migrate Up\nSELECT 1;\n";
  const std::string dependent = "-- +migrate Up\n-- +migrate Depends: 1\nSELECT 1;\n";
  const MigrationSet set =
      folder({{"1_a.sql", text}, {"2_b.sql", dependent}, {"3_c.sql", text}}, Engine::sqlite);
  const auto of = [&](std::size_t i) {
    return detail::meaning_checksum(set.migrations()[i], Engine::sqlite);
  };
  CHECK(of(0) == of(2));
  CHECK(of(0) != of(1));
}

}  // namespace
}  // namespace lockstep::tests

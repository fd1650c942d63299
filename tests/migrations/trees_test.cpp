// SPDX-License-Identifier: BSL-1.0
// Parity of whole trees: on servers, and with less depth without them.
#include <algorithm>

#include "lockstep/migration_checks.hpp"
#include "migrate/parity/text_schema.hpp"
#include "migrations/empty.hpp"
#include "migrations/parity_seeds.hpp"
#include "support/temp_folder.hpp"

namespace lockstep::tests {
namespace {

using Strings = std::vector<std::string>;

ScratchServers servers() {
  return {.postgres = variable("LOCKSTEP_TEST_POSTGRES_URL"),
          .mysql = variable("LOCKSTEP_TEST_MYSQL_URL")};
}

// A line each, with one in front.
std::string texts(const ParityReport& report) {
  std::string out;
  for (const SchemaDifference& each : report.unexplained) out += '\n' + to_string(each);
  for (const std::string& each : report.unused) out += '\n' + each;
  return out;
}

TEST_CASE("trees: the shipped ones have parity on servers, and by their texts") {
  const auto sets = embedded_trees();
  for (const ScratchServers& on : {servers(), ScratchServers()}) {
    const TreesReport report = check_trees(sets, on, ParityAllow::embedded());
    CHECK(report.versions == Strings{});
    CHECK(texts(report.schemas) == "");
    CHECK(report.passed());
    CHECK(report.not_compared.empty() == !on.postgres.empty());
    CHECK(std::ranges::none_of(report.not_compared,
                               [](const std::string& line) { return line.ends_with("not read"); }));
  }
}

TEST_CASE("trees: a seeded difference is found without a server, unless it is in the rows") {
  for (const Seed& seed : seeds) {
    CAPTURE(seed.told);
    std::vector<MigrationSet> sets;
    for (const Engine engine : {sqlite, postgres, mysql}) sets.push_back(seeded_set(seed, engine));
    const TreesReport report = check_trees(sets, {}, ParityAllow::embedded());
    const std::string told = texts(report.schemas);
    CAPTURE(told);
    const bool of_rows = seed.told.find("rows") != seed.told.npos;
    CHECK((told.find('\n' + std::string(seed.told)) != told.npos) == !of_rows);
    const std::string_view table = seed.told.substr(0, seed.told.find_first_of(",:"));
    for (const auto& each : report.schemas.unexplained) CHECK(each.table == table);
  }
}

TEST_CASE("trees: versions, names and downs that one tree lacks") {
  TempFolder folder;
  folder.write("m/sqlite/1_a.up.sql", create("a")).write("m/sqlite/1_a.down.sql", "DROP TABLE a;");
  folder.write("m/pg/1_aa.up.sql", create("a"));
  folder.write("m/pg/2_b.up.sql", create("b")).write("m/pg/2_b.down.sql", "DROP TABLE b;");
  const auto sets = read_trees(folder.path() / "m");
  REQUIRE(sets.size() == 2);
  const TreesReport report = check_trees(sets, {}, {});
  CHECK(report.versions == Strings{"default/1, name: aa on postgres, a on sqlite",
                                   "default/2: missing on sqlite, on postgres it is b",
                                   "default/1, down: missing on postgres"});
  CHECK_FALSE(report.passed());
  CHECK(texts(report.schemas).find("\nb: missing on sqlite") != std::string::npos);
}

TEST_CASE("trees: a folder for each domain below those of the engines") {
  TempFolder folder;
  folder.write("sqlite/shop/1_a.up.sql", create("a")).write("sqlite/mail/1_b.up.sql", create("b"));
  folder.write("postgres/shop/1_a.up.sql", create("a"));
  const MigrationSet set = MigrationSet::folder(sqlite, folder.path());
  CHECK(set.domains() == Strings{"mail", "shop"});
  CHECK(set.migrations().front().up_file == "sqlite/mail/1_b.up.sql");
  CHECK(MigrationSet::folder(sqlite, folder.path(), {.domain = "shop"}).domains() ==
        Strings{"shop"});
  CHECK_THROWS_WITH_AS(
      static_cast<void>(MigrationSet::folder(sqlite, folder.path(), {.domain = "x"})),
      "the folder has no domain x", InvalidArgument);
  CHECK_THROWS_WITH_AS(static_cast<void>(MigrationSet::folder(sqlite, folder.path() / "sqlite")),
                       doctest::Contains("name the one that is meant"), InvalidData);
  ScratchDatabase scratch;
  CHECK(Migrator(scratch.db(), set).up().size() == 2);
}

// What people write, and what the catalog makes of it: the texts must tell the same as the server.
constexpr std::string_view rewritten = R"(
CREATE TABLE parents (id BIGINT NOT NULL PRIMARY KEY, code INT);
CREATE TABLE t (a BIGINT NOT NULL, b INT DEFAULT 1, gone VARCHAR(10), PRIMARY KEY (a));
ALTER TABLE t ADD COLUMN c VARCHAR(20) DEFAULT 'x' NOT NULL;
ALTER TABLE t ADD d BIGINT, ADD CONSTRAINT uq_t UNIQUE (b, d), ADD CONSTRAINT ck_t CHECK (b > 0);
ALTER TABLE t ADD CONSTRAINT fk_t FOREIGN KEY (d) REFERENCES parents (id) ON DELETE SET NULL;
ALTER TABLE t DROP COLUMN gone;
CREATE INDEX idx_t ON t (c DESC, d);
CREATE INDEX idx_u ON t (d);
ALTER TABLE t RENAME COLUMN c TO cc;
CREATE TABLE other (x INTEGER);
DROP TABLE other;
ALTER TABLE parents RENAME TO elders)";

constexpr Sql spelled{
    "test.spelled",
    "SELECT 1",
    {.postgres = "ALTER TABLE t ALTER COLUMN b SET NOT NULL, ALTER b DROP DEFAULT;"
                 "ALTER TABLE t ALTER cc TYPE TEXT USING cc;"
                 "CREATE TABLE s (id SERIAL PRIMARY KEY, at TIMESTAMPTZ(6) DEFAULT NOW(), f FLOAT8,"
                 " n DECIMAL(10, 2) NULL, v VARCHAR(3) UNIQUE, r INT8 REFERENCES elders,"
                 " l TEXT[]);"
                 "ALTER INDEX idx_t RENAME TO idx_tt; DROP INDEX IF EXISTS idx_u",
     .mysql = "ALTER TABLE t MODIFY COLUMN b INT NOT NULL, CHANGE cc cc VARCHAR(30) NOT NULL;"
              "CREATE TABLE s (id INTEGER AUTO_INCREMENT PRIMARY KEY, at DATETIME(6) NOT NULL"
              " DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), ok BOOL DEFAULT TRUE,"
              " n DECIMAL(10,2), v VARCHAR(3) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin UNIQUE,"
              " KEY by_n (n, v(2)), e ENUM('a','b')) COLLATE = utf8mb4_general_ci;"
              "ALTER TABLE s ADD first_one INT FIRST, ADD COLUMN third INT AFTER id;"
              "ALTER TABLE t RENAME INDEX idx_t TO idx_tt; DROP INDEX idx_tt ON t"}};

TEST_CASE("trees: the texts tell what the server makes of them") {
  for (const Engine engine : {postgres, mysql}) {
    CAPTURE(to_string(engine));
    const std::string text = std::string(rewritten) + ";\n" + std::string(spelled.text(engine));
    const FolderFile file{"1_a.up.sql", text};
    const std::array<FolderFile, 1> files{file};
    const MigrationSet set = MigrationSet::folder(engine, files);
    const detail::TextSchema read = detail::schema_of_texts(set);
    CHECK(read.unread == Strings{});
    ScratchDatabase scratch(servers().of(engine));
    Migrator(scratch.db(), set).up();
    std::string told;
    for (const auto& each : compare(read_schema(scratch.db(), 0), read.schema)) {
      told += '\n' + to_string(each);
    }
    CHECK(told == "");
  }
}

TEST_CASE("trees: what the texts do not tell is named") {
  const std::array<FolderFile, 1> files{FolderFile{
      "1_a.up.sql", "CREATE TABLE a (id INT);\nDO $$ BEGIN END $$;\nCREATE TABLE b AS SELECT 1;"}};
  CHECK(detail::schema_of_texts(MigrationSet::folder(postgres, files)).unread ==
        Strings{"1_a.up.sql:2: do $$ BEGIN END $$", "1_a.up.sql:3: create table b"});
}

}  // namespace
}  // namespace lockstep::tests

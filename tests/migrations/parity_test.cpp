// SPDX-License-Identifier: BSL-1.0
// The migrations of the three engines make one schema. Every target compares all three, and looks
// for differences that are put into the migrations of its own engine.
#include "lockstep/parity.hpp"

#include <algorithm>

#include "migrations/empty.hpp"
#include "migrations/parity_seeds.hpp"
#include "testing/domains.hpp"

namespace lockstep::tests {
namespace {

Schema migrated_schema(const std::string& url) {
  testing::TestDatabase fixture({}, url);
  return read_schema(fixture.db());
}

// PostgreSQL first: it can say most.
const std::array<Schema, 3>& shipped() {
  static const std::array<Schema, 3> schemas{
      migrated_schema(variable("LOCKSTEP_TEST_POSTGRES_URL")),
      migrated_schema(variable("LOCKSTEP_TEST_MYSQL_URL")), migrated_schema("sqlite::memory:")};
  return schemas;
}

// A line each.
std::string texts(const std::vector<SchemaDifference>& differences) {
  std::string out;
  for (const SchemaDifference& each : differences) out += '\n' + to_string(each);
  return out;
}

TEST_CASE("parity: the shipped migrations have no unexplained difference") {
  const ParityReport report = check_parity(shipped(), ParityAllow::embedded());
  CHECK(texts(report.unexplained) == "");
  CHECK(report.unused == std::vector<std::string>{});
  CHECK_FALSE(report.explained.empty());
}

TEST_CASE("parity: the schema that is read has every table, and something of every kind") {
  for (const Schema& schema : shipped()) {
    CAPTURE(schema.name);
    std::size_t tables = 0;
    for (const auto& domain : testing::detail::all_domains()) {
      for (const auto& table : domain.tables) {
        CAPTURE(table.name);
        CHECK(schema.find(table.name) != nullptr);
        ++tables;
      }
    }
    CHECK(schema.tables.size() == tables);
    const SchemaTable* states = schema.find("resource_state");
    REQUIRE(states != nullptr);
    CHECK(states->columns.size() == 9);
    CHECK_FALSE(states->columns.front().nullable);
    CHECK(states->primary_key.columns == std::vector<std::string>{"id"});
    CHECK(states->primary_key.name.value_or("pk_resource_state") == "pk_resource_state");
    CHECK(states->indexes.size() == 4);
    REQUIRE(states->foreign_keys.size() == 1);
    CHECK(states->foreign_keys.front().name == "fk_resource_state_last_run_id");
    CHECK(states->triggers == std::vector<std::string>{"trg_resource_state_updated_at"});
    CHECK(schema.find("runs")->columns.back().default_value == "now");
    CHECK(schema.find("audit")->columns.front().default_value == "identity");
    const auto& checks = schema.find("events")->checks;
    const auto level = std::ranges::find(checks, "ck_events_level", &SchemaCheck::name);
    REQUIRE(level != checks.end());
    CHECK(level->condition == "level in ('debug', 'info', 'warning', 'error')");
    CHECK(schema.find("meta")->row_count == 1);
    CHECK(schema.find("jobs")->row_count == 0);
  }
}

TEST_CASE("parity: up, down, up gives the same schema, and down leaves none") {
  Empty fixture;
  Migrator migrator(fixture.db, MigrationSet::embedded(fixture.db.dialect().engine));
  CHECK(read_schema(fixture.db).tables.empty());
  migrator.up();
  const Schema schema = read_schema(fixture.db);
  CHECK_FALSE(schema.tables.empty());
  migrator.down_all();
  CHECK(read_schema(fixture.db).tables.empty());
  migrator.up();
  CHECK(read_schema(fixture.db) == schema);
}

TEST_CASE("parity: a table with more rows than the limit is not hashed") {
  Empty fixture;
  Database& db = fixture.db;
  db.execute("CREATE TABLE a (id INTEGER NOT NULL PRIMARY KEY, name VARCHAR(10))");
  db.execute("INSERT INTO a (id, name) VALUES (1, 'x'), (2, NULL)");
  CHECK(read_schema(db, 2).find("a")->row_count == 2);
  CHECK_FALSE(read_schema(db, 1).find("a")->row_count);
  CHECK_FALSE(read_schema(db, 0).find("a")->row_count);
  const std::string before = read_schema(db).find("a")->rows_sha;
  db.execute("UPDATE a SET name = '' WHERE id = 2");
  CHECK(read_schema(db).find("a")->rows_sha != before);
}

// What the shipped migrations do not have, in words that every engine reads.
constexpr std::string_view odd_tables = R"(
CREATE TABLE odd_parents (a BIGINT NOT NULL, b BIGINT NOT NULL,
  CONSTRAINT pk_odd_parents PRIMARY KEY (a, b));
CREATE TABLE odd (
  id BIGINT NOT NULL,
  "order" BIGINT DEFAULT -5,
  a BIGINT, b BIGINT DEFAULT (1 + 2) NOT NULL,
  twice BIGINT GENERATED ALWAYS AS (id * 2) STORED,
  c VARCHAR(20) DEFAULT 'it''s',
  CONSTRAINT pk_odd PRIMARY KEY (id),
  CONSTRAINT all_odd UNIQUE ("order", a),
  CONSTRAINT fk_odd FOREIGN KEY (a, b) REFERENCES odd_parents (a, b) ON DELETE CASCADE,
  CONSTRAINT ck_many CHECK ("order" BETWEEN -5 AND 10 OR a IS NULL AND NOT b IN (1, 2)),
  CONSTRAINT ck_more CHECK (a <> 3 AND (b = 1 OR NOT (b > 4 AND a < -1)) AND b % 2 = 0),
  CONSTRAINT ck_text CHECK (c LIKE 'x%' AND c NOT LIKE '%it''s' AND c NOT IN ('a', 'b')));
CREATE INDEX idx_odd ON odd (b DESC, "order"))";

SchemaTable expected_odd() {
  SchemaTable odd;
  odd.name = "odd";
  odd.columns = {{"id", "bigint", false, ""},
                 {"order", "bigint", true, "-5"},
                 {"a", "bigint", true, ""},
                 {"b", "bigint", false, "1 + 2"},
                 {"twice", "bigint", true, "generated"},
                 {"c", "varchar(20)", true, "'it''s'"}};
  odd.primary_key = {"pk_odd", {"id"}};
  odd.indexes = {{"all_odd", true, {"order", "a"}, ""},
                 {"idx_odd", false, {"b desc", "order"}, ""}};
  odd.foreign_keys = {{"fk_odd", {"a", "b"}, "odd_parents", {"a", "b"}, "cascade", "no action"}};
  odd.checks = {
      {"ck_many", "((order >= -5) and (order <= 10)) or ((a is null) and (b not in (1, 2)))"},
      {"ck_more", "(a <> 3) and ((b = 1) or (b <= 4) or (a >= -1)) and ((b % 2) = 0)"},
      {"ck_text", "(c like 'x%') and (c not like '%it''s') and (c not in ('a', 'b'))"}};
  odd.row_count = 0;
  return odd;
}

// What an engine cannot help: no type that is kept without STRICT, and so no bound of a text that
// is compared by its bytes; an index for a foreign key.
TEST_CASE("parity: a table of odd things is read alike on every engine") {
  Empty fixture;
  Files files;
  files.add("odd", "0001_odd.up.sql", std::string(odd_tables));
  Migrator(fixture.db, files.set(fixture.db)).up();
  const Schema read = read_schema(fixture.db);
  REQUIRE(read.tables.size() == 2);
  CHECK(std::ranges::is_sorted(read.find("odd")->indexes, {}, &SchemaIndex::name));
  SchemaTable parents = read.tables.back();
  CHECK(parents.primary_key.columns == std::vector<std::string>{"a", "b"});
  const Schema expected{Engine::postgres, "expected", {expected_odd(), parents}};
  for (const SchemaDifference& each : compare(expected, read)) {
    CAPTURE(to_string(each));
    REQUIRE(each.reason);
    const bool types = each.what == "column types" || (each.what == "type" && each.name == "c");
    const bool key_index = each.what == "surplus" && each.name == "fk_odd";
    CHECK(*each.reason == (key_index ? ParityReason::foreign_key_index : ParityReason::type));
    CHECK((types || key_index));
  }
}

TEST_CASE("parity: a partial index with an expression is read where the engine has it") {
  Empty fixture;
  Database& db = fixture.db;
  if (!db.capabilities().partial_index) return;
  db.execute("CREATE TABLE a (n BIGINT, c VARCHAR(20))");
  db.execute("CREATE UNIQUE INDEX idx_a ON a (lower(c), n DESC) WHERE n > 0 AND NOT c IS NULL");
  const Schema schema = read_schema(db);
  REQUIRE(schema.find("a")->indexes.size() == 1);
  CHECK(schema.find("a")->indexes.front() ==
        SchemaIndex{"idx_a", true, {"lower(c)", "n desc"}, "(n > 0) and (c is not null)"});
}

TEST_CASE("parity: at least twenty differences are looked for, in every tree") {
  CHECK(seeds.size() >= 20);
  for (const Engine tree : {sqlite, postgres, mysql}) {
    CHECK(std::ranges::count(seeds, tree, &Seed::tree) >= 6);
  }
}

// The tables of a domain only.
Schema restricted(Schema schema, std::string_view domain) {
  const auto tables = testing::detail::find_domains({std::string(domain)}).front()->tables;
  std::erase_if(schema.tables, [&](const SchemaTable& table) {
    return std::ranges::find(tables, table.name, &testing::detail::Table::name) == tables.end();
  });
  return schema;
}

// What the migrations of the domain make on the target, with one line written otherwise.
Schema seeded(const Seed& seed) {
  Empty fixture;
  Migrator(fixture.db, seeded_set(seed, seed.tree)).up();
  return restricted(read_schema(fixture.db), seed.domain);
}

TEST_CASE(
    "parity: a line of one engine's migrations that is written otherwise is found and named") {
  const Engine tree = Empty().db.dialect().engine;
  for (const Seed& seed : seeds) {
    if (seed.tree != tree) continue;
    CAPTURE(seed.told);
    std::array<Schema, 3> schemas;
    for (std::size_t i = 0; i < schemas.size(); ++i) {
      const Schema& each = shipped()[i];
      schemas[i] = each.engine == tree ? seeded(seed) : restricted(each, seed.domain);
    }
    const auto found = check_parity(schemas, ParityAllow::embedded()).unexplained;
    const std::string told = texts(found);
    CAPTURE(told);
    CHECK(told.find('\n' + std::string(seed.told)) != told.npos);
    const std::string_view table = seed.told.substr(0, seed.told.find_first_of(",:"));
    for (const SchemaDifference& difference : found) CHECK(difference.table == table);
  }
}

}  // namespace
}  // namespace lockstep::tests

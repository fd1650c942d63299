// SPDX-License-Identifier: BSL-1.0
// The migrations of the three engines make one schema. Every target compares all three, and looks
// for differences that are put into the migrations of its own engine.
#include "lockstep/parity.hpp"

#include <algorithm>

#include "migrate/embedded.hpp"
#include "migrations/empty.hpp"
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

// A line of an engine's migrations that is written otherwise, and how that is told.
struct Seed {
  Engine tree;
  std::string_view domain;
  std::string_view file;
  std::string_view from;  // stands in the file once
  std::string_view to;
  std::string_view told;
};

constexpr Engine sqlite = Engine::sqlite;
constexpr Engine postgres = Engine::postgres;
constexpr Engine mysql = Engine::mysql;

constexpr std::array seeds{
    Seed{sqlite, "agent", "0002_claims.up.sql", "ALTER TABLE tasks ADD COLUMN lease_until INTEGER;",
         "", "tasks, column lease_until: missing on sqlite, on postgres it is bigint"},
    Seed{sqlite, "scheduler", "0001_initial.up.sql", "avg_inbox_length REAL",
         "avg_inbox_length INTEGER",
         "scheduler_stats, column avg_inbox_length, type: double on postgres, bigint on sqlite"},
    Seed{sqlite, "scheduler", "0001_initial.up.sql", "schedule TEXT NOT NULL", "schedule TEXT",
         "jobs, column schedule, nullability: not null on postgres, null on sqlite"},
    Seed{sqlite, "scheduler", "0001_initial.up.sql", "(length(action_type) <= 64)",
         "(length(action_type) <= 63)",
         "actions, column action_type, type: key(64) on postgres, text, length <= 63 on sqlite"},
    Seed{sqlite, "scheduler", "0001_initial.up.sql", "ON DELETE SET NULL", "ON DELETE CASCADE",
         "jobs, foreign key fk_jobs_constraint_id, on delete: set null on postgres, cascade on"
         " sqlite"},
    Seed{sqlite, "instances", "0002_api_keys.up.sql",
         "CHECK (permission_mode IN ('allow_all', 'per_instance'))",
         "CHECK (permission_mode IN ('allow_all'))",
         "api_keys, check ck_api_keys_permission_mode, condition: permission_mode in ('allow_all', "
         "'per_instance') on postgres, permission_mode = 'allow_all' on sqlite"},
    Seed{sqlite, "lockstep", "0001_outcomes.up.sql", "STRICT;", ";",
         "lockstep_outcomes, column types: kept on postgres, not kept on sqlite"},
    Seed{sqlite, "scheduler", "0001_initial.up.sql", "TRIGGER trg_jobs_updated_at",
         "TRIGGER trg_jobs_updated",
         "jobs, trigger trg_jobs_updated_at: missing on sqlite, on postgres it is"
         " trg_jobs_updated_at"},
    Seed{sqlite, "workflow", "0001_initial.up.sql",
         "idx_executions_started_at ON executions (started_at, id)",
         "idx_executions_started_at ON executions (started_at DESC, id)",
         "executions, index idx_executions_started_at, columns: (started_at, id) on postgres,"
         " (started_at desc, id) on sqlite"},
    Seed{sqlite, "agent", "0003_retention.up.sql", "WHERE resolved_at IS NOT NULL",
         "WHERE resolved_at > 0",
         "dead_letters, index idx_dead_letters_resolved_at, condition: resolved_at is not null on"
         " postgres, resolved_at > 0 on sqlite"},
    Seed{sqlite, "agent", "0001_initial.up.sql",
         "CONSTRAINT pk_audit_log PRIMARY KEY AUTOINCREMENT", "CONSTRAINT pk_audit_log PRIMARY KEY",
         "audit_log, column id, default: identity on postgres, none on sqlite"},
    Seed{sqlite, "provisioning", "0001_initial.up.sql", "\"key\" TEXT NOT NULL",
         "\"key\" TEXT NOT NULL COLLATE NOCASE",
         "facts, column key, type: key(255) on postgres, text collate nocase on sqlite"},
    Seed{postgres, "scheduler", "0002_claims.up.sql", "DEFAULT 0", "DEFAULT 1",
         "job_runs, column fence, default: 1 on postgres, 0 on mysql"},
    Seed{postgres, "scheduler", "0001_initial.up.sql", "success BOOLEAN", "success BIGINT",
         "job_runs, column success, type: bigint on postgres, boolean on mysql"},
    Seed{postgres, "workflow", "0001_initial.up.sql", "workflow_id VARCHAR(255) COLLATE \"C\"",
         "workflow_id VARCHAR(255)",
         "executions, column workflow_id, type: varchar(255) on postgres, key(255) on mysql"},
    Seed{
        postgres, "instances", "0001_initial.up.sql", "CREATE UNIQUE INDEX", "CREATE INDEX",
        "instances, index idx_instances_name, uniqueness: not unique on postgres, unique on mysql"},
    Seed{postgres, "instances", "0002_api_keys.up.sql", "fk_key_permissions_key_id",
         "fk_key_permissions_key",
         "key_permissions, foreign key fk_key_permissions_key, name: fk_key_permissions_key on"
         " postgres, fk_key_permissions_key_id on mysql"},
    Seed{postgres, "agent", "0001_initial.up.sql",
         "pk_thread_sessions PRIMARY KEY (channel, thread_ts)",
         "pk_thread_sessions PRIMARY KEY (thread_ts, channel)",
         "thread_sessions, primary key, columns: (thread_ts, channel) on postgres, (channel,"
         " thread_ts) on mysql"},
    Seed{postgres, "workflow", "0001_initial.up.sql", "id BIGINT GENERATED BY DEFAULT AS IDENTITY",
         "id BIGINT",
         "variable_snapshots, column id, default: none on postgres, identity on mysql"},
    Seed{postgres, "instances", "0001_initial.up.sql", "pk_instances", "pk_instance",
         "instances, primary key, name: pk_instance on postgres, pk_instances on sqlite"},
    Seed{postgres, "provisioning", "0001_initial.up.sql", "ip_address VARCHAR(64)",
         "ip_address VARCHAR(46)",
         "audit, column ip_address, type: key(46) on postgres, text, length <= 64 on sqlite"},
    Seed{postgres, "provisioning", "0001_initial.up.sql",
         "TRIGGER trg_facts_updated_at BEFORE UPDATE", "TRIGGER trg_facts BEFORE UPDATE",
         "facts, trigger trg_facts_updated_at: missing on postgres, on mysql it is"
         " trg_facts_updated_at"},
    Seed{mysql, "lockstep", "0001_outcomes.up.sql",
         "created_at DATETIME(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)",
         "created_at DATETIME(6) NOT NULL",
         "lockstep_outcomes, column created_at, default: now on postgres, none on mysql"},
    Seed{mysql, "scheduler", "0002_claims.up.sql", "lease_until DATETIME(6)",
         "lease_until DATETIME",
         "job_runs, column lease_until, type: timestamp on postgres, datetime on mysql"},
    Seed{mysql, "provisioning", "0001_initial.up.sql", "ON DELETE RESTRICT", "ON DELETE CASCADE",
         "resource_state, foreign key fk_resource_state_last_run_id, on delete: restrict on"
         " postgres, cascade on mysql"},
    Seed{mysql, "provisioning", "0001_initial.up.sql", "idx_events_level (level, timestamp, id)",
         "idx_events_level (level, timestamp)",
         "events, index idx_events_level, columns: (level, timestamp, id) on postgres, (level,"
         " timestamp) on mysql"},
    Seed{mysql, "agent", "0003_retention.up.sql",
         "ALTER TABLE tasks ADD KEY idx_tasks_completed_at (completed_at);", "",
         "tasks, index idx_tasks_completed_at: missing on mysql, on postgres it is (completed_at)"},
    Seed{mysql, "scheduler", "0001_initial.up.sql", "pod_spec LONGTEXT", "pod_spec TEXT",
         "jobs, column pod_spec, type: text on postgres, text(65535 bytes) on mysql"},
    Seed{mysql, "agent", "0001_initial.up.sql", "('schema_version', '1')",
         "('schema_version', '2')", "meta, content of its rows: "},
    Seed{mysql, "workflow", "0001_initial.up.sql", "variable_name VARCHAR(255) NOT NULL,",
         "variable_name VARCHAR(255) NOT NULL, kind INT,",
         "variable_snapshots, column kind: missing on postgres, on mysql it is integer"},
    Seed{mysql, "lockstep", "0001_outcomes.up.sql", "token VARCHAR(255) NOT NULL",
         "token VARCHAR(255) COLLATE utf8mb4_general_ci NOT NULL",
         "lockstep_outcomes, column token, type: key(255) on postgres, varchar(255) on mysql"},
    Seed{mysql, "provisioning", "0001_initial.up.sql", "UNIQUE (resource_type, resource_name)",
         "UNIQUE (resource_name, resource_type)",
         "resource_state, index uq_resource_state_resource_type_resource_name, columns:"
         " (resource_type, resource_name) on postgres, (resource_name, resource_type) on mysql"},
    Seed{mysql, "workflow", "0001_initial.up.sql", "retry_count INT NOT NULL DEFAULT 0",
         "retry_count INT NOT NULL DEFAULT 3",
         "node_executions, column retry_count, default: 0 on postgres, 3 on mysql"},
};

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
  Files files;
  for (const auto& file : detail::embedded_migrations()) {
    if (file.engine != to_string(seed.tree)) continue;
    if (file.domain != seed.domain && file.domain != "lockstep") continue;
    std::string text(file.text);
    if (file.domain == seed.domain && file.file_name == seed.file) {
      const std::size_t at = text.find(seed.from);
      REQUIRE(at != text.npos);
      REQUIRE(text.find(seed.from, at + 1) == text.npos);
      text.replace(at, seed.from.size(), seed.to);
    }
    files.add(file.domain, std::string(file.file_name), text);
  }
  Migrator(fixture.db, files.set(fixture.db)).up();
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

// SPDX-License-Identifier: BSL-1.0
// Rows that another program has written, and that make no Instance.
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::instances;

void spoil(Executor& ex, std::string_view column, std::string_view text) {
  ex.execute("UPDATE instances SET " + std::string(column) + " = ? WHERE name = 'bad'", text);
}

// What is wrong with the row "bad": it is told apart by load_all_instances, and the other calls
// throw it.
void check_unreadable(Executor& ex, std::string_view why) {
  CAPTURE(why);
  const LoadedInstances loaded = load_all_instances(ex);
  CHECK(ids(loaded.instances, &Instance::name) == Ids{"first", "last"});
  REQUIRE(loaded.unreadable.size() == 1);
  const UnreadableInstance& bad = loaded.unreadable.front();
  CHECK(bad.name == "bad");
  CHECK(bad.id == ex.fetch_value<std::int64_t>("SELECT id FROM instances WHERE name = 'bad'"));
  CHECK(bad.error == why);
  const std::string told = "instance " + std::to_string(bad.id) + ": " + std::string(why);
  const auto all =
      caught<CorruptData>(ex, [](Executor& on) { static_cast<void>(get_all_instances(on)); });
  CHECK(std::string_view(all.what()) == "instances.get_all_instances: " + told);
  const auto one = caught<CorruptData>(
      ex, [](Executor& on) { static_cast<void>(get_instance_by_name(on, "bad")); });
  CHECK(std::string_view(one.what()) == "instances.get_instance_by_name: " + told);
}

void create_three(Executor& ex) {
  create_instance(ex, instance("first"));
  create_instance(ex, full_instance("bad"));
  create_instance(ex, instance("last"));
}

TEST_CASE_FIXTURE(Migrated, "instances: JSON of another shape makes its row unreadable, no other") {
  on_both([&](Executor& ex) {
    create_three(ex);
    struct Case {
      std::string_view column;
      std::string_view text;
      std::string_view why;
    };
    for (const Case& each : {
             Case{"backend_config_json", "{\"port\": 80", "backend_config_json: not JSON"},
             Case{"backend_config_json", "", "backend_config_json: not JSON"},
             Case{"nodes", "[\"a\"", "nodes: not a JSON array of texts"},
             Case{"nodes", "{\"a\": \"b\"}", "nodes: not a JSON array of texts"},
             Case{"nodes", "[\"a\", 1]", "nodes: not a JSON array of texts"},
             Case{"environment", "A=1", "environment: not a JSON object of texts"},
             Case{"environment", "[\"a\"]", "environment: not a JSON object of texts"},
             Case{"environment", "{\"a\": 1}", "environment: not a JSON object of texts"},
         }) {
      spoil(ex, each.column, each.text);
      check_unreadable(ex, each.why);
      update_instance(ex, full_instance("bad"));
      CHECK(load_all_instances(ex).unreadable.empty());
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "instances: a row that cannot be read can be stopped and deleted") {
  on_both([&](Executor& ex) {
    create_three(ex);
    spoil(ex, "nodes", "main");
    update_instance_status(ex, "bad", InstanceStatus::stopped);
    CHECK(ex.fetch_value<std::string>("SELECT status FROM instances WHERE name = 'bad'") ==
          "stopped");
    delete_instance(ex, "bad");
    CHECK(get_all_instances(ex).size() == 2);
  });
}

// The table of a newer program, which knows more types and statuses.
constexpr std::string_view newer_table =
    "CREATE TABLE instances (id BIGINT NOT NULL PRIMARY KEY, name VARCHAR(50) NOT NULL, "
    "backend_type VARCHAR(32) NOT NULL, backend_config_json VARCHAR(99) NOT NULL, "
    "status VARCHAR(32) NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, "
    "auto_restart INTEGER NOT NULL, max_restarts INTEGER NOT NULL, restart_delay INTEGER NOT NULL, "
    "on_demand_start INTEGER NOT NULL, idle_timeout INTEGER NOT NULL, "
    "docker_enabled INTEGER NOT NULL, command_override VARCHAR(99), nodes VARCHAR(99), "
    "environment VARCHAR(99), owner_user_id VARCHAR(255))";
constexpr std::string_view newer_row =
    "INSERT INTO instances VALUES (?, ?, ?, '{}', ?, 0, 0, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, "
    "NULL)";

TEST_CASE("instances: a type or status that is unknown makes its row unreadable, no other") {
  testing::TestDatabase fixture({"lockstep"}, target_url());
  Database& db = fixture.db();
  db.execute(newer_table);
  db.execute(newer_row, 1, "first", "vllm", "stopped");
  db.execute(newer_row, 2, "bad", "gguf", "stopped");
  db.execute(newer_row, 3, "last", "vllm", "running");
  check_unreadable(db, "backend_type: unknown");
  db.execute("DELETE FROM instances WHERE id = 2");
  db.execute(newer_row, 2, "bad", "vllm", "melting");
  check_unreadable(db, "status: unknown");
}

}  // namespace
}  // namespace lockstep::tests

// SPDX-License-Identifier: BSL-1.0
// What the module says about itself, against the database.
#include <set>

#include "rows.hpp"
#include "testing/domains.hpp"

namespace lockstep::tests {
namespace {

TEST_CASE("workflow: every statement is named once and knows the module's constraints") {
  std::set<std::string_view> names;
  for (const Sql* sql : workflow::statements()) {
    CAPTURE(sql->name());
    CHECK(sql->name().starts_with("workflow."));
    CHECK(names.insert(sql->name()).second);
    CHECK(sql->constraints().data() == workflow::constraints().data());
    CHECK(sql->constraints().size() == workflow::constraints().size());
  }
  CHECK(names.contains("workflow.save_execution"));
  CHECK(names.contains("workflow.list_executions"));
  CHECK(names.contains("workflow.list_executions.workflow.status.search"));
}

TEST_CASE("workflow: constraints are named by kind, table and columns") {
  std::set<std::string_view> names;
  for (const lockstep::Constraint& each : workflow::constraints()) {
    CAPTURE(each.name);
    CHECK(names.insert(each.name).second);
    if (each.name.starts_with("fk_")) {
      CHECK(each.name == "fk_" + std::string(each.table) + "_" + std::string(each.columns));
    } else {
      CHECK(each.name == "pk_" + std::string(each.table));
    }
  }
}

TEST_CASE_FIXTURE(Migrated, "workflow: defaults of the columns, for raw SQL") {
  db.execute(
      "INSERT INTO executions (id, workflow_id, workflow_version, status, started_at) "
      "VALUES ('e-1', 'wf', '1', 'running', ?)",
      noon);
  db.execute(
      "INSERT INTO node_executions (id, execution_id, node_id, node_type, status, started_at) "
      "VALUES ('n-1', 'e-1', 'n', 't', 'pending', ?)",
      noon);
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto found = workflow::load_execution(db, "e-1");
  CHECK(found.execution.created_at > now - 1h);
  CHECK(found.execution.created_at < now + 1h);
  REQUIRE(found.nodes.size() == 1);
  CHECK(found.nodes.front().retry_count == 0);
}

TEST_CASE_FIXTURE(Migrated,
                  "workflow: the database refuses keys that are too long for raw SQL too") {
  const auto insert = [](Executor& ex, const std::string& id, const std::string& status) {
    ex.execute(
        "INSERT INTO executions (id, workflow_id, workflow_version, status, started_at) "
        "VALUES (?, 'wf', '1', ?, ?)",
        id, status, noon);
  };
  insert(db, std::string(64, 'x'), "running");
  caught<TooLong>(db, [&](Executor& ex) { insert(ex, std::string(65, 'x'), "running"); });
  caught<TooLong>(db, [&](Executor& ex) { insert(ex, "e-1", std::string(33, 'x')); });
  caught<NotNull>(db, [](Executor& ex) {
    ex.execute(
        "INSERT INTO executions (id, workflow_id, workflow_version, status, started_at) "
        "VALUES ('e-1', NULL, '1', 'running', ?)",
        noon);
  });
}

TEST_CASE_FIXTURE(Migrated, "workflow: the fixture knows every table, children first") {
  testing::seed_test_data(db, {"workflow"});
  const auto seeded = workflow::load_execution(db, "execution-1");
  CHECK(seeded.execution.workflow_id == "data-pipeline");
  REQUIRE(seeded.nodes.size() == 1);
  workflow::save_variable_snapshot(db, change_of("execution-1", "a"));
  const auto domains = testing::detail::find_domains({"workflow"});
  REQUIRE(domains.front()->tables.size() == 3);
  for (const auto& table : domains.front()->tables) {
    CAPTURE(table.name);
    CHECK(count(db, table.name) == 1);
  }
  testing::reset_db(db, {"workflow"});
  for (const auto& table : domains.front()->tables) {
    CAPTURE(table.name);
    CHECK(count(db, table.name) == 0);
  }
  testing::seed_test_data(db, {"workflow"});
  CHECK(workflow::save_variable_snapshot(db, change_of("execution-1", "a")).id == 1);
}

}  // namespace
}  // namespace lockstep::tests

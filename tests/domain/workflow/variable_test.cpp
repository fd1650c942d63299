// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::workflow;

TEST_CASE_FIXTURE(Migrated, "save_variable_snapshot: every member comes back, under a new id") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    save_node_execution(ex, node_of("e-1", "n-1"));
    VariableSnapshot given = change_of("e-1", "total");
    given.id = 77;
    given.node_execution_id = "n-1";
    given.old_value = Json{R"({"a":  1, "a": 2})"};
    given.new_value = Json{"null"};
    const VariableSnapshot stored = save_variable_snapshot(ex, given);
    CHECK(stored.id != 77);
    given.id = stored.id;
    CHECK(stored == given);
    CHECK(list_variable_snapshots(ex, "e-1") == std::vector{given});
    CHECK(save_variable_snapshot(ex, given).id > stored.id);
  });
}

TEST_CASE("save_variable_snapshot: a connection that has no RETURNING tells the id too") {
  DatabaseOptions options;
  options.allowed.returning_insert = false;
  testing::TestDatabase fixture({"workflow"}, target_url(), options);
  Database& db = fixture.db();
  CHECK_FALSE(db.capabilities().returning_insert);
  save_execution(db, execution("e-1"));
  const VariableSnapshot first = save_variable_snapshot(db, change_of("e-1", "a"));
  const VariableSnapshot second = save_variable_snapshot(db, change_of("e-1", "b"));
  CHECK(second.id > first.id);
  CHECK(list_variable_snapshots(db, "e-1") == std::vector{first, second});
}

TEST_CASE_FIXTURE(Migrated, "save_variable_snapshot: absent is null, and not the JSON null") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    VariableSnapshot given = change_of("e-1", "total");
    given.node_execution_id = "";
    given.old_value = Json{""};
    given.new_value.reset();
    given.timestamp.reset();
    const VariableSnapshot stored = save_variable_snapshot(ex, given);
    CHECK_FALSE(stored.node_execution_id.has_value());
    CHECK_FALSE(stored.old_value.has_value());
    CHECK(stored.timestamp == Clock::start);
    CHECK(list_variable_snapshots(ex, "e-1") == std::vector{stored});
    CHECK(ex.fetch_value<std::int64_t>("SELECT COUNT(*) FROM variable_snapshots WHERE "
                                       "node_execution_id IS NULL AND old_value IS NULL") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "save_variable_snapshot: unknown ids are ForeignKey") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    const auto check = [&](const VariableSnapshot& given, std::string_view constraint) {
      const auto e =
          caught<ForeignKey>(ex, [&](Executor& on) { save_variable_snapshot(on, given); });
      if (ex.capabilities().names_foreign_keys) CHECK(e.constraint() == constraint);
    };
    check(change_of("nobody", "a"), "fk_variable_snapshots_execution_id");
    VariableSnapshot given = change_of("e-1", "a");
    given.node_execution_id = "nobody";
    check(given, "fk_variable_snapshots_node_execution_id");
    CHECK(count(ex, "variable_snapshots") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "variable snapshots: a deleted node leaves its changes behind") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    save_node_execution(ex, node_of("e-1", "n-1"));
    VariableSnapshot given = change_of("e-1", "a");
    given.node_execution_id = "n-1";
    VariableSnapshot expected = save_variable_snapshot(ex, given);
    ex.execute("DELETE FROM node_executions WHERE id = ?", "n-1");
    expected.node_execution_id.reset();
    CHECK(list_variable_snapshots(ex, "e-1") == std::vector{expected});
  });
}

TEST_CASE_FIXTURE(Migrated, "list_variable_snapshots: by time, ties by id; one variable or all") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    save_execution(ex, execution("e-2"));
    save_variable_snapshot(ex, change_of("e-2", "a"));
    std::vector<VariableSnapshot> made;
    for (const auto& [name, at] : {std::pair("b", noon + 1s), std::pair("a", noon),
                                   std::pair("A", noon), std::pair("a", noon + 2s)}) {
      made.push_back(save_variable_snapshot(ex, change_of("e-1", name, at)));
    }
    using All = std::vector<VariableSnapshot>;
    CHECK(list_variable_snapshots(ex, "e-1") == All{made[1], made[2], made[0], made[3]});
    CHECK(list_variable_snapshots(ex, "e-1", "a") == All{made[1], made[3]});
    CHECK(list_variable_snapshots(ex, "e-1", "a", 1) == All{made[1]});
    CHECK(list_variable_snapshots(ex, "e-1", {}, 2) == All{made[1], made[2]});
    CHECK(list_variable_snapshots(ex, "e-1", {}, 0).empty());
    CHECK(list_variable_snapshots(ex, "e-1", "c").empty());
    CHECK(list_variable_snapshots(ex, "nobody").empty());
    caught<InvalidArgument>(
        ex, [](Executor& on) { static_cast<void>(list_variable_snapshots(on, "e-1", {}, -1)); });
  });
}

TEST_CASE_FIXTURE(Migrated, "variable snapshots: what cannot be stored is InvalidArgument") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    using Text = const std::string&;
    check_refuses_bad_keys(
        ex, "variable_snapshot.execution_id",
        [](Executor& on, Text key) { save_variable_snapshot(on, change_of(key, "a")); }, 64);
    check_refuses_bad_keys(ex, "variable_snapshot.variable_name", [](Executor& on, Text key) {
      save_variable_snapshot(on, change_of("e-1", key));
    });
    check_refuses_bad_keys(
        ex, "variable_snapshot.execution_id",
        [](Executor& on, Text key) { static_cast<void>(list_variable_snapshots(on, key)); }, 64);
    check_refuses_bad_keys(ex, "variable_snapshot.variable_name", [](Executor& on, Text key) {
      static_cast<void>(list_variable_snapshots(on, "e-1", key));
    });
    const auto refuses = [&](auto&& change) {
      VariableSnapshot given = change_of("e-1", "a");
      change(given);
      caught<InvalidArgument>(ex, [&](Executor& on) { save_variable_snapshot(on, given); });
    };
    refuses([](VariableSnapshot& v) { v.node_execution_id = " n"; });
    refuses([](VariableSnapshot& v) { v.node_execution_id = std::string(65, 'n'); });
    refuses([](VariableSnapshot& v) { v.old_value = Json{"undefined"}; });
    refuses([](VariableSnapshot& v) { v.new_value = Json{"["}; });
    CHECK(count(ex, "variable_snapshots") == 0);
  });
}

}  // namespace
}  // namespace lockstep::tests

// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::workflow;

Execution full(std::string id) {
  Execution given = execution(std::move(id), "nightly", noon, ExecutionStatus::failed);
  given.completed_at = noon + 90s + 1us;
  given.error_type = ErrorType::connection;
  given.error_message = "no route to host";
  given.error_node_id = "fetch";
  given.error_context = Json{R"({"host":  "a", "host": "b"})"};
  given.return_value = Json{"[1,\n 2]"};
  return given;
}

TEST_CASE_FIXTURE(Migrated, "save_execution: every member comes back as it went in") {
  on_both([&](Executor& ex) {
    Execution given = full("e-1");
    const Execution stored = save_execution(ex, given);
    given.created_at = Clock::start;
    CHECK(stored == given);
    CHECK(load_execution(ex, "e-1") == ExecutionDetail{.execution = given});
    CHECK(find_execution(ex, "e-1") == given);
  });
}

TEST_CASE_FIXTURE(Migrated, "save_execution: pending, running, completed: one row") {
  on_both([&](Executor& ex) {
    Execution run = new_execution("nightly", "1.0.0");
    CHECK(save_execution(ex, run).started_at == Clock::start);
    clock.advance(5s);
    start(run, ex.now());
    CHECK(save_execution(ex, run).started_at == Clock::start + 5s);
    clock.advance(5s);
    complete(run, ex.now(), Json{R"({"rows":3})"});
    const Execution ended = save_execution(ex, run);
    CHECK(ended.status == ExecutionStatus::completed);
    CHECK(ended.started_at == Clock::start + 5s);
    CHECK(ended.completed_at == Clock::start + 10s);
    CHECK(ended.return_value == Json{R"({"rows":3})"});
    CHECK(ended.created_at == Clock::start);
    CHECK(count(ex, "executions") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "save_execution: again overwrites what may change, nothing else") {
  on_both([&](Executor& ex) {
    Execution expected = save_execution(ex, full("e-1"));
    clock.advance(1s);
    Execution other = execution("e-1", "weekly", noon, ExecutionStatus::running);
    other.workflow_version = "2.0.0";
    other.started_at.reset();
    expected.status = ExecutionStatus::running;
    expected.completed_at.reset();
    expected.error_type.reset();
    expected.error_message.reset();
    expected.error_node_id.reset();
    expected.error_context.reset();
    expected.return_value.reset();
    CHECK(save_execution(ex, other) == expected);
    CHECK(load_execution(ex, "e-1").execution == expected);
  });
}

TEST_CASE_FIXTURE(Migrated, "save_execution: what stands for nothing is null") {
  on_both([&](Executor& ex) {
    Execution given = full("e-1");
    for (const char* text : {"", "{}", " { } \n"}) {
      given.error_context = Json{text};
      CHECK_FALSE(save_execution(ex, given).error_context.has_value());
    }
    for (const char* text : {"", "null", " null\n"}) {
      given.return_value = Json{text};
      CHECK_FALSE(save_execution(ex, given).return_value.has_value());
    }
    for (const char* text : {"{}", "[]", "\"\"", "\"null\"", "0", "false", "[null]"}) {
      given.return_value = Json{text};
      CHECK(save_execution(ex, given).return_value == Json{text});
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "save_execution: an error has a type and a message") {
  on_both([&](Executor& ex) {
    const auto refuses = [&](auto&& change) {
      Execution given = full("e-1");
      change(given);
      caught<InvalidArgument>(ex, [&](Executor& on) { save_execution(on, given); });
    };
    refuses([](Execution& e) { e.error_message.reset(); });
    refuses([](Execution& e) { e.error_type.reset(); });
    refuses([](Execution& e) {
      e.error_type.reset();
      e.error_message.reset();
      e.error_node_id.reset();
    });
    refuses([](Execution& e) {
      e.error_type.reset();
      e.error_message.reset();
      e.error_context.reset();
    });
    refuses([](Execution& e) { e.error_context = Json{"{"}; });
    refuses([](Execution& e) { e.return_value = Json{"nul"}; });
    refuses([](Execution& e) { e.error_type = static_cast<ErrorType>(9); });
    refuses([](Execution& e) { e.status = static_cast<ExecutionStatus>(9); });
    refuses([](Execution& e) { e.error_message = "a\xFF"; });
    CHECK(count(ex, "executions") == 0);
    Execution longest = full("e-1");
    longest.error_message = std::string(100'000, 'e') + "\xF0\x9F\x98\x80";
    CHECK(save_execution(ex, longest).error_message == longest.error_message);
  });
}

TEST_CASE_FIXTURE(Migrated, "executions: an id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    caught<NotFound>(ex, [](Executor& on) { static_cast<void>(load_execution(on, "nobody")); });
    caught<NotFound>(ex,
                     [](Executor& on) { static_cast<void>(load_execution(on, "nobody", false)); });
    caught<NotFound>(ex, [](Executor& on) { delete_execution(on, "nobody"); });
    CHECK_FALSE(find_execution(ex, "nobody").has_value());
  });
}

TEST_CASE_FIXTURE(Migrated, "executions: keys that no engine should see are InvalidArgument") {
  on_both([&](Executor& ex) {
    const auto saves = [&](std::string_view what, auto&& change, std::size_t max) {
      check_refuses_bad_keys(
          ex, what,
          [&](Executor& on, const std::string& key) {
            Execution given = full("e-1");
            change(given, key);
            save_execution(on, given);
          },
          max);
    };
    using Text = const std::string&;
    saves(
        "execution.id", [](Execution& e, Text key) { e.id = key; }, 64);
    saves(
        "execution.workflow_id", [](Execution& e, Text key) { e.workflow_id = key; }, 255);
    saves(
        "execution.workflow_version", [](Execution& e, Text key) { e.workflow_version = key; }, 64);
    saves(
        "execution.error_node_id", [](Execution& e, Text key) { e.error_node_id = key; }, 255);
    const auto refuses = [&](auto&& f) { check_refuses_bad_keys(ex, "execution.id", f, 64); };
    refuses([](Executor& on, Text key) { static_cast<void>(load_execution(on, key)); });
    refuses([](Executor& on, Text key) { static_cast<void>(find_execution(on, key)); });
    refuses([](Executor& on, Text key) { delete_execution(on, key); });
    CHECK(count(ex, "executions") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_execution: its nodes and variables go with it, no others") {
  on_both([&](Executor& ex) {
    for (const std::string id : {"e-1", "e-2"}) {
      save_execution(ex, execution(id));
      save_node_execution(ex, node_of(id, id + "-n"));
      VariableSnapshot change = change_of(id, "a");
      save_variable_snapshot(ex, change);
      change.node_execution_id = id + "-n";
      save_variable_snapshot(ex, change);
    }
    delete_execution(ex, "e-1");
    CHECK_FALSE(find_execution(ex, "e-1").has_value());
    CHECK(count(ex, "node_executions") == 1);
    CHECK(count(ex, "variable_snapshots") == 2);
    CHECK(load_nodes(ex, "e-2").size() == 1);
    CHECK(list_variable_snapshots(ex, "e-2").size() == 2);
    CHECK(list_variable_snapshots(ex, "e-2").back().node_execution_id == "e-2-n");
  });
}

TEST_CASE_FIXTURE(Migrated, "save_execution_with_nodes: the execution and every node, in order") {
  on_both([&](Executor& ex) {
    std::vector<NodeExecution> nodes;
    for (int i = 0; i < 120; ++i) {
      nodes.push_back(
          node_of(i % 2 == 0 ? "" : "e-1", "n-" + std::to_string(1000 + i), noon + i * 1s));
      nodes.back().inputs = Json{std::to_string(i)};
    }
    const ExecutionDetail stored = save_execution_with_nodes(ex, full("e-1"), nodes);
    CHECK(stored.execution == save_execution(ex, full("e-1")));
    for (NodeExecution& node : nodes) node.execution_id = "e-1";
    CHECK(stored.nodes == nodes);
    CHECK(load_execution(ex, "e-1") == stored);
    CHECK(load_execution(ex, "e-1", false).nodes.empty());
    for (NodeExecution& node : nodes) {
      node.status = NodeStatus::completed;
      node.started_at.reset();
    }
    save_execution_with_nodes(ex, full("e-1"), {nodes.begin() + 1, nodes.end()});
    const auto again = load_nodes(ex, "e-1");
    REQUIRE(again.size() == nodes.size());
    CHECK(again[0].status == NodeStatus::running);
    CHECK(again[119].status == NodeStatus::completed);
    CHECK(again[119].started_at == noon + 119s);
    CHECK(save_execution_with_nodes(ex, full("e-2"), {}).nodes.empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "save_execution_with_nodes: all or nothing") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    const NodeExecution taken = save_node_execution(ex, node_of("e-1", "taken"));
    const auto refused = caught<Duplicate>(ex, [](Executor& on) {
      NodeExecution other = node_of("e-2", "taken");
      other.status = NodeStatus::failed;
      save_execution_with_nodes(on, execution("e-2"), {node_of("e-2", "n-1"), other});
    });
    CHECK(refused.constraint() == "pk_node_executions");
    caught<InvalidArgument>(ex, [](Executor& on) {
      save_execution_with_nodes(on, execution("e-2"), {node_of("e-1", "n-1")});
    });
    caught<InvalidArgument>(ex, [](Executor& on) {
      save_execution_with_nodes(on, execution("e-2"), {node_of("e-2", "n-1"), node_of("e-2", "")});
    });
    CHECK_FALSE(find_execution(ex, "e-2").has_value());
    CHECK(load_nodes(ex, "e-1") == std::vector{taken});
    CHECK(count(ex, "node_executions") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "executions: nothing is left of a transaction that was rolled back") {
  Transaction tx = db.begin();
  save_execution_with_nodes(tx, execution("e-1"), {node_of("e-1", "n-1")});
  save_variable_snapshot(tx, change_of("e-1", "a"));
  tx.rollback();
  for (const char* table : {"executions", "node_executions", "variable_snapshots"}) {
    CHECK(count(db, table) == 0);
  }
}

TEST_CASE_FIXTURE(Migrated, "executions: a status that others have made up is CorruptData") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    ex.execute("UPDATE executions SET status = 'paused'");
    const auto e =
        caught<CorruptData>(ex, [](Executor& on) { static_cast<void>(load_execution(on, "e-1")); });
    CHECK(std::string_view(e.what()).find("status") != std::string_view::npos);
    CHECK(std::string_view(e.what()).find("paused") == std::string_view::npos);
  });
}

}  // namespace
}  // namespace lockstep::tests

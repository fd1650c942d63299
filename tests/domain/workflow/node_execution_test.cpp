// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::workflow;

NodeExecution full(std::string id) {
  NodeExecution given = node_of("e-1", std::move(id));
  given.status = NodeStatus::failed;
  given.completed_at = noon + 3s;
  given.inputs = Json{R"({"url":  "http://a", "n": 1.0})"};
  given.outputs = Json{R"({"lines": []})"};
  given.error_type = ErrorType::timeout;
  given.error_message = "";
  given.error_context = Json{R"({"after": "3s"})"};
  given.retry_count = std::numeric_limits<std::int32_t>::max();
  return given;
}

TEST_CASE_FIXTURE(Migrated, "save_node_execution: every member comes back as it went in") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    CHECK(save_node_execution(ex, full("n-1")) == full("n-1"));
    const NodeExecution bare = save_node_execution(ex, node_of("e-1", "n-2", noon + 1s));
    CHECK(bare == node_of("e-1", "n-2", noon + 1s));
    CHECK(load_nodes(ex, "e-1") == std::vector{full("n-1"), bare});
  });
}

TEST_CASE_FIXTURE(Migrated, "save_node_execution: again overwrites what may change, nothing else") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    NodeExecution expected = save_node_execution(ex, full("n-1"));
    NodeExecution other = node_of("e-1", "n-1");
    other.node_id = "other";
    other.node_type = "transform";
    other.started_at.reset();
    expected.status = NodeStatus::running;
    expected.completed_at.reset();
    expected.outputs.reset();
    expected.error_type.reset();
    expected.error_message.reset();
    expected.error_context.reset();
    expected.retry_count = 0;
    CHECK(save_node_execution(ex, other) == expected);
    other.started_at = expected.started_at = noon + 1h;
    other.inputs = expected.inputs = Json{"[2]"};
    CHECK(save_node_execution(ex, other) == expected);
    CHECK(load_nodes(ex, "e-1") == std::vector{expected});
  });
}

TEST_CASE_FIXTURE(Migrated,
                  "save_node_execution: without a start the store's time is taken, once") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    NodeExecution node = node_of("e-1", "n-1");
    node.status = NodeStatus::pending;
    node.started_at.reset();
    CHECK(save_node_execution(ex, node).started_at == Clock::start);
    clock.advance(1s);
    CHECK(save_node_execution(ex, node).started_at == Clock::start);
    start(node, ex.now());
    CHECK(save_node_execution(ex, node).started_at == Clock::start + 1s);
  });
}

TEST_CASE_FIXTURE(Migrated, "save_node_execution: what stands for nothing is null") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    NodeExecution given = full("n-1");
    for (const char* text : {"", "{}", "\t{ }"}) {
      given.inputs = given.outputs = given.error_context = Json{text};
      given.id += "x";
      const NodeExecution stored = save_node_execution(ex, given);
      CHECK_FALSE(stored.inputs.has_value());
      CHECK_FALSE(stored.outputs.has_value());
      CHECK_FALSE(stored.error_context.has_value());
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "save_node_execution: inputs of a mebibyte, byte for byte") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    NodeExecution given = node_of("e-1", "n-1");
    given.inputs = Json{"{ \"text\" : \"" + std::string(1 << 20, 'x') + "\\u00e9\xC3\xA9\" }"};
    CHECK((save_node_execution(ex, given).inputs == given.inputs));
  });
}

TEST_CASE_FIXTURE(Migrated, "save_node_execution: an unknown execution is ForeignKey") {
  on_both([&](Executor& ex) {
    const auto e = caught<ForeignKey>(
        ex, [](Executor& on) { save_node_execution(on, node_of("nobody", "n-1")); });
    if (ex.capabilities().names_foreign_keys) {
      CHECK(e.constraint() == "fk_node_executions_execution_id");
      CHECK(e.columns() == std::vector<std::string>{"execution_id"});
    }
    CHECK(count(ex, "node_executions") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated,
                  "save_node_execution: the id of another execution's node is Duplicate") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    save_execution(ex, execution("e-2"));
    const NodeExecution before = save_node_execution(ex, full("n-1"));
    const auto e =
        caught<Duplicate>(ex, [](Executor& on) { save_node_execution(on, node_of("e-2", "n-1")); });
    CHECK(e.constraint() == "pk_node_executions");
    CHECK(e.table() == "node_executions");
    CHECK(e.columns() == std::vector<std::string>{"id"});
    CHECK(load_nodes(ex, "e-1") == std::vector{before});
    CHECK(load_nodes(ex, "e-2").empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "load_nodes: in the order of their starts, ties by id, page by page") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    save_execution(ex, execution("e-2"));
    save_node_execution(ex, node_of("e-2", "other"));
    save_node_execution(ex, node_of("e-1", "d", noon + 2s));
    save_node_execution(ex, node_of("e-1", "c", noon));
    save_node_execution(ex, node_of("e-1", "a", noon + 1s));
    save_node_execution(ex, node_of("e-1", "b", noon));
    CHECK(ids(load_nodes(ex, "e-1")) == Ids{"b", "c", "a", "d"});
    CHECK(ids(load_nodes(ex, "e-1", {.limit = 3})) == Ids{"b", "c", "a"});
    CHECK(ids(load_nodes(ex, "e-1", {.limit = 3, .offset = 3})) == Ids{"d"});
    CHECK(ids(load_nodes(ex, "e-1", {.offset = 2})) == Ids{"a", "d"});
    CHECK(load_nodes(ex, "e-1", {.offset = 4}).empty());
    CHECK(load_nodes(ex, "e-1", {.limit = 0}).empty());
    CHECK(load_nodes(ex, "nobody").empty());
    for (const Page& page : {Page{.limit = -1}, Page{.offset = -1}}) {
      caught<InvalidArgument>(
          ex, [&](Executor& on) { static_cast<void>(load_nodes(on, "e-1", page)); });
    }
  });
}

TEST_CASE_FIXTURE(Migrated,
                  "load_execution: five nodes, their inputs and outputs, what it returned") {
  on_both([&](Executor& ex) {
    ExecutionDetail detail{.execution = new_execution("data-pipeline", "1.0.0")};
    start(detail.execution, noon);
    save_execution(ex, detail.execution);
    for (int i = 0; i < 5; ++i) {
      const std::string n = std::to_string(i);
      NodeExecution& node = add_node_execution(
          detail, {.id = {}, .execution_id = {}, .node_id = "node-" + n, .node_type = "transform"});
      start(node, noon + i * 1s);
      node.inputs = Json{R"({"step": )" + n + "}"};
      complete(node, noon + i * 1s + 500ms, Json{R"({"result": ")" + n + "\"}"});
      save_node_execution(ex, node);
    }
    complete(detail.execution, noon + 5s, Json{R"({"final": "done"})"});
    save_execution(ex, detail.execution);
    detail.execution.created_at = Clock::start;
    CHECK(load_execution(ex, detail.execution.id) == detail);
  });
}

TEST_CASE_FIXTURE(Migrated, "node executions: what cannot be stored is InvalidArgument") {
  on_both([&](Executor& ex) {
    save_execution(ex, execution("e-1"));
    using Text = const std::string&;
    const auto saves = [&](std::string_view what, auto&& change, std::size_t max) {
      check_refuses_bad_keys(
          ex, what,
          [&](Executor& on, Text key) {
            NodeExecution given = full("n-1");
            change(given, key);
            save_node_execution(on, given);
          },
          max);
    };
    saves(
        "node_execution.id", [](NodeExecution& n, Text key) { n.id = key; }, 64);
    saves(
        "node_execution.execution_id", [](NodeExecution& n, Text key) { n.execution_id = key; },
        64);
    saves(
        "node_execution.node_id", [](NodeExecution& n, Text key) { n.node_id = key; }, 255);
    saves(
        "node_execution.node_type", [](NodeExecution& n, Text key) { n.node_type = key; }, 64);
    check_refuses_bad_keys(
        ex, "execution.id", [](Executor& on, Text key) { static_cast<void>(load_nodes(on, key)); },
        64);
    const auto refuses = [&](auto&& change) {
      NodeExecution given = full("n-1");
      change(given);
      caught<InvalidArgument>(ex, [&](Executor& on) { save_node_execution(on, given); });
    };
    refuses([](NodeExecution& n) { n.retry_count = -1; });
    refuses([](NodeExecution& n) { n.status = static_cast<NodeStatus>(9); });
    refuses([](NodeExecution& n) { n.error_type.reset(); });
    refuses([](NodeExecution& n) { n.error_message.reset(); });
    refuses([](NodeExecution& n) { n.inputs = Json{"{'a': 1}"}; });
    refuses([](NodeExecution& n) { n.outputs = Json{"{}x"}; });
    refuses([](NodeExecution& n) { n.error_context = Json{"\xFF"}; });
    CHECK(count(ex, "node_executions") == 0);
  });
}

}  // namespace
}  // namespace lockstep::tests

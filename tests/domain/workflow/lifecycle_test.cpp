// SPDX-License-Identifier: BSL-1.0
// The rules of states, without a database.
#include <set>

#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::workflow;

// Each of an execution's ways to end.
using End = void (*)(Execution&);
constexpr std::array<End, 4> ends{
    [](Execution& e) { complete(e, noon + 2s); }, [](Execution& e) { fail(e, noon + 2s, {}); },
    [](Execution& e) { cancel(e, noon + 2s); }, [](Execution& e) { time_out(e, noon + 2s); }};
constexpr std::array ended{ExecutionStatus::completed, ExecutionStatus::failed,
                           ExecutionStatus::cancelled, ExecutionStatus::timed_out};

TEST_CASE("lifecycle: a new execution is pending under an id of its own") {
  const Execution run = new_execution("nightly", "1.0.0");
  CHECK(run == Execution{.id = run.id, .workflow_id = "nightly", .workflow_version = "1.0.0"});
  CHECK(run.status == ExecutionStatus::pending);
  CHECK_THROWS_AS(static_cast<void>(new_execution("", "1.0.0")), InvalidArgument);
  CHECK_THROWS_AS(static_cast<void>(new_execution("nightly", "")), InvalidArgument);
  CHECK_THROWS_AS(static_cast<void>(new_execution("nightly", std::string(65, '1'))),
                  InvalidArgument);
}

TEST_CASE("lifecycle: an id is a UUID of version 4") {
  std::set<std::string> seen;
  std::set<char> variants;
  for (int i = 0; i < 200; ++i) {
    const std::string id = new_id();
    REQUIRE(id.size() == 36);
    for (std::size_t at = 0; at < id.size(); ++at) {
      const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
      CHECK((dash ? id[at] == '-'
                  : std::string_view("0123456789abcdef").find(id[at]) != std::string_view::npos));
    }
    CHECK(id[14] == '4');
    variants.insert(id[19]);
    CHECK(seen.insert(id).second);
  }
  CHECK(variants == std::set{'8', '9', 'a', 'b'});
}

TEST_CASE("lifecycle: an execution starts once, while it is pending") {
  Execution run = new_execution("nightly", "1.0.0");
  start(run, noon);
  CHECK(run.status == ExecutionStatus::running);
  CHECK(run.started_at == noon);
  const Execution before = run;
  CHECK_THROWS_AS(start(run, noon + 1s), InvalidState);
  CHECK(run == before);
}

TEST_CASE("lifecycle: an execution ends once, while it is running") {
  for (std::size_t i = 0; i < ends.size(); ++i) {
    Execution run = new_execution("nightly", "1.0.0");
    CHECK_THROWS_AS(ends[i](run), InvalidState);
    CHECK(run.status == ExecutionStatus::pending);
    CHECK_FALSE(run.completed_at.has_value());
    start(run, noon);
    CHECK_FALSE(is_terminal(run.status));
    CHECK(duration(run) == 0s);
    ends[i](run);
    CHECK(run.status == ended[i]);
    CHECK(is_terminal(run.status));
    CHECK(run.completed_at == noon + 2s);
    CHECK(duration(run) == 2s);
    const Execution before = run;
    for (const End again : ends) CHECK_THROWS_AS(again(run), InvalidState);
    CHECK_THROWS_AS(start(run, noon), InvalidState);
    CHECK(run == before);
  }
}

TEST_CASE("lifecycle: what an execution returned, and why it failed") {
  Execution run = new_execution("nightly", "1.0.0");
  CHECK_FALSE(is_terminal(run.status));
  start(run, noon);
  Execution other = run;
  complete(run, noon, Json{"42"});
  CHECK(run.return_value == Json{"42"});
  CHECK_FALSE(run.error_type.has_value());
  fail(other, noon,
       {.type = ErrorType::data, .message = "no rows", .node_id = "load", .context = Json{"[1]"}});
  CHECK(other.error_type == ErrorType::data);
  CHECK(other.error_message == "no rows");
  CHECK(other.error_node_id == "load");
  CHECK(other.error_context == Json{"[1]"});
}

TEST_CASE("lifecycle: a node starts, and ends or is skipped") {
  const NodeExecution pending{
      .id = "n-1", .execution_id = "e-1", .node_id = "fetch", .node_type = "mcp_tool"};
  NodeExecution node = pending;
  CHECK_THROWS_AS(complete(node, noon), InvalidState);
  CHECK_THROWS_AS(fail(node, noon, {}), InvalidState);
  CHECK(node == pending);
  start(node, noon);
  CHECK(node.status == NodeStatus::running);
  CHECK_THROWS_AS(start(node, noon), InvalidState);
  CHECK_THROWS_AS(skip(node, noon), InvalidState);
  CHECK_FALSE(is_terminal(node.status));
  NodeExecution other = node;
  complete(node, noon + 1s, Json{"[]"});
  CHECK(node.status == NodeStatus::completed);
  CHECK(node.outputs == Json{"[]"});
  CHECK(duration(node) == 1s);
  CHECK(is_terminal(node.status));
  CHECK_THROWS_AS(complete(node, noon), InvalidState);
  fail(other, noon + 2s,
       {.type = ErrorType::timeout, .message = "too slow", .node_id = {}, .context = Json{"1"}});
  CHECK(other.status == NodeStatus::failed);
  CHECK(other.error_type == ErrorType::timeout);
  CHECK(other.error_message == "too slow");
  CHECK(other.error_context == Json{"1"});
  NodeExecution skipped = pending;
  skip(skipped, noon);
  CHECK(skipped.status == NodeStatus::skipped);
  CHECK(skipped.completed_at == noon);
  CHECK(duration(skipped) == 0s);
  CHECK(is_terminal(skipped.status));
}

TEST_CASE("lifecycle: a node that is added gets the ids that it lacks") {
  ExecutionDetail detail{.execution = execution("e-1")};
  NodeExecution given = node_of("", "");
  const std::string first = add_node_execution(detail, given).id;
  CHECK(first.size() == 36);
  CHECK(detail.nodes[0].execution_id == "e-1");
  add_node_execution(detail, node_of("e-1", "n-2"));
  CHECK(ids(detail.nodes) == Ids{first, "n-2"});
  CHECK_THROWS_AS(add_node_execution(detail, node_of("e-2", "n-3")), InvalidArgument);
  CHECK(detail.nodes.size() == 2);
}

}  // namespace
}  // namespace lockstep::tests

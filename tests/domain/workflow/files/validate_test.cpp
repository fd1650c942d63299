// SPDX-License-Identifier: BSL-1.0
// Which workflows cannot be meant, and what is said of them.
#include "files.hpp"

namespace lockstep::tests {
namespace {

using Problems = std::vector<Problem>;

// What is wrong after a change.
template <class F>
Problems after(F&& change, WorkflowDefinition definition = everything()) {
  change(definition);
  return validate(definition);
}

template <class T>
T& work(WorkflowDefinition& definition, std::string_view id) {
  for (NodeDefinition& node : definition.nodes) {
    if (node.id == id) return std::get<T>(node.work);
  }
  throw std::logic_error("no such node");
}

TEST_CASE("validate: nothing wrong") {
  CHECK(validate(everything()).empty());
  CHECK(validate(greeting()).empty());
}

TEST_CASE("validate: id, name and version") {
  const Problems problems = after([](auto& d) {
    d.id = "../x";
    d.name.clear();
    d.version.clear();
  });
  CHECK(problems ==
        Problems{{"id", "not the name of a file"}, {"name", "missing"}, {"version", "missing"}});
}

TEST_CASE("validate: variables") {
  const auto with = [](VariableDefinition variable) {
    return after([&](auto& d) { d.variables = {variable}; }, greeting());
  };
  CHECK(with({.name = ""}) == Problems{{"variables[0].name", "missing"}});
  for (const char* name : {"1a", "_a", "a-b", "a b", "\xC3\xA9", "a."}) {
    CAPTURE(name);
    CHECK(with({.name = name}) ==
          Problems{{"variables[0].name", "not a letter, then letters, digits and '_'"}});
  }
  CHECK(with({.name = "aZ_9"}).empty());
  CHECK(with({.name = "a", .required = true, .default_value = 1}) ==
        Problems{{"variables[0].default", "of a variable that is required"}});
  CHECK(after(
            [](auto& d) {
              d.variables = {{.name = "a"}, {.name = "b"}, {.name = "a"}};
            },
            greeting()) == Problems{{"variables[2].name", "same as variables[0].name"}});
}

TEST_CASE("validate: a default is of the variable's type") {
  const Datum::List values{"s", 1, 1.5, true, Datum::Map{}, Datum::List{}, Datum()};
  // For each type, which of the values it takes.
  const std::map<VariableType, std::string> fits{
      {VariableType::any, "yyyyyyy"},    {VariableType::string, "ynnnnnn"},
      {VariableType::number, "nyynnnn"}, {VariableType::boolean, "nnnynnn"},
      {VariableType::object, "nnnnynn"}, {VariableType::array, "nnnnnyn"}};
  for (const auto& each : fits) {
    const VariableType type = each.first;
    const std::string& answers = each.second;
    for (std::size_t i = 0; i < values.size(); ++i) {
      CAPTURE(to_text(type));
      CAPTURE(i);
      const VariableDefinition variable{.name = "a", .type = type, .default_value = values[i]};
      const Problems problems = after([&](auto& d) { d.variables = {variable}; }, greeting());
      if (answers[i] == 'y') {
        CHECK(problems.empty());
      } else {
        CHECK(problems == Problems{{"variables[0].default", "not of the type"}});
      }
    }
  }
}

TEST_CASE("validate: servers") {
  const auto with = [](ServerDefinition server) {
    return after([&](auto& d) { d.servers = {server}; }, greeting());
  };
  CHECK(with({.id = "a", .command = "x", .args = {"y"}}).empty());
  CHECK(with({.command = "x"}) == Problems{{"servers[0].id", "missing"}});
  CHECK(with({.id = "a"}) == Problems{{"servers[0].command", "missing for stdio"}});
  CHECK(with({.id = "a", .command = "x", .url = "http://h"}) ==
        Problems{{"servers[0].url", "not for stdio"}});
  for (const Transport transport : {Transport::sse, Transport::http}) {
    CHECK(with({.id = "a", .transport = transport, .url = "https://h/p"}).empty());
    CHECK(with({.id = "a", .transport = transport, .url = "http://h"}).empty());
    CHECK(with({.id = "a",
                .command = "x",
                .args = {"y"},
                .transport = transport,
                .url = "http://h"}) == Problems{{"servers[0].command", "for stdio only"},
                                                {"servers[0].args", "for stdio only"}});
    for (const char* url : {"", "h", "ftp://h", "http://", "https:///p", "http:h"}) {
      CAPTURE(url);
      CHECK(with({.id = "a", .transport = transport, .url = url}) ==
            Problems{{"servers[0].url", "not an http or https URL"}});
    }
  }
  const ServerDefinition one{.id = "a", .command = "x"};
  CHECK(after(
            [&](auto& d) {
              d.servers = {one, one};
            },
            greeting()) == Problems{{"servers[1].id", "same as servers[0].id"}});
}

TEST_CASE("validate: one start, an end, ids of nodes") {
  const Problems none = after([](auto& d) {
    d.nodes.clear();
    d.edges.clear();
  });
  CHECK(none == Problems{{"nodes", "no start"}, {"nodes", "no end"}});
  CHECK(
      after([](auto& d) { d.nodes.push_back({.id = "s2", .work = StartNode{}}); }, greeting()) ==
      Problems{{"nodes", "more than one start"}, {"nodes[2]", "cannot be reached from the start"}});
  CHECK(after(
            [](auto& d) {
              d.edges.clear();
              d.nodes.push_back({.id = "end", .work = EndNode{}});
              d.nodes.push_back({.id = "", .work = EndNode{}});
            },
            greeting()) ==
        Problems{{"nodes[2].id", "same as nodes[1].id"}, {"nodes[3].id", "missing"}});
}

TEST_CASE("validate: what each type of node has to have") {
  CHECK(after([](auto& d) { work<ToolNode>(d, "read") = {}; }) ==
        Problems{{"nodes[1].server", "missing"},
                 {"nodes[1].tool", "missing"},
                 {"nodes[1].output", "missing"}});
  CHECK(after([](auto& d) { work<ToolNode>(d, "read").server = "none"; }) ==
        Problems{{"nodes[1].server", "no such server"}});
  CHECK(after([](auto& d) { work<ConditionNode>(d, "check") = {}; }) ==
        Problems{{"nodes[2].condition", "missing"}});
  CHECK(after([](auto& d) { work<TransformNode>(d, "left") = {}; }) ==
        Problems{{"nodes[7].input", "missing"},
                 {"nodes[7].expression", "missing"},
                 {"nodes[7].output", "missing"}});
  CHECK(after([](auto& d) { work<LoopNode>(d, "each") = {}; }) ==
        Problems{{"nodes[5].collection", "missing"},
                 {"nodes[5].item", "missing"},
                 {"nodes[5].body", "missing"},
                 {"nodes[10]", "cannot be reached from the start"}});
  CHECK(after([](auto& d) {
          work<ParallelNode>(d, "both").branches = {{"right"}, {"more"}};
        }) == Problems{{"nodes[7]", "cannot be reached from the start"}});
  CHECK(after([](auto& d) { work<ParallelNode>(d, "both").branches.push_back({}); }) ==
        Problems{{"nodes[4].branches[2]", "no node"}});
  CHECK(after([](auto& d) { work<ParallelNode>(d, "both").branches[1][1] = "gone"; }) ==
        Problems{{"nodes[4].branches[1][1]", "no such node"},
                 {"nodes[9]", "cannot be reached from the start"}});
  CHECK(after([](auto& d) { work<LoopNode>(d, "each").body.push_back(""); }) ==
        Problems{{"nodes[5].body[1]", "missing"}});
}

TEST_CASE("validate: edges") {
  const auto with = [](EdgeDefinition edge) {
    return after([&](auto& d) { d.edges.push_back(edge); }, greeting());
  };
  CHECK(with({}) == Problems{{"edges[1].id", "missing"},
                             {"edges[1].from", "missing"},
                             {"edges[1].to", "missing"}});
  CHECK(with({.id = "e2", .from = "a", .to = "b"}) ==
        Problems{{"edges[1].from", "no such node"}, {"edges[1].to", "no such node"}});
  CHECK(with({.id = "e2", .from = "end", .to = "end"}) ==
        Problems{{"edges[1].to", "the node it comes from"}});
  CHECK(with({.id = "e1", .from = "start", .to = "end"}) ==
        Problems{{"edges[1].id", "same as edges[0].id"},
                 {"edges[1].to", "a second edge between these nodes"}});
}

TEST_CASE("validate: a condition has two edges, each with a condition") {
  CHECK(after([](auto& d) { d.edges[2].condition.clear(); }) ==
        Problems{{"nodes[2]", "a condition with an edge that has none"}});
  CHECK(after([](auto& d) {
          d.edges.push_back({.id = "e8", .from = "check", .to = "end", .condition = "x"});
        }) == Problems{{"nodes[2]", "a condition without exactly two edges"}});
  CHECK(after([](auto& d) { d.edges.erase(d.edges.begin() + 3); }).front() ==
        Problem{"nodes[2]", "a condition without exactly two edges"});
}

TEST_CASE("validate: cycles, however long, and nothing but their nodes") {
  const auto ring = [](std::size_t size) {
    WorkflowDefinition definition = greeting();
    for (std::size_t i = 0; i < size; ++i) {
      const std::string id = "r" + std::to_string(i);
      definition.nodes.push_back({.id = id, .work = PassthroughNode{}});
      definition.edges.push_back(
          {.id = "re" + std::to_string(i), .from = id, .to = "r" + std::to_string((i + 1) % size)});
    }
    definition.edges[0].to = "r0";
    definition.edges.push_back({.id = "out", .from = "r0", .to = "end"});
    return definition;
  };
  CHECK(validate(ring(2)) == Problems{{"nodes[2]", "part of a cycle, or between two"},
                                      {"nodes[3]", "part of a cycle, or between two"}});
  CHECK(validate(ring(20'000)).size() == 20'000);
  WorkflowDefinition chain = ring(20'000);
  chain.edges.erase(chain.edges.end() - 2);  // the one that closes it
  CHECK(validate(chain).empty());
}

TEST_CASE("validate: what cannot be reached; without edges nothing has to be") {
  CHECK(after([](auto& d) { d.nodes.push_back({.id = "alone", .work = PassthroughNode{}}); },
              greeting()) == Problems{{"nodes[2]", "cannot be reached from the start"}});
  CHECK(after([](auto& d) { d.edges.clear(); }, greeting()).empty());
}

TEST_CASE("validate: everything that is wrong, at once") {
  const Problems problems = after([](auto& d) {
    d.name.clear();
    d.variables[0].name = "1";
    d.servers[0].command.clear();
    d.nodes[0].id.clear();
    d.edges[0].to = "none";
  });
  CHECK(problems.size() >= 6);
  CHECK(problems.front().path == "name");
  CHECK(problems.back().message == "cannot be reached from the start");
}

}  // namespace
}  // namespace lockstep::tests

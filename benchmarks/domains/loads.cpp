// SPDX-License-Identifier: BSL-1.0
#include <benchmark/benchmark.h>

#include "benchmarks/domains/domains.hpp"
#include "benchmarks/domains/executions.hpp"

namespace lockstep::benchmarks {
namespace {

using workflow::ExecutionDetail;
using workflow::NodeExecution;

struct Size {
  int nodes;
  const char* told;  // of SQLite
};

constexpr Size sizes[] = {{10, "0.37 - 0.61 ms"},
                          {30, "0.85 - 1.4 ms"},
                          {50, "1.6 - 2.8 ms"},
                          {100, "4.0 - 5.9 ms"},
                          {500, "16 - 35 ms"}};

// An execution has the number of its nodes as its own.
ExecutionDetail sized(int nodes) { return detail_of(nodes, nodes); }

void fill(Database& db) {
  for (const Size& size : sizes) {
    const ExecutionDetail given = sized(size.nodes);
    expect(workflow::save_execution_with_nodes(db, given.execution, given.nodes) == given,
           "what was saved");
  }
  expect(count(db, "node_executions") == 690, "the number of nodes");
}

void check_ends(const std::vector<NodeExecution>& found, const std::vector<NodeExecution>& given) {
  expect(found.size() == given.size() && found.front().id == given.front().id &&
             found.back().id == given.back().id,
         "the nodes of an execution");
}

void load(Database& db, int nodes, benchmark::State& state) {
  const ExecutionDetail given = sized(nodes);
  ExecutionDetail found;
  for (auto _ : state) {
    found = workflow::load_execution(db, given.execution.id);
    check_ends(found.nodes, given.nodes);
  }
  expect(found == given, "the rows of an execution");
}

void load_only_nodes(Database& db, int nodes, benchmark::State& state) {
  const ExecutionDetail given = sized(nodes);
  std::vector<NodeExecution> found;
  for (auto _ : state) {
    found = workflow::load_nodes(db, given.execution.id);
    check_ends(found, given.nodes);
  }
  expect(found == given.nodes, "the rows of nodes");
}

}  // namespace

void add_loads(Suite& suite, const std::vector<Place>& places) {
  std::vector<std::shared_ptr<Store>> stores;
  for (const Place& place : places) {
    stores.push_back(
        std::make_shared<Store>(place.url, std::vector<std::string>{"workflow"}, fill));
  }
  const auto add = [&](const std::string& what, const char* told, int nodes, auto run) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      const auto body = [store = stores[i], nodes, run](benchmark::State& state) {
        run(store->db(), nodes, state);
      };
      suite.cases.push_back(
          {.engine = places[i].engine, .what = what, .run = body, .told = i == 0 ? told : ""});
    }
  };
  for (const Size& size : sizes) {
    add("load with " + std::to_string(size.nodes) + " nodes", size.told, size.nodes, load);
  }
  add("load 50 nodes alone", "0.78 - 1.1 ms", 50, load_only_nodes);
}

}  // namespace lockstep::benchmarks

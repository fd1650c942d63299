// SPDX-License-Identifier: BSL-1.0
#include <benchmark/benchmark.h>

#include "benchmarks/domains/domains.hpp"
#include "benchmarks/domains/executions.hpp"

namespace lockstep::benchmarks {
namespace {

using workflow::ExecutionDetail;

constexpr int nodes = 30;

using Save = void(Database&, const ExecutionDetail&);

void save_alone(Database& db, const ExecutionDetail& given) {
  workflow::save_execution(db, given.execution);
}

void save_each(Database& db, const ExecutionDetail& given) {
  workflow::save_execution(db, given.execution);
  for (const workflow::NodeExecution& node : given.nodes) workflow::save_node_execution(db, node);
}

void save_together(Database& db, const ExecutionDetail& given) {
  workflow::save_execution_with_nodes(db, given.execution, given.nodes);
}

// Every iteration saves an execution of its own; afterwards all are there, the last as it was
// given.
void save_many(Database& db, int nodes_each, Save* save, benchmark::State& state) {
  db.execute("DELETE FROM executions");
  ExecutionDetail given = detail_of(0, nodes_each);
  int saved = 0;
  for (auto _ : state) {
    state.PauseTiming();
    given = detail_of(saved++, nodes_each);
    state.ResumeTiming();
    save(db, given);
  }
  expect(count(db, "executions") == saved, "the number of executions");
  expect(count(db, "node_executions") == saved * nodes_each, "the number of nodes");
  expect(workflow::load_execution(db, given.execution.id) == given, "the execution saved last");
}

}  // namespace

void add_saves(Suite& suite, const std::vector<Place>& places) {
  constexpr const char* slow = "save with 30 nodes, 31 commits";
  constexpr const char* fast = "save with 30 nodes, one transaction";
  for (const Place& place : places) {
    const bool judged = &place == &places.front();
    const auto store = std::make_shared<Store>(place.url, std::vector<std::string>{"workflow"});
    const auto add = [&](const char* what, const char* told, int nodes_each, Save* save) {
      const auto body = [store, nodes_each, save](benchmark::State& state) {
        save_many(store->db(), nodes_each, save, state);
      };
      suite.cases.push_back(
          {.engine = place.engine, .what = what, .run = body, .told = judged ? told : ""});
    };
    add("save one without nodes", "7.1 ms", 0, save_alone);
    add(slow, "204 - 311 ms", nodes, save_each);
    add(fast, "", nodes, save_together);
    suite.ratios.push_back({.engine = place.engine,
                            .what = "31 commits against one transaction",
                            .slow = slow,
                            .fast = fast});
    if (judged) suite.ratios.back().at_least = 20;
  }
}

}  // namespace lockstep::benchmarks

// SPDX-License-Identifier: BSL-1.0
#include <benchmark/benchmark.h>

#include <algorithm>

#include "benchmarks/domains/domains.hpp"
#include "benchmarks/domains/executions.hpp"

namespace lockstep::benchmarks {
namespace {

using namespace std::chrono_literals;
using workflow::Execution;
using workflow::ExecutionFilter;
using workflow::ExecutionPage;
using workflow::ExecutionStatus;
using workflow::Page;

constexpr int executions = 1000;
constexpr int loaded = 500;

// Newest first, as a list without a filter has them.
const std::vector<Execution>& all_executions() {
  static const std::vector<Execution> all = [] {
    std::vector<Execution> out;
    for (int i = executions; i-- > 0;) out.push_back(execution_of(i));
    return out;
  }();
  return all;
}

// The rows are as they were given, and filters let through what they should, and else nothing.
void check_data(Database& db) {
  expect(workflow::list_executions(db).executions == all_executions(), "the 1,000 executions");
  const auto total = [&](const ExecutionFilter& filter) {
    return workflow::list_executions(db, filter, {.limit = 1}).total_count;
  };
  const Timestamp first = clock_time();
  expect(total({.workflow_id = "Test-workflow"}) == 0, "another workflow");
  expect(total({.status = ExecutionStatus::failed}) == 0, "another status");
  expect(total({.started_after = first - 168h, .started_before = first}) == 0, "a week before");
  expect(total({.started_after = first + 900s}) == 100, "the last 100 seconds");
}

void fill(Database& db) {
  db.transaction([](Transaction& tx) {
    for (const Execution& each : all_executions()) workflow::save_execution(tx, each);
  });
  check_data(db);
}

// A list, and what it must answer: every member of every row, the first and last ids each time.
struct Question {
  const char* what;
  double limit_s;
  const char* told;  // of SQLite
  ExecutionFilter filter;
  Page page;
  std::vector<Execution> answer;
  std::int64_t total = executions;
};

std::vector<Execution> part(int first, int count) {
  const auto begin = all_executions().begin() + first;
  return {begin, begin + count};
}

std::vector<Execution> completed() {
  std::vector<Execution> out;
  const auto& all = all_executions();
  std::copy_if(all.begin(), all.end(), std::back_inserter(out),
               [](const Execution& each) { return each.status == ExecutionStatus::completed; });
  return out;
}

std::vector<Question> questions() {
  const Timestamp now = clock_time() + std::chrono::seconds(executions);
  return {
      {"list: first page of 100 of 1,000", 0.050, "3.0 ms", {}, {.limit = 100}, part(0, 100)},
      {"list: offset 900", 0.100, "1.9 ms", {}, {.limit = 100, .offset = 900}, part(900, 100)},
      {"list: by status, 500 rows",
       0.100,
       "6.2 ms",
       {.status = ExecutionStatus::completed},
       {},
       completed(),
       500},
      {"list: by workflow, 1,000 rows",
       0.100,
       "8.7 ms",
       {.workflow_id = the_workflow},
       {},
       part(0, executions)},
      {"list: last 7 days, 1,000 rows",
       0.100,
       "5.2 ms",
       {.started_after = now - 168h},
       {},
       part(0, executions)},
  };
}

void ask(Database& db, const Question& question, benchmark::State& state) {
  ExecutionPage page;
  for (auto _ : state) {
    page = workflow::list_executions(db, question.filter, question.page);
    expect(page.total_count == question.total && page.executions.size() == question.answer.size() &&
               page.executions.front().id == question.answer.front().id &&
               page.executions.back().id == question.answer.back().id,
           "a page of executions");
  }
  expect(page.executions == question.answer, "the rows of a page");
}

void load_one(Database& db, benchmark::State& state) {
  const std::string id = id_of(loaded);
  workflow::ExecutionDetail found;
  for (auto _ : state) {
    found = workflow::load_execution(db, id);
    expect(found.execution.id == id, "the execution");
  }
  expect(found == detail_of(loaded, 0), "the row of the execution");
}

}  // namespace

void add_history(Suite& suite, const std::vector<Place>& places) {
  std::vector<std::shared_ptr<Store>> stores;
  for (const Place& place : places) {
    stores.push_back(
        std::make_shared<Store>(place.url, std::vector<std::string>{"workflow"}, fill));
  }
  const auto add = [&](const char* what, double limit_s, const char* told, auto&& run) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      const auto body = [store = stores[i], run](benchmark::State& state) {
        run(store->db(), state);
      };
      suite.cases.push_back({.engine = places[i].engine,
                             .what = what,
                             .run = body,
                             .limit_s = limit_s,
                             .told = i == 0 ? told : ""});
    }
  };
  for (const Question& question : questions()) {
    add(question.what, question.limit_s, question.told,
        [question](Database& db, benchmark::State& state) { ask(db, question, state); });
  }
  add("load one of 1,000", 0.050, "0.06 ms", load_one);
}

}  // namespace lockstep::benchmarks

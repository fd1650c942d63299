// SPDX-License-Identifier: BSL-1.0
// every_statement FILE: whether each statement of each domain was run on each engine by the tests
// that have appended to the file; see support/statements_run.hpp. Names those that were not, and
// fails then.
#include <array>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>
#include <vector>

#include "lockstep/agent/agent.hpp"
#include "lockstep/instances/instances.hpp"
#include "lockstep/provisioning/provisioning.hpp"
#include "lockstep/scheduler/scheduler.hpp"
#include "lockstep/workflow/workflow.hpp"

namespace {

using namespace lockstep;

// A statement that an engine has no use for. One that was run there all the same is an error.
struct Unused {
  std::string_view statement;
  Engine engine;
  std::string_view because;
};

constexpr std::string_view no_skip_locked = "it has no SKIP LOCKED";

constexpr auto unused = std::to_array<Unused>({
    {"agent.claim_tasks.candidates", Engine::sqlite, no_skip_locked},
    {"scheduler.claim_due_runs.candidates", Engine::sqlite, no_skip_locked},
    {"scheduler.claim_due_runs.candidates_of_job", Engine::sqlite, no_skip_locked},
});

std::string line_of(Engine engine, std::string_view statement) {
  return std::string(to_string(engine)) + ' ' + std::string(statement);
}

std::set<std::string> read_lines(const char* file) {
  std::ifstream in(file);
  std::set<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

std::vector<const Sql*> all_statements() {
  std::vector<const Sql*> all;
  for (const auto domain :
       {agent::statements(), instances::statements(), provisioning::statements(),
        scheduler::statements(), workflow::statements()}) {
    all.insert(all.end(), domain.begin(), domain.end());
  }
  return all;
}

const Unused* find_unused(const Sql& sql, Engine engine) {
  for (const Unused& each : unused) {
    if (each.statement == sql.name() && each.engine == engine) return &each;
  }
  return nullptr;
}

// Prints what is wrong; false if anything is.
bool check(const std::set<std::string>& ran, const Sql& sql, Engine engine) {
  const bool was_run = ran.contains(line_of(engine, sql.name()));
  const bool has_no_use = find_unused(sql, engine) != nullptr;
  if (was_run && has_no_use) {
    std::cout << line_of(engine, sql.name()) << " was run, and is said to be of no use there\n";
  } else if (!was_run && !has_no_use) {
    std::cout << line_of(engine, sql.name()) << " was not run by its module\n";
  }
  return was_run != has_no_use;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const std::set<std::string> ran = read_lines(argv[1]);
  const auto statements = all_statements();
  bool all = true;
  for (const Engine engine : {Engine::sqlite, Engine::postgres, Engine::mysql}) {
    for (const Sql* sql : statements) all = check(ran, *sql, engine) && all;
  }
  for (const Unused& each : unused) {
    std::cout << line_of(each.engine, each.statement) << " is not run: " << each.because << '\n';
  }
  std::cout << statements.size() << " statements, 3 engines: "
            << (all ? "each was run where it is of use\n" : "not each was run\n");
  return all ? 0 : 1;
}

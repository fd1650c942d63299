// SPDX-License-Identifier: BSL-1.0
#include <benchmark/benchmark.h>

#include "benchmarks/migrate/migrate.hpp"
#include "lockstep/migrate.hpp"

namespace lockstep::benchmarks {
namespace {

constexpr double most_for_a_clone = 0.001;  // in seconds

void migrated(benchmark::State& state) {
  for (auto _ : state) {
    Database db = Database::open("sqlite::memory:");
    Migrator(db, MigrationSet::embedded(Engine::sqlite)).up();
  }
}

void expect_empty(Database& db) { expect(count(db, "jobs") == 0, "the number of jobs"); }

// Opened, copied and closed.
void copied(benchmark::State& state, const std::vector<std::string>& domains) {
  Database first = testing::new_test_db(domains);
  expect_empty(first);
  for (auto _ : state) static_cast<void>(testing::new_test_db(domains));
}

// The first statement of a connection has SQLite read the schema.
void used(benchmark::State& state, const std::vector<std::string>& domains) {
  for (auto _ : state) {
    Database db = testing::new_test_db(domains);
    expect_empty(db);
  }
}

}  // namespace

void add_clones(Suite& suite) {
  const std::string engine = "SQLite memory";
  suite.cases.push_back({.engine = engine, .what = "all domains, migrated", .run = migrated});
  const auto add = [&](const char* what, auto run, const std::vector<std::string>& domains,
                       std::optional<double> limit_s) {
    suite.cases.push_back({.engine = engine,
                           .what = what,
                           .run = [=](benchmark::State& state) { run(state, domains); },
                           .limit_s = limit_s});
  };
  add("all domains, copied from a template", copied, {}, most_for_a_clone);
  add("scheduler, copied from a template", copied, {"scheduler"}, most_for_a_clone);
  add("all domains, copied and used", used, {}, std::nullopt);
}

}  // namespace lockstep::benchmarks

// SPDX-License-Identifier: BSL-1.0
// Maintenance: on every engine, and the record of its last run.
#include "lockstep/maintenance.hpp"

#include <algorithm>

#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;
using namespace std::chrono_literals;

TEST_CASE_FIXTURE(Samples, "maintenance: runs what the engine wants, and is recorded") {
  CHECK_FALSE(last_maintenance(db));
  for (int n = 0; n < 100; ++n) insert(db, std::to_string(n));
  const MaintenanceReport report = maintenance(db);
  CHECK(report.steps.size() >= db.dialect().maintenance.size());
  CHECK_FALSE(report.steps.empty());
  const auto names_samples = [](const MaintenanceStep& step) {
    return step.statement.find("samples") != std::string::npos;
  };
  CHECK(std::any_of(report.steps.begin(), report.steps.end(), names_samples) ==
        !db.dialect().table_list.empty());
  for (const MaintenanceStep& step : report.steps) CHECK(step.problem.empty());
  CHECK(report.started_at == Clock::start);
  const MaintenanceRun run{
      .started_at = Clock::start, .finished_at = Clock::start, .steps = std::ssize(report.steps)};
  CHECK(last_maintenance(db) == run);
  CHECK(count(db) == 100);
  CHECK(db.stats().in_use == 0);
}

TEST_CASE_FIXTURE(Samples, "maintenance: the planner knows the rows afterwards") {
  for (int n = 0; n < 100; ++n) insert(db, std::to_string(n));
  maintenance(db);
  // How many rows the engine takes the table for.
  constexpr Sql estimate{
      "test.estimate",
      "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE oid = 'samples'::regclass",
      {.sqlite = "SELECT CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE tbl = 'samples' LIMIT 1",
       .mysql = "SELECT cardinality FROM information_schema.statistics WHERE table_schema = "
                "DATABASE() AND table_name = 'samples' AND index_name = 'PRIMARY'"}};
  CHECK(db.fetch_value<std::int64_t>(estimate) == 100);
}

TEST_CASE_FIXTURE(Samples, "last_maintenance: of the run that was finished last") {
  maintenance(db);
  base.clock.advance(1h);
  const auto steps = std::ssize(maintenance(db).steps);
  const MaintenanceRun second{
      .started_at = Clock::start + 1h, .finished_at = Clock::start + 1h, .steps = steps};
  CHECK(last_maintenance(db) == second);
  base.clock.advance(1h);
  std::stop_source stop;
  stop.request_stop();
  CHECK_THROWS_AS(maintenance(db, {.stop = stop.get_token()}), Cancelled);
  CHECK_THROWS_AS(maintenance(db, {.deadline = 1ns}), Timeout);
  CHECK(last_maintenance(db) == second);
  db.transaction([&](Transaction& tx) { CHECK(last_maintenance(tx) == second); });
}

TEST_CASE_FIXTURE(Samples, "maintenance: never inside a transaction") {
  Transaction tx = db.begin();
  CHECK_THROWS_AS(maintenance(db), LogicError);
  tx.rollback();
  CHECK_FALSE(last_maintenance(db));
}

TEST_CASE("maintenance: without its table nothing is done, and the error names the remedy") {
  testing::TestDatabase own({}, target_url());
  Database& db = own.db();
  db.execute("DROP TABLE lockstep_maintenance");
  const auto check = [](const Configuration& error) {
    CHECK(std::string_view(error.what()).find("lockstep migrate up") != std::string_view::npos);
    CHECK(error.statement() == "lockstep.last_maintenance");
    CHECK(std::string_view(error.location().file).ends_with("maintenance_test.cpp"));
  };
  check(caught<Configuration>(db, [&](Executor&) { maintenance(db); }));
  check(caught<Configuration>(db, [](Executor& on) { (void)last_maintenance(on); }));
}

// SPDX-License-Identifier: BSL-1.0
// What the module says about itself, against the database.
#include <set>

#include "rows.hpp"
#include "testing/domains.hpp"

namespace lockstep::tests {
namespace {

TEST_CASE("scheduler: every statement is named once and knows the module's constraints") {
  std::set<std::string_view> names;
  for (const Sql* sql : scheduler::statements()) {
    CAPTURE(sql->name());
    CHECK(sql->name().starts_with("scheduler."));
    CHECK(names.insert(sql->name()).second);
    CHECK(sql->constraints().data() == scheduler::constraints().data());
    CHECK(sql->constraints().size() == scheduler::constraints().size());
  }
  CHECK(names.contains("scheduler.create_job"));
}

TEST_CASE("scheduler: constraints are named by kind, table and columns") {
  std::set<std::string_view> names;
  for (const lockstep::Constraint& each : scheduler::constraints()) {
    CAPTURE(each.name);
    CHECK(names.insert(each.name).second);
    const std::string_view kind = each.name.substr(0, each.name.find('_'));
    CHECK((kind == "pk" || kind == "fk" || kind == "uq" || kind == "ck" || kind == "idx"));
    CHECK(each.name.substr(kind.size() + 1).starts_with(each.table));
    if (kind != "pk") {
      CHECK(each.name.ends_with("_" + std::string(each.columns)));
    } else {
      CHECK(each.name == "pk_" + std::string(each.table));
    }
  }
}

TEST_CASE_FIXTURE(Migrated, "scheduler: defaults of the columns, for raw SQL") {
  db.execute("INSERT INTO constraints (id) VALUES ('one')");
  db.execute("INSERT INTO jobs (id, name, schedule) VALUES ('job-1', 'n', 's')");
  db.execute("INSERT INTO actions (id, name, action_type) VALUES ('tell', 'n', 'webhook')");
  db.execute("INSERT INTO scheduler_stats (stats_period_id, start_time, end_time) VALUES (?, ?, ?)",
             "p-1", noon, noon + 1h);
  db.execute(
      "INSERT INTO orchestrator_stats (run_id, stats_period_id, runtime) VALUES ('r', 'p-1', 5)");
  const Timestamp now =
      std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto recent = [&](Timestamp t) { return t > now - 1h && t < now + 1h; };
  CHECK(recent(scheduler::get_constraint(db, "one").created_at));
  CHECK(recent(scheduler::get_constraint(db, "one").updated_at));
  CHECK(recent(scheduler::get_job(db, "job-1").created_at));
  CHECK(recent(scheduler::get_job(db, "job-1").updated_at));
  CHECK(recent(scheduler::get_action(db, "tell").created_at));
  const auto stats = scheduler::get_scheduler_stats(db, noon, noon + 1h);
  REQUIRE(stats.size() == 1);
  CHECK(stats.front() == scheduler::SchedulerStats{
                             .stats_period_id = "p-1", .start_time = noon, .end_time = noon + 1h});
}

TEST_CASE_FIXTURE(Migrated,
                  "scheduler: the database refuses a key that is too long for raw SQL too") {
  const std::string longest(255, 'x');
  db.execute("INSERT INTO constraints (id) VALUES (?)", longest);
  caught<TooLong>(db, [&](Executor& ex) {
    ex.execute("INSERT INTO constraints (id) VALUES (?)", longest + "x");
  });
  caught<TooLong>(db, [&](Executor& ex) {
    ex.execute("INSERT INTO job_runs (job_id, run_id, scheduled_at, status) VALUES (?, ?, ?, ?)",
               "j", "r", noon, std::string(33, 'x'));
  });
  for (const char* table : {"action_types", "constraint_types"}) {
    caught<TooLong>(db, [&](Executor& ex) {
      ex.execute("INSERT INTO " + std::string(table) + " (id, name) VALUES (99, ?)", longest + "x");
    });
  }
  caught<NotNull>(db, [&](Executor& ex) {
    ex.execute("INSERT INTO jobs (id, name, schedule) VALUES (?, ?, ?)", "j", nullptr, "s");
  });
}

}  // namespace
}  // namespace lockstep::tests

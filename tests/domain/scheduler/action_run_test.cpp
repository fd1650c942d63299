// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

void create_parts(Executor& ex) {
  create_constraint(ex, constraint("one"));
  create_job(ex, job("job-1"));
  create_job_run(ex, run("job-1", "run-1"));
  create_job_run(ex, run("job-1", "run-2", noon + 1h));
  create_constraint_violation(ex, violation("v-1", "run-1", "one"));
  create_constraint_violation(ex, violation("v-2", "run-1", "one"));
}

ActionRun about(std::string id, std::string violation_id, Timestamp at = noon) {
  ActionRun made = action_run(std::move(id), "run-1", at);
  made.trigger = Trigger::on_violation;
  made.constraint_violation_id = std::move(violation_id);
  return made;
}

TEST_CASE_FIXTURE(Migrated, "create_action_run: every member comes back as it went in") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    ActionRun given = about("a-1", "v-1", noon + 7us);
    given.action_type_id = id_of(ActionType::kill_latest_instance);
    given.success = true;
    given.error = "too late";
    given.details = Json{R"({"killed":  ["run-0"]})"};
    CHECK(create_action_run(ex, given) == given);
    CHECK(get_action_runs(ex, "run-1") == std::vector<ActionRun>{given});
    ActionRun bare = action_run("a-2", "run-2");
    bare.details = Json{""};
    CHECK_FALSE(create_action_run(ex, bare).details.has_value());
    bare.details.reset();
    CHECK(get_action_runs(ex, "run-2") == std::vector<ActionRun>{bare});
  });
}

TEST_CASE_FIXTURE(Migrated, "create_action_run: Duplicate and ForeignKey") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    create_action_run(ex, action_run("a-1", "run-1"));
    const auto e = caught<Duplicate>(
        ex, [](Executor& on) { create_action_run(on, action_run("a-1", "run-2")); });
    CHECK(e.constraint() == "pk_action_runs");
    CHECK(e.columns() == std::vector<std::string>{"id"});
    ActionRun no_type = action_run("a-2", "run-1");
    no_type.action_type_id = 0;
    for (const auto& [wrong, constraint] :
         {std::pair{action_run("a-2", "nobody"), "fk_action_runs_run_id"},
          std::pair{no_type, "fk_action_runs_action_type_id"},
          std::pair{about("a-2", "nothing"), "fk_action_runs_constraint_violation_id"}}) {
      const auto orphan =
          caught<ForeignKey>(ex, [&, w = wrong](Executor& on) { create_action_run(on, w); });
      if (ex.capabilities().names_foreign_keys) CHECK(orphan.constraint() == constraint);
    }
    CHECK(count(ex, "action_runs") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "get_action_runs: this run's, latest first, ties by id") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    create_action_run(ex, action_run("a", "run-1"));
    create_action_run(ex, action_run("b", "run-1"));
    create_action_run(ex, action_run("c", "run-1", noon + 1us));
    create_action_run(ex, action_run("d", "run-2"));
    CHECK(ids(get_action_runs(ex, "run-1")) == Ids{"c", "b", "a"});
    CHECK(get_action_runs(ex, "nobody").empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "get_action_runs_by_violation: latest first, ties by id") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    create_action_run(ex, about("a", "v-1"));
    create_action_run(ex, about("b", "v-1"));
    create_action_run(ex, about("c", "v-1", noon + 1us));
    create_action_run(ex, about("d", "v-2"));
    create_action_run(ex, action_run("e", "run-1"));
    CHECK(ids(get_action_runs_by_violation(ex, "v-1")) == Ids{"c", "b", "a"});
    CHECK(get_action_runs_by_violation(ex, "nothing").empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "action runs: outlive their violation, and go with their run") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    create_action_run(ex, about("a", "v-1"));
    create_action_run(ex, action_run("b", "run-2"));
    delete_constraint(ex, "one");
    REQUIRE(ids(get_action_runs(ex, "run-1")) == Ids{"a"});
    CHECK_FALSE(get_action_runs(ex, "run-1").front().constraint_violation_id.has_value());
    ex.execute("DELETE FROM job_runs WHERE run_id = 'run-1'");
    CHECK(count(ex, "action_runs") == 1);
    delete_job(ex, "job-1");
    CHECK(count(ex, "action_runs") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "action runs: keys, triggers and JSON are checked before sending") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    const auto refuse = [&](std::string_view what, auto member) {
      check_refuses_bad_keys(ex, what, [&](Executor& on, std::string key) {
        ActionRun wrong = action_run("a", "run-1");
        wrong.*member = std::move(key);
        create_action_run(on, wrong);
      });
    };
    refuse("action_run.id", &ActionRun::id);
    refuse("action_run.run_id", &ActionRun::run_id);
    refuse("action_run.constraint_violation_id", &ActionRun::constraint_violation_id);
    check_refuses_bad_keys(ex, "action_run.run_id", [](Executor& on, const std::string& key) {
      static_cast<void>(get_action_runs(on, key));
    });
    check_refuses_bad_keys(ex, "action_run.constraint_violation_id",
                           [](Executor& on, const std::string& key) {
                             static_cast<void>(get_action_runs_by_violation(on, key));
                           });
    ActionRun wrong = action_run("a", "run-1");
    wrong.details = Json{"{"};
    const auto e = caught<InvalidArgument>(ex, [&](Executor& on) { create_action_run(on, wrong); });
    CHECK(std::string_view(e.what()).starts_with("action_run.details: "));
    wrong.details.reset();
    wrong.trigger = static_cast<Trigger>(9);
    caught<InvalidArgument>(ex, [&](Executor& on) { create_action_run(on, wrong); });
    CHECK(count(ex, "action_runs") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "action runs: the database refuses a trigger that does not exist") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    create_action_run(ex, action_run("a", "run-1"));
    const auto e = caught<Check>(
        ex, [](Executor& on) { on.execute("UPDATE action_runs SET \"trigger\" = 'odd'"); });
    CHECK(e.constraint() == "ck_action_runs_trigger");
  });
}

}  // namespace
}  // namespace lockstep::tests

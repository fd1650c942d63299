// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::provisioning;

TEST_CASE_FIXTURE(Migrated, "create_plan_unit: every member comes back as it went in") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    const PlanUnit given{.id = "unit-1",
                         .run_id = "run-1",
                         .resource_type = "linux.pkg",
                         .resource_name = "Apache 2",
                         .action = UnitAction::remove,
                         .status = UnitStatus::skipped,
                         .dependencies = {R"(["unit-0",  "nobody"])"},
                         .desired_state = {R"({ "state":"absent" })"},
                         .actual_state = Json{"null"},
                         .diff = Json{R"(["-state"])"},
                         .started_at = morning + 1us,
                         .completed_at = morning + 2us,
                         .error = "none",
                         .retries = std::numeric_limits<std::int32_t>::max(),
                         .created_at = morning - 2us,
                         .updated_at = morning - 1us};
    CHECK(create_plan_unit(ex, given) == given);
    CHECK(get_plan_unit(ex, "unit-1") == given);
    CHECK(ex.fetch_value<std::string>("SELECT action FROM plan_units") == "delete");
  });
}

TEST_CASE_FIXTURE(Migrated, "create_plan_unit: what is left out is now, absent, or empty") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    PlanUnit bare = a_unit("unit-1", "run-1");
    bare.dependencies = {""};
    bare.actual_state = bare.diff = Json{""};
    const PlanUnit made = create_plan_unit(ex, bare);
    PlanUnit expected = a_unit("unit-1", "run-1");
    expected.dependencies = {"[]"};
    expected.created_at = expected.updated_at = Clock::start;
    CHECK(made == expected);
    CHECK(get_plan_unit(ex, "unit-1") == made);
  });
}

TEST_CASE_FIXTURE(Migrated, "create_plan_unit: Duplicate and ForeignKey") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    create_plan_unit(ex, a_unit("unit-1", "run-1"));
    const auto twice = caught<Duplicate>(
        ex, [](Executor& on) { create_plan_unit(on, a_unit("unit-1", "run-1")); });
    CHECK(twice.constraint() == "pk_plan_units");
    CHECK(twice.columns() == std::vector<std::string>{"id"});
    const auto orphan = caught<ForeignKey>(
        ex, [](Executor& on) { create_plan_unit(on, a_unit("unit-2", "nobody")); });
    CHECK(orphan.statement() == "provisioning.create_plan_unit");
    if (ex.capabilities().names_foreign_keys) {
      CHECK(orphan.constraint() == "fk_plan_units_run_id");
      CHECK(orphan.columns() == std::vector<std::string>{"run_id"});
    }
    CHECK(count(ex, "plan_units") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "get_plan_unit: an id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    const auto e =
        caught<NotFound>(ex, [](Executor& on) { static_cast<void>(get_plan_unit(on, "nobody")); });
    CHECK(e.statement() == "provisioning.get_plan_unit");
  });
}

TEST_CASE_FIXTURE(Migrated, "update_plan_unit_status: state and error are overwritten, with null") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    PlanUnit unit = create_plan_unit(ex, a_unit("unit-1", "run-1"));
    const PlanUnit other = create_plan_unit(ex, a_unit("unit-2", "run-1"));
    clock.advance(1s);
    unit.status = UnitStatus::completed;
    unit.actual_state = Json{R"({"state":  "present"})"};
    unit.error = "a warning";
    unit.completed_at = unit.updated_at = Clock::start + 1s;
    CHECK(update_plan_unit_status(ex, "unit-1", UnitStatus::completed,
                                  {.actual_state = unit.actual_state, .error = "a warning"}) ==
          unit);
    CHECK(get_plan_unit(ex, "unit-1") == unit);
    CHECK(get_plan_unit(ex, "unit-2") == other);
    clock.advance(1s);
    unit.actual_state.reset();
    unit.error.reset();
    unit.completed_at = unit.updated_at = Clock::start + 2s;
    CHECK(update_plan_unit_status(ex, "unit-1", UnitStatus::completed,
                                  {.actual_state = Json{""}}) == unit);
  });
}

TEST_CASE_FIXTURE(Migrated, "update_plan_unit_status: the actual state can be left as it is") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    PlanUnit given = a_unit("unit-1", "run-1");
    given.actual_state = Json{"[1]"};
    create_plan_unit(ex, given);
    clock.advance(1s);
    const PlanUnit kept = update_plan_unit_status(
        ex, "unit-1", UnitStatus::failed,
        {.actual_state = Json{"not looked at"}, .error = "why", .keep_actual_state = true});
    CHECK(kept.actual_state == Json{"[1]"});
    CHECK(kept.error == "why");
    CHECK(kept.status == UnitStatus::failed);
  });
}

TEST_CASE_FIXTURE(Migrated,
                  "update_plan_unit_status: starts once, ends each time, forgets neither") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    create_plan_unit(ex, a_unit("unit-1", "run-1"));
    const auto becomes = [&](UnitStatus status) {
      clock.advance(1s);
      const PlanUnit unit = update_plan_unit_status(ex, "unit-1", status);
      CHECK(unit.status == status);
      CHECK(unit.updated_at == clock.now());
      return unit;
    };
    CHECK_FALSE(becomes(UnitStatus::pending).started_at.has_value());
    const auto started = becomes(UnitStatus::running).started_at;
    CHECK(started == clock.now());
    for (const UnitStatus status :
         {UnitStatus::completed, UnitStatus::failed, UnitStatus::skipped}) {
      CAPTURE(to_text(status));
      const auto completed = becomes(status).completed_at;
      CHECK(completed == clock.now());
      const PlanUnit again = becomes(UnitStatus::running);
      CHECK(again.started_at == started);
      CHECK(again.completed_at == completed);
      CHECK(becomes(UnitStatus::pending).completed_at == completed);
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "update_plan_unit_status: an id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    const auto e = caught<NotFound>(
        ex, [](Executor& on) { update_plan_unit_status(on, "nobody", UnitStatus::running); });
    CHECK(e.statement() == "provisioning.update_plan_unit_status");
  });
}

TEST_CASE_FIXTURE(Migrated, "increment_plan_unit_retries: one more each time") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    PlanUnit unit = create_plan_unit(ex, a_unit("unit-1", "run-1"));
    create_plan_unit(ex, a_unit("unit-2", "run-1"));
    for (unit.retries = 1; unit.retries <= 3; ++unit.retries) {
      clock.advance(1s);
      unit.updated_at = clock.now();
      CHECK(increment_plan_unit_retries(ex, "unit-1") == unit);
    }
    CHECK(get_plan_unit(ex, "unit-2").retries == 0);
    const auto e =
        caught<NotFound>(ex, [](Executor& on) { increment_plan_unit_retries(on, "nobody"); });
    CHECK(e.statement() == "provisioning.increment_plan_unit_retries");
  });
}

TEST_CASE_FIXTURE(Migrated, "list_plan_units_by_run: earliest created first, ties by id") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    create_run(ex, a_run("run-2"));
    create_plan_unit(ex, a_unit("b", "run-1"));
    create_plan_unit(ex, a_unit("a", "run-1"));
    create_plan_unit(ex, a_unit("c", "run-2"));
    clock.advance(1us);
    const PlanUnit last = create_plan_unit(ex, a_unit("A", "run-1"));
    const auto all = list_plan_units_by_run(ex, "run-1");
    REQUIRE(ids(all) == Ids{"a", "b", "A"});
    CHECK(all.back() == last);
    CHECK(list_plan_units_by_run(ex, "nobody").empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_plan_unit: takes its events along, and nothing else") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    create_plan_unit(ex, a_unit("unit-1", "run-1"));
    create_plan_unit(ex, a_unit("unit-2", "run-1"));
    append_event(ex, an_event("run-1", "unit-1"));
    const Event of_other = append_event(ex, an_event("run-1", "unit-2"));
    const Event of_run = append_event(ex, an_event("run-1"));
    delete_plan_unit(ex, "unit-1");
    CHECK(ids(list_plan_units_by_run(ex, "run-1")) == Ids{"unit-2"});
    CHECK(get_events(ex) == std::vector{of_run, of_other});
    const auto e = caught<NotFound>(ex, [](Executor& on) { delete_plan_unit(on, "unit-1"); });
    CHECK(e.statement() == "provisioning.delete_plan_unit");
  });
}

TEST_CASE_FIXTURE(Migrated, "plan units: raw SQL that does not set updated_at moves it too") {
  db.transaction([&](Transaction& tx) {
    create_run(tx, a_run("run-1"));
    create_plan_unit(tx, a_unit("unit-1", "run-1"));
    tx.execute("UPDATE plan_units SET resource_name = 'raw' WHERE id = ?", "unit-1");
    CHECK(get_plan_unit(tx, "unit-1").updated_at > Clock::start);
    CHECK(get_plan_unit(tx, "unit-1").created_at == Clock::start);
  });
}

TEST_CASE_FIXTURE(Migrated, "plan units: an enumerator that is none is refused, then Check") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    create_plan_unit(ex, a_unit("unit-1", "run-1"));
    caught<InvalidArgument>(ex, [](Executor& on) {
      PlanUnit wrong = a_unit("unit-2", "run-1");
      wrong.action = static_cast<UnitAction>(4);
      create_plan_unit(on, wrong);
    });
    caught<InvalidArgument>(ex, [](Executor& on) {
      update_plan_unit_status(on, "unit-1", static_cast<UnitStatus>(5));
    });
    const auto status = caught<Check>(
        ex, [](Executor& on) { on.execute("UPDATE plan_units SET status = 'cancelled'"); });
    CHECK(status.constraint() == "ck_plan_units_status");
    const auto action = caught<Check>(
        ex, [](Executor& on) { on.execute("UPDATE plan_units SET action = 'remove'"); });
    CHECK(action.constraint() == "ck_plan_units_action");
    CHECK(count(ex, "plan_units") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "plan units: keys are checked before sending") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    const auto refuses = [&](std::string_view what, std::string PlanUnit::*member) {
      check_refuses_bad_keys(ex, what, [&](Executor& on, std::string key) {
        PlanUnit wrong = a_unit("unit-1", "run-1");
        wrong.*member = std::move(key);
        create_plan_unit(on, wrong);
      });
    };
    refuses("plan_unit.id", &PlanUnit::id);
    refuses("plan_unit.run_id", &PlanUnit::run_id);
    refuses("plan_unit.resource_type", &PlanUnit::resource_type);
    refuses("plan_unit.resource_name", &PlanUnit::resource_name);
    check_refuses_bad_keys(ex, "plan_unit.id", [](Executor& on, const std::string& key) {
      static_cast<void>(get_plan_unit(on, key));
    });
    check_refuses_bad_keys(ex, "plan_unit.id", [](Executor& on, const std::string& key) {
      update_plan_unit_status(on, key, UnitStatus::running);
    });
    check_refuses_bad_keys(ex, "plan_unit.id", [](Executor& on, const std::string& key) {
      increment_plan_unit_retries(on, key);
    });
    check_refuses_bad_keys(ex, "plan_unit.run_id", [](Executor& on, const std::string& key) {
      static_cast<void>(list_plan_units_by_run(on, key));
    });
    check_refuses_bad_keys(ex, "plan_unit.id",
                           [](Executor& on, const std::string& key) { delete_plan_unit(on, key); });
    CHECK(count(ex, "plan_units") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "plan units: JSON is checked before sending") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    const auto refuses = [&](std::string_view what, auto member) {
      check_refuses_json(ex, what, [&](Executor& on, Json json) {
        PlanUnit wrong = a_unit("unit-1", "run-1");
        wrong.*member = std::move(json);
        create_plan_unit(on, wrong);
      });
    };
    refuses("plan_unit.dependencies", &PlanUnit::dependencies);
    refuses("plan_unit.desired_state", &PlanUnit::desired_state);
    refuses("plan_unit.actual_state", &PlanUnit::actual_state);
    refuses("plan_unit.diff", &PlanUnit::diff);
    caught<InvalidArgument>(ex, [](Executor& on) {
      PlanUnit empty = a_unit("unit-1", "run-1");
      empty.desired_state = {""};
      create_plan_unit(on, empty);
    });
    CHECK(count(ex, "plan_units") == 0);
    const PlanUnit made = create_plan_unit(ex, a_unit("unit-1", "run-1"));
    check_refuses_json(ex, "plan_unit.actual_state", [](Executor& on, Json json) {
      update_plan_unit_status(on, "unit-1", UnitStatus::failed, {.actual_state = std::move(json)});
    });
    CHECK(get_plan_unit(ex, "unit-1") == made);
  });
}

}  // namespace
}  // namespace lockstep::tests

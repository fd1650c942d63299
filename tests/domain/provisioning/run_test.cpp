// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::provisioning;

TEST_CASE_FIXTURE(Migrated, "create_run: every member comes back as it went in") {
  on_both([&](Executor& ex) {
    const Run given{.id = "Run-\xF0\x9F\x98\x80",
                    .plan_path = "/plans/'; DROP TABLE runs --",
                    .status = RunStatus::cancelled,
                    .started_at = morning + 7us,
                    .completed_at = morning + 1h,
                    .error = std::string(70'000, 'e'),
                    .metadata = {"{ \"b\":1,\n\"a\" : [1, 2],\"b\":\"\\u00e4\" }"},
                    .created_at = morning - 1us,
                    .updated_at = morning + 1us};
    CHECK(create_run(ex, given) == given);
    CHECK(get_run(ex, given.id) == given);
  });
}

TEST_CASE_FIXTURE(Migrated, "create_run: what is left out is now, absent, or empty") {
  on_both([&](Executor& ex) {
    Run bare = a_run("run-1");
    bare.metadata = {""};
    const Run made = create_run(ex, bare);
    CHECK(made.status == RunStatus::pending);
    CHECK_FALSE(made.completed_at.has_value());
    CHECK_FALSE(made.error.has_value());
    CHECK(made.metadata == Json{"{}"});
    CHECK(made.created_at == Clock::start);
    CHECK(made.updated_at == Clock::start);
    CHECK(get_run(ex, "run-1") == made);
  });
}

TEST_CASE_FIXTURE(Migrated, "create_run: an id that exists is Duplicate") {
  on_both([&](Executor& ex) {
    const Run made = create_run(ex, a_run("run-1"));
    const auto e =
        caught<Duplicate>(ex, [](Executor& on) { create_run(on, a_run("run-1", morning + 1h)); });
    CHECK(e.constraint() == "pk_runs");
    CHECK(e.table() == "runs");
    CHECK(e.columns() == std::vector<std::string>{"id"});
    CHECK(e.statement() == "provisioning.create_run");
    CHECK(list_runs(ex) == std::vector{made});
  });
}

TEST_CASE_FIXTURE(Migrated, "get_run: an id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    const auto e =
        caught<NotFound>(ex, [](Executor& on) { static_cast<void>(get_run(on, "RUN-1")); });
    CHECK(e.statement() == "provisioning.get_run");
  });
}

TEST_CASE_FIXTURE(Migrated, "update_run_status: failed has its error and the time it ended") {
  on_both([&](Executor& ex) {
    Run run = create_run(ex, a_run("run-1"));
    const Run other = create_run(ex, a_run("run-2"));
    clock.advance(1s);
    run.status = RunStatus::failed;
    run.error = "disk full";
    run.completed_at = run.updated_at = Clock::start + 1s;
    CHECK(update_run_status(ex, "run-1", RunStatus::failed, "disk full") == run);
    CHECK(get_run(ex, "run-1") == run);
    CHECK(run.updated_at > run.created_at);
    CHECK(get_run(ex, "run-2") == other);
  });
}

TEST_CASE_FIXTURE(Migrated, "update_run_status: each status sets or clears completed_at") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    const auto ends = [&](RunStatus status) {
      clock.advance(1s);
      const Run ended = update_run_status(ex, "run-1", status);
      CHECK(ended.status == status);
      CHECK(ended.updated_at == clock.now());
      return ended.completed_at == clock.now();
    };
    for (const RunStatus status : {RunStatus::completed, RunStatus::failed, RunStatus::cancelled}) {
      CAPTURE(to_text(status));
      CHECK(ends(status));
      CHECK_FALSE(ends(RunStatus::running));
      CHECK_FALSE(get_run(ex, "run-1").completed_at.has_value());
      CHECK(ends(status));
      CHECK_FALSE(ends(RunStatus::pending));
      CHECK_FALSE(get_run(ex, "run-1").completed_at.has_value());
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "update_run_status: without an error the old one is cleared") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    clock.advance(1s);
    update_run_status(ex, "run-1", RunStatus::failed, "disk full");
    clock.advance(1s);
    CHECK_FALSE(update_run_status(ex, "run-1", RunStatus::failed).error.has_value());
    clock.advance(1s);
    CHECK(update_run_status(ex, "run-1", RunStatus::failed, "").error == "");
  });
}

TEST_CASE_FIXTURE(Migrated, "update_run_status: an id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    const auto e = caught<NotFound>(
        ex, [](Executor& on) { update_run_status(on, "nobody", RunStatus::running); });
    CHECK(e.statement() == "provisioning.update_run_status");
  });
}

TEST_CASE_FIXTURE(Migrated, "list_runs: latest started first, ties by id downwards, in pages") {
  on_both([&](Executor& ex) {
    CHECK(list_runs(ex).empty());
    create_run(ex, a_run("b"));
    create_run(ex, a_run("a"));
    create_run(ex, a_run("A", morning + 1us));
    CHECK(ids(list_runs(ex)) == Ids{"A", "b", "a"});
    check_pages(ex, [](Executor& on, std::optional<std::int64_t> limit, std::int64_t offset) {
      return list_runs(on, limit, offset);
    });
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_run: takes its units and the events of both along") {
  on_both([&](Executor& ex) {
    for (const std::string id : {"run-1", "run-2"}) {
      create_run(ex, a_run(id));
      create_plan_unit(ex, a_unit("unit of " + id, id));
      append_event(ex, an_event(id));
      append_event(ex, an_event({}, "unit of " + id));
    }
    append_event(ex, an_event({}));
    delete_run(ex, "run-1");
    CHECK(ids(list_runs(ex)) == Ids{"run-2"});
    CHECK(list_plan_units_by_run(ex, "run-1").empty());
    CHECK(list_plan_units_by_run(ex, "run-2").size() == 1);
    CHECK(get_events(ex, {.run_id = "run-1"}).empty());
    CHECK(get_events(ex, {.plan_unit_id = "unit of run-1"}).empty());
    CHECK(get_events(ex).size() == 3);
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_run: the last run of a resource is ForeignKey, all stays") {
  on_both([&](Executor& ex) {
    create_run(ex, a_run("run-1"));
    create_plan_unit(ex, a_unit("unit-1", "run-1"));
    append_event(ex, an_event("run-1", "unit-1"));
    upsert_resource_state(ex, a_state("state-1", "apache2", "run-1"));
    const auto e = caught<ForeignKey>(ex, [](Executor& on) { delete_run(on, "run-1"); });
    CHECK(e.statement() == "provisioning.delete_run");
    if (ex.capabilities().names_foreign_keys) {
      CHECK(e.constraint() == "fk_resource_state_last_run_id");
    }
    for (const char* table : {"runs", "plan_units", "events", "resource_state"}) {
      CAPTURE(table);
      CHECK(count(ex, table) == 1);
    }
    delete_resource_state(ex, "state-1");
    delete_run(ex, "run-1");
    CHECK(count(ex, "runs") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_run: an id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    const auto e = caught<NotFound>(ex, [](Executor& on) { delete_run(on, "nobody"); });
    CHECK(e.statement() == "provisioning.delete_run");
  });
}

TEST_CASE_FIXTURE(Migrated, "runs: raw SQL that does not set updated_at moves it too") {
  db.transaction([&](Transaction& tx) {
    create_run(tx, a_run("run-1"));
    tx.execute("UPDATE runs SET plan_path = 'raw' WHERE id = ?", "run-1");
    CHECK(get_run(tx, "run-1").updated_at > Clock::start);
    CHECK(get_run(tx, "run-1").created_at == Clock::start);
  });
}

TEST_CASE_FIXTURE(Migrated, "runs: a status that is none is refused by the library, then Check") {
  on_both([&](Executor& ex) {
    constexpr auto none = static_cast<RunStatus>(5);
    create_run(ex, a_run("run-1"));
    caught<InvalidArgument>(ex, [](Executor& on) {
      Run wrong = a_run("run-2");
      wrong.status = none;
      create_run(on, wrong);
    });
    caught<InvalidArgument>(ex, [](Executor& on) { update_run_status(on, "run-1", none); });
    const auto e = caught<Check>(ex, [](Executor& on) {
      on.execute("UPDATE runs SET status = 'skipped' WHERE id = ?", "run-1");
    });
    CHECK(e.constraint() == "ck_runs_status");
    CHECK(get_run(ex, "run-1").status == RunStatus::pending);
    CHECK(count(ex, "runs") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "runs: keys and JSON are checked before sending") {
  on_both([&](Executor& ex) {
    check_refuses_bad_keys(
        ex, "run.id", [](Executor& on, std::string key) { create_run(on, a_run(std::move(key))); });
    check_refuses_bad_keys(ex, "run.id", [](Executor& on, const std::string& key) {
      static_cast<void>(get_run(on, key));
    });
    check_refuses_bad_keys(ex, "run.id", [](Executor& on, const std::string& key) {
      update_run_status(on, key, RunStatus::running);
    });
    check_refuses_bad_keys(ex, "run.id",
                           [](Executor& on, const std::string& key) { delete_run(on, key); });
    check_refuses_json(ex, "run.metadata", [](Executor& on, Json json) {
      Run wrong = a_run("run-1");
      wrong.metadata = std::move(json);
      create_run(on, wrong);
    });
    CHECK(count(ex, "runs") == 0);
  });
}

}  // namespace
}  // namespace lockstep::tests

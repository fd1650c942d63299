// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

TEST_CASE_FIXTURE(Migrated, "list_action_types: the rows are the enumerators, by their numbers") {
  on_both([&](Executor& ex) {
    CHECK(list_action_types(ex) ==
          std::vector<NamedType>{{id_of(ActionTypeId::retry), "retry"},
                                 {id_of(ActionTypeId::kick_off_job), "kickOffJob"},
                                 {id_of(ActionTypeId::webhook), "webhook"},
                                 {id_of(ActionTypeId::kill_all_instances), "killAllInstances"},
                                 {id_of(ActionTypeId::kill_latest_instance), "killLatestInstance"},
                                 {id_of(ActionTypeId::skip_next_instance), "skipNextInstance"}});
    for (const NamedType& type : list_action_types(ex)) {
      CAPTURE(type.name);
      CHECK(id_of(parse_enum<ActionType>("type", type.name)) == type.id);
    }
  });
}

TEST_CASE_FIXTURE(Migrated,
                  "list_constraint_types: the rows are the enumerators, by their numbers") {
  on_both([&](Executor& ex) {
    using Id = ConstraintTypeId;
    CHECK(list_constraint_types(ex) ==
          std::vector<NamedType>{{id_of(Id::max_concurrent_runs), "maxConcurrentRuns"},
                                 {id_of(Id::catch_up), "catchUp"},
                                 {id_of(Id::pre_run_hook), "preRunHook"},
                                 {id_of(Id::post_run_hook), "postRunHook"},
                                 {id_of(Id::catch_up_window), "catchUpWindow"},
                                 {id_of(Id::max_expected_run_time), "maxExpectedRunTime"},
                                 {id_of(Id::max_allowed_run_time), "maxAllowedRunTime"},
                                 {id_of(Id::require_previous_success), "requirePreviousSuccess"}});
    CHECK(list_constraint_types(ex).front().id == 1);
    CHECK(list_constraint_types(ex).back().id == 8);
  });
}

TEST_CASE_FIXTURE(Migrated, "types: a row of one's own is listed and can be used") {
  on_both([&](Executor& ex) {
    ex.execute("INSERT INTO action_types (id, name) VALUES (7, 'page')");
    CHECK(list_action_types(ex).back() == NamedType{7, "page"});
    caught<Duplicate>(ex, [](Executor& on) {
      on.execute("INSERT INTO action_types (id, name) VALUES (8, 'page')");
    });
    CHECK(list_action_types(ex).size() == 7);
    create_job(ex, job("job-1"));
    create_job_run(ex, run("job-1", "run-1"));
    ActionRun given = action_run("a-1", "run-1");
    given.action_type_id = 7;
    CHECK(create_action_run(ex, given) == given);
  });
}

TEST_CASE_FIXTURE(Migrated, "restore_types: inserts what is missing and changes nothing") {
  on_both([&](Executor& ex) {
    const auto actions = list_action_types(ex);
    const auto constraints = list_constraint_types(ex);
    ex.execute("DELETE FROM action_types");
    ex.execute("DELETE FROM constraint_types WHERE id > 3");
    restore_types(ex);
    CHECK(list_action_types(ex) == actions);
    CHECK(list_constraint_types(ex) == constraints);
    ex.execute("UPDATE action_types SET name = 'again' WHERE id = 1");
    ex.execute("UPDATE action_types SET id = 9 WHERE name = 'webhook'");
    restore_types(ex);
    CHECK(list_action_types(ex) == std::vector<NamedType>{{1, "again"},
                                                          {2, "kickOffJob"},
                                                          {4, "killAllInstances"},
                                                          {5, "killLatestInstance"},
                                                          {6, "skipNextInstance"},
                                                          {9, "webhook"}});
  });
}

}  // namespace
}  // namespace lockstep::tests

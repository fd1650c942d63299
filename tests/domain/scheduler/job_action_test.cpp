// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

void create_parts(Executor& ex) {
  create_constraint(ex, constraint("one"));
  create_job(ex, job("job-1"));
  create_action(ex, action("tell"));
}

TEST_CASE_FIXTURE(Migrated, "create_job_action: the job has the action") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    const JobAction made = create_job_action(
        ex, {.job_id = "job-1", .action_id = "tell", .trigger = Trigger::on_timeout});
    CHECK(get_job_actions(ex, "job-1") == std::vector<JobAction>{made});
    CHECK(made.trigger == Trigger::on_timeout);
    CHECK_FALSE(made.constraint_id.has_value());
  });
}

TEST_CASE_FIXTURE(Migrated, "create_job_action: the same action twice is Duplicate") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    create_job_action(ex, {.job_id = "job-1", .action_id = "tell"});
    const auto e = caught<Duplicate>(ex, [&](Executor& on) {
      create_job_action(on,
                        {.job_id = "job-1", .action_id = "tell", .trigger = Trigger::on_success});
    });
    CHECK(e.constraint() == "pk_job_actions");
    CHECK(e.columns() == std::vector<std::string>{"job_id", "action_id"});
  });
}

TEST_CASE_FIXTURE(Migrated, "create_job_action: an id that names nothing is ForeignKey") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    const auto expect = [&](const JobAction& wrong, std::string_view name) {
      CAPTURE(name);
      const auto e = caught<ForeignKey>(ex, [&](Executor& on) { create_job_action(on, wrong); });
      CHECK(e.statement() == "scheduler.create_job_action");
      if (ex.capabilities().names_foreign_keys) CHECK(e.constraint() == name);
    };
    expect({.job_id = "x", .action_id = "tell"}, "fk_job_actions_job_id");
    expect({.job_id = "job-1", .action_id = "x"}, "fk_job_actions_action_id");
    expect({.job_id = "job-1",
            .action_id = "tell",
            .trigger = Trigger::on_violation,
            .constraint_id = "x"},
           "fk_job_actions_constraint_id");
    CHECK(count(ex, "job_actions") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "create_job_action: a constraint belongs to on_violation alone") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    for (const Trigger trigger : {Trigger::on_failure, Trigger::on_success, Trigger::on_timeout}) {
      const auto e = caught<InvalidArgument>(ex, [&](Executor& on) {
        create_job_action(
            on,
            {.job_id = "job-1", .action_id = "tell", .trigger = trigger, .constraint_id = "one"});
      });
      CHECK(std::string_view(e.what()).starts_with("job_action.constraint_id: "));
    }
    CHECK(count(ex, "job_actions") == 0);
    const JobAction made = create_job_action(ex, {.job_id = "job-1",
                                                  .action_id = "tell",
                                                  .trigger = Trigger::on_violation,
                                                  .constraint_id = "one"});
    CHECK(get_job_actions(ex, "job-1") == std::vector<JobAction>{made});
  });
}

TEST_CASE_FIXTURE(Migrated, "get_job_actions: by action id, only this job's") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    create_job(ex, job("job-2"));
    for (const char* id : {"b", "a", "C"}) {
      create_action(ex, action(id));
      create_job_action(ex, {.job_id = "job-1", .action_id = id});
    }
    create_job_action(ex, {.job_id = "job-2", .action_id = "a"});
    CHECK(ids(get_job_actions(ex, "job-1"), &JobAction::action_id) == Ids{"C", "a", "b"});
    CHECK(get_job_actions(ex, "nobody").empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_job_action: takes the action off the job alone") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    create_job(ex, job("job-2"));
    create_job_action(ex, {.job_id = "job-1", .action_id = "tell"});
    create_job_action(ex, {.job_id = "job-2", .action_id = "tell"});
    delete_job_action(ex, "job-1", "tell");
    CHECK(get_job_actions(ex, "job-1").empty());
    CHECK(get_job_actions(ex, "job-2").size() == 1);
    CHECK(get_action(ex, "tell").id == "tell");
    caught<NotFound>(ex, [](Executor& on) { delete_job_action(on, "job-1", "tell"); });
    caught<NotFound>(ex, [](Executor& on) { delete_job_action(on, "job-2", "x"); });
  });
}

TEST_CASE_FIXTURE(Migrated, "job actions: go with their job, their action and their constraint") {
  on_both([&](Executor& ex) {
    for (const char* id : {"job-1", "job-2", "job-3"}) create_job(ex, job(id));
    create_constraint(ex, constraint("one"));
    create_action(ex, action("tell"));
    create_action(ex, action("retry"));
    create_job_action(ex, {.job_id = "job-1", .action_id = "tell"});
    create_job_action(ex, {.job_id = "job-2", .action_id = "retry"});
    create_job_action(ex, {.job_id = "job-3",
                           .action_id = "tell",
                           .trigger = Trigger::on_violation,
                           .constraint_id = "one"});
    delete_job(ex, "job-1");
    CHECK(count(ex, "job_actions") == 2);
    delete_action(ex, "retry");
    CHECK(get_job_actions(ex, "job-2").empty());
    delete_constraint(ex, "one");
    CHECK(get_job_actions(ex, "job-3").empty());
    CHECK(count(ex, "jobs") == 2);
    CHECK(count(ex, "actions") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "job actions: keys that no engine should see are InvalidArgument") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    check_refuses_bad_keys(ex, "job_action.job_id", [](Executor& on, std::string key) {
      create_job_action(on, {.job_id = std::move(key), .action_id = "tell"});
    });
    check_refuses_bad_keys(ex, "job_action.action_id", [](Executor& on, std::string key) {
      create_job_action(on, {.job_id = "job-1", .action_id = std::move(key)});
    });
    check_refuses_bad_keys(ex, "job_action.constraint_id", [](Executor& on, std::string key) {
      create_job_action(on, {.job_id = "job-1",
                             .action_id = "tell",
                             .trigger = Trigger::on_violation,
                             .constraint_id = std::move(key)});
    });
    check_refuses_bad_keys(ex, "job_action.job_id", [](Executor& on, const std::string& key) {
      static_cast<void>(get_job_actions(on, key));
    });
    check_refuses_bad_keys(ex, "job_action.job_id", [](Executor& on, const std::string& key) {
      delete_job_action(on, key, "tell");
    });
    check_refuses_bad_keys(ex, "job_action.action_id", [](Executor& on, const std::string& key) {
      delete_job_action(on, "job-1", key);
    });
  });
}

TEST_CASE_FIXTURE(Migrated, "job actions: the database refuses a trigger that does not exist") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    caught<Check>(ex, [](Executor& on) {
      on.execute(R"(INSERT INTO job_actions (job_id, action_id, "trigger") VALUES (?, ?, ?))",
                 "job-1", "tell", "on_full_moon");
    });
  });
}

}  // namespace
}  // namespace lockstep::tests

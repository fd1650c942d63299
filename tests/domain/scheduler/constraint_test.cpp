// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

scheduler::Constraint full(std::string id) {
  return {.id = std::move(id),
          .max_concurrent_runs = std::numeric_limits<std::int32_t>::max(),
          .catch_up = false,
          .catch_up_window = "5m",
          .max_expected_run_time = "1h30m",
          .max_allowed_run_time = "2h",
          .pre_run_hook = Json{R"({"type": "slack",  "url": "https://example.org/a"})"},
          .post_run_hook = Json{"[]"},
          .require_previous_success = Json{R"({"jobID":"parent","args":["a","b"]})"}};
}

TEST_CASE_FIXTURE(Migrated, "create_constraint: sets both times; every setting comes back") {
  on_both([&](Executor& ex) {
    const auto made = create_constraint(ex, full("one"));
    CHECK(made.created_at == Clock::start);
    CHECK(made.updated_at == Clock::start);
    CHECK(get_constraint(ex, "one") == made);
    CHECK(made.catch_up == false);
    CHECK(made.pre_run_hook == full("one").pre_run_hook);
  });
}

TEST_CASE_FIXTURE(Migrated, "get_constraint: settings that do not apply are absent") {
  on_both([&](Executor& ex) {
    create_constraint(ex, {.id = "bare", .pre_run_hook = Json{""}});
    const auto got = get_constraint(ex, "bare");
    CHECK(got == scheduler::Constraint{
                     .id = "bare", .created_at = Clock::start, .updated_at = Clock::start});
  });
}

TEST_CASE_FIXTURE(Migrated, "create_constraint: an id that exists is Duplicate") {
  on_both([&](Executor& ex) {
    create_constraint(ex, constraint("one"));
    const auto e =
        caught<Duplicate>(ex, [&](Executor& on) { create_constraint(on, constraint("one")); });
    CHECK(e.constraint() == "pk_constraints");
    CHECK(e.columns() == std::vector<std::string>{"id"});
  });
}

TEST_CASE_FIXTURE(Migrated, "get_constraint: an id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    caught<NotFound>(ex, [](Executor& on) { static_cast<void>(get_constraint(on, "nobody")); });
  });
}

TEST_CASE_FIXTURE(Migrated, "update_constraint: overwrites every setting and moves updated_at") {
  on_both([&](Executor& ex) {
    create_constraint(ex, full("one"));
    clock.advance(1us);
    const auto bare = update_constraint(ex, {.id = "one", .catch_up = true});
    CHECK(bare == scheduler::Constraint{.id = "one",
                                        .catch_up = true,
                                        .created_at = Clock::start,
                                        .updated_at = Clock::start + 1us});
    CHECK(get_constraint(ex, "one") == bare);
    clock.advance(1us);
    auto again = full("one");
    update_constraint(ex, again);
    again.created_at = Clock::start;
    again.updated_at = Clock::start + 2us;
    CHECK(get_constraint(ex, "one") == again);
  });
}

TEST_CASE_FIXTURE(Migrated, "update_constraint: an id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    caught<NotFound>(ex, [](Executor& on) { update_constraint(on, constraint("nobody")); });
    CHECK(count(ex, "constraints") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "constraints: raw SQL that does not set updated_at moves it too") {
  db.transaction([&](Transaction& tx) {
    create_constraint(tx, constraint("one"));
    tx.execute("UPDATE constraints SET max_concurrent_runs = 2 WHERE id = ?", "one");
    CHECK(get_constraint(tx, "one").updated_at > Clock::start);
    CHECK(get_constraint(tx, "one").created_at == Clock::start);
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_constraint: jobs stay, without it and with a new updated_at") {
  on_both([&](Executor& ex) {
    create_constraint(ex, constraint("one"));
    create_constraint(ex, constraint("two"));
    Job first = job("job-1");
    first.constraint_id = "one";
    Job second = job("job-2");
    second.constraint_id = "two";
    first = create_job(ex, first);
    second = create_job(ex, second);
    clock.advance(1s);
    delete_constraint(ex, "one");
    first.constraint_id.reset();
    first.updated_at = Clock::start + 1s;
    CHECK(get_job(ex, "job-1") == first);
    CHECK(get_job(ex, "job-2") == second);
    caught<NotFound>(ex, [](Executor& on) { static_cast<void>(get_constraint(on, "one")); });
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_constraint: violations and job actions that refer to it go") {
  on_both([&](Executor& ex) {
    create_constraint(ex, constraint("one"));
    create_constraint(ex, constraint("two"));
    create_job(ex, job("job-1"));
    create_action(ex, action("tell"));
    create_job_action(ex, {.job_id = "job-1",
                           .action_id = "tell",
                           .trigger = Trigger::on_violation,
                           .constraint_id = "one"});
    create_job_run(ex, run("job-1", "run-1"));
    create_constraint_violation(ex, violation("v-1", "run-1", "one"));
    create_constraint_violation(ex, violation("v-2", "run-1", "two"));
    delete_constraint(ex, "one");
    CHECK(ids(get_constraint_violations(ex, "run-1")) == Ids{"v-2"});
    CHECK(get_job_actions(ex, "job-1").empty());
    CHECK(count(ex, "job_runs") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_constraint: an id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    const auto e = caught<NotFound>(ex, [](Executor& on) { delete_constraint(on, "nobody"); });
    CHECK(e.statement() == "scheduler.delete_constraint");
  });
}

TEST_CASE_FIXTURE(Migrated, "constraints: keys, durations and JSON are checked before sending") {
  on_both([&](Executor& ex) {
    check_refuses_bad_keys(ex, "constraint.id", [](Executor& on, std::string key) {
      create_constraint(on, constraint(std::move(key)));
    });
    check_refuses_bad_keys(ex, "constraint.id", [](Executor& on, std::string key) {
      update_constraint(on, constraint(std::move(key)));
    });
    check_refuses_bad_keys(ex, "constraint.id", [](Executor& on, const std::string& key) {
      static_cast<void>(get_constraint(on, key));
    });
    check_refuses_bad_keys(ex, "constraint.id", [](Executor& on, const std::string& key) {
      delete_constraint(on, key);
    });
    const auto refused = [&](std::string_view member, auto&& spoil) {
      CAPTURE(member);
      auto wrong = full("one");
      spoil(wrong);
      const auto e =
          caught<InvalidArgument>(ex, [&](Executor& on) { create_constraint(on, wrong); });
      CHECK(std::string_view(e.what()).starts_with("constraint." + std::string(member) + ": "));
    };
    for (const std::string& text :
         {std::string("5 minutes"), std::string("5"), std::string(), std::string("m"),
          std::string("1h "), std::string(32, '1') + "s"}) {
      CAPTURE(text);
      refused("catch_up_window", [&](auto& c) { c.catch_up_window = text; });
      refused("max_expected_run_time", [&](auto& c) { c.max_expected_run_time = text; });
      refused("max_allowed_run_time", [&](auto& c) { c.max_allowed_run_time = text; });
    }
    refused("pre_run_hook", [](auto& c) { c.pre_run_hook = Json{"{"}; });
    refused("post_run_hook", [](auto& c) { c.post_run_hook = Json{"x"}; });
    refused("require_previous_success", [](auto& c) { c.require_previous_success = Json{"[1,]"}; });
    CHECK(count(ex, "constraints") == 0);
  });
}

}  // namespace
}  // namespace lockstep::tests

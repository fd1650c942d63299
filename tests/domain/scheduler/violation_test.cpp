// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

void create_parts(Executor& ex) {
  create_constraint(ex, constraint("one"));
  create_constraint(ex, constraint("two"));
  create_job(ex, job("job-1"));
  create_job_run(ex, run("job-1", "run-1"));
  create_job_run(ex, run("job-1", "run-2", noon + 1h));
}

TEST_CASE_FIXTURE(Migrated, "create_constraint_violation: every member comes back as it went in") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    ConstraintViolation given = violation("v-1", "run-1", "one", noon + 7us);
    given.action_taken = "webhook";
    given.details = Json{R"({"message": "2h exceeded",  "threshold":"2h"})"};
    CHECK(create_constraint_violation(ex, given) == given);
    CHECK(get_constraint_violations(ex, "run-1") == std::vector<ConstraintViolation>{given});
    ConstraintViolation bare = violation("v-2", "run-2", "one");
    bare.details = Json{""};
    CHECK_FALSE(create_constraint_violation(ex, bare).details.has_value());
    bare.details.reset();
    CHECK(get_constraint_violations(ex, "run-2") == std::vector<ConstraintViolation>{bare});
  });
}

TEST_CASE_FIXTURE(Migrated, "create_constraint_violation: Duplicate and ForeignKey") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    create_constraint_violation(ex, violation("v-1", "run-1", "one"));
    const auto e = caught<Duplicate>(ex, [](Executor& on) {
      create_constraint_violation(on, violation("v-1", "run-2", "two"));
    });
    CHECK(e.constraint() == "pk_constraint_violations");
    const auto run_id = caught<ForeignKey>(ex, [](Executor& on) {
      create_constraint_violation(on, violation("v-2", "nobody", "one"));
    });
    const auto constraint_id = caught<ForeignKey>(ex, [](Executor& on) {
      create_constraint_violation(on, violation("v-2", "run-1", "nobody"));
    });
    if (ex.capabilities().names_foreign_keys) {
      CHECK(run_id.constraint() == "fk_constraint_violations_run_id");
      CHECK(constraint_id.constraint() == "fk_constraint_violations_constraint_id");
    }
    CHECK(count(ex, "constraint_violations") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "get_constraint_violations: this run's, latest first, ties by id") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    create_constraint_violation(ex, violation("a", "run-1", "one"));
    create_constraint_violation(ex, violation("b", "run-1", "two"));
    create_constraint_violation(ex, violation("c", "run-1", "one", noon + 1us));
    create_constraint_violation(ex, violation("d", "run-2", "one"));
    CHECK(ids(get_constraint_violations(ex, "run-1")) == Ids{"c", "b", "a"});
    CHECK(get_constraint_violations(ex, "nobody").empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "get_constraint_violations_by_constraint: of every run, with a limit") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    create_constraint_violation(ex, violation("a", "run-1", "one"));
    create_constraint_violation(ex, violation("b", "run-1", "two"));
    create_constraint_violation(ex, violation("c", "run-2", "one"));
    create_constraint_violation(ex, violation("d", "run-2", "one", noon - 1us));
    CHECK(ids(get_constraint_violations_by_constraint(ex, "one")) == Ids{"c", "a", "d"});
    CHECK(ids(get_constraint_violations_by_constraint(ex, "one", 2)) == Ids{"c", "a"});
    CHECK(ids(get_constraint_violations_by_constraint(ex, "two")) == Ids{"b"});
    for (const auto& each : get_constraint_violations_by_constraint(ex, "one")) {
      CHECK(each.constraint_id == "one");
    }
    CHECK(get_constraint_violations_by_constraint(ex, "one", 0).empty());
    CHECK(get_constraint_violations_by_constraint(ex, "nobody").empty());
    caught<InvalidArgument>(ex, [](Executor& on) {
      static_cast<void>(get_constraint_violations_by_constraint(on, "one", -1));
    });
  });
}

TEST_CASE_FIXTURE(Migrated, "constraint violations: go with their run") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    create_constraint_violation(ex, violation("a", "run-1", "one"));
    create_constraint_violation(ex, violation("b", "run-2", "one"));
    ex.execute("DELETE FROM job_runs WHERE run_id = ?", "run-1");
    CHECK(get_constraint_violations(ex, "run-1").empty());
    CHECK(ids(get_constraint_violations_by_constraint(ex, "one")) == Ids{"b"});
    delete_job(ex, "job-1");
    CHECK(count(ex, "constraint_violations") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "constraint violations: keys and JSON are checked before sending") {
  on_both([&](Executor& ex) {
    create_parts(ex);
    check_refuses_bad_keys(ex, "constraint_violation.id", [](Executor& on, std::string key) {
      create_constraint_violation(on, violation(std::move(key), "run-1", "one"));
    });
    check_refuses_bad_keys(ex, "constraint_violation.run_id", [](Executor& on, std::string key) {
      create_constraint_violation(on, violation("v", std::move(key), "one"));
    });
    check_refuses_bad_keys(
        ex, "constraint_violation.constraint_id", [](Executor& on, std::string key) {
          create_constraint_violation(on, violation("v", "run-1", std::move(key)));
        });
    check_refuses_bad_keys(
        ex, "constraint_violation.action_taken",
        [](Executor& on, std::string key) {
          ConstraintViolation wrong = violation("v", "run-1", "one");
          wrong.action_taken = std::move(key);
          create_constraint_violation(on, wrong);
        },
        64);
    check_refuses_bad_keys(ex, "constraint_violation.run_id",
                           [](Executor& on, const std::string& key) {
                             static_cast<void>(get_constraint_violations(on, key));
                           });
    check_refuses_bad_keys(ex, "constraint_violation.constraint_id",
                           [](Executor& on, const std::string& key) {
                             static_cast<void>(get_constraint_violations_by_constraint(on, key));
                           });
    ConstraintViolation wrong = violation("v", "run-1", "one");
    wrong.details = Json{"2h exceeded"};
    const auto e =
        caught<InvalidArgument>(ex, [&](Executor& on) { create_constraint_violation(on, wrong); });
    CHECK(std::string_view(e.what()).starts_with("constraint_violation.details: "));
    CHECK(count(ex, "constraint_violations") == 0);
  });
}

}  // namespace
}  // namespace lockstep::tests

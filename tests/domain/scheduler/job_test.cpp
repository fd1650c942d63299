// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

TEST_CASE_FIXTURE(Migrated, "create_job: sets both times and returns what is stored") {
  on_both([&](Executor& ex) {
    Job given = job("job-1");
    given.created_at = given.updated_at = noon;  // the store's business: ignored
    const Job made = create_job(ex, given);
    CHECK(made.created_at == Clock::start);
    CHECK(made.updated_at == Clock::start);
    CHECK(made.name == given.name);
    CHECK(get_job(ex, "job-1") == made);
  });
}

TEST_CASE_FIXTURE(Migrated, "create_job: an id that exists is Duplicate") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    const auto e = caught<Duplicate>(ex, [&](Executor& on) { create_job(on, job("job-1")); });
    CHECK(e.constraint() == "pk_jobs");
    CHECK(e.table() == "jobs");
    CHECK(e.columns() == std::vector<std::string>{"id"});
    CHECK(e.statement() == "scheduler.create_job");
    CHECK(is_duplicate(e));
    CHECK_FALSE(is_foreign_key(e));
    CHECK(count(ex, "jobs") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "create_job: an unknown constraint is ForeignKey") {
  on_both([&](Executor& ex) {
    Job orphan = job("job-1");
    orphan.constraint_id = "nowhere";
    const auto e = caught<ForeignKey>(ex, [&](Executor& on) { create_job(on, orphan); });
    CHECK(is_foreign_key(e));
    CHECK_FALSE(is_duplicate(e));
    if (ex.capabilities().names_foreign_keys) {
      CHECK(e.constraint() == "fk_jobs_constraint_id");
      CHECK(e.columns() == std::vector<std::string>{"constraint_id"});
    } else {
      CHECK(e.constraint() == "");
      CHECK(e.columns().empty());
    }
    CHECK(count(ex, "jobs") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "get_job: every member comes back as it went in") {
  on_both([&](Executor& ex) {
    create_constraint(ex, constraint("one"));
    Job given{.id = "Job-\xF0\x9F\x98\x80",
              .name = "N\xC3\xA4me; DROP TABLE jobs --",
              .schedule = "*/5 * * * *",
              .pod_spec = Json{"{ \"b\":1,\n\"a\" : [1, 2],\"b\":\"\\u00e4\" }"},
              .constraint_id = "one"};
    create_job(ex, given);
    const Job got = get_job(ex, given.id);
    CHECK(got.id == given.id);
    CHECK(got.name == given.name);
    CHECK(got.schedule == given.schedule);
    CHECK(got.pod_spec == given.pod_spec);
    CHECK(got.constraint_id == given.constraint_id);
    CHECK(got.created_at == Clock::start);
  });
}

TEST_CASE_FIXTURE(Migrated, "get_job: an id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    const auto e =
        caught<NotFound>(ex, [&](Executor& on) { static_cast<void>(get_job(on, "JOB-1")); });
    CHECK(is_not_found(e));
    CHECK(e.statement() == "scheduler.get_job");
  });
}

TEST_CASE_FIXTURE(Migrated, "get_job: what may be null is absent") {
  on_both([&](Executor& ex) {
    create_job(ex, {.id = "bare", .name = "bare", .schedule = "@daily"});
    const Job got = get_job(ex, "bare");
    CHECK_FALSE(got.pod_spec.has_value());
    CHECK_FALSE(got.constraint_id.has_value());
  });
}

TEST_CASE_FIXTURE(Migrated, "create_job: an empty JSON text is null") {
  on_both([&](Executor& ex) {
    Job given = job("job-1");
    given.pod_spec = Json{""};
    CHECK_FALSE(create_job(ex, given).pod_spec.has_value());
    CHECK_FALSE(get_job(ex, "job-1").pod_spec.has_value());
  });
}

TEST_CASE_FIXTURE(Migrated, "get_all_jobs: newest first, ties by id downwards") {
  on_both([&](Executor& ex) {
    create_job(ex, job("b"));
    create_job(ex, job("c"));
    create_job(ex, job("a"));
    clock.advance(1us);
    create_job(ex, job("B"));
    const auto all = get_all_jobs(ex);
    REQUIRE(ids(all) == Ids{"B", "c", "b", "a"});
    CHECK(all.front() == get_job(ex, "B"));
  });
}

TEST_CASE_FIXTURE(Migrated, "get_all_jobs: empty if there is none") {
  on_both([&](Executor& ex) { CHECK(get_all_jobs(ex).empty()); });
}

TEST_CASE_FIXTURE(Migrated, "update_job: changes the members, moves updated_at, keeps created_at") {
  on_both([&](Executor& ex) {
    create_constraint(ex, constraint("one"));
    create_job(ex, job("job-1"));
    create_job(ex, job("job-2"));
    clock.advance(1s);
    const Job updated = update_job(
        ex,
        {.id = "job-1", .name = "Hourly report", .schedule = "0 * * * *", .constraint_id = "one"});
    CHECK(updated.name == "Hourly report");
    CHECK(updated.schedule == "0 * * * *");
    CHECK_FALSE(updated.pod_spec.has_value());
    CHECK(updated.constraint_id == "one");
    CHECK(updated.created_at == Clock::start);
    CHECK(updated.updated_at == Clock::start + 1s);
    CHECK(get_job(ex, "job-1") == updated);
    CHECK(get_job(ex, "job-2").updated_at == Clock::start);
  });
}

TEST_CASE_FIXTURE(Migrated, "update_job: a row that has the values already is found") {
  on_both([&](Executor& ex) {
    const Job made = create_job(ex, job("job-1"));
    clock.advance(1s);
    CHECK(update_job(ex, made).updated_at == Clock::start + 1s);
    CHECK_NOTHROW(update_job(ex, made));
  });
}

TEST_CASE_FIXTURE(Migrated, "update_job: an id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    const auto e = caught<NotFound>(ex, [&](Executor& on) { update_job(on, job("nobody")); });
    CHECK(e.statement() == "scheduler.update_job");
    CHECK(count(ex, "jobs") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "update_job: an unknown constraint is ForeignKey and changes nothing") {
  on_both([&](Executor& ex) {
    const Job made = create_job(ex, job("job-1"));
    Job wrong = made;
    wrong.name = "other";
    wrong.constraint_id = "nowhere";
    caught<ForeignKey>(ex, [&](Executor& on) { update_job(on, wrong); });
    CHECK(get_job(ex, "job-1") == made);
  });
}

TEST_CASE_FIXTURE(Migrated, "jobs: raw SQL that does not set updated_at moves it too") {
  db.transaction([&](Transaction& tx) {
    create_job(tx, job("job-1"));
    tx.execute("UPDATE jobs SET name = 'raw' WHERE id = ?", "job-1");
    CHECK(get_job(tx, "job-1").updated_at > Clock::start);
    CHECK(get_job(tx, "job-1").created_at == Clock::start);
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_job: the job is gone") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    create_job(ex, job("job-2"));
    delete_job(ex, "job-1");
    CHECK(ids(get_all_jobs(ex)) == Ids{"job-2"});
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_job: an id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    const auto e = caught<NotFound>(ex, [&](Executor& on) { delete_job(on, "nobody"); });
    CHECK(e.statement() == "scheduler.delete_job");
  });
}

TEST_CASE_FIXTURE(Migrated, "delete_job: takes its runs, their violations and its actions along") {
  on_both([&](Executor& ex) {
    create_constraint(ex, constraint("one"));
    create_action(ex, action("tell"));
    for (const char* id : {"job-1", "job-2"}) {
      create_job(ex, job(id));
      create_job_action(ex, {.job_id = id, .action_id = "tell"});
      create_job_run(ex, run(id, std::string("run of ") + id));
      create_constraint_violation(
          ex, violation(std::string("violation of ") + id, std::string("run of ") + id, "one"));
    }
    delete_job(ex, "job-1");
    CHECK(get_job_runs(ex, "job-1").empty());
    CHECK(get_constraint_violations(ex, "run of job-1").empty());
    CHECK(get_job_actions(ex, "job-1").empty());
    CHECK(get_job_runs(ex, "job-2").size() == 1);
    CHECK(get_constraint_violations(ex, "run of job-2").size() == 1);
    CHECK(get_job_actions(ex, "job-2").size() == 1);
    CHECK(count(ex, "actions") == 1);
    CHECK(count(ex, "constraints") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "jobs: keys that no engine should see are InvalidArgument") {
  on_both([&](Executor& ex) {
    check_refuses_bad_keys(
        ex, "job.id", [](Executor& on, std::string key) { create_job(on, job(std::move(key))); });
    check_refuses_bad_keys(
        ex, "job.id", [](Executor& on, std::string key) { update_job(on, job(std::move(key))); });
    check_refuses_bad_keys(ex, "job.id", [](Executor& on, const std::string& key) {
      static_cast<void>(get_job(on, key));
    });
    check_refuses_bad_keys(ex, "job.id",
                           [](Executor& on, const std::string& key) { delete_job(on, key); });
    check_refuses_bad_keys(ex, "job.name", [](Executor& on, std::string key) {
      create_job(on, {.id = "job-1", .name = std::move(key), .schedule = "@daily"});
    });
    check_refuses_bad_keys(ex, "job.schedule", [](Executor& on, std::string key) {
      create_job(on, {.id = "job-1", .name = "name", .schedule = std::move(key)});
    });
    check_refuses_bad_keys(ex, "job.constraint_id", [](Executor& on, std::string key) {
      Job given = job("job-1");
      given.constraint_id = std::move(key);
      create_job(on, given);
    });
    CHECK(count(ex, "jobs") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "jobs: a key of 255 characters is stored whole, whatever its bytes") {
  on_both([&](Executor& ex) {
    std::string id;
    for (int i = 0; i < 255; ++i) id += "\xF0\x9F\x98\x80";
    create_job(ex, job(id));
    CHECK(get_job(ex, id).id == id);
  });
}

TEST_CASE_FIXTURE(Migrated, "create_job: JSON that is not JSON is InvalidArgument") {
  on_both([&](Executor& ex) {
    for (const char* text : {"{", "{'a':1}", "nope", "{} {}", "[1,]", "{\"a\":\xFF}"}) {
      CAPTURE(text);
      Job given = job("job-1");
      given.pod_spec = Json{text};
      const auto e = caught<InvalidArgument>(ex, [&](Executor& on) { create_job(on, given); });
      CHECK(std::string_view(e.what()).starts_with("job.pod_spec: "));
    }
    CHECK(count(ex, "jobs") == 0);
  });
}

}  // namespace
}  // namespace lockstep::tests

// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

TEST_CASE_FIXTURE(Migrated, "create_job_run: every member comes back as it went in") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    const JobRun pending = create_job_run(ex, run("job-1", "run-1"));
    CHECK(pending == run("job-1", "run-1"));
    CHECK(get_job_run_by_run_id(ex, "run-1") == pending);
    const JobRun ended = create_job_run(ex, {.job_id = "job-1",
                                             .run_id = "run-2",
                                             .scheduled_at = noon + 1us,
                                             .started_at = noon + 2us,
                                             .completed_at = noon + 3us,
                                             .status = RunStatus::cancelled,
                                             .success = false,
                                             .error = ""});
    CHECK(get_job_run_by_run_id(ex, "run-2") == ended);
  });
}

TEST_CASE_FIXTURE(Migrated, "create_job_run: a second run for the instant is Duplicate") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    create_job(ex, job("job-2"));
    create_job_run(ex, run("job-1", "run-1"));
    const auto e =
        caught<Duplicate>(ex, [](Executor& on) { create_job_run(on, run("job-1", "run-2")); });
    CHECK(e.constraint() == "pk_job_runs");
    CHECK(e.columns() == std::vector<std::string>{"job_id", "scheduled_at"});
    CHECK_NOTHROW(create_job_run(ex, run("job-2", "run-2")));
    CHECK_NOTHROW(create_job_run(ex, run("job-1", "run-3", noon + 1us)));
  });
}

TEST_CASE_FIXTURE(Migrated, "create_job_run: a run_id that exists is Duplicate") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    create_job(ex, job("job-2"));
    create_job_run(ex, run("job-1", "run-1"));
    const auto e = caught<Duplicate>(
        ex, [](Executor& on) { create_job_run(on, run("job-2", "run-1", noon + 1h)); });
    CHECK(e.constraint() == "idx_job_runs_run_id");
    CHECK(e.columns() == std::vector<std::string>{"run_id"});
    CHECK(e.table() == "job_runs");
  });
}

TEST_CASE_FIXTURE(Migrated, "create_job_run: an unknown job is ForeignKey") {
  on_both([&](Executor& ex) {
    const auto e =
        caught<ForeignKey>(ex, [](Executor& on) { create_job_run(on, run("nobody", "run-1")); });
    CHECK(is_foreign_key(e));
    CHECK(count(ex, "job_runs") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "get_job_run: by the instant, to the microsecond, in any unit") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    const Timestamp odd = noon + 999999us;
    create_job_run(ex, run("job-1", "run-1", odd));
    CHECK(get_job_run(ex, "job-1", odd).run_id == "run-1");
    CHECK(get_job_run(ex, "job-1", odd).scheduled_at == odd);
    // What a clock of nanoseconds gave when the run was made is cut alike when it is looked up.
    const std::chrono::sys_time<std::chrono::nanoseconds> fine = odd + 999ns;
    CHECK(get_job_run(ex, "job-1", std::chrono::floor<std::chrono::microseconds>(fine)).run_id ==
          "run-1");
    for (const Timestamp other : {odd - 1us, odd + 1us, noon}) {
      caught<NotFound>(ex,
                       [&](Executor& on) { static_cast<void>(get_job_run(on, "job-1", other)); });
    }
    caught<NotFound>(ex, [&](Executor& on) { static_cast<void>(get_job_run(on, "nobody", odd)); });
  });
}

TEST_CASE_FIXTURE(Migrated, "get_job_run: instants at the ends of the calendar and before 1970") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    int n = 0;
    const Timestamp first = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
    const Timestamp end = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1);
    const Timestamp epoch{};
    for (const Timestamp t : {first, epoch - 1us, epoch, end - 1us}) {
      const std::string id = "run-" + std::to_string(++n);
      create_job_run(ex, run("job-1", id, t));
      CHECK(get_job_run(ex, "job-1", t).run_id == id);
      CHECK(get_job_run_by_run_id(ex, id).scheduled_at == t);
    }
    caught<InvalidArgument>(ex, [&](Executor& on) { create_job_run(on, run("job-1", "x", end)); });
  });
}

TEST_CASE_FIXTURE(Migrated, "get_job_run_by_run_id: a run_id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    caught<NotFound>(ex,
                     [](Executor& on) { static_cast<void>(get_job_run_by_run_id(on, "nobody")); });
  });
}

TEST_CASE_FIXTURE(Migrated, "get_job_runs: this job's, latest first") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    create_job(ex, job("job-2"));
    for (const int hour : {3, 1, 5, 2, 4}) {
      create_job_run(ex,
                     run("job-1", "run-" + std::to_string(hour), noon + std::chrono::hours(hour)));
    }
    create_job_run(ex, run("job-2", "other"));
    CHECK(ids(get_job_runs(ex, "job-1"), &JobRun::run_id) ==
          Ids{"run-5", "run-4", "run-3", "run-2", "run-1"});
    CHECK(get_job_runs(ex, "nobody").empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "get_job_runs: a limit takes the latest; 0 is none, negative refused") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    for (int i = 0; i < 10; ++i) {
      create_job_run(ex, run("job-1", "run-" + std::to_string(i), noon + std::chrono::minutes(i)));
    }
    CHECK(ids(get_job_runs(ex, "job-1", 3), &JobRun::run_id) == Ids{"run-9", "run-8", "run-7"});
    CHECK(get_job_runs(ex, "job-1", 100).size() == 10);
    CHECK(get_job_runs(ex, "job-1", std::nullopt).size() == 10);
    CHECK(get_job_runs(ex, "job-1", 0).empty());
    caught<InvalidArgument>(ex,
                            [](Executor& on) { static_cast<void>(get_job_runs(on, "job-1", -1)); });
  });
}

TEST_CASE_FIXTURE(Migrated, "update_job_run_status: sets the status, nothing else") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    const JobRun made = create_job_run(ex, run("job-1", "run-1"));
    for (const RunStatus status : {RunStatus::cancelled, RunStatus::failed, RunStatus::completed,
                                   RunStatus::pending, RunStatus::pending}) {
      JobRun expected = made;
      expected.status = status;
      CHECK(update_job_run_status(ex, "run-1", status) == expected);
      CHECK(get_job_run_by_run_id(ex, "run-1") == expected);
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "update_job_run_status: to running sets started_at once") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    create_job_run(ex, run("job-1", "run-1"));
    clock.advance(1s);
    CHECK(update_job_run_status(ex, "run-1", RunStatus::running).started_at == Clock::start + 1s);
    clock.advance(1s);
    CHECK(update_job_run_status(ex, "run-1", RunStatus::running).started_at == Clock::start + 1s);
  });
}

TEST_CASE_FIXTURE(Migrated, "update_job_run_status: started_at is left alone on request") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    create_job_run(ex, run("job-1", "run-1"));
    const JobRun running =
        update_job_run_status(ex, "run-1", RunStatus::running, {.set_started_at = false});
    CHECK(running.status == RunStatus::running);
    CHECK_FALSE(running.started_at.has_value());
  });
}

TEST_CASE_FIXTURE(Migrated, "update_job_run_status: a run_id that is not there is NotFound") {
  on_both([&](Executor& ex) {
    for (const RunStatus status : {RunStatus::running, RunStatus::failed}) {
      caught<NotFound>(ex, [&](Executor& on) { update_job_run_status(on, "nobody", status); });
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "complete_job_run: success") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    create_job_run(ex, run("job-1", "run-1"));
    clock.advance(90s);
    const JobRun ended = complete_job_run(ex, "run-1", true);
    CHECK(ended.status == RunStatus::completed);
    CHECK(ended.success == true);
    CHECK(ended.completed_at == Clock::start + 90s);
    CHECK_FALSE(ended.error.has_value());
    CHECK(get_job_run_by_run_id(ex, "run-1") == ended);
  });
}

TEST_CASE_FIXTURE(Migrated, "complete_job_run: failure, with a text of any length") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    create_job_run(ex, run("job-1", "run-1"));
    const std::string text = "exit code 137\n" + std::string(100'000, 'e') + "\xF0\x9F\x98\x80";
    const JobRun ended = complete_job_run(ex, "run-1", false, text);
    CHECK(ended.status == RunStatus::failed);
    CHECK(ended.success == false);
    CHECK(ended.error == text);
    CHECK(ended.completed_at == Clock::start);
  });
}

TEST_CASE_FIXTURE(Migrated, "complete_job_run: again overwrites; without an error it is cleared") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    create_job_run(ex, run("job-1", "run-1"));
    complete_job_run(ex, "run-1", false, "out of memory");
    clock.advance(1s);
    const JobRun ended = complete_job_run(ex, "run-1", true);
    CHECK(ended.status == RunStatus::completed);
    CHECK(ended.completed_at == Clock::start + 1s);
    CHECK_FALSE(ended.error.has_value());
    caught<NotFound>(ex, [](Executor& on) { complete_job_run(on, "nobody", true); });
  });
}

TEST_CASE_FIXTURE(Migrated, "job runs: keys that no engine should see are InvalidArgument") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    check_refuses_bad_keys(ex, "job_run.job_id", [](Executor& on, std::string key) {
      create_job_run(on, run(std::move(key), "run-1"));
    });
    check_refuses_bad_keys(ex, "job_run.run_id", [](Executor& on, std::string key) {
      create_job_run(on, run("job-1", std::move(key)));
    });
    check_refuses_bad_keys(ex, "job_run.job_id", [](Executor& on, const std::string& key) {
      static_cast<void>(get_job_run(on, key, noon));
    });
    check_refuses_bad_keys(ex, "job_run.run_id", [](Executor& on, const std::string& key) {
      static_cast<void>(get_job_run_by_run_id(on, key));
    });
    check_refuses_bad_keys(ex, "job_run.job_id", [](Executor& on, const std::string& key) {
      static_cast<void>(get_job_runs(on, key));
    });
    check_refuses_bad_keys(ex, "job_run.run_id", [](Executor& on, const std::string& key) {
      update_job_run_status(on, key, RunStatus::running);
    });
    check_refuses_bad_keys(ex, "job_run.run_id", [](Executor& on, const std::string& key) {
      complete_job_run(on, key, true);
    });
    caught<InvalidArgument>(
        ex, [](Executor& on) { update_job_run_status(on, "run-1", static_cast<RunStatus>(99)); });
    CHECK(count(ex, "job_runs") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "job runs: the database refuses a status that does not exist") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    create_job_run(ex, run("job-1", "run-1"));
    caught<Check>(ex, [](Executor& on) {
      on.execute("UPDATE job_runs SET status = 'odd' WHERE run_id = 'run-1'");
    });
  });
}

}  // namespace
}  // namespace lockstep::tests

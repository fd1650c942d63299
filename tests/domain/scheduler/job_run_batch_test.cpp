// SPDX-License-Identifier: BSL-1.0
#include <algorithm>

#include "claims.hpp"
#include "support/threads.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

JobRun with(JobRun made, RunStatus status) {
  made.status = status;
  return made;
}

TEST_CASE_FIXTURE(Migrated, "upsert_job_runs: inserts, updates every member, and again the same") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    JobRun known = run("job-1", "run-1");
    create_job_run(ex, known);
    const JobRun bystander = create_job_run(ex, run("job-1", "run-0", noon - 1h));
    known.status = RunStatus::failed;
    known.started_at = noon + 1us;
    known.completed_at = noon + 1min;
    known.success = false;
    known.error = "exit code 1";
    const JobRun fresh = with(run("job-1", "run-2", noon + 1h), RunStatus::running);
    const std::vector<JobRun> batch{known, fresh};
    CHECK(upsert_job_runs(ex, batch) == UpsertedRuns{.inserted = 1, .updated = 1});
    CHECK(get_job_runs(ex, "job-1") == std::vector<JobRun>{fresh, known, bystander});
    CHECK(upsert_job_runs(ex, batch) == UpsertedRuns{.inserted = 0, .updated = 2});
    CHECK(get_job_runs(ex, "job-1") == std::vector<JobRun>{fresh, known, bystander});
    CHECK(upsert_job_runs(ex, std::array{run("job-1", "run-1")}).updated == 1);
    CHECK(get_job_run_by_run_id(ex, "run-1") == run("job-1", "run-1"));  // null clears
    CHECK(upsert_job_runs(ex, {}) == UpsertedRuns{});
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_job_runs: the last with a run_id wins") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    create_job_run(ex, run("job-1", "known"));
    const JobRun fresh = run("job-1", "fresh", noon + 1h);
    const std::vector<JobRun> batch{
        with(run("job-1", "known"), RunStatus::completed), with(fresh, RunStatus::completed),
        with(run("job-1", "known"), RunStatus::running), with(fresh, RunStatus::failed)};
    CHECK(upsert_job_runs(ex, batch) == UpsertedRuns{.inserted = 1, .updated = 1});
    CHECK(get_job_run_by_run_id(ex, "known").status == RunStatus::running);
    CHECK(get_job_run_by_run_id(ex, "fresh").status == RunStatus::failed);
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_job_runs: a hundred, some of them known") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    std::vector<JobRun> batch;
    for (int i = 0; i < 100; ++i) {
      batch.push_back(run("job-1", "run-" + std::to_string(i), noon + i * 1s));
      if (i % 3 == 0) create_job_run(ex, batch.back());
      batch.back().status = RunStatus::completed;
    }
    CHECK(upsert_job_runs(ex, batch) == UpsertedRuns{.inserted = 66, .updated = 34});
    CHECK(ex.fetch_value<std::int64_t>(
              "SELECT COUNT(*) FROM job_runs WHERE status = 'completed'") == 100);
  });
}

// What the batch would do besides is not done either.
template <class E>
E refused(Executor& ex, JobRun wrong) {
  const std::vector<JobRun> batch{with(run("job-1", "run-1"), RunStatus::completed),
                                  run("job-1", "another", noon + 7h), std::move(wrong)};
  E error = caught<E>(ex, [&](Executor& on) { upsert_job_runs(on, batch); });
  CHECK(get_job_run_by_run_id(ex, "run-1").status == RunStatus::pending);
  CHECK(count(ex, "job_runs") == 1);
  return error;
}

TEST_CASE_FIXTURE(Migrated, "upsert_job_runs: Duplicate, ForeignKey, and nothing is written") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    create_job(ex, job("job-2"));
    create_job_run(ex, run("job-1", "run-1"));
    CHECK(refused<Duplicate>(ex, run("job-2", "run-1")).constraint() == "idx_job_runs_run_id");
    const auto moved = refused<Duplicate>(ex, run("job-1", "run-1", noon + 1us));
    CHECK(moved.columns() == std::vector<std::string>{"run_id"});
    CHECK(moved.statement() == "scheduler.upsert_job_runs.update");
    CHECK(refused<Duplicate>(ex, run("job-1", "run-2")).constraint() == "pk_job_runs");
    const auto orphan = refused<ForeignKey>(ex, run("nobody", "run-2"));
    if (ex.capabilities().names_foreign_keys) {
      CHECK(orphan.constraint() == "fk_job_runs_job_id");
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_job_runs: keys and statuses are checked before sending") {
  on_both([&](Executor& ex) {
    create_job(ex, job("job-1"));
    check_refuses_bad_keys(ex, "job_run.job_id", [](Executor& on, std::string key) {
      upsert_job_runs(on, std::array{run(std::move(key), "run-1")});
    });
    check_refuses_bad_keys(ex, "job_run.run_id", [](Executor& on, std::string key) {
      upsert_job_runs(on, std::array{run("job-1", std::move(key))});
    });
    caught<InvalidArgument>(ex, [](Executor& on) {
      upsert_job_runs(on, std::array{with(run("job-1", "run-1"), static_cast<RunStatus>(9))});
    });
    CHECK(count(ex, "job_runs") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_job_runs: another status ends the lease, the same keeps it") {
  create_job(db, job("job-1"));
  create_job_run(db, run("job-1", "run-1"));
  const auto claimed = claim_due_runs(db, by("w"));
  REQUIRE(claimed.size() == 1);
  const JobRun running = get_job_run_by_run_id(db, "run-1");
  on_both([&](Executor& ex) {
    upsert_job_runs(ex, std::array{running});
    CHECK(lease_of(ex, "run-1") == Lease{"w", claimed.front().lease_until, 1});
    upsert_job_runs(ex, std::array{with(running, RunStatus::completed)});
    CHECK(lease_of(ex, "run-1") == Lease{{}, {}, 1});
    CHECK(get_job_run_by_run_id(ex, "run-1").status == RunStatus::completed);
  });
}

// Deletes a job as soon as the batch knows which runs there are.
struct Deletes : Observer {
  void on_statement(const StatementEvent& event) override {
    if (event.name == "scheduler.upsert_job_runs.find") delete_job(other, "job-1");
  }
  Database other = open_again();
};

TEST_CASE_FIXTURE(Migrated, "upsert_job_runs: a run that is deleted meanwhile is Serialization") {
  if (!shareable()) return;
  create_job(db, job("job-1"));
  create_job(db, job("job-2"));
  create_job_run(db, run("job-1", "run-1"));
  const std::vector<JobRun> batch{run("job-1", "run-1"), run("job-2", "run-2")};
  Database watched = open_again({.observer = std::make_shared<Deletes>()});
  const auto e = caught<Serialization>(watched, [&](Executor& on) { upsert_job_runs(on, batch); });
  CHECK(e.statement() == "scheduler.upsert_job_runs.update");
  CHECK(count(db, "job_runs") == 0);
}

TEST_SUITE_BEGIN("concurrent");

TEST_CASE_FIXTURE(Migrated, "upsert_job_runs: ten threads write the same runs in any order") {
  create_job(db, job("job-1"));
  std::vector<JobRun> batch;
  for (int i = 0; i < 30; ++i) {
    batch.push_back(run("job-1", "run-" + std::to_string(i), noon + i * 1s));
  }
  upsert_job_runs(db, batch);
  const int errors = in_threads(db, 10, [&](Database& own, int t) {
    std::vector<JobRun> mine = batch;
    for (JobRun& each : mine) each.error = std::to_string(t);
    if (t % 2 == 0) std::ranges::reverse(mine);
    for (int i = 0; i < 5; ++i) {
      if (upsert_job_runs(own, mine).updated != 30) throw std::logic_error("not all");
    }
  });
  CHECK(errors == 0);
  // All or nothing: the rows are those of one of the threads.
  CHECK(db.fetch_value<std::int64_t>("SELECT COUNT(DISTINCT error) FROM job_runs") == 1);
}

TEST_CASE_FIXTURE(Migrated, "upsert_job_runs: ten threads insert the same runs, and one has") {
  create_job(db, job("job-1"));
  std::vector<JobRun> batch;
  for (int i = 0; i < 30; ++i) {
    batch.push_back(run("job-1", "run-" + std::to_string(i), noon + i * 1s));
  }
  std::atomic<std::uint64_t> inserted{0};
  const int errors = in_threads(db, 10, [&](Database& own, int) {
    try {
      inserted += upsert_job_runs(own, batch).inserted;
    } catch (const Duplicate&) {  // others were faster: they are there now
      CHECK(upsert_job_runs(own, batch) == UpsertedRuns{.inserted = 0, .updated = 30});
    }
  });
  CHECK(errors == 0);
  CHECK(inserted == 30);
  CHECK(count(db, "job_runs") == 30);
}

TEST_SUITE_END();

}  // namespace
}  // namespace lockstep::tests

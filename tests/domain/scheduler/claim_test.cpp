// SPDX-License-Identifier: BSL-1.0
// Claims of runs: who gets which, what a holder may do, and what ends a lease.
#include <functional>

#include "claims.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

Timestamp system_now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

// Two jobs, with runs at noon and in the hours after it.
void plan(Executor& db) {
  create_job(db, job("job-1"));
  create_job(db, job("job-2"));
  create_job_run(db, run("job-2", "b-0", noon));
  create_job_run(db, run("job-1", "a-0", noon));
  create_job_run(db, run("job-1", "a-2", noon + 2h));
  create_job_run(db, run("job-2", "b-1", noon + 1h));
}

ClaimedRun claim_one(Database& db, std::string worker, Timestamp now = noon) {
  auto runs = claim_due_runs(db, by(std::move(worker), now, 1));
  REQUIRE(runs.size() == 1);
  return runs.front();
}

TEST_CASE_FIXTURE(Migrated, "claim_due_runs: what is due, oldest first, ties by job_id") {
  plan(db);
  CHECK(claim_due_runs(db, by("w", noon - 1us)).empty());
  CHECK(ids(claim_due_runs(db, by("w", noon + 1h)), &ClaimedRun::run_id) ==
        Ids{"a-0", "b-0", "b-1"});
  CHECK(claim_due_runs(db, by("w", noon + 1h)).empty());
  CHECK(ids(claim_due_runs(db, by("w", noon + 2h)), &ClaimedRun::run_id) == Ids{"a-2"});
}

TEST_CASE_FIXTURE(Migrated, "claim_due_runs: at most the limit") {
  plan(db);
  CHECK(ids(claim_due_runs(db, by("w", noon + 2h, 1)), &ClaimedRun::run_id) == Ids{"a-0"});
  CHECK(ids(claim_due_runs(db, by("w", noon + 2h, 2)), &ClaimedRun::run_id) == Ids{"b-0", "b-1"});
}

TEST_CASE_FIXTURE(Migrated, "claim_due_runs: only runs of one job, if it is named") {
  plan(db);
  auto request = by("w", noon + 2h);
  request.job_id = "job-2";
  CHECK(ids(claim_due_runs(db, request), &ClaimedRun::run_id) == Ids{"b-0", "b-1"});
  request.job_id = "nobody";
  CHECK(claim_due_runs(db, request).empty());
  CHECK(get_job_run_by_run_id(db, "a-0").status == RunStatus::pending);
}

TEST_CASE_FIXTURE(Migrated, "claim_due_runs: returns the rows as they are stored") {
  plan(db);
  const Timestamp before = system_now();
  const ClaimedRun claimed = claim_one(db, "w-1", noon + 5min);
  CHECK(claimed.job_id == "job-1");
  CHECK(claimed.scheduled_at == noon);
  CHECK(claimed.status == RunStatus::running);
  CHECK(claimed.started_at == noon + 5min);
  CHECK(claimed.worker == "w-1");
  CHECK(claimed.fence == 1);
  // The server's clock is this machine's; SQLite's cuts to milliseconds.
  CHECK(claimed.lease_until >= before + 90s - 1ms);
  CHECK(claimed.lease_until <= system_now() + 90s);
  CHECK(lease_of(db, "a-0") == Lease{"w-1", claimed.lease_until, 1});
  const JobRun stored = get_job_run_by_run_id(db, "a-0");
  CHECK(stored.status == RunStatus::running);
  CHECK(stored.started_at == noon + 5min);
}

TEST_CASE_FIXTURE(Migrated, "claim_due_runs: a lease ends by milliseconds of the server's clock") {
  plan(db);
  for (const std::chrono::milliseconds length : {1ms, 999ms, 1001ms, 86'400'000ms * 365}) {
    auto request = by("w", noon, 1);
    request.lease = length;
    const Timestamp before = system_now();
    const auto claimed = claim_due_runs(db, request);
    REQUIRE(claimed.size() == 1);
    CHECK(claimed.front().lease_until >= before + length - 1ms);
    CHECK(claimed.front().lease_until <= system_now() + length);
    release_run(db, claimed.front().run_id, "w", claimed.front().fence);
  }
}

TEST_CASE_FIXTURE(Migrated, "claim_due_runs: only pending runs; started_at stays") {
  plan(db);
  for (const RunStatus status :
       {RunStatus::running, RunStatus::completed, RunStatus::failed, RunStatus::cancelled}) {
    update_job_run_status(db, "a-0", status, {.set_started_at = false});
    update_job_run_status(db, "b-0", status, {.set_started_at = false});
    CHECK(claim_due_runs(db, by("w")).empty());
  }
  update_job_run_status(db, "a-0", RunStatus::running);
  update_job_run_status(db, "a-0", RunStatus::pending);
  CHECK(claim_one(db, "w").started_at == Clock::start);
}

TEST_CASE_FIXTURE(Migrated, "claim_due_runs: refuses what makes no sense, and stores nothing") {
  plan(db);
  const auto refuse = [&](ClaimRequest request, std::string_view what) {
    const auto e = caught<InvalidArgument>(
        db, [&](Executor&) { static_cast<void>(claim_due_runs(db, request)); });
    CHECK(std::string_view(e.what()).starts_with(what));
  };
  for (const std::int64_t limit : {0, -1}) refuse(by("w", noon, limit), "claim.limit: ");
  for (const auto lease : {0ms, -1ms, 86'400'000ms * 365 + 1ms}) {
    ClaimRequest request = by("w");
    request.lease = lease;
    refuse(request, "claim.lease: ");
    caught<InvalidArgument>(db, [&](Executor& ex) { renew_lease(ex, "a-0", "w", 1, lease); });
  }
  check_refuses_bad_keys(db, "claim.worker", [&](Executor&, const std::string& key) {
    static_cast<void>(claim_due_runs(db, by(key)));
  });
  check_refuses_bad_keys(db, "claim.job_id", [&](Executor&, const std::string& key) {
    ClaimRequest request = by("w");
    request.job_id = key;
    static_cast<void>(claim_due_runs(db, request));
  });
  CHECK(lease_of(db, "a-0") == Lease{});
}

TEST_CASE_FIXTURE(Migrated,
                  "claim_due_runs: inside a transaction of this thread it is LogicError") {
  plan(db);
  db.transaction([&](Transaction&) {
    CHECK_THROWS_AS(static_cast<void>(claim_due_runs(db, by("w"))), LogicError);
  });
  CHECK(lease_of(db, "a-0") == Lease{});
}

TEST_CASE_FIXTURE(Migrated, "claim_due_runs: the same without skipping locked rows") {
  if (!shareable()) return;
  plan(db);
  Database plain = open_again({.allowed = {.skip_locked = false}});
  CHECK(ids(claim_due_runs(plain, by("w", noon + 2h, 3)), &ClaimedRun::run_id) ==
        Ids{"a-0", "b-0", "b-1"});
  auto request = by("w", noon + 2h);
  request.job_id = "job-1";
  CHECK(ids(claim_due_runs(plain, request), &ClaimedRun::run_id) == Ids{"a-2"});
}

TEST_CASE_FIXTURE(Migrated, "claim_due_runs: passes a run that another transaction has locked") {
  if (!shareable() || !db.capabilities().skip_locked) return;
  plan(db);
  Database other = open_again();
  Transaction holder = other.begin();
  update_job_run_status(holder, "a-0", RunStatus::cancelled);
  CHECK(ids(claim_due_runs(db, by("w", noon + 1h)), &ClaimedRun::run_id) == Ids{"b-0", "b-1"});
  holder.rollback();
  CHECK(ids(claim_due_runs(db, by("w", noon + 1h)), &ClaimedRun::run_id) == Ids{"a-0"});
}

TEST_CASE_FIXTURE(Migrated, "complete_claimed_run: ends the run and its lease, keeps the fence") {
  plan(db);
  const ClaimedRun first = claim_one(db, "w");
  const ClaimedRun second = claim_one(db, "w");
  on_both([&](Executor& ex) {
    clock.advance(90s);
    const JobRun ended = complete_claimed_run(ex, first.run_id, "w", 1, true);
    CHECK(ended.status == RunStatus::completed);
    CHECK(ended.success == true);
    CHECK(ended.completed_at == Clock::start + 90s);
    CHECK(ended.started_at == noon);
    CHECK_FALSE(ended.error.has_value());
    CHECK(get_job_run_by_run_id(ex, first.run_id) == ended);
    CHECK(lease_of(ex, first.run_id) == Lease{{}, {}, 1});
    const JobRun failed = complete_claimed_run(ex, second.run_id, "w", 1, false, "exit code 1");
    CHECK(failed.status == RunStatus::failed);
    CHECK(failed.error == "exit code 1");
    caught<InvalidState>(
        ex, [&](Executor& on) { complete_claimed_run(on, first.run_id, "w", 1, true); });
  });
}

TEST_CASE_FIXTURE(Migrated, "renew_lease: counts from the server's now, also after the end") {
  plan(db);
  const ClaimedRun claimed = claim_one(db, "w");
  on_both([&](Executor& ex) {
    ex.execute(end_lease, long_ago, claimed.run_id);
    const Timestamp before = system_now();
    renew_lease(ex, claimed.run_id, "w", claimed.fence, 1h);
    const Lease lease = lease_of(ex, claimed.run_id);
    CHECK(lease.claimed_by == "w");
    CHECK(lease.fence == 1);
    CHECK(lease.lease_until.value() >= before + 1h - 1ms);
    CHECK(lease.lease_until.value() <= system_now() + 1h);
  });
}

TEST_CASE_FIXTURE(Migrated, "release_run: the run is pending again, its fence goes on") {
  plan(db);
  const ClaimedRun claimed = claim_one(db, "w");
  on_both([&](Executor& ex) {
    release_run(ex, claimed.run_id, "w", claimed.fence);
    CHECK(lease_of(ex, claimed.run_id) == Lease{{}, {}, 1});
    CHECK(get_job_run_by_run_id(ex, claimed.run_id).status == RunStatus::pending);
    caught<InvalidState>(ex, [&](Executor& on) { release_run(on, claimed.run_id, "w", 1); });
  });
  const ClaimedRun again = claim_one(db, "w-2", noon + 1h);
  CHECK(again.run_id == claimed.run_id);
  CHECK(again.fence == 2);
  CHECK(again.started_at == noon);
}

TEST_CASE_FIXTURE(Migrated, "reap_expired: takes back what ended by the server's clock") {
  plan(db);
  update_job_run_status(db, "a-2", RunStatus::running);  // by hand: no lease, never reaped
  const auto claimed = claim_due_runs(db, by("w", noon + 1h));
  REQUIRE(claimed.size() == 3);
  on_both([&](Executor& ex) {
    CHECK(reap_expired(ex).empty());
    ex.execute(end_lease, long_ago + 1s, "a-0");
    ex.execute(end_lease, long_ago, "b-1");
    CHECK(reap_expired(ex) == Ids{"b-1", "a-0"});
    CHECK(reap_expired(ex).empty());
    CHECK(lease_of(ex, "a-0") == Lease{{}, {}, 1});
    CHECK(get_job_run_by_run_id(ex, "a-0").status == RunStatus::pending);
    CHECK(get_job_run_by_run_id(ex, "b-0").status == RunStatus::running);
    CHECK(get_job_run_by_run_id(ex, "a-2").status == RunStatus::running);
  });
}

TEST_CASE_FIXTURE(Migrated, "reap_expired: a run that was ended meanwhile stays ended") {
  plan(db);
  const ClaimedRun claimed = claim_one(db, "w");
  db.execute(end_lease, long_ago, claimed.run_id);
  complete_job_run(db, claimed.run_id, true);
  CHECK(reap_expired(db).empty());
  CHECK(get_job_run_by_run_id(db, claimed.run_id).status == RunStatus::completed);
}

TEST_CASE_FIXTURE(Migrated, "a run that is ended by hand is never reaped, whatever comes after") {
  plan(db);
  const ClaimedRun claimed = claim_one(db, "w");
  db.execute(end_lease, long_ago, claimed.run_id);
  on_both([&](Executor& ex) {
    SUBCASE("completed") { complete_job_run(ex, claimed.run_id, true); }
    SUBCASE("failed") { update_job_run_status(ex, claimed.run_id, RunStatus::failed); }
    SUBCASE("given back") { update_job_run_status(ex, claimed.run_id, RunStatus::pending); }
    CHECK(lease_of(ex, claimed.run_id) == Lease{{}, {}, 1});
    const JobRun running = update_job_run_status(ex, claimed.run_id, RunStatus::running);
    CHECK(reap_expired(ex).empty());
    CHECK(get_job_run_by_run_id(ex, claimed.run_id) == running);
    caught<InvalidState>(
        ex, [&](Executor& on) { complete_claimed_run(on, claimed.run_id, "w", 1, true); });
  });
}

TEST_CASE_FIXTURE(Migrated, "update_job_run_status: running again leaves a run to its holder") {
  plan(db);
  const ClaimedRun claimed = claim_one(db, "w");
  on_both([&](Executor& ex) {
    update_job_run_status(ex, claimed.run_id, RunStatus::running);
    update_job_run_status(ex, claimed.run_id, RunStatus::running, {.set_started_at = false});
    CHECK(lease_of(ex, claimed.run_id) == Lease{"w", claimed.lease_until, 1});
    CHECK(complete_claimed_run(ex, claimed.run_id, "w", 1, true).success == true);
  });
}

// Every operation of a holder, under a worker and a fence that are not those of the run.
void check_refused(Executor& ex, std::string_view run_id, std::string_view worker,
                   std::int64_t fence) {
  const Lease lease = lease_of(ex, run_id);
  const JobRun row = get_job_run_by_run_id(ex, run_id);
  for (const auto& operation : std::initializer_list<std::function<void(Executor&)>>{
           [&](Executor& on) { renew_lease(on, run_id, worker, fence, 1h); },
           [&](Executor& on) { release_run(on, run_id, worker, fence); },
           [&](Executor& on) { complete_claimed_run(on, run_id, worker, fence, true); }}) {
    const auto e = caught<InvalidState>(ex, operation);
    CHECK(e.statement().starts_with("scheduler."));
    CHECK(std::string_view(e.what()).find("the lease is lost") != std::string_view::npos);
  }
  CHECK(lease_of(ex, run_id) == lease);
  CHECK(get_job_run_by_run_id(ex, run_id) == row);
}

TEST_CASE_FIXTURE(Migrated, "a stale holder can do nothing, before and after the next claim") {
  plan(db);
  const ClaimedRun first = claim_one(db, "w");
  db.execute(end_lease, long_ago, first.run_id);
  CHECK(reap_expired(db) == Ids{first.run_id});
  check_refused(db, first.run_id, "w", first.fence);
  const ClaimedRun second = claim_one(db, "w");  // by the same worker: only the fence tells
  CHECK(second.run_id == first.run_id);
  CHECK(second.fence == first.fence + 1);
  on_both([&](Executor& ex) {
    check_refused(ex, first.run_id, "w", first.fence);
    check_refused(ex, first.run_id, "other", second.fence);
    check_refused(ex, "b-0", "w", 0);
    CHECK(complete_claimed_run(ex, first.run_id, "w", second.fence, true).success == true);
    check_refused(ex, first.run_id, "w", second.fence);
  });
}

TEST_CASE_FIXTURE(Migrated, "operations of a holder: a run that is not there is NotFound") {
  on_both([&](Executor& ex) {
    caught<NotFound>(ex, [](Executor& on) { renew_lease(on, "nobody", "w", 1, 1h); });
    caught<NotFound>(ex, [](Executor& on) { release_run(on, "nobody", "w", 1); });
    caught<NotFound>(ex, [](Executor& on) { complete_claimed_run(on, "nobody", "w", 1, true); });
  });
}

TEST_CASE_FIXTURE(Migrated, "operations of a holder: bad keys are InvalidArgument") {
  on_both([&](Executor& ex) {
    for (const auto& [what, run_id, worker] :
         {std::tuple{"job_run.run_id: ", "", "w"}, std::tuple{"claim.worker: ", "a-0", " w"}}) {
      const auto refuse = [&, w = what](auto&& operation) {
        const auto e = caught<InvalidArgument>(ex, operation);
        CHECK(std::string_view(e.what()).starts_with(w));
      };
      refuse([&, r = run_id, w = worker](Executor& on) { renew_lease(on, r, w, 1, 1h); });
      refuse([&, r = run_id, w = worker](Executor& on) { release_run(on, r, w, 1); });
      refuse(
          [&, r = run_id, w = worker](Executor& on) { complete_claimed_run(on, r, w, 1, true); });
    }
  });
}

}  // namespace
}  // namespace lockstep::tests

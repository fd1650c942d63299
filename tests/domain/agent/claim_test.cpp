// SPDX-License-Identifier: BSL-1.0
// Claims of tasks: who gets which, what a holder may do, and what ends a lease.
#include <functional>

#include "claims.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::agent;

UnixMs system_now() {
  return std::chrono::floor<UnixMs>(std::chrono::system_clock::now().time_since_epoch());
}

// Four pending tasks, d the oldest, and one of every other status.
void plan(Executor& db) {
  for (const char* id : {"b", "a", "c"}) save_task(db, task(id));
  Task old = task("d");
  old.created_at = start_ms - 1ms;
  save_task(db, old);
  for (const TaskStatus status :
       {TaskStatus::running, TaskStatus::awaiting_approval, TaskStatus::completed,
        TaskStatus::failed, TaskStatus::cancelled}) {
    save_task(db, task(std::string(to_text(status)), status));
  }
}

ClaimedTask claim_one(Database& db, std::string worker) {
  auto tasks = claim_tasks(db, tasks_for(std::move(worker), 1));
  REQUIRE(tasks.size() == 1);
  return tasks.front();
}

TEST_CASE_FIXTURE(Migrated, "claim_tasks: what is pending, oldest first, ties by id, limited") {
  plan(db);
  CHECK(ids(claim_tasks(db, tasks_for("w", 1))) == Ids{"d"});
  CHECK(ids(claim_tasks(db, tasks_for("w", 2))) == Ids{"a", "b"});
  CHECK(ids(claim_tasks(db, tasks_for("w"))) == Ids{"c"});
  CHECK(claim_tasks(db, tasks_for("w")).empty());
}

TEST_CASE_FIXTURE(Migrated, "claim_tasks: returns the tasks as they are stored") {
  Task given = task("t-1");
  given.response_channel = "C1";
  given.response_thread = "1.0";
  given.replay_of = "t-0";
  save_task(db, given);
  clock.advance(5s);
  const UnixMs before = system_now();
  const ClaimedTask claimed = claim_one(db, "w-1");
  CHECK(claimed.lease_until >= before + 90s);
  CHECK(claimed.lease_until <= system_now() + 90s);
  CHECK(claimed == ClaimedTask{.id = "t-1",
                               .command = given.command,
                               .params = given.params,
                               .caller_id = given.caller_id,
                               .response_channel = "C1",
                               .response_thread = "1.0",
                               .created_at = start_ms,
                               .replay_of = "t-0",
                               .worker = "w-1",
                               .lease_until = claimed.lease_until,
                               .fence = 1});
  CHECK(lease_of_task(db, "t-1") == TaskLease{"w-1", claimed.lease_until, 1});
  const Task stored = get_task(db, "t-1");
  CHECK(stored.status == TaskStatus::running);
  CHECK(stored.updated_at == start_ms + 5s);
  CHECK(stored.created_at == start_ms);
}

TEST_CASE_FIXTURE(Migrated, "claim_tasks: a lease ends by milliseconds of the server's clock") {
  save_task(db, task("t-1"));
  for (const std::chrono::milliseconds length : {1ms, 999ms, 1001ms, 86'400'000ms * 365}) {
    const UnixMs before = system_now();
    const auto claimed = claim_tasks(db, {.worker = "w", .limit = 1, .lease = length});
    REQUIRE(claimed.size() == 1);
    CHECK(claimed.front().lease_until >= before + length);
    CHECK(claimed.front().lease_until <= system_now() + length);
    release_task(db, "t-1", "w", claimed.front().fence);
  }
}

TEST_CASE_FIXTURE(Migrated, "claim_tasks: refuses what makes no sense, and stores nothing") {
  plan(db);
  const auto refuse = [&](const ClaimRequest& request, std::string_view what) {
    const auto e = caught<InvalidArgument>(
        db, [&](Executor&) { static_cast<void>(claim_tasks(db, request)); });
    CHECK(std::string_view(e.what()).starts_with(what));
  };
  for (const std::int64_t limit : {0, -1}) refuse(tasks_for("w", limit), "claim.limit: ");
  for (const auto lease : {0ms, -1ms, 86'400'000ms * 365 + 1ms}) {
    refuse({.worker = "w", .limit = 1, .lease = lease}, "claim.lease: ");
    caught<InvalidArgument>(db, [&](Executor& ex) { renew_task_lease(ex, "a", "w", 1, lease); });
  }
  check_refuses_bad_keys(db, "claim.worker", [&](Executor&, const std::string& key) {
    static_cast<void>(claim_tasks(db, tasks_for(key)));
  });
  CHECK(lease_of_task(db, "a") == TaskLease{});
}

TEST_CASE_FIXTURE(Migrated, "claim_tasks: inside a transaction of this thread it is LogicError") {
  plan(db);
  db.transaction([&](Transaction&) {
    CHECK_THROWS_AS(static_cast<void>(claim_tasks(db, tasks_for("w"))), LogicError);
  });
  CHECK(lease_of_task(db, "a") == TaskLease{});
}

TEST_CASE_FIXTURE(Migrated, "claim_tasks: the same without skipping locked rows") {
  if (!shareable()) return;
  plan(db);
  Database plain = open_again({.allowed = {.skip_locked = false}});
  CHECK(ids(claim_tasks(plain, tasks_for("w", 3))) == Ids{"d", "a", "b"});
}

TEST_CASE_FIXTURE(Migrated, "claim_tasks: passes a task that another transaction has locked") {
  if (!shareable() || !db.capabilities().skip_locked) return;
  plan(db);
  Database other = open_again();
  Transaction holder = other.begin();
  update_task_status(holder, "a", TaskStatus::cancelled);
  CHECK(ids(claim_tasks(db, tasks_for("w"))) == Ids{"d", "b", "c"});
  holder.rollback();
  CHECK(ids(claim_tasks(db, tasks_for("w"))) == Ids{"a"});
}

TEST_CASE_FIXTURE(Migrated, "complete_claimed_task: ends the task and its lease, keeps the fence") {
  plan(db);
  const ClaimedTask claimed = claim_one(db, "w");
  on_both([&](Executor& ex) {
    clock.advance(90s);
    const Task ended = complete_claimed_task(ex, claimed.id, "w", 1, Json{"[1]"});
    CHECK(ended.status == TaskStatus::completed);
    CHECK(ended.result == Json{"[1]"});
    CHECK_FALSE(ended.error.has_value());
    CHECK(ended.completed_at == start_ms + 90s);
    CHECK(ended.updated_at == start_ms + 90s);
    CHECK(get_task(ex, claimed.id) == ended);
    CHECK(lease_of_task(ex, claimed.id) == TaskLease{{}, {}, 1});
    caught<InvalidState>(ex, [&](Executor& on) { complete_claimed_task(on, claimed.id, "w", 1); });
  });
}

TEST_CASE_FIXTURE(Migrated, "fail_claimed_task: ends the task and its lease, with its error") {
  Task given = task("t-1");
  given.result = Json{"1"};
  save_task(db, given);
  const ClaimedTask claimed = claim_one(db, "w");
  on_both([&](Executor& ex) {
    clock.advance(90s);
    const Task ended = fail_claimed_task(ex, claimed.id, "w", 1, "exit code 1");
    CHECK(ended.status == TaskStatus::failed);
    CHECK_FALSE(ended.result.has_value());
    CHECK(ended.error == "exit code 1");
    CHECK(ended.completed_at == start_ms + 90s);
    CHECK(ended.updated_at == start_ms + 90s);
    CHECK(get_task(ex, claimed.id) == ended);
    CHECK(lease_of_task(ex, claimed.id) == TaskLease{{}, {}, 1});
  });
}

TEST_CASE_FIXTURE(Migrated, "renew_task_lease: counts from the server's now, also after the end") {
  plan(db);
  const ClaimedTask claimed = claim_one(db, "w");
  on_both([&](Executor& ex) {
    ex.execute(end_task_lease, 1ms, claimed.id);
    const UnixMs before = system_now();
    renew_task_lease(ex, claimed.id, "w", claimed.fence, 1h);
    const TaskLease lease = lease_of_task(ex, claimed.id);
    CHECK(lease.claimed_by == "w");
    CHECK(lease.fence == 1);
    CHECK(lease.lease_until.value() >= before + 1h);
    CHECK(lease.lease_until.value() <= system_now() + 1h);
  });
}

TEST_CASE_FIXTURE(Migrated, "release_task: the task is pending again, its fence goes on") {
  plan(db);
  const ClaimedTask claimed = claim_one(db, "w");
  on_both([&](Executor& ex) {
    clock.advance(1s);
    release_task(ex, claimed.id, "w", claimed.fence);
    CHECK(lease_of_task(ex, claimed.id) == TaskLease{{}, {}, 1});
    CHECK(get_task(ex, claimed.id).status == TaskStatus::pending);
    CHECK(get_task(ex, claimed.id).updated_at == start_ms + 1s);
    caught<InvalidState>(ex, [&](Executor& on) { release_task(on, claimed.id, "w", 1); });
  });
  const ClaimedTask again = claim_one(db, "w-2");
  CHECK(again.id == claimed.id);
  CHECK(again.fence == 2);
}

TEST_CASE_FIXTURE(Migrated, "reap_expired_tasks: takes back what ended by the server's clock") {
  plan(db);  // the task `running` has no lease and is never reaped
  REQUIRE(claim_tasks(db, tasks_for("w")).size() == 4);
  update_task_status(db, "b", TaskStatus::awaiting_approval);
  on_both([&](Executor& ex) {
    CHECK(reap_expired_tasks(ex).empty());
    clock.advance(1s);
    for (const auto& [id, end] : {std::pair{"a", 2ms}, {"b", 1ms}, {"c", 1ms}}) {
      ex.execute(end_task_lease, end, id);
    }
    CHECK(reap_expired_tasks(ex) == Ids{"c", "a"});
    CHECK(reap_expired_tasks(ex).empty());
    CHECK(lease_of_task(ex, "a") == TaskLease{{}, {}, 1});
    CHECK(get_task(ex, "a").status == TaskStatus::pending);
    CHECK(get_task(ex, "a").updated_at == start_ms + 1s);
    CHECK(get_task(ex, "b").status == TaskStatus::awaiting_approval);
    CHECK(get_task(ex, "d").status == TaskStatus::running);
    CHECK(get_task(ex, "running").status == TaskStatus::running);
  });
}

// Every operation of a holder, of a task that it does not hold, or that is not running.
void check_refused(Executor& ex, std::string_view id, std::string_view worker, std::int64_t fence) {
  const TaskLease lease = lease_of_task(ex, id);
  const Task row = get_task(ex, id);
  for (const auto& operation : std::initializer_list<std::function<void(Executor&)>>{
           [&](Executor& on) { renew_task_lease(on, id, worker, fence, 1h); },
           [&](Executor& on) { release_task(on, id, worker, fence); },
           [&](Executor& on) { complete_claimed_task(on, id, worker, fence); },
           [&](Executor& on) { fail_claimed_task(on, id, worker, fence, "e"); }}) {
    const auto e = caught<InvalidState>(ex, operation);
    CHECK(e.statement().starts_with("agent."));
    CHECK(std::string_view(e.what()).find("the lease is lost") != std::string_view::npos);
  }
  CHECK(lease_of_task(ex, id) == lease);
  CHECK(get_task(ex, id) == row);
}

TEST_CASE_FIXTURE(Migrated, "claims: a task that waited for its approval goes on under its lease") {
  plan(db);
  const ClaimedTask claimed = claim_one(db, "w");
  update_task_status(db, claimed.id, TaskStatus::awaiting_approval);
  check_refused(db, claimed.id, "w", 1);
  update_task_status(db, claimed.id, TaskStatus::running);
  renew_task_lease(db, claimed.id, "w", 1, 1h);
  CHECK(complete_claimed_task(db, claimed.id, "w", 1).status == TaskStatus::completed);
}

TEST_CASE_FIXTURE(Migrated, "claims: save_task leaves a lease, fail_stuck_tasks the leased tasks") {
  plan(db);
  const ClaimedTask claimed = claim_one(db, "w");
  on_both([&](Executor& ex) {
    CHECK(fail_stuck_tasks(ex) == 1);  // the one without a lease
    CHECK(get_task(ex, claimed.id).status == TaskStatus::running);
    save_task(ex, task(claimed.id, TaskStatus::running));
    CHECK(lease_of_task(ex, claimed.id) == TaskLease{"w", claimed.lease_until, 1});
  });
}

TEST_CASE_FIXTURE(Migrated, "operations of a task's holder: refused once the lease is lost") {
  plan(db);
  const ClaimedTask first = claim_one(db, "w");
  db.execute(end_task_lease, 1ms, first.id);
  CHECK(reap_expired_tasks(db) == Ids{first.id});
  check_refused(db, first.id, "w", first.fence);
  const ClaimedTask second = claim_one(db, "w");  // by the same worker: only the fence tells
  CHECK(second.id == first.id);
  CHECK(second.fence == first.fence + 1);
  on_both([&](Executor& ex) {
    check_refused(ex, first.id, "w", first.fence);
    check_refused(ex, first.id, "other", second.fence);
    check_refused(ex, "b", "w", 0);
    complete_claimed_task(ex, first.id, "w", second.fence);
    check_refused(ex, first.id, "w", second.fence);
  });
}

TEST_CASE_FIXTURE(Migrated, "operations of a task's holder: NotFound and bad keys") {
  on_both([&](Executor& ex) {
    const auto each = [](std::string_view id, std::string_view worker) {
      return std::vector<std::function<void(Executor&)>>{
          [=](Executor& on) { renew_task_lease(on, id, worker, 1, 1h); },
          [=](Executor& on) { release_task(on, id, worker, 1); },
          [=](Executor& on) { complete_claimed_task(on, id, worker, 1); },
          [=](Executor& on) { fail_claimed_task(on, id, worker, 1, "e"); }};
    };
    for (const auto& operation : each("nobody", "w")) caught<NotFound>(ex, operation);
    for (const auto& operation : each("", "w")) {
      const auto e = caught<InvalidArgument>(ex, operation);
      CHECK(std::string_view(e.what()).starts_with("task.id: "));
    }
    for (const auto& operation : each("a", " w")) {
      const auto e = caught<InvalidArgument>(ex, operation);
      CHECK(std::string_view(e.what()).starts_with("claim.worker: "));
    }
  });
}

}  // namespace
}  // namespace lockstep::tests

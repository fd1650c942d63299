// SPDX-License-Identifier: BSL-1.0
#include <functional>
#include <thread>

#include "lockstep/observer.hpp"
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::agent;

constexpr std::chrono::milliseconds day = std::chrono::days(1);

Task ended(std::string id, UnixMs at, TaskStatus status = TaskStatus::completed) {
  Task each = task(std::move(id), status);
  each.completed_at = at;
  return each;
}

DeadLetter resolved(std::string id, std::optional<UnixMs> at) {
  DeadLetter each = dead_letter(std::move(id));
  each.created_at = 1ms;
  each.resolved_at = at;
  return each;
}

SessionContext used(std::string id, UnixMs at) {
  SessionContext each = session_context(std::move(id));
  each.last_used = at;
  return each;
}

// One row of each table, so old by what its rule looks at.
void save_aged(Executor& db, const std::string& id, const RetentionPolicy& ages) {
  save_task(db, ended(id, start_ms - ages.tasks));
  PendingApproval waiting = approval(id);
  waiting.created_at = start_ms - ages.pending_approvals;
  save_approval(db, waiting);
  save_session_context(db, used(id, start_ms - ages.session_contexts));
  ThreadSession thread = thread_session(id);
  thread.last_message_at = start_ms - ages.thread_sessions;
  save_thread_session(db, thread);
  save_dead_letter(db, resolved(id, start_ms - ages.dead_letters));
  AuditEntry entry = audit_entry(id);
  entry.created_at = start_ms - ages.audit_log;
  append_audit(db, entry);
}

// The ids of a column, in their order.
Ids column(Executor& db, const std::string& name, const std::string& table) {
  return db.fetch_all<std::string>("SELECT " + name + " FROM " + table + " ORDER BY " + name);
}

void check_left(Executor& db, const Ids& expected) {
  CHECK(column(db, "id", "tasks") == expected);
  CHECK(column(db, "request_id", "pending_approvals") == expected);
  CHECK(column(db, "session_id", "session_contexts") == expected);
  CHECK(column(db, "thread_ts", "thread_sessions") == expected);
  CHECK(column(db, "id", "dead_letters") == expected);
  CHECK(column(db, "user_id", "audit_log") == expected);
}

constexpr RetentionCounts one_each{.tasks = 1,
                                   .pending_approvals = 1,
                                   .session_contexts = 1,
                                   .thread_sessions = 1,
                                   .dead_letters = 1,
                                   .audit_log = 1};

TEST_CASE_FIXTURE(Migrated,
                  "run_retention: what is older than its rule goes, what is as old stays") {
  const RetentionPolicy exactly{.tasks = 604'800'000ms,
                                .pending_approvals = 3'600'000ms,
                                .session_contexts = 86'400'000ms,
                                .thread_sessions = 604'800'000ms,
                                .dead_letters = 86'400'000ms,
                                .audit_log = 2'592'000'000ms};
  RetentionPolicy older = exactly;
  for (const auto member : {&RetentionPolicy::tasks, &RetentionPolicy::pending_approvals,
                            &RetentionPolicy::session_contexts, &RetentionPolicy::thread_sessions,
                            &RetentionPolicy::dead_letters, &RetentionPolicy::audit_log}) {
    older.*member += 1ms;
  }
  save_aged(db, "at", exactly);
  save_aged(db, "over", older);
  CHECK(count_retention(db) == one_each);
  const RetentionResult result = run_retention(db);
  CHECK(result.finished);
  CHECK(result.deleted == one_each);
  check_left(db, {"at"});
  CHECK(run_retention(db).deleted == RetentionCounts{});
  clock.advance(1ms);
  CHECK(run_retention(db).deleted == one_each);
  check_left(db, {});
}

TEST_CASE_FIXTURE(Migrated, "run_retention: each rule has its own threshold") {
  const RetentionPolicy policy{.tasks = 1s,
                               .pending_approvals = 2s,
                               .session_contexts = 3s,
                               .thread_sessions = 4s,
                               .dead_letters = 5s,
                               .audit_log = 6s};
  save_aged(db, "at", policy);
  RetentionPolicy left = policy;
  for (const auto& [member, counted] :
       {std::pair{&RetentionPolicy::tasks, &RetentionCounts::tasks},
        {&RetentionPolicy::pending_approvals, &RetentionCounts::pending_approvals},
        {&RetentionPolicy::session_contexts, &RetentionCounts::session_contexts},
        {&RetentionPolicy::thread_sessions, &RetentionCounts::thread_sessions},
        {&RetentionPolicy::dead_letters, &RetentionCounts::dead_letters},
        {&RetentionPolicy::audit_log, &RetentionCounts::audit_log}}) {
    CHECK(run_retention(db, left).deleted == RetentionCounts{});
    left.*member -= 1ms;
    RetentionCounts expected;
    expected.*counted = 1;
    CHECK(count_retention(db, left) == expected);
    CHECK(run_retention(db, left).deleted == expected);
  }
}

TEST_CASE_FIXTURE(Migrated, "run_retention: tasks of every status that have ended, no others") {
  save_task(db, ended("cancelled", 1ms, TaskStatus::cancelled));
  save_task(db, ended("failed", 1ms, TaskStatus::failed));
  save_task(db, ended("odd", 1ms, TaskStatus::running));
  for (const TaskStatus status : {TaskStatus::pending, TaskStatus::running,
                                  TaskStatus::awaiting_approval, TaskStatus::completed}) {
    Task old = task("old " + std::string(to_text(status)), status);
    old.created_at = old.updated_at = 1ms;
    save_task(db, old);
  }
  save_task(db, ended("raw", 1ms));
  db.execute("UPDATE tasks SET completed_at = 0 WHERE id = 'raw'");
  CHECK(run_retention(db).deleted == RetentionCounts{.tasks = 3});
  CHECK(column(db, "id", "tasks") ==
        Ids{"old awaiting_approval", "old completed", "old pending", "old running", "raw"});
}

TEST_CASE_FIXTURE(Migrated, "run_retention: a task that goes on again is not lost") {
  save_task(db, task("t-1"));
  complete_task(db, "t-1");
  update_task_status(db, "t-1", TaskStatus::pending);
  clock.advance(8 * day);
  CHECK(run_retention(db).deleted == RetentionCounts{});
  fail_task(db, "t-1", "e");
  clock.advance(8 * day);
  CHECK(run_retention(db).deleted == RetentionCounts{.tasks = 1});
}

TEST_CASE_FIXTURE(Migrated, "run_retention: unresolved dead letters never, however old") {
  save_dead_letter(db, resolved("open", {}));
  save_dead_letter(db, resolved("done", 1ms));
  CHECK(run_retention(db).deleted == RetentionCounts{.dead_letters = 1});
  CHECK(column(db, "id", "dead_letters") == Ids{"open"});
}

TEST_CASE_FIXTURE(Migrated, "count_retention: counts what would go and changes nothing") {
  on_both([&](Executor& ex) {
    RetentionPolicy older;
    older.tasks = older.pending_approvals = older.session_contexts = 40 * day;
    older.thread_sessions = older.dead_letters = older.audit_log = 40 * day;
    save_aged(ex, "a", older);
    save_aged(ex, "b", older);
    save_aged(ex, "new",
              {.tasks = 0s,
               .pending_approvals = 0s,
               .session_contexts = 0s,
               .thread_sessions = 0s,
               .dead_letters = 0s,
               .audit_log = 0s});
    const RetentionCounts two_each{2, 2, 2, 2, 2, 2};
    CHECK(count_retention(ex) == two_each);
    CHECK(count_retention(ex) == two_each);
    check_left(ex, {"a", "b", "new"});
    older.tasks += 1ms;
    CHECK(count_retention(ex, older) == RetentionCounts{});
  });
}

TEST_CASE_FIXTURE(Migrated, "retention: a policy that makes no sense is InvalidArgument") {
  save_task(db, ended("t-1", 1ms));
  const auto refuse = [&](const RetentionPolicy& policy, std::string_view what) {
    for (const auto& operation : std::initializer_list<std::function<void(Executor&)>>{
             [&](Executor&) { run_retention(db, policy); },
             [&](Executor& ex) { static_cast<void>(count_retention(ex, policy)); }}) {
      CHECK(caught<InvalidArgument>(db, operation).what() == what);
    }
  };
  refuse({.tasks = -1ms}, "retention.tasks: negative");
  refuse({.pending_approvals = -1ms}, "retention.pending_approvals: negative");
  refuse({.session_contexts = -1ms}, "retention.session_contexts: negative");
  refuse({.thread_sessions = -1ms}, "retention.thread_sessions: negative");
  refuse({.dead_letters = -1ms}, "retention.dead_letters: negative");
  refuse({.audit_log = -1ms}, "retention.audit_log: negative");
  refuse({.batch = 0}, "retention.batch: not above zero");
  refuse({.batch = -1}, "retention.batch: not above zero");
  CHECK(count(db, "tasks") == 1);
}

TEST_CASE_FIXTURE(Migrated, "run_retention: inside a transaction of this thread it is LogicError") {
  save_task(db, ended("t-1", 1ms));
  db.transaction([&](Transaction&) { CHECK_THROWS_AS(run_retention(db), LogicError); });
  CHECK(count(db, "tasks") == 1);
}

// Counts the batches of tasks and asks to stop after some of them.
struct Batches : Observer {
  void on_statement(const StatementEvent& event) override {
    if (event.name != "agent.run_retention.tasks") return;
    rows.push_back(event.rows);
    if (rows.size() == stop_after) stop.request_stop();
  }
  std::vector<std::uint64_t> rows;
  std::size_t stop_after = 0;
  std::stop_source stop;
};

TEST_CASE("run_retention: deletes in batches, the oldest first, and stops between them") {
  const auto batches = std::make_shared<Batches>();
  testing::TestDatabase fixture({"agent"}, target_url(), {.observer = batches});
  Database& own = fixture.db();
  for (int i = 5; i > 0; --i) save_task(own, ended("t-" + std::to_string(i), UnixMs(i)));
  save_dead_letter(own, resolved("done", 1ms));
  batches->stop_after = 2;
  const auto stopped = run_retention(own, {.batch = 2}, batches->stop.get_token());
  CHECK_FALSE(stopped.finished);
  CHECK(stopped.deleted == RetentionCounts{.tasks = 4});
  CHECK(batches->rows == std::vector<std::uint64_t>{2, 2});
  CHECK(column(own, "id", "tasks") == Ids{"t-5"});  // what was committed stays deleted
  const auto again = run_retention(own, {.batch = 2}, batches->stop.get_token());
  CHECK_FALSE(again.finished);
  CHECK(again.deleted == RetentionCounts{});
  save_task(own, ended("t-6", 6ms));
  const auto rest = run_retention(own, {.batch = 2});
  CHECK(rest.finished);
  CHECK(rest.deleted == RetentionCounts{.tasks = 2, .dead_letters = 1});
  CHECK(batches->rows == std::vector<std::uint64_t>{2, 2, 2, 0});
}

TEST_CASE_FIXTURE(Migrated, "run_retention: a session that is touched meanwhile stays") {
  if (!shareable()) return;
  save_session_context(db, used("touched", 1ms));
  save_session_context(db, used("old", 2ms));
  Database other = open_again();
  Transaction holder = other.begin();
  touch_session_context(holder, "touched");
  RetentionResult result;
  std::thread retention([&] { CHECK_NOTHROW(result = run_retention(db)); });
  // Time for the deletion to come up to the lock; whether it does, the outcome is the same.
  for (int i = 0; i < 50; ++i) static_cast<void>(find_session_context(holder, "touched"));
  holder.commit();
  retention.join();
  CHECK(result.deleted == RetentionCounts{.session_contexts = 1});
  CHECK(column(db, "session_id", "session_contexts") == Ids{"touched"});
}

TEST_CASE_FIXTURE(Migrated, "db_size_bytes: above zero") {
  on_both([&](Executor& ex) {
    for (int i = 0; i < 10; ++i) save_task(ex, task("t-" + std::to_string(i)));
    CHECK(db_size_bytes(ex) > 0);
  });
}

}  // namespace
}  // namespace lockstep::tests

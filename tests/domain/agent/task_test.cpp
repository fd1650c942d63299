// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::agent;

constexpr std::array every_status{
    TaskStatus::pending,   TaskStatus::running, TaskStatus::awaiting_approval,
    TaskStatus::completed, TaskStatus::failed,  TaskStatus::cancelled};

Task full_task(std::string id) {
  Task full = task(std::move(id), TaskStatus::failed);
  full.params = Json{"{ \"b\":1,\n\"a\" : [1, 2],\"b\":\"\\u00e4\" }"};
  full.response_channel = "C1";
  full.response_thread = "1234567.890";
  full.result = Json{"[1, 2 ]"};
  full.error = "exit code 1; DROP TABLE tasks --";
  full.created_at = 1ms;
  full.updated_at = 2ms;
  full.completed_at = 3ms;
  full.replay_of = "t-0";
  return full;
}

TEST_CASE_FIXTURE(Migrated, "a task's life: save, read, run, complete, list") {
  on_both([&](Executor& ex) {
    const Task saved = save_task(ex, task("t-1"));
    CHECK(find_task(ex, "t-1") == saved);
    clock.advance(1s);
    CHECK(update_task_status(ex, "t-1", TaskStatus::running).updated_at == start_ms + 1s);
    clock.advance(1s);
    const Task done = complete_task(ex, "t-1", Json{R"({"deployed":true})"});
    CHECK(done.status == TaskStatus::completed);
    CHECK(done.result == Json{R"({"deployed":true})"});
    CHECK(done.completed_at == start_ms + 2s);
    CHECK(done.created_at == start_ms);
    CHECK(list_tasks(ex) == std::vector<Task>{done});
  });
}

TEST_CASE_FIXTURE(Migrated, "save_task: fills the times in and returns what is stored") {
  on_both([&](Executor& ex) {
    const Task saved = save_task(ex, task("t-1"));
    CHECK(saved.created_at == start_ms);
    CHECK(saved.updated_at == start_ms);
    CHECK_FALSE(saved.completed_at.has_value());
    CHECK(to_timestamp(saved.created_at) == Clock::start - 456us);  // whole milliseconds
    CHECK(get_task(ex, "t-1") == saved);
  });
}

TEST_CASE_FIXTURE(Migrated, "save_task: every member comes back as it went in") {
  on_both([&](Executor& ex) {
    const Task full = full_task("t-\xF0\x9F\x98\x80");
    CHECK(save_task(ex, full) == full);
    CHECK(get_task(ex, full.id) == full);
    Task bare{.id = "bare", .command = "ping"};
    bare = save_task(ex, bare);
    CHECK(bare.params == Json{"{}"});
    CHECK(bare.caller_id == "");
    CHECK(get_task(ex, "bare") == bare);
  });
}

TEST_CASE_FIXTURE(Migrated, "save_task: an empty text is null, as is a time of 0") {
  on_both([&](Executor& ex) {
    Task given = task("t-1");
    given.params = Json{""};
    given.response_channel = given.response_thread = given.error = given.replay_of = "";
    given.result = Json{""};
    given.completed_at = 0ms;
    Task expected = task("t-1");
    expected.params = Json{"{}"};
    expected.created_at = expected.updated_at = start_ms;
    CHECK(save_task(ex, given) == expected);
    CHECK(get_task(ex, "t-1") == expected);
  });
}

TEST_CASE_FIXTURE(Migrated, "save_task: again overwrites every member") {
  on_both([&](Executor& ex) {
    save_task(ex, full_task("t-1"));
    save_task(ex, full_task("t-2"));
    clock.advance(1s);
    Task second = task("t-1");
    second.created_at = 5ms;  // given: stays, and updated_at is not
    second = save_task(ex, second);
    CHECK(second.created_at == 5ms);
    CHECK(second.updated_at == start_ms + 1s);
    CHECK(get_task(ex, "t-1") == second);
    CHECK(get_task(ex, "t-2") == full_task("t-2"));
    CHECK(save_task(ex, second) == second);  // the same again
    const Task third = save_task(ex, task("t-1"));
    CHECK(third.created_at == start_ms + 1s);  // not given: now
    CHECK(get_task(ex, "t-1") == third);
    CHECK(count(ex, "tasks") == 2);
  });
}

TEST_CASE_FIXTURE(Migrated, "save_task: deletes no row that refers to the task") {
  static constexpr Sql create{
      "test.create_notes",
      "CREATE TABLE agent_notes (task_id VARCHAR(255) NOT NULL, "
      "FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE)",
      {.postgres = "CREATE TABLE agent_notes (task_id VARCHAR(255) COLLATE \"C\" NOT NULL, "
                   "FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE)",
       .mysql = "CREATE TABLE agent_notes (task_id VARCHAR(255) NOT NULL, "
                "FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE) "
                "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"}};
  db.execute(create);
  save_task(db, task("t-1"));
  db.execute("INSERT INTO agent_notes (task_id) VALUES ('t-1')");
  save_task(db, full_task("t-1"));
  const std::int64_t notes = count(db, "agent_notes");
  db.execute("DROP TABLE agent_notes");
  CHECK(notes == 1);
}

TEST_CASE_FIXTURE(Migrated, "find_task: nothing for an id that is not there, get_task: NotFound") {
  on_both([&](Executor& ex) {
    save_task(ex, task("t-1"));
    CHECK_FALSE(find_task(ex, "T-1").has_value());
    const auto e =
        caught<NotFound>(ex, [](Executor& on) { static_cast<void>(get_task(on, "T-1")); });
    CHECK(e.statement() == "agent.get_task");
  });
}

TEST_CASE_FIXTURE(Migrated, "update_task_status: completed_at is there while the task has ended") {
  on_both([&](Executor& ex) {
    for (const TaskStatus status : every_status) {
      CAPTURE(to_text(status));
      clock.set(Clock::start);
      save_task(ex, task("t-1"));
      clock.advance(1s);
      const bool ends = status == TaskStatus::completed || status == TaskStatus::failed ||
                        status == TaskStatus::cancelled;
      const Task updated = update_task_status(ex, "t-1", status);
      CHECK(updated.status == status);
      CHECK(updated.updated_at == start_ms + 1s);
      CHECK(updated.created_at == start_ms);
      CHECK(updated.completed_at == (ends ? std::optional(start_ms + 1s) : std::nullopt));
      CHECK(get_task(ex, "t-1") == updated);
      clock.advance(1s);
      const Task again = update_task_status(ex, "t-1", status);
      CHECK(again.completed_at == updated.completed_at);
      CHECK(again.updated_at == start_ms + 2s);
      CHECK_FALSE(update_task_status(ex, "t-1", TaskStatus::running).completed_at.has_value());
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "complete_task: completed with an error too; again overwrites") {
  on_both([&](Executor& ex) {
    save_task(ex, task("t-1"));
    const Task partly = complete_task(ex, "t-1", Json{"1"}, "half of it");
    CHECK(partly.status == TaskStatus::completed);
    CHECK(partly.result == Json{"1"});
    CHECK(partly.error == "half of it");
    clock.advance(1s);
    const Task again = complete_task(ex, "t-1", Json{""}, "");
    CHECK_FALSE(again.result.has_value());
    CHECK_FALSE(again.error.has_value());
    CHECK(again.completed_at == start_ms + 1s);
    CHECK(again.updated_at == start_ms + 1s);
    CHECK(get_task(ex, "t-1") == again);
    const auto e =
        caught<InvalidArgument>(ex, [](Executor& on) { complete_task(on, "t-1", Json{"{"}); });
    CHECK(std::string_view(e.what()).starts_with("task.result: "));
    CHECK(get_task(ex, "t-1") == again);
  });
}

TEST_CASE_FIXTURE(Migrated, "fail_task: failed with its error; the result stays") {
  on_both([&](Executor& ex) {
    save_task(ex, full_task("t-1"));
    const Task failed = fail_task(ex, "t-1", "exit code 2");
    CHECK(failed.status == TaskStatus::failed);
    CHECK(failed.error == "exit code 2");
    CHECK(failed.result == full_task("").result);
    CHECK(failed.completed_at == start_ms);
    CHECK(failed.updated_at == start_ms);
    CHECK(get_task(ex, "t-1") == failed);
    CHECK_FALSE(fail_task(ex, "t-1", "").error.has_value());
  });
}

TEST_CASE_FIXTURE(Migrated, "tasks: changes of a task that is not there are NotFound") {
  on_both([&](Executor& ex) {
    const auto statement_of = [&](auto&& change) {
      return caught<NotFound>(ex, change).statement();
    };
    CHECK(statement_of([](Executor& on) { update_task_status(on, "x", TaskStatus::running); }) ==
          "agent.update_task_status");
    CHECK(statement_of([](Executor& on) { update_task_status(on, "x", TaskStatus::failed); }) ==
          "agent.update_task_status.end");
    CHECK(statement_of([](Executor& on) { complete_task(on, "x"); }) == "agent.complete_task");
    CHECK(statement_of([](Executor& on) { fail_task(on, "x", "e"); }) == "agent.fail_task");
    CHECK(statement_of([](Executor& on) { replay_task(on, "x"); }) == "agent.get_task");
    CHECK(count(ex, "tasks") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "list_tasks: newest first, ties by id downwards, by status, limited") {
  on_both([&](Executor& ex) {
    CHECK(list_tasks(ex).empty());
    for (const char* id : {"b", "C", "a"}) save_task(ex, task(id));
    clock.advance(1ms);
    save_task(ex, task("A", TaskStatus::running));
    CHECK(ids(list_tasks(ex)) == Ids{"A", "b", "a", "C"});
    CHECK(ids(list_tasks(ex, {.status = TaskStatus::pending})) == Ids{"b", "a", "C"});
    CHECK(ids(list_tasks(ex, {.status = TaskStatus::pending, .limit = 2})) == Ids{"b", "a"});
    CHECK(ids(list_tasks(ex, {.limit = 1})) == Ids{"A"});
    CHECK(list_tasks(ex, {.limit = 0}).empty());
    CHECK(list_tasks(ex, {.status = TaskStatus::failed}).empty());
    CHECK(list_tasks(ex, {.limit = 1}).front() == get_task(ex, "A"));
    for (const auto status : {std::optional<TaskStatus>(), std::optional(TaskStatus::pending)}) {
      const auto e = caught<InvalidArgument>(ex, [&](Executor& on) {
        static_cast<void>(list_tasks(on, {.status = status, .limit = -1}));
      });
      CHECK(e.what() == std::string("limit: negative"));
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "fail_stuck_tasks: fails what is running and nothing else") {
  on_both([&](Executor& ex) {
    for (const TaskStatus status : every_status)
      save_task(ex, task(std::string(to_text(status)), status));
    for (const char* id : {"r-1", "r-2"}) save_task(ex, task(id, TaskStatus::running));
    const Task waiting = get_task(ex, "awaiting_approval");
    clock.advance(1s);
    CHECK(fail_stuck_tasks(ex) == 3);
    const auto failed = list_tasks(ex, {.status = TaskStatus::failed});
    CHECK(ids(failed) == Ids{"running", "r-2", "r-1", "failed"});
    CHECK(failed.front().error == stuck_error);
    CHECK(failed.front().completed_at == start_ms + 1s);
    CHECK(failed.front().updated_at == start_ms + 1s);
    CHECK_FALSE(failed.back().error.has_value());
    CHECK(get_task(ex, "awaiting_approval") == waiting);
    CHECK(fail_stuck_tasks(ex) == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "requeue_pending_tasks: the pending ones, oldest first, unchanged") {
  on_both([&](Executor& ex) {
    save_task(ex, task("b"));
    save_task(ex, task("a"));
    save_task(ex, task("r", TaskStatus::running));
    Task old = task("z");
    old.created_at = start_ms - 1ms;
    old = save_task(ex, old);
    const auto pending = requeue_pending_tasks(ex);
    CHECK(ids(pending) == Ids{"z", "a", "b"});
    CHECK(pending.front() == old);
    CHECK(requeue_pending_tasks(ex) == pending);
  });
}

TEST_CASE_FIXTURE(Migrated, "replay_task: a new pending task that repeats the old one") {
  on_both([&](Executor& ex) {
    const Task old = save_task(ex, full_task("t-1"));
    clock.advance(1s);
    const Task replay = replay_task(ex, "t-1", "t-2");
    Task expected = task("t-2");
    expected.params = old.params;
    expected.response_channel = old.response_channel;
    expected.response_thread = old.response_thread;
    expected.created_at = expected.updated_at = start_ms + 1s;
    expected.replay_of = "t-1";
    CHECK(replay == expected);
    CHECK(get_task(ex, "t-2") == expected);
    CHECK(get_task(ex, "t-1") == old);
    CHECK(replay_task(ex, "t-2", "t-3").replay_of == "t-2");
    CHECK(ids(requeue_pending_tasks(ex)) == Ids{"t-2", "t-3"});
  });
}

TEST_CASE_FIXTURE(Migrated, "replay_task: without an id of its own it gets a random UUID") {
  on_both([&](Executor& ex) {
    save_task(ex, task("t-1"));
    const std::string one = replay_task(ex, "t-1").id;
    const std::string two = replay_task(ex, "t-1").id;
    CHECK(one != two);
    CHECK(one.size() == 36);
    CHECK(one.find_first_not_of("0123456789abcdef-") == std::string::npos);
    CHECK(one[14] == '4');
    CHECK(std::string_view("89ab").find(one[19]) != std::string_view::npos);
    CHECK(get_task(ex, one).replay_of == "t-1");
  });
}

TEST_CASE_FIXTURE(Migrated, "replay_task: an id that exists is Duplicate and changes nothing") {
  on_both([&](Executor& ex) {
    save_task(ex, task("t-1"));
    const Task other = save_task(ex, full_task("t-2"));
    const auto e = caught<Duplicate>(ex, [](Executor& on) { replay_task(on, "t-1", "t-2"); });
    CHECK(e.constraint() == "pk_tasks");
    CHECK(e.columns() == std::vector<std::string>{"id"});
    CHECK(e.statement() == "agent.replay_task");
    CHECK(get_task(ex, "t-2") == other);
  });
}

TEST_CASE_FIXTURE(Migrated, "tasks: keys that no engine should see are InvalidArgument") {
  on_both([&](Executor& ex) {
    using Key = const std::string&;
    save_task(ex, task("t-1"));
    const auto refuse = [&](std::string_view what, auto&& f) {
      check_refuses_bad_keys(ex, what, f);
    };
    refuse("task.id", [](Executor& on, Key key) { save_task(on, task(key)); });
    refuse("task.id", [](Executor& on, Key key) { static_cast<void>(find_task(on, key)); });
    refuse("task.id", [](Executor& on, Key key) { static_cast<void>(get_task(on, key)); });
    refuse("task.id",
           [](Executor& on, Key key) { update_task_status(on, key, TaskStatus::running); });
    refuse("task.id", [](Executor& on, Key key) { complete_task(on, key); });
    refuse("task.id", [](Executor& on, Key key) { fail_task(on, key, "e"); });
    refuse("task.id", [](Executor& on, Key key) { replay_task(on, key); });
    refuse("task.id", [](Executor& on, Key key) { replay_task(on, "t-1", key); });
    refuse("task.command", [](Executor& on, Key key) {
      Task bad = task("t-1");
      bad.command = key;
      save_task(on, bad);
    });
    CHECK(count(ex, "tasks") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "tasks: keys that may be absent are refused all the same") {
  on_both([&](Executor& ex) {
    const auto refuse = [&](std::string_view what, auto&& change) {
      Task bad = task("t-1");
      change(bad);
      const auto e = caught<InvalidArgument>(ex, [&](Executor& on) { save_task(on, bad); });
      CHECK(std::string_view(e.what()).starts_with(std::string(what) + ": "));
    };
    refuse("task.caller_id", [](Task& t) { t.caller_id = " "; });
    refuse("task.response_channel", [](Task& t) { t.response_channel = " c"; });
    refuse("task.response_thread", [](Task& t) { t.response_thread = std::string(256, 't'); });
    refuse("task.replay_of", [](Task& t) { t.replay_of = "r "; });
    refuse("task.params", [](Task& t) { t.params = Json{"{"}; });
    refuse("task.result", [](Task& t) { t.result = Json{"yes"}; });
    refuse("agent.save_task: argument :error", [](Task& t) { t.error = std::string("a\0b", 3); });
    CHECK(count(ex, "tasks") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "tasks: a time before 1970 is InvalidArgument") {
  on_both([&](Executor& ex) {
    const auto refuse = [&](std::string_view what, auto&& set) {
      check_refuses_negative_time(ex, what, [&](Executor& on, UnixMs time) {
        Task bad = task("t-1");
        set(bad, time);
        save_task(on, bad);
      });
    };
    refuse("task.created_at", [](Task& t, UnixMs time) { t.created_at = time; });
    refuse("task.updated_at", [](Task& t, UnixMs time) { t.updated_at = time; });
    refuse("task.completed_at", [](Task& t, UnixMs time) { t.completed_at = time; });
    CHECK(count(ex, "tasks") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "tasks: a status that does not exist is refused by the library alone") {
  on_both([&](Executor& ex) {
    caught<InvalidArgument>(
        ex, [](Executor& on) { save_task(on, task("t-1", static_cast<TaskStatus>(6))); });
    ex.execute(
        "INSERT INTO tasks (id, status, command, params, created_at, updated_at) "
        "VALUES ('raw', 'sleeping', 'c', '{}', 1, 1)");
    caught<CorruptData>(ex, [](Executor& on) { static_cast<void>(get_task(on, "raw")); });
  });
}

TEST_CASE_FIXTURE(Migrated, "tasks: an operation that failed poisons the transaction, as any") {
  save_task(db, task("t-1"));
  Transaction tx = db.begin();
  CHECK_FALSE(find_task(tx, "nobody").has_value());
  CHECK_THROWS_AS(complete_task(tx, "nobody"), NotFound);
  save_task(tx, task("t-2"));
  CHECK_THROWS_AS(replay_task(tx, "t-1", "t-2"), Duplicate);
  CHECK_THROWS_AS(save_task(tx, task("t-3")), TransactionAborted);
  CHECK_THROWS_AS(tx.commit(), TransactionAborted);
  CHECK(ids(list_tasks(db)) == Ids{"t-1"});
}

}  // namespace
}  // namespace lockstep::tests

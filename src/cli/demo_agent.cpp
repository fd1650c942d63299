// SPDX-License-Identifier: BSL-1.0
// An agent's day. Left out is what is for the tasks of all: claim_tasks, reap_expired_tasks,
// fail_stuck_tasks, run_retention. No task of the story is seen pending by a worker of others.
#include "cli/story.hpp"
#include "lockstep/agent/agent.hpp"

namespace lockstep::cli {
namespace {

using namespace std::chrono_literals;
using agent::TaskStatus;

constexpr std::string_view alice = "demo-alice";
constexpr std::string_view channel = "demo-ops";
constexpr std::string_view thread_ts = "4928119200.000100";
constexpr std::string_view session_id = "demo-session-1";
constexpr std::string_view letter_id = "demo-letter-1";
constexpr std::string_view request_id = "demo-request-1";

// The module deletes approvals alone; retention does the rest, for all. The audit log is looked
// through by its index of times: the story's day.
constexpr Sql delete_task{"demo.delete_task", "DELETE FROM tasks WHERE id = :id"};
constexpr Sql delete_letter{"demo.delete_letter", "DELETE FROM dead_letters WHERE id = :id"};
constexpr Sql delete_context{"demo.delete_context",
                             "DELETE FROM session_contexts WHERE session_id = :id"};
constexpr Sql delete_thread{"demo.delete_thread",
                            "DELETE FROM thread_sessions "
                            "WHERE channel = :channel AND thread_ts = :thread_ts"};
constexpr Sql delete_audit{"demo.delete_audit",
                           "DELETE FROM audit_log WHERE user_id = :user_id "
                           "AND created_at >= :from AND created_at < :until"};

constexpr agent::UnixMs day_begins = agent::to_unix_ms(StoryClock::midnight);
constexpr agent::UnixMs day_ends = day_begins + 24h;

void remove_rows(Database& db) {
  db.transaction([](Transaction& tx) {
    for (const auto* id : {"demo-deploy", "demo-report", "demo-report-2"}) {
      tx.execute(delete_task, id);
    }
    agent::delete_approval(tx, request_id);
    tx.execute(delete_letter, letter_id);
    tx.execute(delete_context, session_id);
    tx.execute(delete_thread, channel, thread_ts);
    tx.execute(delete_audit, alice, day_begins, day_ends);
  });
}

std::string clock_time(agent::UnixMs t) { return cli::clock_time(agent::to_timestamp(t)); }

void tell_task(const agent::Task& task) {
  std::string rest =
      task.command + " " + task.params.text + ": " + std::string(to_text(task.status));
  if (task.completed_at) rest += " at " + clock_time(*task.completed_at);
  if (task.result) rest += ", " + task.result->text;
  if (task.error) rest += ", " + *task.error;
  if (task.replay_of) rest += ", in place of " + *task.replay_of;
  tell("task", task.id, rest);
}

void note(Executor& db, std::string_view action, std::string_view resource,
          std::string_view result) {
  agent::append_audit(db, {.user_id = std::string(alice),
                           .action = std::string(action),
                           .resource = std::string(resource),
                           .result = std::string(result)});
}

void take_commands(Database& db, StoryClock& clock) {
  title(clock, 600min, "two commands come in, one of which needs somebody's yes");
  agent::save_task(db, {.id = "demo-report",
                        .status = TaskStatus::running,
                        .command = "report",
                        .params = Json{R"(["costs"])"},
                        .caller_id = std::string(alice)});
  db.transaction([](Transaction& tx) {
    agent::save_task(tx, {.id = "demo-deploy",
                          .status = TaskStatus::awaiting_approval,
                          .command = "deploy",
                          .params = Json{R"({"service": "web"})"},
                          .caller_id = std::string(alice)});
    agent::save_approval(tx, {.request_id = std::string(request_id),
                              .task_id = "demo-deploy",
                              .caller_id = std::string(alice),
                              .permission = "deploy:production",
                              .action = "deploy",
                              .resource = "web",
                              .channel_id = std::string(channel)});
    note(tx, "deploy", "web", "asked");
  });
  tell_task(agent::get_task(db, "demo-report"));
  tell_task(agent::get_task(db, "demo-deploy"));
  const auto approval = agent::find_approval(db, request_id).value();
  tell("approval", approval.request_id,
       approval.permission + " on " + approval.resource + " for " + approval.caller_id +
           ", asked in " + approval.channel_id.value_or("private"));
}

void converse(Database& db, StoryClock& clock) {
  agent::save_session_context(db, {.session_id = std::string(session_id),
                                   .channel = std::string(channel),
                                   .thread_ts = std::string(thread_ts),
                                   .user_id = std::string(alice)});
  agent::save_thread_session(db, {.channel = std::string(channel),
                                  .thread_ts = std::string(thread_ts),
                                  .session_key = "demo-session-key"});
  title(clock, 605min, "the conversation goes on in its thread");
  agent::touch_session_context(db, session_id);
  agent::touch_thread_session(db, channel, thread_ts);
  const auto context = agent::find_session_context_by_thread(db, channel, thread_ts).value();
  tell("session", context.session_id,
       "of " + context.user_id.value_or("nobody") + " in " + context.channel + ", since " +
           clock_time(context.created_at) + ", last used " + clock_time(context.last_used));
  const auto thread = agent::find_thread_session(db, channel, thread_ts).value();
  tell("thread", thread.channel,
       thread.thread_ts + " has the key " + thread.session_key + ", last message " +
           clock_time(thread.last_message_at));
}

void approve(Database& db, StoryClock& clock) {
  title(clock, 620min, "the question is old, and then answered");
  for (const auto& approval : agent::list_expired_approvals(db, 15min)) {
    if (approval.request_id != request_id) continue;
    tell("older than 15 min", approval.request_id, "asked at " + clock_time(approval.created_at));
  }
  db.transaction([](Transaction& tx) {
    agent::delete_approval(tx, request_id);
    agent::update_task_status(tx, "demo-deploy", TaskStatus::running);
    note(tx, "deploy", "web", "allowed");
  });
  const bool waits = agent::find_approval(db, request_id).has_value();
  tell("approval", request_id, waits ? "still waits" : "is settled");
  tell_task(agent::get_task(db, "demo-deploy"));
}

void end_tasks(Database& db, StoryClock& clock) {
  title(clock, 630min, "one task succeeds; the other fails, and is repeated");
  tell_task(agent::complete_task(db, "demo-deploy", Json{R"({"deployed": true})"}));
  tell_task(agent::fail_task(db, "demo-report", "no answer from the ledger"));
  const auto waiting = db.transaction([](Transaction& tx) {
    agent::replay_task(tx, "demo-report", "demo-report-2");
    std::vector<agent::Task> pending = agent::requeue_pending_tasks(tx);
    agent::update_task_status(tx, "demo-report-2", TaskStatus::running);
    return pending;
  });
  for (const auto& task : waiting) {
    if (task.id == "demo-report-2") tell_task(task);
  }
  tell_task(agent::complete_task(db, "demo-report-2", Json{R"({"pages": 3})"}));
  note(db, "report", "costs", "completed");
}

void tell_letter(const agent::DeadLetter& letter) {
  std::string rest = "to " + letter.target_channel + ", " + letter.error +
                     ", retries: " + std::to_string(letter.retry_count);
  if (letter.resolved_at) {
    rest += ", delivered at " + clock_time(*letter.resolved_at);
  } else if (letter.next_retry_at) {
    rest += ", next at " + clock_time(*letter.next_retry_at);
  }
  tell("dead letter", letter.id, rest);
}

void deliver(Database& db, StoryClock& clock) {
  title(clock, 660min, "an answer cannot be delivered");
  tell_letter(
      agent::save_dead_letter(db, {.id = std::string(letter_id),
                                   .target_channel = std::string(channel),
                                   .message = "3 pages",
                                   .error = "rate limited",
                                   .next_retry_at = agent::next_retry(agent::now_ms(db), 0)}));
  const auto due = [&db] {
    std::vector<std::string> ids;
    for (const auto& letter : agent::list_retryable(db)) {
      if (letter.id == letter_id) ids.push_back(letter.id);
    }
    tell("due", listed(ids), "at " + cli::clock_time(db.now()));
  };
  due();
  clock.set(665min);
  due();
  tell_letter(agent::increment_retry(db, letter_id, agent::next_retry(agent::now_ms(db), 1)));
  clock.set(675min);
  tell_letter(agent::resolve_dead_letter(db, letter_id));
}

void make_mistakes(Database& db) {
  title("Mistakes, told alike by every engine");
  provoke("an id that is taken", [&] { agent::replay_task(db, "demo-report", "demo-deploy"); });
  provoke("a lease of nobody",
          [&] { agent::renew_task_lease(db, "demo-deploy", "demo-worker", 1, 15min); });
  provoke("an unknown task",
          [&] { agent::update_task_status(db, "demo-nobody", TaskStatus::running); });
  provoke("half a JSON", [&] { agent::complete_task(db, "demo-deploy", Json{R"({"deployed")"}); });
  try {
    db.transaction([](Transaction& tx) {
      agent::fail_task(tx, "demo-deploy", "rolled back by hand");
      agent::replay_task(tx, "demo-deploy", "demo-report-2");
    });
  } catch (const Duplicate&) {
    tell("rolled back", "both or neither",
         "demo-deploy is " + std::string(to_text(agent::get_task(db, "demo-deploy").status)));
  }
}

void tell_audit(Executor& db) {
  title("Who did what, the latest first");
  const agent::AuditFilter filter{
      .user_id = std::string(alice), .from = day_begins, .until = day_ends};
  for (const auto& entry : agent::list_audit(db, filter)) {
    tell("audit", entry.user_id,
         clock_time(entry.created_at) + "  " + entry.action + " " +
             entry.resource.value_or("nothing") + ": " + entry.result);
  }
}

void tell_story(Database& db, StoryClock& clock) {
  take_commands(db, clock);
  converse(db, clock);
  approve(db, clock);
  end_tasks(db, clock);
  deliver(db, clock);
  make_mistakes(db);
  tell_audit(db);
}

}  // namespace

const Story agent_story{
    .domain = "agent",
    .title = "An agent's day",
    .tell = tell_story,
    .remove = remove_rows,
    .look_for = [](Database& db) {
      provoke("demo-deploy", [&] { static_cast<void>(agent::get_task(db, "demo-deploy")); });
      provoke("demo-letter-1", [&] { static_cast<void>(agent::get_dead_letter(db, letter_id)); });
    }};

}  // namespace lockstep::cli

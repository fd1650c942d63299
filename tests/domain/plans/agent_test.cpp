// SPDX-License-Identifier: BSL-1.0
#include "lockstep/agent/agent.hpp"
#include "support/plan_check.hpp"
#include "support/target.hpp"

namespace lockstep::tests {
namespace {

using agent::UnixMs;

constexpr UnixMs start{1'700'000'000'000};

UnixMs at(int n) { return start + std::chrono::seconds(n); }

const Sql& statement(std::string_view name) { return find_statement(agent::statements(), name); }

// One task in a hundred waits, one is running, the others are over.
agent::Task task(int n) {
  using agent::TaskStatus;
  const int kind = n % 100;
  agent::Task each{.id = plan_key(n),
                   .status = kind == 0   ? TaskStatus::pending
                             : kind == 1 ? TaskStatus::running
                                         : TaskStatus::completed,
                   .command = "deploy",
                   .caller_id = "user-1",
                   .created_at = at(n),
                   .updated_at = at(n)};
  if (kind > 1) each.completed_at = at(n);
  return each;
}

// One letter in a hundred is open, the others are resolved.
agent::DeadLetter letter(int n) {
  agent::DeadLetter each{.id = plan_key(n),
                         .target_channel = "C1",
                         .message = "m",
                         .error = "e",
                         .created_at = at(n),
                         .next_retry_at = at(n)};
  if (n % 100 != 0) each.resolved_at = at(n);
  return each;
}

void seed_sessions(Database& db) {
  db.insert_all(statement("agent.save_session_context"), plan_table([](int n) {
                  return agent::SessionContext{.session_id = plan_key(n),
                                               .channel = plan_key(n),
                                               .thread_ts = "1.0",
                                               .created_at = at(n),
                                               .last_used = at(n)};
                }));
  db.insert_all(statement("agent.save_thread_session"), plan_table([](int n) {
                  return agent::ThreadSession{.channel = plan_key(n),
                                              .thread_ts = "1.0",
                                              .session_key = "key-1",
                                              .created_at = at(n),
                                              .last_message_at = at(n)};
                }));
}

void seed(Database& db) {
  db.insert_all(statement("agent.save_task"), plan_table(task));
  db.insert_all(statement("agent.save_approval"), plan_table([](int n) {
                  return agent::PendingApproval{.request_id = plan_key(n),
                                                .task_id = plan_key(n),
                                                .caller_id = "user-1",
                                                .permission = "deploy",
                                                .action = "deploy",
                                                .created_at = at(n)};
                }));
  seed_sessions(db);
  db.insert_all(statement("agent.save_dead_letter"), plan_table(letter));
  db.insert_all(
      "INSERT INTO audit_log (user_id, action, result, created_at) "
      "VALUES (:user_id, :action, :result, :created_at)",
      plan_table([](int n) {
        return agent::AuditEntry{
            .user_id = plan_key(n), .action = "deploy", .result = "completed", .created_at = at(n)};
      }));
  db.insert_all(statement("agent.set_meta"), plan_table([](int n) {
                  return std::tuple<std::string, std::string>(plan_key(n), "v");
                }));
}

std::vector<PlanArgument> arguments() {
  const std::int64_t time = at(100).count();
  return {
      // keys
      {"id", a_plan_key},
      {"key", a_plan_key},
      {"key", plan_key(0), "agent.claim_tasks"},  // a pending task
      {"request_id", a_plan_key},
      {"session_id", a_plan_key},
      {"channel", a_plan_key},
      {"thread_ts", "1.0"},
      {"user_id", a_plan_key},
      // which rows, and how many
      {"limit", 10},
      {"batch", 10},
      {"before", time},
      {"from", at(0).count()},
      {"until", time},
      {"now", time},
      {"tasks_before", time},
      {"pending_approvals_before", time},
      {"session_contexts_before", time},
      {"thread_sessions_before", time},
      {"dead_letters_before", time},
      {"audit_log_before", time},
      {"status", "pending"},
      {"worker", "w-1"},
      {"fence", 1},
      {"lease", 60'000},
      // what is stored
      {"command", "deploy"},
      {"params", "{}"},
      {"caller_id", "user-1"},
      {"response_channel", nullptr},
      {"response_thread", nullptr},
      {"result", "completed"},
      {"error", "e"},
      {"created_at", time},
      {"updated_at", time},
      {"completed_at", nullptr},
      {"replay_of", nullptr},
      {"task_id", a_plan_key},
      {"permission", "deploy"},
      {"action", "deploy"},
      {"resource", "api"},
      {"channel_id", nullptr},
      {"last_used", time},
      {"session_key", "key-1"},
      {"last_message_at", time},
      {"target_channel", "C1"},
      {"target_thread", nullptr},
      {"message", "m"},
      {"retry_count", 1},
      {"next_retry_at", time},
      {"resolved_at", nullptr},
      {"details", nullptr},
      {"value", "v"},
  };
}

TEST_CASE("plans: the agent's statements find their rows by an index") {
  check_plans({.name = "agent",
               .statements = agent::statements(),
               .seed = seed,
               .arguments = arguments(),
               .some_engines = {"agent.db_size_bytes"}});
}

}  // namespace
}  // namespace lockstep::tests

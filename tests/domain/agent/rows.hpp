// SPDX-License-Identifier: BSL-1.0
// Rows that the agent's tests begin with.
#pragma once

#include "lockstep/agent/agent.hpp"
#include "support/rows.hpp"

namespace lockstep::tests {

using namespace std::chrono_literals;

// The clock's start as the agent stores it.
inline constexpr agent::UnixMs start_ms = agent::to_unix_ms(Clock::start);

inline agent::Task task(std::string id, agent::TaskStatus status = agent::TaskStatus::pending) {
  return {.id = std::move(id),
          .status = status,
          .command = "deploy",
          .params = Json{R"({"service":"api"})"},
          .caller_id = "user-1"};
}

inline agent::PendingApproval approval(std::string request_id) {
  return {.request_id = std::move(request_id),
          .task_id = "nobody's",
          .caller_id = "user-1",
          .permission = "deploy:production",
          .action = "deploy",
          .resource = "api"};
}

inline agent::SessionContext session_context(std::string session_id) {
  return {.session_id = std::move(session_id), .channel = "C1", .thread_ts = "1234567.890"};
}

inline agent::ThreadSession thread_session(std::string thread_ts) {
  return {.channel = "C1", .thread_ts = std::move(thread_ts), .session_key = "key-1"};
}

inline agent::DeadLetter dead_letter(std::string id) {
  return {.id = std::move(id),
          .target_channel = "C1",
          .message = "deployed",
          .error = "channel_not_found"};
}

inline agent::AuditEntry audit_entry(std::string user_id) {
  return {.user_id = std::move(user_id), .action = "deploy", .result = "completed"};
}

// Runs operation(Executor&, time) with a time before 1970: it must refuse it, naming `what`.
template <class F>
void check_refuses_negative_time(Executor& db, std::string_view what, F&& operation) {
  const auto e = caught<InvalidArgument>(db, [&](Executor& on) { operation(on, -1ms); });
  CHECK(e.what() == std::string(what) + ": negative");
}

}  // namespace lockstep::tests

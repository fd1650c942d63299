// SPDX-License-Identifier: BSL-1.0
// Requests that wait for a person's yes: rows of `pending_approvals`. Shared rules: agent.hpp.
#pragma once

#include "lockstep/agent/unix_ms.hpp"

namespace lockstep::agent {

struct PendingApproval {
  std::string request_id;
  std::string task_id;  // need not name a task that is stored
  std::string caller_id;
  std::string permission;                      // a key
  std::string action;                          // a key
  std::string resource = {};                   // any text
  std::optional<std::string> channel_id = {};  // where it was asked; keys
  std::optional<std::string> thread_ts = {};   // at most 64 characters
  UnixMs created_at{0};                        // 0: now

  friend bool operator==(const PendingApproval&, const PendingApproval&) = default;
  static constexpr void columns(auto&& column) {
    column("request_id", &PendingApproval::request_id);
    column("task_id", &PendingApproval::task_id);
    column("caller_id", &PendingApproval::caller_id);
    column("permission", &PendingApproval::permission);
    column("action", &PendingApproval::action);
    column("resource", &PendingApproval::resource);
    column("channel_id", &PendingApproval::channel_id);
    column("thread_ts", &PendingApproval::thread_ts);
    column("created_at", &PendingApproval::created_at);
  }
};

// Inserts `approval`, or overwrites every member of the one with its request_id; returns it as
// stored.
PendingApproval save_approval(Executor& db, PendingApproval approval);

[[nodiscard]] std::optional<PendingApproval> find_approval(Executor& db,
                                                           std::string_view request_id);

// Whether there was one; none is no error.
bool delete_approval(Executor& db, std::string_view request_id);

// Approvals that were created more than max_age ago, oldest first, ties by request_id.
// InvalidArgument for a negative age.
[[nodiscard]] std::vector<PendingApproval> list_expired_approvals(
    Executor& db, std::chrono::milliseconds max_age);

}  // namespace lockstep::agent

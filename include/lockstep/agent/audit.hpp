// SPDX-License-Identifier: BSL-1.0
// Who did what, and whether it was allowed: rows of `audit_log`, which are only ever added.
// Shared rules: agent.hpp.
#pragma once

#include "lockstep/agent/unix_ms.hpp"

namespace lockstep::agent {

struct AuditEntry {
  std::int64_t id = 0;  // given by the store
  std::string user_id;
  std::string action;                        // a key
  std::optional<std::string> resource = {};  // any text
  std::string result;                        // at most 64 characters: "completed", "denied", ...
  std::optional<std::string> details = {};   // any text
  UnixMs created_at{0};                      // 0: now

  friend bool operator==(const AuditEntry&, const AuditEntry&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &AuditEntry::id);
    column("user_id", &AuditEntry::user_id);
    column("action", &AuditEntry::action);
    column("resource", &AuditEntry::resource);
    column("result", &AuditEntry::result);
    column("details", &AuditEntry::details);
    column("created_at", &AuditEntry::created_at);
  }
};

// Inserts `entry` under a new id, above 0 and never used before, whatever its own, and returns it
// as stored.
AuditEntry append_audit(Executor& db, AuditEntry entry);

struct AuditFilter {
  std::optional<std::string> user_id = {};  // null: of everybody
  std::optional<UnixMs> from = {};          // created then or later
  std::optional<UnixMs> until = {};         // created before
  std::optional<std::int64_t> limit = {};
};

// Entries that match all of the filter, newest first by created_at, ties by id downwards.
// InvalidArgument if `until` is before `from`.
[[nodiscard]] std::vector<AuditEntry> list_audit(Executor& db, const AuditFilter& filter = {});

}  // namespace lockstep::agent

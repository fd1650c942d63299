// SPDX-License-Identifier: BSL-1.0
// Who did what, append-only: rows of `audit`. Shared rules: provisioning.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::provisioning {

struct AuditEntry {
  std::int64_t id = 0;  // given by the store: 1 and more, never given again
  std::string action;   // "run.created"
  std::string actor;
  std::optional<std::string> target_id = {};  // what it was done to; need not exist
  std::optional<Json> details = {};
  std::optional<std::string> ip_address = {};  // 1 to 64 characters, stored as it is
  std::optional<Timestamp> timestamp = {};     // null: now

  friend bool operator==(const AuditEntry&, const AuditEntry&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &AuditEntry::id);
    column("action", &AuditEntry::action);
    column("actor", &AuditEntry::actor);
    column("target_id", &AuditEntry::target_id);
    column("details", &AuditEntry::details);
    column("ip_address", &AuditEntry::ip_address);
    column("timestamp", &AuditEntry::timestamp);
  }
};

// Inserts `entry` under a new id, whatever its own is, and returns it as stored.
AuditEntry create_audit_entry(Executor& db, AuditEntry entry);

// Which entries: those that have all that is not null.
struct AuditFilter {
  std::optional<std::string> action = {};
  std::optional<std::string> actor = {};

  static constexpr void columns(auto&& column) {
    column("action", &AuditFilter::action);
    column("actor", &AuditFilter::actor);
  }
};

// Latest timestamp first, ties by id downwards.
[[nodiscard]] std::vector<AuditEntry> list_audit_entries(Executor& db,
                                                         const AuditFilter& filter = {},
                                                         std::optional<std::int64_t> limit = {},
                                                         std::int64_t offset = 0);

}  // namespace lockstep::provisioning

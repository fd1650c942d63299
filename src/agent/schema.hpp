// SPDX-License-Identifier: BSL-1.0
// The constraints of the agent's tables, for its statements and for errors.
#pragma once

#include <array>

#include "lockstep/sql.hpp"

namespace lockstep::agent::detail {

inline constexpr std::array<Constraint, 7> schema{{
    {"pk_tasks", "tasks", "id"},
    {"pk_pending_approvals", "pending_approvals", "request_id"},
    {"pk_session_contexts", "session_contexts", "session_id"},
    {"pk_thread_sessions", "thread_sessions", "channel, thread_ts"},
    {"pk_dead_letters", "dead_letters", "id"},
    {"pk_audit_log", "audit_log", "id"},
    {"pk_meta", "meta", "key"},
}};

// A statement of this module: its errors name constraints and columns of the schema.
consteval Sql statement(std::string_view name, std::string_view text, SqlOverrides overrides = {},
                        std::string_view reads_all = {}) {
  return Sql(name, text, overrides, schema, reads_all);
}

// The statements of each source, which agent.cpp lists.
[[nodiscard]] std::span<const Sql* const> task_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> claim_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> approval_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> session_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> dead_letter_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> audit_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> meta_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> retention_statements() noexcept;

}  // namespace lockstep::agent::detail

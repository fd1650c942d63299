// SPDX-License-Identifier: BSL-1.0
// The constraints of the workflow tables, for the module's statements and for errors.
#pragma once

#include <array>

#include "lockstep/sql.hpp"

namespace lockstep::workflow::detail {

inline constexpr std::array<lockstep::Constraint, 6> schema{{
    {"pk_executions", "executions", "id"},
    {"pk_node_executions", "node_executions", "id"},
    {"fk_node_executions_execution_id", "node_executions", "execution_id"},
    {"pk_variable_snapshots", "variable_snapshots", "id"},
    {"fk_variable_snapshots_execution_id", "variable_snapshots", "execution_id"},
    {"fk_variable_snapshots_node_execution_id", "variable_snapshots", "node_execution_id"},
}};

// A statement of this module: its errors name constraints and columns of the schema.
consteval Sql statement(std::string_view name, std::string_view text, SqlOverrides overrides = {},
                        std::string_view reads_all = {}) {
  return Sql(name, text, overrides, schema, reads_all);
}

// The statements of each source, which workflow.cpp lists.
[[nodiscard]] std::span<const Sql* const> execution_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> node_execution_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> history_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> variable_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> retention_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> statistics_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> export_statements() noexcept;

}  // namespace lockstep::workflow::detail

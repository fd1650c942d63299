// SPDX-License-Identifier: BSL-1.0
// The constraints of the provisioning tables, for its statements and for errors.
#pragma once

#include <array>

#include "lockstep/sql.hpp"

namespace lockstep::provisioning::detail {

inline constexpr std::array<Constraint, 16> schema{{
    {"pk_runs", "runs", "id"},
    {"ck_runs_status", "runs", "status"},
    {"pk_plan_units", "plan_units", "id"},
    {"fk_plan_units_run_id", "plan_units", "run_id"},
    {"ck_plan_units_action", "plan_units", "action"},
    {"ck_plan_units_status", "plan_units", "status"},
    {"pk_events", "events", "id"},
    {"fk_events_run_id", "events", "run_id"},
    {"fk_events_plan_unit_id", "events", "plan_unit_id"},
    {"ck_events_level", "events", "level"},
    {"pk_resource_state", "resource_state", "id"},
    {"uq_resource_state_resource_type_resource_name", "resource_state",
     "resource_type, resource_name"},
    {"fk_resource_state_last_run_id", "resource_state", "last_run_id"},
    {"pk_facts", "facts", "id"},
    {"uq_facts_target_id_namespace_key", "facts", "target_id, namespace, key"},
    {"pk_audit", "audit", "id"},
}};

// A statement of this module: its errors name constraints and columns of the schema.
consteval Sql statement(std::string_view name, std::string_view text, SqlOverrides overrides = {},
                        std::string_view reads_all = {}) {
  return Sql(name, text, overrides, schema, reads_all);
}

// The statements of each source, which provisioning.cpp lists.
[[nodiscard]] std::span<const Sql* const> run_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> plan_unit_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> event_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> resource_state_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> fact_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> audit_statements() noexcept;

}  // namespace lockstep::provisioning::detail

// SPDX-License-Identifier: BSL-1.0
// The constraints of the scheduler's tables, for its statements and for errors.
#pragma once

#include <array>

#include "lockstep/sql.hpp"

namespace lockstep::scheduler::detail {

inline constexpr std::array<lockstep::Constraint, 34> schema{{
    {"pk_constraints", "constraints", "id"},
    {"pk_actions", "actions", "id"},
    {"pk_jobs", "jobs", "id"},
    {"fk_jobs_constraint_id", "jobs", "constraint_id"},
    {"pk_job_actions", "job_actions", "job_id, action_id"},
    {"fk_job_actions_job_id", "job_actions", "job_id"},
    {"fk_job_actions_action_id", "job_actions", "action_id"},
    {"fk_job_actions_constraint_id", "job_actions", "constraint_id"},
    {"ck_job_actions_trigger", "job_actions", "trigger"},
    {"pk_job_runs", "job_runs", "job_id, scheduled_at"},
    {"idx_job_runs_run_id", "job_runs", "run_id"},
    {"fk_job_runs_job_id", "job_runs", "job_id"},
    {"ck_job_runs_status", "job_runs", "status"},
    {"pk_constraint_violations", "constraint_violations", "id"},
    {"fk_constraint_violations_run_id", "constraint_violations", "run_id"},
    {"fk_constraint_violations_constraint_id", "constraint_violations", "constraint_id"},
    {"pk_scheduler_stats", "scheduler_stats", "stats_period_id"},
    {"pk_orchestrator_stats", "orchestrator_stats", "run_id"},
    {"fk_orchestrator_stats_stats_period_id", "orchestrator_stats", "stats_period_id"},
    {"pk_action_types", "action_types", "id"},
    {"uq_action_types_name", "action_types", "name"},
    {"pk_constraint_types", "constraint_types", "id"},
    {"uq_constraint_types_name", "constraint_types", "name"},
    {"pk_action_runs", "action_runs", "id"},
    {"fk_action_runs_run_id", "action_runs", "run_id"},
    {"fk_action_runs_action_type_id", "action_runs", "action_type_id"},
    {"fk_action_runs_constraint_violation_id", "action_runs", "constraint_violation_id"},
    {"ck_action_runs_trigger", "action_runs", "trigger"},
    {"pk_syncer_stats", "syncer_stats", "stats_period_id"},
    {"pk_stats_collector_stats", "stats_collector_stats", "stats_period_id"},
    {"pk_webhook_deliveries", "webhook_deliveries", "id"},
    {"fk_webhook_deliveries_run_id", "webhook_deliveries", "run_id"},
    {"ck_webhook_deliveries_trigger", "webhook_deliveries", "trigger"},
    {"pk_webhook_handler_stats", "webhook_handler_stats", "stats_period_id"},
}};

// A statement of this module: its errors name constraints and columns of the schema.
consteval Sql statement(std::string_view name, std::string_view text, SqlOverrides overrides = {},
                        std::string_view reads_all = {}) {
  return Sql(name, text, overrides, schema, reads_all);
}

// The statements of each source, which scheduler.cpp lists.
[[nodiscard]] std::span<const Sql* const> constraint_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> action_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> job_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> job_run_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> claim_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> violation_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> stats_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> job_run_batch_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> stats_upsert_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> type_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> action_run_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> syncer_stats_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> stats_collector_stats_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> webhook_statements() noexcept;
[[nodiscard]] std::span<const Sql* const> webhook_handler_stats_statements() noexcept;

}  // namespace lockstep::scheduler::detail

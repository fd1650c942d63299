// SPDX-License-Identifier: BSL-1.0
#include "cli/tables.hpp"

#include <algorithm>
#include <array>

#include "lockstep/dsn.hpp"
#include "lockstep/error.hpp"

namespace lockstep::cli {
namespace {

constexpr auto tables = std::to_array<ExportTable>({
    {"scheduler", "constraints", "id",
     "id max_concurrent_runs catch_up:boolean catch_up_window max_expected_run_time "
     "max_allowed_run_time pre_run_hook:json post_run_hook:json require_previous_success:json "
     "created_at:time updated_at:time"},
    {"scheduler", "actions", "id", "id name action_type config:json created_at:time"},
    {"scheduler", "jobs", "id",
     "id name schedule pod_spec:json constraint_id created_at:time updated_at:time"},
    {"scheduler", "job_actions", "job_id action_id", "job_id action_id trigger constraint_id"},
    {"scheduler", "job_runs", "job_id scheduled_at",
     "job_id run_id scheduled_at:time started_at:time completed_at:time status success:boolean "
     "error claimed_by lease_until:time fence"},
    {"scheduler", "constraint_violations", "id",
     "id run_id constraint_id violation_time:time action_taken details:json"},
    {"scheduler", "scheduler_stats", "stats_period_id",
     "stats_period_id start_time:time end_time:time iterations run_jobs late_jobs "
     "time_passed_run_time missed_jobs time_passed_grace_period jobs_cancelled min_inbox_length "
     "max_inbox_length avg_inbox_length empty_inbox_time avg_time_in_inbox min_time_in_inbox "
     "max_time_in_inbox"},
    {"scheduler", "orchestrator_stats", "run_id",
     "run_id stats_period_id runtime constraints_checked actions_taken"},
    {"scheduler", "action_types", "id", "id name"},
    {"scheduler", "constraint_types", "id", "id name"},
    {"scheduler", "action_runs", "id",
     "id run_id action_type_id trigger constraint_violation_id executed_at:time "
     "success:boolean error details:json"},
    {"scheduler", "syncer_stats", "stats_period_id",
     "stats_period_id start_time:time end_time:time total_writes writes_succeeded "
     "writes_failed avg_writes_in_flight max_writes_in_flight min_writes_in_flight "
     "avg_queued_writes max_queued_writes min_queued_writes avg_inbox_length max_inbox_length "
     "min_inbox_length avg_time_in_write_queue max_time_in_write_queue min_time_in_write_queue "
     "avg_time_in_inbox max_time_in_inbox min_time_in_inbox"},
    {"scheduler", "stats_collector_stats", "stats_period_id",
     "stats_period_id start_time:time end_time:time messages_received messages_processed "
     "scheduler_messages orchestrator_messages syncer_messages webhook_messages "
     "periods_completed database_flushes flush_errors avg_inbox_length max_inbox_length "
     "min_inbox_length avg_processing_time max_processing_time min_processing_time"},
    {"scheduler", "webhook_deliveries", "id",
     "id run_id webhook_type trigger url attempt_count status_code success:boolean error "
     "request_duration created_at:time delivered_at:time"},
    {"scheduler", "webhook_handler_stats", "stats_period_id",
     "stats_period_id start_time:time end_time:time webhooks_sent webhooks_succeeded "
     "webhooks_failed total_retries avg_delivery_time max_delivery_time min_delivery_time "
     "avg_inbox_length max_inbox_length min_inbox_length"},
    {"provisioning", "runs", "id",
     "id plan_path status started_at:time completed_at:time error metadata:json created_at:time "
     "updated_at:time"},
    {"provisioning", "plan_units", "id",
     "id run_id resource_type resource_name action status dependencies:json desired_state:json "
     "actual_state:json diff:json started_at:time completed_at:time error retries created_at:time "
     "updated_at:time"},
    {"provisioning", "events", "id",
     "id run_id plan_unit_id level message details:json timestamp:time"},
    {"provisioning", "resource_state", "id",
     "id resource_type resource_name state:json hash last_run_id last_applied:time "
     "created_at:time updated_at:time"},
    {"provisioning", "facts", "id",
     "id target_id namespace key value:json ttl expires_at:time created_at:time updated_at:time"},
    {"provisioning", "audit", "id",
     "id action actor target_id details:json ip_address timestamp:time"},
    {"workflow", "executions", "id",
     "id workflow_id workflow_version status started_at:time completed_at:time error_type "
     "error_message error_node_id error_context:json return_value:json created_at:time"},
    {"workflow", "node_executions", "id",
     "id execution_id node_id node_type status started_at:time completed_at:time inputs:json "
     "outputs:json error_type error_message error_context:json retry_count"},
    {"workflow", "variable_snapshots", "id",
     "id execution_id node_execution_id variable_name old_value:json new_value:json "
     "timestamp:time"},
    {"agent", "tasks", "id",
     "id status command params:json caller_id response_channel response_thread result:json error "
     "created_at updated_at completed_at claimed_by lease_until fence replay_of"},
    {"agent", "pending_approvals", "request_id",
     "request_id task_id caller_id permission action resource channel_id thread_ts created_at"},
    {"agent", "session_contexts", "session_id",
     "session_id channel thread_ts user_id created_at last_used"},
    {"agent", "thread_sessions", "channel thread_ts",
     "channel thread_ts session_key created_at last_message_at"},
    {"agent", "dead_letters", "id",
     "id target_channel target_thread message error created_at retry_count next_retry_at "
     "resolved_at"},
    {"agent", "audit_log", "id", "id user_id action resource result details created_at"},
    {"agent", "meta", "key", "key value"},
    {"instances", "instances", "id",
     "id name backend_type backend_config_json:json status created_at updated_at "
     "auto_restart:boolean max_restarts restart_delay on_demand_start:boolean idle_timeout "
     "docker_enabled:boolean command_override nodes:json environment:json owner_user_id"},
    {"instances", "api_keys", "id",
     "id key_hash name user_id permission_mode expires_at created_at updated_at last_used_at"},
    {"instances", "key_permissions", "key_id instance_id", "key_id instance_id"},
    {"lockstep", "lockstep_outcomes", "token", "token created_at:time"},
    {"lockstep", "lockstep_maintenance", "id",
     "id started_at:time finished_at:time steps problems"},
});

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> list;
  while (!text.empty()) {
    const std::size_t blank = std::min(text.find(' '), text.size());
    list.push_back(text.substr(0, blank));
    text.remove_prefix(std::min(blank + 1, text.size()));
  }
  return list;
}

ColumnType type_of(std::string_view text) {
  if (text == "boolean") return ColumnType::boolean;
  if (text == "time") return ColumnType::time;
  return text == "json" ? ColumnType::json : ColumnType::plain;
}

}  // namespace

std::vector<Column> ExportTable::column_list() const {
  std::vector<Column> list;
  for (const std::string_view word : words(columns)) {
    const std::size_t colon = std::min(word.find(':'), word.size());
    list.push_back({word.substr(0, colon), type_of(word.substr(std::min(colon + 1, word.size())))});
  }
  return list;
}

std::vector<std::string_view> ExportTable::key_list() const { return words(key); }

std::string table_names() {
  constexpr std::size_t width = 90;
  std::string text;
  std::size_t line = 0;
  for (const ExportTable& table : tables) {
    if (line + table.name.size() > width) {
      text += '\n';
      line = 0;
    } else if (line > 0) {
      text += ' ';
    }
    text += table.name;
    line += table.name.size() + 1;
  }
  return text;
}

const ExportTable& find_table(std::string_view name) {
  const auto it = std::find_if(tables.begin(), tables.end(),
                               [name](const ExportTable& table) { return table.name == name; });
  if (it != tables.end()) return *it;
  std::vector<std::string_view> names;
  for (const ExportTable& table : tables) names.push_back(table.name);
  const Nearest near = nearest(name, names);
  std::string what = "no table of that name is exported";
  if (near.similar) {
    what += "; did you mean \"" + std::string(near.word) + "\"?";
  } else {
    what += ": see `lockstep export --help`";
  }
  raise(ErrorKind::invalid_argument, std::move(what));
}

}  // namespace lockstep::cli

// SPDX-License-Identifier: BSL-1.0
#include "testing/domains.hpp"

#include <algorithm>
#include <array>

#include "lockstep/agent/agent.hpp"
#include "lockstep/instances/instances.hpp"
#include "lockstep/provisioning/provisioning.hpp"
#include "lockstep/scheduler/scheduler.hpp"
#include "lockstep/workflow/workflow.hpp"

namespace lockstep::testing::detail {
namespace {

constexpr std::array<Table, 2> own_tables{{
    {"lockstep_outcomes"},
    {"lockstep_maintenance", {}, true},
}};

constexpr std::array<Table, 15> scheduler_tables{{
    {"webhook_handler_stats"},
    {"webhook_deliveries"},
    {"stats_collector_stats"},
    {"syncer_stats"},
    {"action_runs"},
    {"constraint_types"},
    {"action_types"},
    {"orchestrator_stats"},
    {"scheduler_stats"},
    {"constraint_violations"},
    {"job_runs"},
    {"job_actions"},
    {"jobs"},
    {"actions"},
    {"constraints"},
}};

constexpr std::array<Table, 3> instances_tables{{
    {"key_permissions"},
    {"api_keys", "id"},
    {"instances", "id"},
}};

void seed_instances(Executor& db) {
  const auto made = instances::create_instance(db, {.name = "llama-8b", .auto_restart = true});
  instances::create_instance(db, {.name = "mistral", .backend_type = instances::BackendType::vllm});
  instances::create_key(db, {.key_hash = "test-hash", .name = "Test Key", .user_id = "user-1"},
                        std::array{made.id});
}

void seed_scheduler(Executor& db) {
  scheduler::create_job(db, {.id = "job-1",
                             .name = "Test Job 1",
                             .schedule = "0 0 * * *",
                             .pod_spec = Json{R"({"image": "test:latest"})"}});
  scheduler::create_job(db, {.id = "job-2",
                             .name = "Test Job 2",
                             .schedule = "*/5 * * * *",
                             .pod_spec = Json{R"({"image": "test2:latest"})"}});
}

void refill_scheduler(Executor& db) { scheduler::restore_types(db); }

constexpr std::array<Table, 6> provisioning_tables{{
    {"audit", "id"},
    {"facts"},
    {"resource_state"},
    {"events", "id"},
    {"plan_units"},
    {"runs"},
}};

void seed_provisioning(Executor& db) {
  provisioning::create_run(db, {.id = "run-001",
                                .plan_path = "/plans/deploy-apache.json",
                                .started_at = db.now(),
                                .metadata = {R"({"environment":"production"})"}});
  provisioning::create_plan_unit(db, {.id = "pu-001",
                                      .run_id = "run-001",
                                      .resource_type = "linux.pkg",
                                      .resource_name = "apache2",
                                      .desired_state = {R"({"state":"present","version":"2.4"})"}});
}

constexpr std::array<Table, 7> agent_tables{{
    {"tasks"},
    {"pending_approvals"},
    {"session_contexts"},
    {"thread_sessions"},
    {"dead_letters"},
    {"audit_log", "id"},
    {"meta"},
}};

void seed_agent(Executor& db) {
  agent::save_task(db, {.id = "task-1",
                        .command = "deploy",
                        .params = Json{R"({"service": "api"})"},
                        .caller_id = "user-1"});
}

void refill_agent(Executor& db) { agent::set_meta(db, "schema_version", "1"); }

constexpr std::array<Table, 3> workflow_tables{{
    {"variable_snapshots", "id"},
    {"node_executions"},
    {"executions"},
}};

void seed_workflow(Executor& db) {
  workflow::save_execution_with_nodes(
      db,
      {.id = "execution-1",
       .workflow_id = "data-pipeline",
       .workflow_version = "1.0.0",
       .status = workflow::ExecutionStatus::running},
      {{.id = "node-1", .execution_id = {}, .node_id = "fetch", .node_type = "mcp_tool"}});
}

constexpr auto domains = std::to_array<Domain>({
    {"scheduler", scheduler_tables, seed_scheduler, refill_scheduler},
    {"provisioning", provisioning_tables, seed_provisioning},
    {"instances", instances_tables, seed_instances},
    {"agent", agent_tables, seed_agent, refill_agent},
    {"workflow", workflow_tables, seed_workflow},
    {"lockstep", own_tables, nullptr},
});

}  // namespace

std::span<const Domain> all_domains() noexcept { return domains; }

std::vector<const Domain*> find_domains(const std::vector<std::string>& names) {
  std::vector<const Domain*> found;
  if (names.empty()) {
    for (const Domain& domain : domains) found.push_back(&domain);
    return found;
  }
  for (const std::string& name : names) {
    const auto it = std::find_if(domains.begin(), domains.end(),
                                 [&](const Domain& domain) { return domain.name == name; });
    if (it == domains.end()) raise(ErrorKind::invalid_argument, "unknown domain");
    if (&*it != &domains.back()) found.push_back(&*it);
  }
  found.push_back(&domains.back());
  return found;
}

}  // namespace lockstep::testing::detail

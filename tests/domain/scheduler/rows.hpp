// SPDX-License-Identifier: BSL-1.0
// Rows that the scheduler's tests begin with.
#pragma once

#include "lockstep/scheduler/scheduler.hpp"
#include "support/rows.hpp"

namespace lockstep::tests {

using namespace std::chrono_literals;

inline constexpr Timestamp noon = Clock::start + 12h;

inline scheduler::Job job(std::string id) {
  return {.id = std::move(id),
          .name = "Nightly report",
          .schedule = "0 0 * * *",
          .pod_spec = Json{R"({"image": "report:latest"})"}};
}

inline scheduler::JobRun run(std::string job_id, std::string run_id,
                             Timestamp scheduled_at = noon) {
  return {.job_id = std::move(job_id), .run_id = std::move(run_id), .scheduled_at = scheduled_at};
}

inline scheduler::Constraint constraint(std::string id) {
  return {.id = std::move(id), .max_concurrent_runs = 1};
}

inline scheduler::Action action(std::string id) {
  return {
      .id = std::move(id), .name = "Tell the team", .action_type = scheduler::ActionType::webhook};
}

inline scheduler::ConstraintViolation violation(std::string id, std::string run_id,
                                                std::string constraint_id, Timestamp at = noon) {
  return {.id = std::move(id),
          .run_id = std::move(run_id),
          .constraint_id = std::move(constraint_id),
          .violation_time = at};
}

inline scheduler::ActionRun action_run(std::string id, std::string run_id, Timestamp at = noon) {
  return {.id = std::move(id),
          .run_id = std::move(run_id),
          .action_type_id = id_of(scheduler::ActionTypeId::webhook),
          .executed_at = at};
}

inline scheduler::WebhookDelivery delivery(std::string id, std::string run_id) {
  return {.id = std::move(id),
          .run_id = std::move(run_id),
          .webhook_type = "slack",
          .url = "https://hooks.example.org/1"};
}

}  // namespace lockstep::tests

// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scheduler/scheduler.hpp"
#include "support/plan_check.hpp"
#include "support/target.hpp"

namespace lockstep::tests {
namespace {

using namespace std::chrono_literals;

constexpr Timestamp start = Clock::start;

const Sql& statement(std::string_view name) {
  return find_statement(scheduler::statements(), name);
}

void seed_definitions(Database& db) {
  db.insert_all(statement("scheduler.create_constraint"), plan_table([](int n) {
                  return scheduler::Constraint{
                      .id = plan_key(n), .created_at = start, .updated_at = start};
                }));
  db.insert_all(statement("scheduler.create_action"), plan_table([](int n) {
                  return scheduler::Action{
                      .id = plan_key(n), .name = plan_key(n), .created_at = start};
                }));
  db.insert_all(statement("scheduler.create_job"), plan_table([](int n) {
                  return scheduler::Job{.id = plan_key(n),
                                        .name = plan_key(n),
                                        .schedule = "* * * * *",
                                        .constraint_id = plan_key(n),
                                        .created_at = start + n * 1s,
                                        .updated_at = start};
                }));
  db.insert_all(statement("scheduler.create_job_action"), plan_table([](int n) {
                  return scheduler::JobAction{.job_id = plan_key(n),
                                              .action_id = plan_key(n),
                                              .trigger = scheduler::Trigger::on_violation,
                                              .constraint_id = plan_key(n)};
                }));
}

// Every twentieth job has twenty runs. One run in a hundred waits, one is running, the others are
// over.
scheduler::JobRun run(int n) {
  using scheduler::RunStatus;
  const int kind = n % 100;
  return {.job_id = plan_key(n / 20 * 20),
          .run_id = plan_key(n),
          .scheduled_at = start + n * 1min,
          .status = kind == 0   ? RunStatus::pending
                    : kind == 1 ? RunStatus::running
                                : RunStatus::completed};
}

void seed_runs(Database& db) {
  db.insert_all(statement("scheduler.create_job_run"), plan_table(run));
  db.insert_all(statement("scheduler.create_constraint_violation"), plan_table([](int n) {
                  return scheduler::ConstraintViolation{.id = plan_key(n),
                                                        .run_id = plan_key(n),
                                                        .constraint_id = plan_key(n),
                                                        .violation_time = start + n * 1min};
                }));
}

// One delivery in a hundred has failed.
scheduler::WebhookDelivery delivery(int n) {
  return {.id = plan_key(n),
          .run_id = plan_key(n),
          .webhook_type = "slack",
          .url = "https://hooks.example.org/1",
          .attempt_count = 1,
          .success = n % 100 != 0,
          .created_at = start + n * 1min};
}

void seed_actions(Database& db) {
  for (const char* table : {"action_types", "constraint_types"}) {  // 100 and more: programs' own
    db.insert_all("INSERT INTO " + std::string(table) + " (id, name) VALUES (?, ?)",
                  plan_table([](int n) { return std::tuple(100 + n, plan_key(n)); }));
  }
  db.insert_all(statement("scheduler.create_action_run"), plan_table([](int n) {
                  return scheduler::ActionRun{.id = plan_key(n),
                                              .run_id = plan_key(n),
                                              .action_type_id = 100 + n,
                                              .constraint_violation_id = plan_key(n),
                                              .executed_at = start + n * 1min};
                }));
  db.insert_all(statement("scheduler.create_webhook_delivery"), plan_table(delivery));
}

// An hour for each row.
template <class Stats>
auto hours() {
  return plan_table([](int n) {
    return Stats{.stats_period_id = plan_key(n),
                 .start_time = start + n * 1h,
                 .end_time = start + (n + 1) * 1h};
  });
}

void seed_stats(Database& db) {
  db.insert_all(statement("scheduler.create_scheduler_stats"), hours<scheduler::SchedulerStats>());
  db.insert_all(statement("scheduler.create_orchestrator_stats"), plan_table([](int n) {
                  return scheduler::OrchestratorStats{.run_id = plan_key(n),
                                                      .stats_period_id = plan_key(n)};
                }));
  db.insert_all(statement("scheduler.create_syncer_stats"), hours<scheduler::SyncerStats>());
  db.insert_all(statement("scheduler.create_stats_collector_stats"),
                hours<scheduler::StatsCollectorStats>());
  db.insert_all(statement("scheduler.create_webhook_handler_stats"),
                hours<scheduler::WebhookHandlerStats>());
}

void seed(Database& db) {
  seed_definitions(db);
  seed_runs(db);
  seed_actions(db);
  seed_stats(db);
}

std::vector<PlanArgument> arguments() {
  return {
      // keys
      {"id", a_plan_key},
      {"job_id", a_plan_key},
      {"of_job", a_plan_key},
      {"run_id", a_plan_key},
      {"action_id", a_plan_key},
      {"constraint_id", a_plan_key},
      {"stats_period_id", a_plan_key},
      {"constraint_violation_id", a_plan_key},
      {"id", 100 + plan_rows, "scheduler.restore_types.action"},
      {"id", 100 + plan_rows, "scheduler.restore_types.constraint"},
      {"run_1", plan_key(1)},
      {"run_2", plan_key(2)},
      {"run_3", plan_key(3)},
      {"run_4", plan_key(4)},
      {"run_5", plan_key(5)},
      {"run_6", plan_key(6)},
      {"run_7", plan_key(7)},
      {"run_8", plan_key(8)},
      {"run_9", plan_key(9)},
      // which rows, and how many
      {"scheduled_at", start + plan_rows / 2 * 1min},
      {"now", start + plan_rows / 2 * 1min},
      {"start", start + 10h},
      {"end", start + 20h},
      {"limit", 10},
      {"worker", "w-1"},
      {"fence", 1},
      // what is stored
      {"name", "Nightly report"},
      {"schedule", "0 0 * * *"},
      {"pod_spec", nullptr},
      {"trigger", "on_violation"},
      {"action_type", "webhook"},
      {"config", nullptr},
      {"max_concurrent_runs", 1},
      {"catch_up", true},
      {"catch_up_window", "5m"},
      {"max_expected_run_time", "5m"},
      {"max_allowed_run_time", "5m"},
      {"pre_run_hook", nullptr},
      {"post_run_hook", nullptr},
      {"require_previous_success", nullptr},
      {"created_at", start},
      {"updated_at", start},
      {"started_at", start},
      {"completed_at", start},
      {"status", "completed"},
      {"success", true},
      {"error", nullptr},
      {"lease", 60'000},
      {"violation_time", start},
      {"action_taken", "retry"},
      {"details", nullptr},
      {"start_time", start},
      {"end_time", start + 1h},
      {"iterations", 1},
      {"run_jobs", 1},
      {"late_jobs", 1},
      {"time_passed_run_time", 1},
      {"missed_jobs", 1},
      {"time_passed_grace_period", 1},
      {"jobs_cancelled", 1},
      {"min_inbox_length", 1},
      {"max_inbox_length", 1},
      {"avg_inbox_length", 1.5},
      {"empty_inbox_time", 1},
      {"avg_time_in_inbox", 1.5},
      {"min_time_in_inbox", 1},
      {"max_time_in_inbox", 1},
      {"runtime", 1},
      {"constraints_checked", 1},
      {"actions_taken", 1},
      {"action_type_id", 1},
      {"executed_at", start},
      {"webhook_type", "slack"},
      {"url", "https://hooks.example.org/1"},
      {"attempt_count", 1},
      {"status_code", 204},
      {"request_duration", 1},
      {"delivered_at", start},
      {"total_writes", 1},
      {"writes_succeeded", 1},
      {"writes_failed", 1},
      {"messages_received", 1},
      {"messages_processed", 1},
      {"scheduler_messages", 1},
      {"orchestrator_messages", 1},
      {"syncer_messages", 1},
      {"webhook_messages", 1},
      {"periods_completed", 1},
      {"database_flushes", 1},
      {"flush_errors", 1},
      {"webhooks_sent", 1},
      {"webhooks_succeeded", 1},
      {"webhooks_failed", 1},
      {"total_retries", 1},
      {"avg_writes_in_flight", 1.5},
      {"max_writes_in_flight", 1},
      {"min_writes_in_flight", 1},
      {"avg_queued_writes", 1.5},
      {"max_queued_writes", 1},
      {"min_queued_writes", 1},
      {"avg_time_in_write_queue", 1.5},
      {"max_time_in_write_queue", 1},
      {"min_time_in_write_queue", 1},
      {"avg_processing_time", 1.5},
      {"max_processing_time", 1},
      {"min_processing_time", 1},
      {"avg_delivery_time", 1.5},
      {"max_delivery_time", 1},
      {"min_delivery_time", 1},
  };
}

TEST_CASE("plans: the scheduler's statements find their rows by an index") {
  check_plans({.name = "scheduler",
               .statements = scheduler::statements(),
               .seed = seed,
               .arguments = arguments()});
}

}  // namespace
}  // namespace lockstep::tests

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
  db.insert_all(statement("scheduler.create_scheduler_stats"), plan_table([](int n) {
                  return scheduler::SchedulerStats{.stats_period_id = plan_key(n),
                                                   .start_time = start + n * 1h,
                                                   .end_time = start + (n + 1) * 1h};
                }));
  db.insert_all(statement("scheduler.create_orchestrator_stats"), plan_table([](int n) {
                  return scheduler::OrchestratorStats{.run_id = plan_key(n),
                                                      .stats_period_id = plan_key(n)};
                }));
}

void seed(Database& db) {
  seed_definitions(db);
  seed_runs(db);
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

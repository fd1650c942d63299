// SPDX-License-Identifier: BSL-1.0
// A scheduler's day: every line is told from values that were read back.
#include "cli/story.hpp"
#include "lockstep/scheduler/scheduler.hpp"

namespace lockstep::cli {
namespace {

using namespace std::chrono_literals;

constexpr Sql delete_stats{"demo.delete_stats",
                           "DELETE FROM scheduler_stats WHERE stats_period_id = :stats_period_id"};
constexpr std::string_view period_id = "demo-period-1";

constexpr Timestamp midnight = StoryClock::midnight;

void tell_run(const scheduler::JobRun& run) {
  std::string rest = clock_time(run.scheduled_at) + "  " + std::string(to_text(run.status));
  if (run.started_at) rest += ", started";
  if (run.completed_at) rest += *run.success ? ", succeeded" : ", did not succeed";
  if (run.error) rest += ": " + *run.error;
  tell("run", run.run_id, rest);
}

// Deleting a job deletes its runs, their violations and its actions.
void remove_rows(Database& db) {
  db.transaction([](Transaction& tx) {
    for (const auto* id : {"demo-report", "demo-cleanup", "demo-sync"}) {
      ignore_not_found([&] { scheduler::delete_job(tx, id); });
    }
    for (const auto* id : {"demo-page", "demo-again"}) {
      ignore_not_found([&] { scheduler::delete_action(tx, id); });
    }
    for (const auto* id : {"demo-nightly", "demo-relaxed"}) {
      ignore_not_found([&] { scheduler::delete_constraint(tx, id); });
    }
    tx.execute(delete_stats, period_id);
  });
}

void define_limits(Executor& db) {
  title("What limits the jobs");
  scheduler::create_constraint(
      db, {.id = "demo-nightly", .max_concurrent_runs = 1, .max_allowed_run_time = "2h"});
  scheduler::create_constraint(db,
                               {.id = "demo-relaxed", .catch_up = true, .catch_up_window = "5m"});
  const auto nightly = scheduler::get_constraint(db, "demo-nightly");
  tell("constraint", nightly.id,
       "at most " + std::to_string(*nightly.max_concurrent_runs) + " run at a time, none over " +
           *nightly.max_allowed_run_time);
  const auto relaxed = scheduler::get_constraint(db, "demo-relaxed");
  tell("constraint", relaxed.id,
       std::string(*relaxed.catch_up ? "catches up" : "does not catch up") + " within " +
           *relaxed.catch_up_window);
}

void define_actions(Executor& db) {
  title("What is done about trouble");
  scheduler::create_action(db, {.id = "demo-page",
                                .name = "Page the operator",
                                .action_type = scheduler::ActionType::webhook,
                                .config = Json{R"({"type": "slack", "channel": "#alerts"})"}});
  scheduler::create_action(
      db,
      {.id = "demo-again", .name = "Run it again", .action_type = scheduler::ActionType::retry});
  for (const auto* id : {"demo-page", "demo-again"}) {
    const auto action = scheduler::get_action(db, id);
    tell("action", action.id, action.name + " (" + std::string(to_text(action.action_type)) + ")");
  }
}

void define_jobs(Executor& db) {
  title("The jobs");
  scheduler::create_job(db, {.id = "demo-report",
                             .name = "Daily report",
                             .schedule = "0 2 * * *",
                             .pod_spec = Json{R"({"image": "report:1"})"},
                             .constraint_id = "demo-nightly"});
  scheduler::create_job(db, {.id = "demo-cleanup",
                             .name = "Clean up",
                             .schedule = "*/30 * * * *",
                             .constraint_id = "demo-relaxed"});
  scheduler::create_job(db, {.id = "demo-sync", .name = "Synchronise", .schedule = "15 * * * *"});
  scheduler::create_job_action(db, {.job_id = "demo-report",
                                    .action_id = "demo-page",
                                    .trigger = scheduler::Trigger::on_violation,
                                    .constraint_id = "demo-nightly"});
  scheduler::create_job_action(db, {.job_id = "demo-sync",
                                    .action_id = "demo-again",
                                    .trigger = scheduler::Trigger::on_failure});
  for (const auto* id : {"demo-report", "demo-cleanup", "demo-sync"}) {
    const auto job = scheduler::get_job(db, id);
    std::string rest = pad(job.schedule, 14) + job.name;
    if (job.constraint_id) rest += ", limited by " + *job.constraint_id;
    tell("job", job.id, rest);
    for (const auto& action : scheduler::get_job_actions(db, id)) {
      tell("", "", std::string(to_text(action.trigger)) + ": " + action.action_id);
    }
  }
}

void plan_runs(Database& db, StoryClock& clock) {
  title(clock, 120min, "four runs are planned in one transaction");
  db.transaction([](Transaction& tx) {
    const auto plan = [&tx](const char* job, const char* run, std::chrono::minutes at) {
      scheduler::create_job_run(tx, {.job_id = job, .run_id = run, .scheduled_at = midnight + at});
    };
    plan("demo-report", "demo-report-1", 120min);
    plan("demo-cleanup", "demo-cleanup-1", 120min);
    plan("demo-cleanup", "demo-cleanup-2", 150min);
    plan("demo-sync", "demo-sync-1", 135min);
  });
  for (const auto* job : {"demo-report", "demo-cleanup", "demo-sync"}) {
    for (const auto& run : scheduler::get_job_runs(db, job)) tell_run(run);
  }
}

// What is due at 02:15, job by job: runs that are not of the story belong to somebody else.
std::vector<scheduler::ClaimedRun> claim(Database& db, std::string_view worker) {
  std::vector<scheduler::ClaimedRun> all;
  for (const auto* job : {"demo-report", "demo-cleanup", "demo-sync"}) {
    for (auto& run : scheduler::claim_due_runs(db, {.worker = std::string(worker),
                                                   .now = midnight + 135min,
                                                   .limit = 10,
                                                   .lease = 15min,
                                                   .job_id = job})) {
      all.push_back(std::move(run));
    }
  }
  return all;
}

// How demo-worker ends one of the runs that it has claimed.
void complete(Executor& db, const std::vector<scheduler::ClaimedRun>& claimed,
              std::string_view run_id, std::optional<std::string_view> error = {}) {
  for (const auto& run : claimed) {
    if (run.run_id != run_id) continue;
    tell_run(scheduler::complete_claimed_run(db, run.run_id, run.worker, run.fence, !error, error));
  }
}

void run_jobs(Database& db, StoryClock& clock) {
  title(clock, 135min, "a worker claims what is due");
  const auto claimed = claim(db, "demo-worker");
  for (const auto& run : claimed) {
    tell("claimed", run.run_id,
         clock_time(run.scheduled_at) + "  " + std::string(to_text(run.status)) + " for " +
             run.worker + ", fence " + std::to_string(run.fence));
  }
  tell("claimed", "by a second worker",
       std::to_string(claim(db, "demo-worker-2").size()) + " runs: none is given out twice");
  title(clock, 245min, "the night is over");
  complete(db, claimed, "demo-cleanup-1");
  complete(db, claimed, "demo-sync-1", "exit code 137: out of memory");
  scheduler::create_constraint_violation(
      db, {.id = "demo-violation-1",
           .run_id = "demo-report-1",
           .constraint_id = "demo-nightly",
           .violation_time = midnight + 241min,
           .action_taken = "webhook",
           .details = Json{R"({"threshold": "2h", "currentValue": "2h1m"})"}});
  for (const auto& violation : scheduler::get_constraint_violations(db, "demo-report-1")) {
    tell("violation", violation.run_id,
         clock_time(violation.violation_time) + "  of " + violation.constraint_id +
             ", done: " + violation.action_taken.value_or("nothing"));
  }
  complete(db, claimed, "demo-report-1");
}

void make_mistakes(Database& db) {
  title("Mistakes, told alike by every engine");
  provoke("a job twice", [&] {
    scheduler::create_job(db,
                          {.id = "demo-report", .name = "Daily report", .schedule = "0 2 * * *"});
  });
  provoke("a run of no job", [&] {
    scheduler::create_job_run(
        db, {.job_id = "demo-nobody", .run_id = "demo-lost-1", .scheduled_at = midnight});
  });
  provoke("a lease that ended",
          [&] { scheduler::renew_lease(db, "demo-report-1", "demo-worker", 1, 15min); });
  provoke("an unknown job", [&] { static_cast<void>(scheduler::get_job(db, "demo-nobody")); });
  try {
    db.transaction([](Transaction& tx) {
      scheduler::create_job_run(
          tx, {.job_id = "demo-sync", .run_id = "demo-sync-2", .scheduled_at = midnight + 195min});
      scheduler::create_job_run(
          tx, {.job_id = "demo-sync", .run_id = "demo-sync-2", .scheduled_at = midnight + 255min});
    });
  } catch (const Duplicate&) {
    const auto left = scheduler::get_job_runs(db, "demo-sync").size();
    tell("rolled back", "two runs, one id",
         "runs of demo-sync before and after: " + std::to_string(left));
  }
}

void tell_statistics(Executor& db) {
  title("The day in numbers");
  scheduler::create_scheduler_stats(db, {.stats_period_id = std::string(period_id),
                                         .start_time = midnight,
                                         .end_time = midnight + 24h,
                                         .iterations = 1440,
                                         .run_jobs = 3,
                                         .missed_jobs = 1,
                                         .avg_inbox_length = 0.75});
  scheduler::create_orchestrator_stats(
      db,
      {.run_id = "demo-report-1", .stats_period_id = std::string(period_id), .runtime = 121min});
  for (const auto& stats : scheduler::get_scheduler_stats(db, midnight, midnight + 24h)) {
    if (stats.stats_period_id != period_id) continue;
    tell("period", stats.stats_period_id,
         std::to_string(stats.iterations) + " iterations, " + std::to_string(stats.run_jobs) +
             " runs, " + std::to_string(stats.missed_jobs) + " missed");
  }
  for (const auto* job : {"demo-report", "demo-cleanup", "demo-sync"}) {
    std::vector<std::string> ends;
    for (const auto& run : scheduler::get_job_runs(db, job)) ends.emplace_back(to_text(run.status));
    tell("runs", job, listed(ends));
  }
}

void tell_story(Database& db, StoryClock& clock) {
  clock.set(60min);
  define_limits(db);
  define_actions(db);
  define_jobs(db);
  plan_runs(db, clock);
  run_jobs(db, clock);
  make_mistakes(db);
  tell_statistics(db);
}

}  // namespace

const Story scheduler_story{
    .domain = "scheduler",
    .title = "A scheduler's day",
    .tell = tell_story,
    .remove = remove_rows,
    .look_for = [](Database& db) {
      provoke("demo-report", [&] { static_cast<void>(scheduler::get_job(db, "demo-report")); });
    }};

}  // namespace lockstep::cli

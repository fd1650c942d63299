// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scheduler/stats.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::scheduler {
namespace {

using detail::statement;

constexpr Sql create_sql = statement("scheduler.create_scheduler_stats", R"(
INSERT INTO scheduler_stats (stats_period_id, start_time, end_time, iterations, run_jobs, late_jobs,
                             time_passed_run_time, missed_jobs, time_passed_grace_period,
                             jobs_cancelled, min_inbox_length, max_inbox_length, avg_inbox_length,
                             empty_inbox_time, avg_time_in_inbox, min_time_in_inbox,
                             max_time_in_inbox)
VALUES (:stats_period_id, :start_time, :end_time, :iterations, :run_jobs, :late_jobs,
        :time_passed_run_time, :missed_jobs, :time_passed_grace_period,
        :jobs_cancelled, :min_inbox_length, :max_inbox_length, :avg_inbox_length,
        :empty_inbox_time, :avg_time_in_inbox, :min_time_in_inbox,
        :max_time_in_inbox))");

constexpr Sql get_overlapping_sql = statement("scheduler.get_scheduler_stats", R"(
SELECT stats_period_id, start_time, end_time, iterations, run_jobs, late_jobs,
       time_passed_run_time, missed_jobs, time_passed_grace_period,
       jobs_cancelled, min_inbox_length, max_inbox_length, avg_inbox_length,
       empty_inbox_time, avg_time_in_inbox, min_time_in_inbox,
       max_time_in_inbox
FROM scheduler_stats
WHERE start_time < :end AND end_time > :start
ORDER BY start_time, stats_period_id)");

constexpr Sql create_orchestrator_sql = statement("scheduler.create_orchestrator_stats", R"(
INSERT INTO orchestrator_stats (run_id, stats_period_id, runtime, constraints_checked,
                                actions_taken)
VALUES (:run_id, :stats_period_id, :runtime, :constraints_checked, :actions_taken))");

}  // namespace

std::span<const Sql* const> detail::stats_statements() noexcept {
  static constexpr std::array all{&create_sql, &get_overlapping_sql, &create_orchestrator_sql};
  return all;
}

SchedulerStats create_scheduler_stats(Executor& db, SchedulerStats stats) {
  require_key("scheduler_stats.stats_period_id", stats.stats_period_id);
  db.execute(create_sql, stats);
  return stats;
}

std::vector<SchedulerStats> get_scheduler_stats(Executor& db, Timestamp start, Timestamp end) {
  detail::check_window("scheduler_stats", start, end);
  return db.fetch_all<SchedulerStats>(get_overlapping_sql, end, start);
}

OrchestratorStats create_orchestrator_stats(Executor& db, OrchestratorStats stats) {
  require_key("orchestrator_stats.run_id", stats.run_id);
  require_key("orchestrator_stats.stats_period_id", stats.stats_period_id);
  db.execute(create_orchestrator_sql, stats);
  return stats;
}

}  // namespace lockstep::scheduler

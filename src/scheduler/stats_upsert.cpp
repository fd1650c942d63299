// SPDX-License-Identifier: BSL-1.0
// Statistics that several writers put into one period.
#include "lockstep/scheduler/stats.hpp"
#include "schema.hpp"

namespace lockstep::scheduler {
namespace {

using detail::statement;

// A comparison with null takes the ELSE. On MySQL the row's figures change from left to right: the
// averages come before the iterations that they are weighted by.
constexpr Sql upsert_sql = statement("scheduler.upsert_scheduler_stats", R"(
INSERT INTO scheduler_stats AS s
       (stats_period_id, start_time, end_time, iterations, run_jobs, late_jobs,
        time_passed_run_time, missed_jobs, time_passed_grace_period,
        jobs_cancelled, min_inbox_length, max_inbox_length, avg_inbox_length,
        empty_inbox_time, avg_time_in_inbox, min_time_in_inbox,
        max_time_in_inbox)
VALUES (:stats_period_id, :start_time, :end_time, :iterations, :run_jobs, :late_jobs,
        :time_passed_run_time, :missed_jobs, :time_passed_grace_period,
        :jobs_cancelled, :min_inbox_length, :max_inbox_length, :avg_inbox_length,
        :empty_inbox_time, :avg_time_in_inbox, :min_time_in_inbox,
        :max_time_in_inbox)
ON CONFLICT (stats_period_id) DO UPDATE
SET start_time = CASE WHEN excluded.start_time < s.start_time
                      THEN excluded.start_time ELSE s.start_time END,
    end_time = CASE WHEN excluded.end_time > s.end_time THEN excluded.end_time ELSE s.end_time END,
    min_inbox_length = CASE WHEN excluded.min_inbox_length < s.min_inbox_length
                            THEN excluded.min_inbox_length
                            ELSE COALESCE(s.min_inbox_length, excluded.min_inbox_length) END,
    max_inbox_length = CASE WHEN excluded.max_inbox_length > s.max_inbox_length
                            THEN excluded.max_inbox_length
                            ELSE COALESCE(s.max_inbox_length, excluded.max_inbox_length) END,
    min_time_in_inbox = CASE WHEN excluded.min_time_in_inbox < s.min_time_in_inbox
                             THEN excluded.min_time_in_inbox
                             ELSE COALESCE(s.min_time_in_inbox, excluded.min_time_in_inbox) END,
    max_time_in_inbox = CASE WHEN excluded.max_time_in_inbox > s.max_time_in_inbox
                             THEN excluded.max_time_in_inbox
                             ELSE COALESCE(s.max_time_in_inbox, excluded.max_time_in_inbox) END,
    avg_inbox_length =
        CASE WHEN s.avg_inbox_length IS NULL THEN excluded.avg_inbox_length
             WHEN excluded.avg_inbox_length IS NULL THEN s.avg_inbox_length
             WHEN s.iterations + excluded.iterations > 0
             THEN (s.avg_inbox_length * s.iterations
                   + excluded.avg_inbox_length * excluded.iterations)
                  / (s.iterations + excluded.iterations)
             ELSE (s.avg_inbox_length + excluded.avg_inbox_length) / 2 END,
    avg_time_in_inbox =
        CASE WHEN s.avg_time_in_inbox IS NULL THEN excluded.avg_time_in_inbox
             WHEN excluded.avg_time_in_inbox IS NULL THEN s.avg_time_in_inbox
             WHEN s.iterations + excluded.iterations > 0
             THEN (s.avg_time_in_inbox * s.iterations
                   + excluded.avg_time_in_inbox * excluded.iterations)
                  / (s.iterations + excluded.iterations)
             ELSE (s.avg_time_in_inbox + excluded.avg_time_in_inbox) / 2 END,
    empty_inbox_time = CASE WHEN s.empty_inbox_time IS NULL THEN excluded.empty_inbox_time
                            ELSE s.empty_inbox_time + COALESCE(excluded.empty_inbox_time, 0) END,
    iterations = s.iterations + excluded.iterations,
    run_jobs = s.run_jobs + excluded.run_jobs,
    late_jobs = s.late_jobs + excluded.late_jobs,
    time_passed_run_time = s.time_passed_run_time + excluded.time_passed_run_time,
    missed_jobs = s.missed_jobs + excluded.missed_jobs,
    time_passed_grace_period = s.time_passed_grace_period + excluded.time_passed_grace_period,
    jobs_cancelled = s.jobs_cancelled + excluded.jobs_cancelled)",
                                     {.mysql = R"(
INSERT INTO scheduler_stats
       (stats_period_id, start_time, end_time, iterations, run_jobs, late_jobs,
        time_passed_run_time, missed_jobs, time_passed_grace_period,
        jobs_cancelled, min_inbox_length, max_inbox_length, avg_inbox_length,
        empty_inbox_time, avg_time_in_inbox, min_time_in_inbox,
        max_time_in_inbox)
VALUES (:stats_period_id, :start_time, :end_time, :iterations, :run_jobs, :late_jobs,
        :time_passed_run_time, :missed_jobs, :time_passed_grace_period,
        :jobs_cancelled, :min_inbox_length, :max_inbox_length, :avg_inbox_length,
        :empty_inbox_time, :avg_time_in_inbox, :min_time_in_inbox,
        :max_time_in_inbox)
ON DUPLICATE KEY UPDATE
    start_time = LEAST(start_time, VALUES(start_time)),
    end_time = GREATEST(end_time, VALUES(end_time)),
    min_inbox_length = CASE WHEN VALUES(min_inbox_length) < min_inbox_length
                       THEN VALUES(min_inbox_length)
                       ELSE COALESCE(min_inbox_length, VALUES(min_inbox_length)) END,
    max_inbox_length = CASE WHEN VALUES(max_inbox_length) > max_inbox_length
                       THEN VALUES(max_inbox_length)
                       ELSE COALESCE(max_inbox_length, VALUES(max_inbox_length)) END,
    min_time_in_inbox = CASE WHEN VALUES(min_time_in_inbox) < min_time_in_inbox
                        THEN VALUES(min_time_in_inbox)
                        ELSE COALESCE(min_time_in_inbox, VALUES(min_time_in_inbox)) END,
    max_time_in_inbox = CASE WHEN VALUES(max_time_in_inbox) > max_time_in_inbox
                        THEN VALUES(max_time_in_inbox)
                        ELSE COALESCE(max_time_in_inbox, VALUES(max_time_in_inbox)) END,
    avg_inbox_length =
        CASE WHEN avg_inbox_length IS NULL THEN VALUES(avg_inbox_length)
             WHEN VALUES(avg_inbox_length) IS NULL THEN avg_inbox_length
             WHEN iterations + VALUES(iterations) > 0
             THEN (avg_inbox_length * iterations
                   + VALUES(avg_inbox_length) * VALUES(iterations))
                  / (iterations + VALUES(iterations))
             ELSE (avg_inbox_length + VALUES(avg_inbox_length)) / 2 END,
    avg_time_in_inbox =
        CASE WHEN avg_time_in_inbox IS NULL THEN VALUES(avg_time_in_inbox)
             WHEN VALUES(avg_time_in_inbox) IS NULL THEN avg_time_in_inbox
             WHEN iterations + VALUES(iterations) > 0
             THEN (avg_time_in_inbox * iterations
                   + VALUES(avg_time_in_inbox) * VALUES(iterations))
                  / (iterations + VALUES(iterations))
             ELSE (avg_time_in_inbox + VALUES(avg_time_in_inbox)) / 2 END,
    empty_inbox_time = CASE WHEN empty_inbox_time IS NULL THEN VALUES(empty_inbox_time)
                            ELSE empty_inbox_time + COALESCE(VALUES(empty_inbox_time), 0) END,
    iterations = iterations + VALUES(iterations),
    run_jobs = run_jobs + VALUES(run_jobs),
    late_jobs = late_jobs + VALUES(late_jobs),
    time_passed_run_time = time_passed_run_time + VALUES(time_passed_run_time),
    missed_jobs = missed_jobs + VALUES(missed_jobs),
    time_passed_grace_period = time_passed_grace_period + VALUES(time_passed_grace_period),
    jobs_cancelled = jobs_cancelled + VALUES(jobs_cancelled))"});

constexpr Sql read_sql = statement("scheduler.upsert_scheduler_stats.read", R"(
SELECT stats_period_id, start_time, end_time, iterations, run_jobs, late_jobs,
       time_passed_run_time, missed_jobs, time_passed_grace_period,
       jobs_cancelled, min_inbox_length, max_inbox_length, avg_inbox_length,
       empty_inbox_time, avg_time_in_inbox, min_time_in_inbox,
       max_time_in_inbox
FROM scheduler_stats
WHERE stats_period_id = :stats_period_id)");

constexpr Sql ensure_period_sql = statement("scheduler.write_orchestrator_stats.period", R"(
INSERT INTO scheduler_stats (stats_period_id, start_time, end_time)
VALUES (:stats_period_id, :start_time, :end_time)
ON CONFLICT (stats_period_id) DO NOTHING)",
                                            {.mysql = R"(
INSERT INTO scheduler_stats (stats_period_id, start_time, end_time)
VALUES (:stats_period_id, :start_time, :end_time)
ON DUPLICATE KEY UPDATE stats_period_id = stats_period_id)"});

constexpr Sql insert_orchestrator_sql = statement("scheduler.write_orchestrator_stats", R"(
INSERT INTO orchestrator_stats (run_id, stats_period_id, runtime, constraints_checked,
                                actions_taken)
VALUES (:run_id, :stats_period_id, :runtime, :constraints_checked, :actions_taken))");

void join(OrchestratorStats& stats, const std::string& stats_period_id) {
  require_key("orchestrator_stats.run_id", stats.run_id);
  if (stats.stats_period_id.empty()) stats.stats_period_id = stats_period_id;
  if (stats.stats_period_id != stats_period_id) {
    raise(ErrorKind::invalid_argument, "orchestrator_stats.stats_period_id: of another period");
  }
}

}  // namespace

std::span<const Sql* const> detail::stats_upsert_statements() noexcept {
  static constexpr std::array all{&upsert_sql, &read_sql, &ensure_period_sql,
                                  &insert_orchestrator_sql};
  return all;
}

SchedulerStats upsert_scheduler_stats(Executor& db, const SchedulerStats& stats) {
  require_key("scheduler_stats.stats_period_id", stats.stats_period_id);
  if (stats.iterations < 0) {
    raise(ErrorKind::invalid_argument, "scheduler_stats.iterations: negative");
  }
  db.execute(upsert_sql, stats);
  return db.fetch_one<SchedulerStats>(read_sql, stats.stats_period_id);
}

std::vector<OrchestratorStats> write_orchestrator_stats(Executor& db, const StatsPeriod& period,
                                                        std::vector<OrchestratorStats> batch) {
  require_key("scheduler_stats.stats_period_id", period.stats_period_id);
  for (OrchestratorStats& stats : batch) join(stats, period.stats_period_id);
  db.atomically([&](Transaction& tx) {
    tx.execute(ensure_period_sql, period);
    tx.insert_all(insert_orchestrator_sql, batch);
  });
  return batch;
}

}  // namespace lockstep::scheduler

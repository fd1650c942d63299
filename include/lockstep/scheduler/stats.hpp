// SPDX-License-Identifier: BSL-1.0
// How the scheduler fares: rows of `scheduler_stats` and `orchestrator_stats`. Durations are stored
// as nanoseconds. Shared rules: scheduler.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::scheduler {

// Counters of one period [start_time, end_time). A null figure was not measured.
struct SchedulerStats {
  std::string stats_period_id;
  Timestamp start_time = {};
  Timestamp end_time = {};
  std::int64_t iterations = 0;
  std::int64_t run_jobs = 0;
  std::int64_t late_jobs = 0;
  std::chrono::nanoseconds time_passed_run_time{0};
  std::int64_t missed_jobs = 0;
  std::chrono::nanoseconds time_passed_grace_period{0};
  std::int64_t jobs_cancelled = 0;
  std::optional<std::int64_t> min_inbox_length = {};
  std::optional<std::int64_t> max_inbox_length = {};
  std::optional<double> avg_inbox_length = {};
  std::optional<std::chrono::nanoseconds> empty_inbox_time = {};
  std::optional<std::chrono::duration<double, std::nano>> avg_time_in_inbox = {};
  std::optional<std::chrono::nanoseconds> min_time_in_inbox = {};
  std::optional<std::chrono::nanoseconds> max_time_in_inbox = {};

  friend bool operator==(const SchedulerStats&, const SchedulerStats&) = default;
  static constexpr void columns(auto&& column) {
    column("stats_period_id", &SchedulerStats::stats_period_id);
    column("start_time", &SchedulerStats::start_time);
    column("end_time", &SchedulerStats::end_time);
    column("iterations", &SchedulerStats::iterations);
    column("run_jobs", &SchedulerStats::run_jobs);
    column("late_jobs", &SchedulerStats::late_jobs);
    column("time_passed_run_time", &SchedulerStats::time_passed_run_time);
    column("missed_jobs", &SchedulerStats::missed_jobs);
    column("time_passed_grace_period", &SchedulerStats::time_passed_grace_period);
    column("jobs_cancelled", &SchedulerStats::jobs_cancelled);
    column("min_inbox_length", &SchedulerStats::min_inbox_length);
    column("max_inbox_length", &SchedulerStats::max_inbox_length);
    column("avg_inbox_length", &SchedulerStats::avg_inbox_length);
    column("empty_inbox_time", &SchedulerStats::empty_inbox_time);
    column("avg_time_in_inbox", &SchedulerStats::avg_time_in_inbox);
    column("min_time_in_inbox", &SchedulerStats::min_time_in_inbox);
    column("max_time_in_inbox", &SchedulerStats::max_time_in_inbox);
  }
};

// Inserts `stats` and returns it as stored. Duplicate if the period exists.
SchedulerStats create_scheduler_stats(Executor& db, SchedulerStats stats);

// Periods that overlap [start, end): those that began before `end` and ended after `start`. By
// start_time, ties by stats_period_id. InvalidArgument if `end` is before `start`.
[[nodiscard]] std::vector<SchedulerStats> get_scheduler_stats(Executor& db, Timestamp start,
                                                              Timestamp end);

// Inserts `stats`, or adds it to what its period has: counters and empty_inbox_time are summed, the
// period reaches from the earlier start_time to the later end_time, minima and maxima are those of
// both, averages are weighted by iterations (alike if neither has any). Where one of two figures is
// null the other stays. All in one statement: nothing is lost under many callers at once. Returns
// the row, read after the write. InvalidArgument for negative iterations; a sum beyond int64 is
// OutOfRange, on SQLite TypeMismatch.
SchedulerStats upsert_scheduler_stats(Executor& db, const SchedulerStats& stats);

// What handling one run took. run_id need not name a run: runs are deleted with their job.
struct OrchestratorStats {
  std::string run_id;
  std::string stats_period_id = {};
  std::chrono::nanoseconds runtime{0};
  std::int64_t constraints_checked = 0;
  std::int64_t actions_taken = 0;

  friend bool operator==(const OrchestratorStats&, const OrchestratorStats&) = default;
  static constexpr void columns(auto&& column) {
    column("run_id", &OrchestratorStats::run_id);
    column("stats_period_id", &OrchestratorStats::stats_period_id);
    column("runtime", &OrchestratorStats::runtime);
    column("constraints_checked", &OrchestratorStats::constraints_checked);
    column("actions_taken", &OrchestratorStats::actions_taken);
  }
};

// Inserts `stats` and returns it as stored. Duplicate if run_id exists, ForeignKey if
// stats_period_id names no period.
OrchestratorStats create_orchestrator_stats(Executor& db, OrchestratorStats stats);

struct StatsPeriod {
  std::string stats_period_id;
  Timestamp start_time = {};
  Timestamp end_time = {};

  static constexpr void columns(auto&& column) {
    column("stats_period_id", &StatsPeriod::stats_period_id);
    column("start_time", &StatsPeriod::start_time);
    column("end_time", &StatsPeriod::end_time);
  }
};

// Inserts the batch, all or nothing, and before it a row of scheduler_stats for the period with no
// iterations, if it has none: upsert_scheduler_stats adds to it later. An empty stats_period_id of
// an element becomes that of the period, another one is InvalidArgument. Returns the batch as
// stored. Duplicate if a run_id exists.
std::vector<OrchestratorStats> write_orchestrator_stats(Executor& db, const StatsPeriod& period,
                                                        std::vector<OrchestratorStats> batch);

}  // namespace lockstep::scheduler

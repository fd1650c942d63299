// SPDX-License-Identifier: BSL-1.0
// How the collector of statistics fares: rows of `stats_collector_stats`. Durations are stored as
// microseconds. Shared rules: scheduler.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::scheduler {

// Counters of one period [start_time, end_time). A null figure was not measured.
struct StatsCollectorStats {
  std::string stats_period_id;
  Timestamp start_time = {};
  Timestamp end_time = {};
  std::int64_t messages_received = 0;
  std::int64_t messages_processed = 0;
  std::int64_t scheduler_messages = 0;
  std::int64_t orchestrator_messages = 0;
  std::int64_t syncer_messages = 0;
  std::int64_t webhook_messages = 0;
  std::int64_t periods_completed = 0;
  std::int64_t database_flushes = 0;
  std::int64_t flush_errors = 0;
  std::optional<double> avg_inbox_length = {};
  std::optional<std::int64_t> max_inbox_length = {};
  std::optional<std::int64_t> min_inbox_length = {};
  std::optional<std::chrono::duration<double, std::micro>> avg_processing_time = {};
  std::optional<std::chrono::microseconds> max_processing_time = {};
  std::optional<std::chrono::microseconds> min_processing_time = {};

  friend bool operator==(const StatsCollectorStats&, const StatsCollectorStats&) = default;
  static constexpr void columns(auto&& column) {
    column("stats_period_id", &StatsCollectorStats::stats_period_id);
    column("start_time", &StatsCollectorStats::start_time);
    column("end_time", &StatsCollectorStats::end_time);
    column("messages_received", &StatsCollectorStats::messages_received);
    column("messages_processed", &StatsCollectorStats::messages_processed);
    column("scheduler_messages", &StatsCollectorStats::scheduler_messages);
    column("orchestrator_messages", &StatsCollectorStats::orchestrator_messages);
    column("syncer_messages", &StatsCollectorStats::syncer_messages);
    column("webhook_messages", &StatsCollectorStats::webhook_messages);
    column("periods_completed", &StatsCollectorStats::periods_completed);
    column("database_flushes", &StatsCollectorStats::database_flushes);
    column("flush_errors", &StatsCollectorStats::flush_errors);
    column("avg_inbox_length", &StatsCollectorStats::avg_inbox_length);
    column("max_inbox_length", &StatsCollectorStats::max_inbox_length);
    column("min_inbox_length", &StatsCollectorStats::min_inbox_length);
    column("avg_processing_time", &StatsCollectorStats::avg_processing_time);
    column("max_processing_time", &StatsCollectorStats::max_processing_time);
    column("min_processing_time", &StatsCollectorStats::min_processing_time);
  }
};

// Inserts `stats` and returns it as stored. Duplicate if the period exists.
StatsCollectorStats create_stats_collector_stats(Executor& db, StatsCollectorStats stats);

// Periods that overlap [start, end): see get_scheduler_stats.
[[nodiscard]] std::vector<StatsCollectorStats> get_stats_collector_stats(Executor& db,
                                                                         Timestamp start,
                                                                         Timestamp end);

}  // namespace lockstep::scheduler

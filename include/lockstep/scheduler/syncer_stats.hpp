// SPDX-License-Identifier: BSL-1.0
// How the syncer fares, which writes what the other parts hand it: rows of `syncer_stats`.
// Durations are stored as microseconds. Shared rules: scheduler.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::scheduler {

// Counters of one period [start_time, end_time). A null figure was not measured.
struct SyncerStats {
  std::string stats_period_id;
  Timestamp start_time = {};
  Timestamp end_time = {};
  std::int64_t total_writes = 0;
  std::int64_t writes_succeeded = 0;
  std::int64_t writes_failed = 0;
  std::optional<double> avg_writes_in_flight = {};
  std::optional<std::int64_t> max_writes_in_flight = {};
  std::optional<std::int64_t> min_writes_in_flight = {};
  std::optional<double> avg_queued_writes = {};
  std::optional<std::int64_t> max_queued_writes = {};
  std::optional<std::int64_t> min_queued_writes = {};
  std::optional<double> avg_inbox_length = {};
  std::optional<std::int64_t> max_inbox_length = {};
  std::optional<std::int64_t> min_inbox_length = {};
  std::optional<std::chrono::duration<double, std::micro>> avg_time_in_write_queue = {};
  std::optional<std::chrono::microseconds> max_time_in_write_queue = {};
  std::optional<std::chrono::microseconds> min_time_in_write_queue = {};
  std::optional<std::chrono::duration<double, std::micro>> avg_time_in_inbox = {};
  std::optional<std::chrono::microseconds> max_time_in_inbox = {};
  std::optional<std::chrono::microseconds> min_time_in_inbox = {};

  friend bool operator==(const SyncerStats&, const SyncerStats&) = default;
  static constexpr void columns(auto&& column) {
    column("stats_period_id", &SyncerStats::stats_period_id);
    column("start_time", &SyncerStats::start_time);
    column("end_time", &SyncerStats::end_time);
    column("total_writes", &SyncerStats::total_writes);
    column("writes_succeeded", &SyncerStats::writes_succeeded);
    column("writes_failed", &SyncerStats::writes_failed);
    column("avg_writes_in_flight", &SyncerStats::avg_writes_in_flight);
    column("max_writes_in_flight", &SyncerStats::max_writes_in_flight);
    column("min_writes_in_flight", &SyncerStats::min_writes_in_flight);
    column("avg_queued_writes", &SyncerStats::avg_queued_writes);
    column("max_queued_writes", &SyncerStats::max_queued_writes);
    column("min_queued_writes", &SyncerStats::min_queued_writes);
    column("avg_inbox_length", &SyncerStats::avg_inbox_length);
    column("max_inbox_length", &SyncerStats::max_inbox_length);
    column("min_inbox_length", &SyncerStats::min_inbox_length);
    column("avg_time_in_write_queue", &SyncerStats::avg_time_in_write_queue);
    column("max_time_in_write_queue", &SyncerStats::max_time_in_write_queue);
    column("min_time_in_write_queue", &SyncerStats::min_time_in_write_queue);
    column("avg_time_in_inbox", &SyncerStats::avg_time_in_inbox);
    column("max_time_in_inbox", &SyncerStats::max_time_in_inbox);
    column("min_time_in_inbox", &SyncerStats::min_time_in_inbox);
  }
};

// Inserts `stats` and returns it as stored. Duplicate if the period exists.
SyncerStats create_syncer_stats(Executor& db, SyncerStats stats);

// Periods that overlap [start, end): see get_scheduler_stats.
[[nodiscard]] std::vector<SyncerStats> get_syncer_stats(Executor& db, Timestamp start,
                                                        Timestamp end);

}  // namespace lockstep::scheduler

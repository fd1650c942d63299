// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scheduler/stats_collector_stats.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::scheduler {
namespace {

using detail::statement;

constexpr Sql create_sql = statement("scheduler.create_stats_collector_stats", R"(
INSERT INTO stats_collector_stats (stats_period_id, start_time, end_time, messages_received,
                                   messages_processed, scheduler_messages, orchestrator_messages,
                                   syncer_messages, webhook_messages, periods_completed,
                                   database_flushes, flush_errors, avg_inbox_length,
                                   max_inbox_length, min_inbox_length, avg_processing_time,
                                   max_processing_time, min_processing_time)
VALUES (:stats_period_id, :start_time, :end_time, :messages_received, :messages_processed,
        :scheduler_messages, :orchestrator_messages, :syncer_messages, :webhook_messages,
        :periods_completed, :database_flushes, :flush_errors, :avg_inbox_length,
        :max_inbox_length, :min_inbox_length, :avg_processing_time, :max_processing_time,
        :min_processing_time))");

constexpr Sql get_overlapping_sql = statement("scheduler.get_stats_collector_stats", R"(
SELECT stats_period_id, start_time, end_time, messages_received, messages_processed,
       scheduler_messages, orchestrator_messages, syncer_messages, webhook_messages,
       periods_completed, database_flushes, flush_errors, avg_inbox_length, max_inbox_length,
       min_inbox_length, avg_processing_time, max_processing_time, min_processing_time
FROM stats_collector_stats
WHERE start_time < :end AND end_time > :start
ORDER BY start_time, stats_period_id)");

}  // namespace

std::span<const Sql* const> detail::stats_collector_stats_statements() noexcept {
  static constexpr std::array all{&create_sql, &get_overlapping_sql};
  return all;
}

StatsCollectorStats create_stats_collector_stats(Executor& db, StatsCollectorStats stats) {
  require_key("stats_collector_stats.stats_period_id", stats.stats_period_id);
  db.execute(create_sql, stats);
  return stats;
}

std::vector<StatsCollectorStats> get_stats_collector_stats(Executor& db, Timestamp start,
                                                           Timestamp end) {
  detail::check_window("stats_collector_stats", start, end);
  return db.fetch_all<StatsCollectorStats>(get_overlapping_sql, end, start);
}

}  // namespace lockstep::scheduler

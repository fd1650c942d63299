// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scheduler/syncer_stats.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::scheduler {
namespace {

using detail::statement;

constexpr Sql create_sql = statement("scheduler.create_syncer_stats", R"(
INSERT INTO syncer_stats (stats_period_id, start_time, end_time, total_writes, writes_succeeded,
                          writes_failed, avg_writes_in_flight, max_writes_in_flight,
                          min_writes_in_flight, avg_queued_writes, max_queued_writes,
                          min_queued_writes, avg_inbox_length, max_inbox_length, min_inbox_length,
                          avg_time_in_write_queue, max_time_in_write_queue,
                          min_time_in_write_queue, avg_time_in_inbox, max_time_in_inbox,
                          min_time_in_inbox)
VALUES (:stats_period_id, :start_time, :end_time, :total_writes, :writes_succeeded,
        :writes_failed, :avg_writes_in_flight, :max_writes_in_flight, :min_writes_in_flight,
        :avg_queued_writes, :max_queued_writes, :min_queued_writes, :avg_inbox_length,
        :max_inbox_length, :min_inbox_length, :avg_time_in_write_queue, :max_time_in_write_queue,
        :min_time_in_write_queue, :avg_time_in_inbox, :max_time_in_inbox, :min_time_in_inbox))");

constexpr Sql get_overlapping_sql = statement("scheduler.get_syncer_stats", R"(
SELECT stats_period_id, start_time, end_time, total_writes, writes_succeeded, writes_failed,
       avg_writes_in_flight, max_writes_in_flight, min_writes_in_flight, avg_queued_writes,
       max_queued_writes, min_queued_writes, avg_inbox_length, max_inbox_length, min_inbox_length,
       avg_time_in_write_queue, max_time_in_write_queue, min_time_in_write_queue,
       avg_time_in_inbox, max_time_in_inbox, min_time_in_inbox
FROM syncer_stats
WHERE start_time < :end AND end_time > :start
ORDER BY start_time, stats_period_id)");

}  // namespace

std::span<const Sql* const> detail::syncer_stats_statements() noexcept {
  static constexpr std::array all{&create_sql, &get_overlapping_sql};
  return all;
}

SyncerStats create_syncer_stats(Executor& db, SyncerStats stats) {
  require_key("syncer_stats.stats_period_id", stats.stats_period_id);
  db.execute(create_sql, stats);
  return stats;
}

std::vector<SyncerStats> get_syncer_stats(Executor& db, Timestamp start, Timestamp end) {
  detail::check_window("syncer_stats", start, end);
  return db.fetch_all<SyncerStats>(get_overlapping_sql, end, start);
}

}  // namespace lockstep::scheduler

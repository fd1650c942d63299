// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scheduler/webhook_handler_stats.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::scheduler {
namespace {

using detail::statement;

constexpr Sql create_sql = statement("scheduler.create_webhook_handler_stats", R"(
INSERT INTO webhook_handler_stats (stats_period_id, start_time, end_time, webhooks_sent,
                                   webhooks_succeeded, webhooks_failed, total_retries,
                                   avg_delivery_time, max_delivery_time, min_delivery_time,
                                   avg_inbox_length, max_inbox_length, min_inbox_length)
VALUES (:stats_period_id, :start_time, :end_time, :webhooks_sent, :webhooks_succeeded,
        :webhooks_failed, :total_retries, :avg_delivery_time, :max_delivery_time,
        :min_delivery_time, :avg_inbox_length, :max_inbox_length, :min_inbox_length))");

constexpr Sql get_overlapping_sql = statement("scheduler.get_webhook_handler_stats", R"(
SELECT stats_period_id, start_time, end_time, webhooks_sent, webhooks_succeeded, webhooks_failed,
       total_retries, avg_delivery_time, max_delivery_time, min_delivery_time, avg_inbox_length,
       max_inbox_length, min_inbox_length
FROM webhook_handler_stats
WHERE start_time < :end AND end_time > :start
ORDER BY start_time, stats_period_id)");

}  // namespace

std::span<const Sql* const> detail::webhook_handler_stats_statements() noexcept {
  static constexpr std::array all{&create_sql, &get_overlapping_sql};
  return all;
}

WebhookHandlerStats create_webhook_handler_stats(Executor& db, WebhookHandlerStats stats) {
  require_key("webhook_handler_stats.stats_period_id", stats.stats_period_id);
  db.execute(create_sql, stats);
  return stats;
}

std::vector<WebhookHandlerStats> get_webhook_handler_stats(Executor& db, Timestamp start,
                                                           Timestamp end) {
  detail::check_window("webhook_handler_stats", start, end);
  return db.fetch_all<WebhookHandlerStats>(get_overlapping_sql, end, start);
}

}  // namespace lockstep::scheduler

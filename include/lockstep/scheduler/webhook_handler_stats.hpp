// SPDX-License-Identifier: BSL-1.0
// How the sender of webhooks fares: rows of `webhook_handler_stats`. Durations are stored as
// milliseconds. Shared rules: scheduler.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::scheduler {

// Counters of one period [start_time, end_time). A null figure was not measured.
struct WebhookHandlerStats {
  std::string stats_period_id;
  Timestamp start_time = {};
  Timestamp end_time = {};
  std::int64_t webhooks_sent = 0;
  std::int64_t webhooks_succeeded = 0;
  std::int64_t webhooks_failed = 0;
  std::int64_t total_retries = 0;
  std::optional<std::chrono::duration<double, std::milli>> avg_delivery_time = {};
  std::optional<std::chrono::milliseconds> max_delivery_time = {};
  std::optional<std::chrono::milliseconds> min_delivery_time = {};
  std::optional<double> avg_inbox_length = {};
  std::optional<std::int64_t> max_inbox_length = {};
  std::optional<std::int64_t> min_inbox_length = {};

  friend bool operator==(const WebhookHandlerStats&, const WebhookHandlerStats&) = default;
  static constexpr void columns(auto&& column) {
    column("stats_period_id", &WebhookHandlerStats::stats_period_id);
    column("start_time", &WebhookHandlerStats::start_time);
    column("end_time", &WebhookHandlerStats::end_time);
    column("webhooks_sent", &WebhookHandlerStats::webhooks_sent);
    column("webhooks_succeeded", &WebhookHandlerStats::webhooks_succeeded);
    column("webhooks_failed", &WebhookHandlerStats::webhooks_failed);
    column("total_retries", &WebhookHandlerStats::total_retries);
    column("avg_delivery_time", &WebhookHandlerStats::avg_delivery_time);
    column("max_delivery_time", &WebhookHandlerStats::max_delivery_time);
    column("min_delivery_time", &WebhookHandlerStats::min_delivery_time);
    column("avg_inbox_length", &WebhookHandlerStats::avg_inbox_length);
    column("max_inbox_length", &WebhookHandlerStats::max_inbox_length);
    column("min_inbox_length", &WebhookHandlerStats::min_inbox_length);
  }
};

// Inserts `stats` and returns it as stored. Duplicate if the period exists.
WebhookHandlerStats create_webhook_handler_stats(Executor& db, WebhookHandlerStats stats);

// Periods that overlap [start, end): see get_scheduler_stats.
[[nodiscard]] std::vector<WebhookHandlerStats> get_webhook_handler_stats(Executor& db,
                                                                         Timestamp start,
                                                                         Timestamp end);

}  // namespace lockstep::scheduler

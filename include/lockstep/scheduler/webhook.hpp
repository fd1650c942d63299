// SPDX-License-Identifier: BSL-1.0
// Messages to webhooks about runs, and how their delivery goes: rows of `webhook_deliveries`.
// Shared rules: scheduler.hpp.
//
//     auto delivery = scheduler::create_webhook_delivery(db, {.id = id, .run_id = run, ...});
//     ...  // send it
//     scheduler::update_webhook_delivery(db, id, {.success = true, .status_code = 204});
#pragma once

#include "lockstep/scheduler/job.hpp"

namespace lockstep::scheduler {

struct WebhookDelivery {
  std::string id;
  std::string run_id;
  std::string webhook_type;  // 1 to 64 characters
  Trigger trigger = Trigger::on_failure;
  std::string url;                               // not empty, any length
  std::int32_t attempt_count = 0;                // never negative
  std::optional<std::int32_t> status_code = {};  // of the last attempt; null: there was no answer
  bool success = false;                          // of the last attempt
  std::optional<std::string> error = {};         // of the last attempt, any length
  std::optional<std::chrono::milliseconds> request_duration = {};  // of the last attempt
  Timestamp created_at = {};
  std::optional<Timestamp> delivered_at = {};  // null: not delivered yet

  friend bool operator==(const WebhookDelivery&, const WebhookDelivery&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &WebhookDelivery::id);
    column("run_id", &WebhookDelivery::run_id);
    column("webhook_type", &WebhookDelivery::webhook_type);
    column("trigger", &WebhookDelivery::trigger);
    column("url", &WebhookDelivery::url);
    column("attempt_count", &WebhookDelivery::attempt_count);
    column("status_code", &WebhookDelivery::status_code);
    column("success", &WebhookDelivery::success);
    column("error", &WebhookDelivery::error);
    column("request_duration", &WebhookDelivery::request_duration);
    column("created_at", &WebhookDelivery::created_at);
    column("delivered_at", &WebhookDelivery::delivered_at);
  }
};

// Inserts `delivery`, every member but created_at as given, and returns it as stored. Duplicate if
// the id exists, ForeignKey if run_id names no run. It goes with its run.
WebhookDelivery create_webhook_delivery(Executor& db, WebhookDelivery delivery);

// How an attempt went.
struct WebhookAttempt {
  bool success = false;
  std::optional<std::int32_t> status_code = {};  // null: there was no answer
  std::optional<std::string> error = {};
  std::optional<std::chrono::milliseconds> request_duration = {};

  static constexpr void columns(auto&& column) {
    column("success", &WebhookAttempt::success);
    column("status_code", &WebhookAttempt::status_code);
    column("error", &WebhookAttempt::error);
    column("request_duration", &WebhookAttempt::request_duration);
  }
};

// Adds 1 to attempt_count, which counts right for many callers at once, and overwrites what
// `attempt` has, null members too; delivered_at becomes now after a success and null after a
// failure. Returns the row, read after the write. NotFound if there is none.
WebhookDelivery update_webhook_delivery(Executor& db, std::string_view id,
                                        const WebhookAttempt& attempt);

// NotFound if there is none.
[[nodiscard]] WebhookDelivery get_webhook_delivery(Executor& db, std::string_view id);

// The run's deliveries, latest created_at first, ties by id downwards. Empty for a run that does
// not exist.
[[nodiscard]] std::vector<WebhookDelivery> get_webhook_deliveries(Executor& db,
                                                                  std::string_view run_id);

// Those of all runs, in the same order.
[[nodiscard]] std::vector<WebhookDelivery> list_webhook_deliveries(
    Executor& db, std::optional<std::int64_t> limit = {});

// Those whose last attempt has failed, for another try: earliest created_at first, ties by id. One
// that was never tried is not among them.
[[nodiscard]] std::vector<WebhookDelivery> list_failed_webhook_deliveries(
    Executor& db, std::optional<std::int64_t> limit = {});

}  // namespace lockstep::scheduler

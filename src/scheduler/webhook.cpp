// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scheduler/webhook.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::scheduler {
namespace {

using detail::statement;

constexpr Sql create_sql = statement("scheduler.create_webhook_delivery", R"(
INSERT INTO webhook_deliveries (id, run_id, webhook_type, "trigger", url, attempt_count,
                                status_code, success, error, request_duration, created_at,
                                delivered_at)
VALUES (:id, :run_id, :webhook_type, :trigger, :url, :attempt_count,
        :status_code, :success, :error, :request_duration, :created_at,
        :delivered_at))");

constexpr Sql update_sql = statement("scheduler.update_webhook_delivery", R"(
UPDATE webhook_deliveries
SET attempt_count = attempt_count + 1, status_code = :status_code, success = :success,
    error = :error, request_duration = :request_duration, delivered_at = :delivered_at
WHERE id = :id)");

constexpr Sql get_sql = statement("scheduler.get_webhook_delivery", R"(
SELECT id, run_id, webhook_type, "trigger", url, attempt_count, status_code, success, error,
       request_duration, created_at, delivered_at
FROM webhook_deliveries
WHERE id = :id)");

constexpr Sql get_of_run_sql = statement("scheduler.get_webhook_deliveries", R"(
SELECT id, run_id, webhook_type, "trigger", url, attempt_count, status_code, success, error,
       request_duration, created_at, delivered_at
FROM webhook_deliveries
WHERE run_id = :run_id
ORDER BY created_at DESC, id DESC)");

constexpr Sql list_sql = statement("scheduler.list_webhook_deliveries", R"(
SELECT id, run_id, webhook_type, "trigger", url, attempt_count, status_code, success, error,
       request_duration, created_at, delivered_at
FROM webhook_deliveries
ORDER BY created_at DESC, id DESC
LIMIT :limit)");

constexpr Sql list_failed_sql = statement("scheduler.list_failed_webhook_deliveries", R"(
SELECT id, run_id, webhook_type, "trigger", url, attempt_count, status_code, success, error,
       request_duration, created_at, delivered_at
FROM webhook_deliveries
WHERE success = FALSE AND attempt_count > 0
ORDER BY created_at, id
LIMIT :limit)");

}  // namespace

std::span<const Sql* const> detail::webhook_statements() noexcept {
  static constexpr std::array all{&create_sql,     &update_sql, &get_sql,
                                  &get_of_run_sql, &list_sql,   &list_failed_sql};
  return all;
}

WebhookDelivery create_webhook_delivery(Executor& db, WebhookDelivery delivery) {
  require_key("webhook_delivery.id", delivery.id);
  require_key("webhook_delivery.run_id", delivery.run_id);
  require_key("webhook_delivery.webhook_type", delivery.webhook_type, 64);
  if (delivery.url.empty()) raise(ErrorKind::invalid_argument, "webhook_delivery.url: empty");
  if (delivery.attempt_count < 0) {
    raise(ErrorKind::invalid_argument, "webhook_delivery.attempt_count: negative");
  }
  delivery.created_at = db.now();
  db.execute(create_sql, delivery);
  return delivery;
}

WebhookDelivery update_webhook_delivery(Executor& db, std::string_view id,
                                        const WebhookAttempt& attempt) {
  require_key("webhook_delivery.id", id);
  std::optional<Timestamp> delivered_at;
  if (attempt.success) delivered_at = db.now();
  db.execute_one(update_sql, attempt, named("delivered_at", delivered_at), named("id", id));
  return db.fetch_one<WebhookDelivery>(get_sql, id);
}

WebhookDelivery get_webhook_delivery(Executor& db, std::string_view id) {
  require_key("webhook_delivery.id", id);
  return db.fetch_one<WebhookDelivery>(get_sql, id);
}

std::vector<WebhookDelivery> get_webhook_deliveries(Executor& db, std::string_view run_id) {
  require_key("webhook_delivery.run_id", run_id);
  return db.fetch_all<WebhookDelivery>(get_of_run_sql, run_id);
}

std::vector<WebhookDelivery> list_webhook_deliveries(Executor& db,
                                                     std::optional<std::int64_t> limit) {
  return db.fetch_all<WebhookDelivery>(list_sql, detail::row_limit(limit));
}

std::vector<WebhookDelivery> list_failed_webhook_deliveries(Executor& db,
                                                            std::optional<std::int64_t> limit) {
  return db.fetch_all<WebhookDelivery>(list_failed_sql, detail::row_limit(limit));
}

}  // namespace lockstep::scheduler

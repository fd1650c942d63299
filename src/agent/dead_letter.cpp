// SPDX-License-Identifier: BSL-1.0
#include "lockstep/agent/dead_letter.hpp"

#include <algorithm>

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::agent {
namespace {

using detail::statement;

constexpr Sql save_sql = statement("agent.save_dead_letter", R"(
INSERT INTO dead_letters (id, target_channel, target_thread, message, error, created_at,
                          retry_count, next_retry_at, resolved_at)
VALUES (:id, :target_channel, :target_thread, :message, :error, :created_at,
        :retry_count, :next_retry_at, :resolved_at)
ON CONFLICT (id) DO UPDATE
SET target_channel = excluded.target_channel, target_thread = excluded.target_thread,
    message = excluded.message, error = excluded.error, created_at = excluded.created_at,
    retry_count = excluded.retry_count, next_retry_at = excluded.next_retry_at,
    resolved_at = excluded.resolved_at)",
                                   {.mysql = R"(
INSERT INTO dead_letters (id, target_channel, target_thread, message, error, created_at,
                          retry_count, next_retry_at, resolved_at)
VALUES (:id, :target_channel, :target_thread, :message, :error, :created_at,
        :retry_count, :next_retry_at, :resolved_at)
ON DUPLICATE KEY UPDATE
    target_channel = VALUES(target_channel), target_thread = VALUES(target_thread),
    message = VALUES(message), error = VALUES(error), created_at = VALUES(created_at),
    retry_count = VALUES(retry_count), next_retry_at = VALUES(next_retry_at),
    resolved_at = VALUES(resolved_at))"});

constexpr Sql get_sql = statement("agent.get_dead_letter", R"(
SELECT id, target_channel, target_thread, message, error, created_at,
       retry_count, next_retry_at, resolved_at
FROM dead_letters
WHERE id = :id)");

constexpr Sql list_retryable_sql = statement("agent.list_retryable", R"(
SELECT id, target_channel, target_thread, message, error, created_at,
       retry_count, next_retry_at, resolved_at
FROM dead_letters
WHERE resolved_at IS NULL AND next_retry_at <= :now
ORDER BY next_retry_at, created_at, id
LIMIT :limit)");

constexpr Sql increment_sql = statement("agent.increment_retry", R"(
UPDATE dead_letters
SET retry_count = retry_count + 1, next_retry_at = :next_retry_at
WHERE id = :id)");

constexpr Sql resolve_sql = statement("agent.resolve_dead_letter", R"(
UPDATE dead_letters
SET resolved_at = :now
WHERE id = :id)");

}  // namespace

std::span<const Sql* const> detail::dead_letter_statements() noexcept {
  static constexpr std::array all{&save_sql, &get_sql, &list_retryable_sql, &increment_sql,
                                  &resolve_sql};
  return all;
}

DeadLetter save_dead_letter(Executor& db, DeadLetter letter) {
  require_key("dead_letter.id", letter.id);
  require_key("dead_letter.target_channel", letter.target_channel);
  detail::check_key("dead_letter.target_thread", letter.target_thread, detail::thread_size);
  detail::check_time("dead_letter.created_at", letter.created_at, now_ms(db));
  if (letter.retry_count < 0) {
    raise(ErrorKind::invalid_argument, "dead_letter.retry_count: negative");
  }
  detail::check_time("dead_letter.next_retry_at", letter.next_retry_at);
  detail::check_time("dead_letter.resolved_at", letter.resolved_at);
  db.execute(save_sql, letter);
  return letter;
}

DeadLetter get_dead_letter(Executor& db, std::string_view id) {
  require_key("dead_letter.id", id);
  return db.fetch_one<DeadLetter>(get_sql, id);
}

std::vector<DeadLetter> list_retryable(Executor& db, std::optional<std::int64_t> limit) {
  return db.fetch_all<DeadLetter>(list_retryable_sql, now_ms(db), detail::row_limit(limit));
}

DeadLetter increment_retry(Executor& db, std::string_view id, std::optional<UnixMs> next_retry_at) {
  require_key("dead_letter.id", id);
  detail::check_time("dead_letter.next_retry_at", next_retry_at);
  db.execute_one(increment_sql, next_retry_at, id);
  return db.fetch_one<DeadLetter>(get_sql, id);
}

DeadLetter resolve_dead_letter(Executor& db, std::string_view id) {
  require_key("dead_letter.id", id);
  db.execute_one(resolve_sql, now_ms(db), id);
  return db.fetch_one<DeadLetter>(get_sql, id);
}

UnixMs next_retry(UnixMs now, std::int32_t retry_count, const Backoff& backoff) {
  if (retry_count < 0) raise(ErrorKind::invalid_argument, "backoff.retry_count: negative");
  detail::check_not_negative("backoff.base", backoff.base);
  detail::check_not_negative("backoff.cap", backoff.cap);
  auto wait = std::min(backoff.base, backoff.cap);
  for (; retry_count > 0 && wait < backoff.cap && wait > wait.zero(); --retry_count) {
    wait = wait > backoff.cap / 2 ? backoff.cap : wait * 2;  // twice could be too much for a count
  }
  return now + wait;
}

}  // namespace lockstep::agent

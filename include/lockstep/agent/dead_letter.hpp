// SPDX-License-Identifier: BSL-1.0
// Messages that could not be delivered, to be tried again: rows of `dead_letters`.
// Shared rules: agent.hpp.
#pragma once

#include "lockstep/agent/unix_ms.hpp"

namespace lockstep::agent {

struct DeadLetter {
  std::string id;
  std::string target_channel;                     // a key
  std::optional<std::string> target_thread = {};  // a key of at most 64 characters
  std::string message;                            // any length, as the error
  std::string error;
  UnixMs created_at{0};  // 0: now
  std::int32_t retry_count = 0;
  std::optional<UnixMs> next_retry_at = {};  // null: given up
  std::optional<UnixMs> resolved_at = {};    // null: not delivered yet

  friend bool operator==(const DeadLetter&, const DeadLetter&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &DeadLetter::id);
    column("target_channel", &DeadLetter::target_channel);
    column("target_thread", &DeadLetter::target_thread);
    column("message", &DeadLetter::message);
    column("error", &DeadLetter::error);
    column("created_at", &DeadLetter::created_at);
    column("retry_count", &DeadLetter::retry_count);
    column("next_retry_at", &DeadLetter::next_retry_at);
    column("resolved_at", &DeadLetter::resolved_at);
  }
};

// Inserts `letter`, or overwrites every member of the one with its id; returns it as stored.
// InvalidArgument for a negative retry_count.
DeadLetter save_dead_letter(Executor& db, DeadLetter letter);

// NotFound if there is none.
[[nodiscard]] DeadLetter get_dead_letter(Executor& db, std::string_view id);

// Letters that are due, neither resolved nor given up: those due first in front, ties by created_at
// and id.
[[nodiscard]] std::vector<DeadLetter> list_retryable(Executor& db,
                                                     std::optional<std::int64_t> limit = {});

// Counts one more try and sets the time of the next, where null and 0 give up. Returns the row,
// read after the write. NotFound if there is none.
DeadLetter increment_retry(Executor& db, std::string_view id, std::optional<UnixMs> next_retry_at);

// Sets resolved_at to now; again overwrites it. Returns the row, read after the write. NotFound if
// there is none.
DeadLetter resolve_dead_letter(Executor& db, std::string_view id);

// How long to wait: base before the first retry, twice as long before each one after it, never
// longer than cap.
struct Backoff {
  std::chrono::milliseconds base = std::chrono::minutes(5);
  std::chrono::milliseconds cap = std::chrono::hours(6);
};

// When to try a letter again that has been retried retry_count times: `now` and the wait before the
// next. For increment_retry. InvalidArgument for a negative count, base or cap.
[[nodiscard]] UnixMs next_retry(UnixMs now, std::int32_t retry_count, const Backoff& backoff = {});

}  // namespace lockstep::agent

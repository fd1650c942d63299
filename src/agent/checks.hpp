// SPDX-License-Identifier: BSL-1.0
// What the agent refuses before anything is sent, and what it fills in. `what` names the member:
// "task.id".
#pragma once

#include "lockstep/agent/unix_ms.hpp"
#include "lockstep/detail/checks.hpp"

namespace lockstep::agent::detail {

using lockstep::detail::check_json;
using lockstep::detail::row_limit;

inline constexpr std::size_t thread_size = 64;

// An empty text becomes null.
inline void check_text(std::optional<std::string>& text) {
  if (text && text->empty()) text.reset();
}

[[nodiscard]] inline std::optional<std::string_view> text_or_null(
    std::optional<std::string_view> text) {
  return text && !text->empty() ? text : std::nullopt;
}

// An empty key becomes null.
inline void check_key(std::string_view what, std::optional<std::string>& key,
                      std::size_t max = 255) {
  check_text(key);
  if (key) require_key(what, *key, max);
}

inline void check_not_negative(std::string_view what, std::chrono::milliseconds time) {
  if (time < time.zero()) raise(ErrorKind::invalid_argument, std::string(what) + ": negative");
}

// 0 becomes now.
inline void check_time(std::string_view what, UnixMs& time, UnixMs now) {
  if (time == UnixMs(0)) time = now;
  check_not_negative(what, time);
}

// 0 becomes null.
inline void check_time(std::string_view what, std::optional<UnixMs>& time) {
  if (time == UnixMs(0)) time.reset();
  if (time) check_not_negative(what, *time);
}

}  // namespace lockstep::agent::detail

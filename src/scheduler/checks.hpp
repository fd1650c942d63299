// SPDX-License-Identifier: BSL-1.0
// What the scheduler refuses before anything is sent. `what` names the member: "job.id".
#pragma once

#include <limits>
#include <optional>

#include "lockstep/error.hpp"
#include "lockstep/value.hpp"

namespace lockstep::scheduler::detail {

inline constexpr std::size_t duration_size = 32;

inline void check_key(std::string_view what, const std::optional<std::string>& text,
                      std::size_t max = 255) {
  if (text) require_key(what, *text, max);
}

inline void check_duration(std::string_view what, const std::optional<std::string>& text) {
  check_key(what, text, duration_size);
  if (text) require_duration(what, *text);
}

// An empty text becomes null.
inline void check_json(std::string_view what, std::optional<Json>& json) {
  if (json && json->text.empty()) json.reset();
  if (json) require_json(what, json->text);
}

// The number to write after LIMIT.
[[nodiscard]] inline std::int64_t row_limit(std::optional<std::int64_t> limit) {
  if (limit && *limit < 0) raise(ErrorKind::invalid_argument, "limit: negative");
  return limit.value_or(std::numeric_limits<std::int64_t>::max());
}

}  // namespace lockstep::scheduler::detail

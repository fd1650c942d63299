// SPDX-License-Identifier: BSL-1.0
// What the scheduler refuses before anything is sent. `what` names the member: "job.id".
#pragma once

#include "lockstep/detail/checks.hpp"

namespace lockstep::scheduler::detail {

using lockstep::detail::check_json;
using lockstep::detail::row_limit;

inline constexpr std::size_t duration_size = 32;

inline void check_key(std::string_view what, const std::optional<std::string>& text,
                      std::size_t max = 255) {
  if (text) require_key(what, *text, max);
}

inline void check_duration(std::string_view what, const std::optional<std::string>& text) {
  check_key(what, text, duration_size);
  if (text) require_duration(what, *text);
}

// Of a list of periods.
inline void check_window(std::string_view what, Timestamp start, Timestamp end) {
  if (end < start) raise(ErrorKind::invalid_argument, std::string(what) + ": end before start");
}

}  // namespace lockstep::scheduler::detail

// SPDX-License-Identifier: BSL-1.0
// What the workflow module refuses before anything is sent. `what` names the member:
// "execution.id".
#pragma once

#include "lockstep/detail/checks.hpp"
#include "lockstep/workflow/execution.hpp"

namespace lockstep::workflow::detail {

using lockstep::detail::check_json;
using lockstep::detail::row_limit;
using lockstep::detail::row_offset;

inline constexpr std::size_t id_size = 64;

inline constexpr Timestamp first_instant = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
inline constexpr Timestamp last_instant =
    std::chrono::sys_days(std::chrono::year(10000) / 1 / 1) - std::chrono::microseconds(1);

// Whether `json` is `bare`, but for the white space in it.
inline bool is_bare(const Json& json, std::string_view bare) {
  for (const char c : json.text) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
    if (bare.empty() || c != bare.front()) return false;
    bare.remove_prefix(1);
  }
  return bare.empty();
}

// What stands for nothing, `nothing` itself and an empty text, becomes null.
inline void check_json(std::string_view what, std::optional<Json>& json, std::string_view nothing) {
  check_json(what, json);
  if (json && is_bare(*json, nothing)) json.reset();
}

// An error has a type and a message, and nothing is told of one that is not there. T is Execution
// or NodeExecution, `what` its name.
template <class T>
void check_error(const std::string& what, T& row) {
  check_json(what + ".error_context", row.error_context, "{}");
  if (row.error_type.has_value() != row.error_message.has_value()) {
    raise(ErrorKind::invalid_argument, what + ".error_type: only with error_message");
  }
  if (row.error_context && !row.error_type) {
    raise(ErrorKind::invalid_argument, what + ".error_context: only with error_type");
  }
}

}  // namespace lockstep::workflow::detail

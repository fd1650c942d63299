// SPDX-License-Identifier: BSL-1.0
// What the modules refuse alike before anything is sent. `what` names the member: "job.pod_spec".
#pragma once

#include <limits>

#include "lockstep/error.hpp"
#include "lockstep/value.hpp"

namespace lockstep::detail {

// An empty text becomes null.
inline void check_json(std::string_view what, std::optional<Json>& json) {
  if (json && json->text.empty()) json.reset();
  if (json) require_json(what, json->text);
}

// The number to write after LIMIT: null stands for all rows.
[[nodiscard]] inline std::int64_t row_limit(std::optional<std::int64_t> limit) {
  if (limit && *limit < 0) raise(ErrorKind::invalid_argument, "limit: negative");
  return limit.value_or(std::numeric_limits<std::int64_t>::max());
}

// The number to write after OFFSET.
[[nodiscard]] inline std::int64_t row_offset(std::int64_t offset) {
  if (offset < 0) raise(ErrorKind::invalid_argument, "offset: negative");
  return offset;
}

}  // namespace lockstep::detail

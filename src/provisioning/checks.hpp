// SPDX-License-Identifier: BSL-1.0
// What the module refuses or fills in before anything is sent. `what` names the member: "run.id".
#pragma once

#include <limits>
#include <optional>

#include "lockstep/error.hpp"
#include "lockstep/value.hpp"

namespace lockstep::provisioning::detail {

inline void check_key(std::string_view what, const std::optional<std::string>& text,
                      std::size_t max = 255) {
  if (text) require_key(what, *text, max);
}

// An empty text becomes null.
inline void check_json(std::string_view what, std::optional<Json>& json) {
  if (json && json->text.empty()) json.reset();
  if (json) require_json(what, json->text);
}

// An empty text becomes `otherwise`.
inline void check_json(std::string_view what, Json& json, std::string_view otherwise) {
  if (json.text.empty()) json.text = otherwise;
  require_json(what, json.text);
}

// The number to write after LIMIT.
[[nodiscard]] inline std::int64_t row_limit(std::optional<std::int64_t> limit) {
  if (limit && *limit < 0) raise(ErrorKind::invalid_argument, "limit: negative");
  return limit.value_or(std::numeric_limits<std::int64_t>::max());
}

// The number to write after OFFSET.
[[nodiscard]] inline std::int64_t row_offset(std::int64_t offset) {
  if (offset < 0) raise(ErrorKind::invalid_argument, "offset: negative");
  return offset;
}

}  // namespace lockstep::provisioning::detail

// SPDX-License-Identifier: BSL-1.0
// What the module refuses or fills in before anything is sent. `what` names the member: "run.id".
#pragma once

#include "lockstep/detail/checks.hpp"

namespace lockstep::provisioning::detail {

using lockstep::detail::check_json;
using lockstep::detail::row_limit;
using lockstep::detail::row_offset;

inline void check_key(std::string_view what, const std::optional<std::string>& text,
                      std::size_t max = 255) {
  if (text) require_key(what, *text, max);
}

// An empty text becomes `otherwise`.
inline void check_json(std::string_view what, Json& json, std::string_view otherwise) {
  if (json.text.empty()) json.text = otherwise;
  require_json(what, json.text);
}

}  // namespace lockstep::provisioning::detail

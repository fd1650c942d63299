// SPDX-License-Identifier: BSL-1.0
// Whether a secret is a JSON object. Its own, since parsers leave copies of what they read.
#pragma once

#include <string_view>

namespace lockstep::workflow::detail {

// RFC 8259. The text is valid UTF-8 without NUL. Deeper than 256 levels counts as no.
[[nodiscard]] bool is_json_object(std::string_view text) noexcept;

}  // namespace lockstep::workflow::detail

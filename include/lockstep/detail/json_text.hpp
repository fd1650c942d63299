// SPDX-License-Identifier: BSL-1.0
// Whether a text is JSON (RFC 8259). Of its own and not of a library's, because parsers leave
// copies of what they read on the heap, which may be a secret, and because it is asked for each
// JSON value that is stored.
#pragma once

#include <string_view>

namespace lockstep::detail {

// The text is valid UTF-8 without NUL. Depth is no matter; a byte order mark is no JSON.
[[nodiscard]] bool is_json(std::string_view text);
[[nodiscard]] bool is_json_object(std::string_view text);

}  // namespace lockstep::detail

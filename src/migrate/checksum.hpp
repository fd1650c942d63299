// SPDX-License-Identifier: BSL-1.0
// What identifies a migration's text, whatever an editor or a checkout did to its line ends.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::detail {

inline constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

// The text without its byte order mark, with LF for CRLF and without blank lines at its end.
[[nodiscard]] std::string normalise(std::string_view text);

// In lower-case hexadecimal digits: 64 of SHA-256, 96 of SHA-384. They throw std::bad_alloc only.
[[nodiscard]] std::string sha256(std::string_view data);
[[nodiscard]] std::string sha384(std::string_view data);

// The SHA-256 of the normalised text.
[[nodiscard]] std::string text_checksum(std::string_view text);

}  // namespace lockstep::detail

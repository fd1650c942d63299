// SPDX-License-Identifier: BSL-1.0
// Small questions about UTF-8 text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace lockstep::detail {

enum class TextFault : std::uint8_t { none, nul, encoding };

// Whether every engine can store the text: no NUL byte, and UTF-8 without surrogates or overlong
// forms (RFC 3629).
[[nodiscard]] TextFault check_text(std::string_view text) noexcept;

// Code points of a valid UTF-8 text, as length() of SQLite and VARCHAR(n) count them.
[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;

// ASCII white space and the blanks of Unicode (U+0085, U+00A0, U+1680, U+2000..200A, U+2028,
// U+2029, U+202F, U+205F, U+3000).
[[nodiscard]] bool begins_or_ends_with_space(std::string_view text) noexcept;

}  // namespace lockstep::detail

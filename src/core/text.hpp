// SPDX-License-Identifier: BSL-1.0
// Small questions about UTF-8 text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace lockstep::detail {

enum class TextFault : std::uint8_t { none, nul, encoding };

// A high bit of these is set if one of eight bytes is NUL or not ASCII.
inline constexpr std::uint64_t high_bits = 0x8080808080808080U;
[[nodiscard]] constexpr std::uint64_t not_plain(std::uint64_t eight) noexcept {
  return (eight - 0x0101010101010101U) | eight;
}

// Whether all is ASCII without NUL, as most texts are. The last eight bytes may overlap those before.
[[nodiscard]] inline bool is_plain(std::string_view text) noexcept {
  constexpr std::size_t step = sizeof(std::uint64_t);
  if (text.size() < step) {
    for (const char c : text) {
      if (static_cast<signed char>(c) <= 0) return false;
    }
    return true;
  }
  const char* const last = text.data() + text.size() - step;
  std::uint64_t eight = 0;
  std::uint64_t bad = 0;
  for (const char* at = text.data(); at < last; at += step) {
    std::memcpy(&eight, at, step);
    bad |= not_plain(eight);
  }
  std::memcpy(&eight, last, step);
  return ((bad | not_plain(eight)) & high_bits) == 0;
}

// Whether every engine can store the text: no NUL byte, and UTF-8 without surrogates or overlong
// forms (RFC 3629).
[[nodiscard]] TextFault check_text(std::string_view text) noexcept;

// Code points of a valid UTF-8 text, as length() of SQLite and VARCHAR(n) count them.
[[nodiscard]] std::size_t count_characters(std::string_view text) noexcept;

// ASCII white space and the blanks of Unicode (U+0085, U+00A0, U+1680, U+2000..200A, U+2028,
// U+2029, U+202F, U+205F, U+3000).
[[nodiscard]] bool begins_or_ends_with_space(std::string_view text) noexcept;

}  // namespace lockstep::detail

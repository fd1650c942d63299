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

// Whether all is ASCII without NUL, as most texts are; sixteen bytes at a time by the vector type of
// GCC and Clang. The last bytes may overlap those before.
[[nodiscard]] inline bool is_plain(std::string_view text) noexcept {
  using Sixteen = signed char __attribute__((vector_size(16)));
  const char* at = text.data();
  const char* const end = at + text.size();
  if (text.size() >= sizeof(Sixteen)) {
    Sixteen bytes;
    Sixteen bad{};
    for (const char* const last = end - sizeof bytes; at < last; at += sizeof bytes) {
      std::memcpy(&bytes, at, sizeof bytes);
      bad |= bytes <= 0;
    }
    std::memcpy(&bytes, end - sizeof bytes, sizeof bytes);
    bad |= bytes <= 0;
    std::uint64_t halves[2];
    std::memcpy(halves, &bad, sizeof bad);
    return (halves[0] | halves[1]) == 0;
  }
  std::uint64_t first = 0;
  if (text.size() >= sizeof first) {
    std::uint64_t last = 0;
    std::memcpy(&first, at, sizeof first);
    std::memcpy(&last, end - sizeof last, sizeof last);
    return ((not_plain(first) | not_plain(last)) & high_bits) == 0;
  }
  for (; at != end; ++at) {
    if (static_cast<signed char>(*at) <= 0) return false;
  }
  return true;
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

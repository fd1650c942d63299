// SPDX-License-Identifier: BSL-1.0
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace lockstep::detail {
namespace {

bool continues(unsigned char c) noexcept { return (c & 0xC0U) == 0x80U; }

// Length of the well-formed sequence at `p`, 0 if it is malformed (RFC 3629, section 4).
std::size_t sequence(const unsigned char* p, std::size_t left) noexcept {
  const unsigned char c = p[0];
  if (c < 0x80) return 1;
  if (c < 0xC2 || c > 0xF4) return 0;
  const std::size_t size = c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
  if (left < size) return 0;
  for (std::size_t i = 1; i < size; ++i) {
    if (!continues(p[i])) return 0;
  }
  if (c == 0xE0 && p[1] < 0xA0) return 0;  // overlong
  if (c == 0xED && p[1] > 0x9F) return 0;  // surrogate
  if (c == 0xF0 && p[1] < 0x90) return 0;  // overlong
  if (c == 0xF4 && p[1] > 0x8F) return 0;  // above U+10FFFF
  return size;
}

bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }
bool is_ascii_space(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

constexpr std::array<std::string_view, 19> other_spaces{
    "\xC2\x85",     "\xC2\xA0",     "\xE1\x9A\x80", "\xE2\x80\x80", "\xE2\x80\x81",
    "\xE2\x80\x82", "\xE2\x80\x83", "\xE2\x80\x84", "\xE2\x80\x85", "\xE2\x80\x86",
    "\xE2\x80\x87", "\xE2\x80\x88", "\xE2\x80\x89", "\xE2\x80\x8A", "\xE2\x80\xA8",
    "\xE2\x80\xA9", "\xE2\x80\xAF", "\xE2\x81\x9F", "\xE3\x80\x80"};

}  // namespace

// Eight plain bytes are skipped at a time.
TextFault check_text(std::string_view text) noexcept {
  if (is_plain(text)) return TextFault::none;
  const auto* p = reinterpret_cast<const unsigned char*>(text.data());
  for (std::size_t left = text.size(); left > 0;) {
    std::uint64_t eight = 0;
    if (left >= sizeof eight) {
      std::memcpy(&eight, p, sizeof eight);
      if ((not_plain(eight) & high_bits) == 0) {
        p += sizeof eight;
        left -= sizeof eight;
        continue;
      }
    }
    if (*p == 0) return TextFault::nul;
    const std::size_t size = sequence(p, left);
    if (size == 0) return TextFault::encoding;
    p += size;
    left -= size;
  }
  return TextFault::none;
}

std::size_t count_characters(std::string_view text) noexcept {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return !continues(static_cast<unsigned char>(c));
  }));
}

bool begins_or_ends_with_space(std::string_view text) noexcept {
  if (text.empty()) return false;
  if (is_ascii_space(text.front()) || is_ascii_space(text.back())) return true;
  if (is_ascii(text.front()) && is_ascii(text.back())) return false;
  return std::any_of(other_spaces.begin(), other_spaces.end(), [text](std::string_view space) {
    return text.starts_with(space) || text.ends_with(space);
  });
}

}  // namespace lockstep::detail

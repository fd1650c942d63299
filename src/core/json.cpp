// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <string>

#include "lockstep/detail/json_text.hpp"
#include "lockstep/error.hpp"
#include "lockstep/value.hpp"

namespace lockstep {
namespace {

constexpr bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

constexpr bool is_space(char c) noexcept {
  return static_cast<unsigned char>(c) <= ' ' && (c == ' ' || c == '\n' || c == '\t' || c == '\r');
}

// What does not stand for itself inside a string.
constexpr bool is_special(char c) noexcept {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

constexpr std::uint64_t eight_of(unsigned char c) noexcept { return c * 0x0101010101010101U; }

// The high bit of each ASCII byte below `limit`; behind the first it may also be set without reason.
constexpr std::uint64_t below(std::uint64_t eight, unsigned char limit) noexcept {
  return (eight - eight_of(limit)) & ~eight & eight_of(0x80);
}

// How many of eight characters come before the first special one. A quote with its second bit turned
// is a blank, and so goes with what is below.
int plain_ones(const char* text) noexcept {
  static_assert(('"' ^ 2) == 0x20 && (0x1F ^ 2) < 0x20);
  std::uint64_t eight = 0;
  std::memcpy(&eight, text, sizeof eight);
  const std::uint64_t special =
      below(eight ^ eight_of(2), 0x21) | below(eight ^ eight_of('\\'), 1);
  return std::countr_zero(special) / 8;
}

// Each of these takes what it is named after from the front of a text that is not at its end, and
// returns where that ends; null: it does not fit.
using Place = const char*;

Place after_space(Place at, Place end) noexcept {
  while (at != end && is_space(*at)) ++at;
  return at;
}

Place after_digits(Place at, Place end) noexcept {
  const Place begin = at;
  while (at != end && is_digit(*at)) ++at;
  return at == begin ? nullptr : at;
}

Place after_word(Place at, Place end, std::string_view word) noexcept {
  return std::string_view(at, end).starts_with(word) ? at + word.size() : nullptr;
}

Place after_number(Place at, Place end) noexcept {
  const auto next_is = [&](char c) { return at != end && *at == c; };
  if (next_is('-')) ++at;
  at = next_is('0') ? at + 1 : after_digits(at, end);
  if (at != nullptr && next_is('.')) at = after_digits(at + 1, end);
  if (at == nullptr || !(next_is('e') || next_is('E'))) return at;
  ++at;
  if (next_is('+') || next_is('-')) ++at;
  return after_digits(at, end);
}

Place after_hex(Place at, Place end, unsigned& unit) noexcept {
  const Place behind = at + std::min<std::ptrdiff_t>(end - at, 4);
  const auto [stop, error] = std::from_chars(at, behind, unit, 16);
  return error == std::errc() && stop == at + 4 ? stop : nullptr;
}

// What follows the backslash. A surrogate only with its other half.
Place after_escape(Place at, Place end) noexcept {
  if (at == end) return nullptr;
  if (*at != 'u') {
    return std::string_view("\"\\/bfnrt").find(*at) != std::string_view::npos ? at + 1 : nullptr;
  }
  unsigned unit = 0;
  at = after_hex(at + 1, end, unit);
  if (at == nullptr || unit < 0xD800 || unit > 0xDFFF) return at;
  if (unit >= 0xDC00 || (at = after_word(at, end, "\\u")) == nullptr) return nullptr;
  at = after_hex(at, end, unit);
  return unit >= 0xDC00 && unit <= 0xDFFF ? at : nullptr;
}

// What follows the quote, with the other one.
Place after_string(Place at, Place end) noexcept {
  for (;;) {
    if (std::endian::native == std::endian::little && end - at >= 8) {
      const int plain = plain_ones(at);
      at += plain;
      if (plain == 8) continue;
    } else {
      while (at != end && !is_special(*at)) ++at;
      if (at == end) return nullptr;
    }
    if (*at == '"') return at + 1;
    if (*at != '\\' || (at = after_escape(at + 1, end)) == nullptr) return nullptr;
  }
}

Place after_scalar(Place at, Place end) noexcept {
  switch (*at) {
    case '"':
      return after_string(at + 1, end);
    case 't':
      return after_word(at, end, "true");
    case 'f':
      return after_word(at, end, "false");
    case 'n':
      return after_word(at, end, "null");
    default:
      return after_number(at, end);
  }
}

// The containers that are open, by what closes them, the innermost last. No recursion: a text may be
// as deep as it is long.
using Open = std::string;

// Up to the next value of the innermost container: the name of an object's, with its colon.
Place before_value(Place at, Place end, const Open& open) noexcept {
  at = after_space(at, end);
  if (open.back() == ']') return at;
  if (at == end || *at != '"') return nullptr;
  at = after_string(at + 1, end);
  if (at == nullptr) return nullptr;
  at = after_space(at, end);
  return at != end && *at == ':' ? after_space(at + 1, end) : nullptr;
}

// A scalar or an empty container, or only the begin of one, which is open then.
Place after_value(Place at, Place end, Open& open) {
  if (at == end) return nullptr;
  if (*at != '{' && *at != '[') return after_scalar(at, end);
  const char close = *at == '{' ? '}' : ']';
  at = after_space(at + 1, end);
  if (at != end && *at == close) return at + 1;
  open.push_back(close);
  return before_value(at, end, open);
}

// Behind a value: closes what ends there. Null unless a comma follows, or the end of everything.
Place after_ends(Place at, Place end, Open& open) {
  for (;; open.pop_back()) {
    at = after_space(at, end);
    if (open.empty()) return at == end ? at : nullptr;
    if (at == end) return nullptr;
    if (*at == ',') return before_value(at + 1, end, open);
    if (*at++ != open.back()) return nullptr;
  }
}

}  // namespace

bool detail::is_json(std::string_view text) {
  const Place end = text.data() + text.size();
  Place at = after_space(text.data(), end);
  for (Open open;;) {
    const std::size_t depth = open.size();
    at = after_value(at, end, open);
    if (at == nullptr) return false;
    if (open.size() > depth) continue;
    at = after_ends(at, end, open);
    if (at == nullptr) return false;
    if (open.empty()) return true;
  }
}

bool detail::is_json_object(std::string_view text) {
  const Place end = text.data() + text.size();
  const Place at = after_space(text.data(), end);
  return at != end && *at == '{' && is_json(text);
}

void require_json(std::string_view what, std::string_view text) {
  require_text(what, text);
  if (!detail::is_json(text)) {
    raise(ErrorKind::invalid_argument, std::string(what) + ": not JSON");
  }
}

}  // namespace lockstep

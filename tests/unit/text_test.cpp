// SPDX-License-Identifier: BSL-1.0
#include "core/text.hpp"

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

namespace lockstep::detail {
namespace {

using namespace std::string_view_literals;

struct TextRow {
  std::string_view text;
  TextFault fault;
};

// The classes of RFC 3629, section 4: each range's ends, and what is next to them.
constexpr std::array<TextRow, 46> text_rows{{
    {""sv, TextFault::none},
    {"a"sv, TextFault::none},
    {"\x7F"sv, TextFault::none},
    {"\xC2\x80"sv, TextFault::none},
    {"\xDF\xBF"sv, TextFault::none},
    {"\xE0\xA0\x80"sv, TextFault::none},
    {"\xEC\xBF\xBF"sv, TextFault::none},
    {"\xED\x80\x80"sv, TextFault::none},
    {"\xED\x9F\xBF"sv, TextFault::none},
    {"\xEE\x80\x80"sv, TextFault::none},
    {"\xEF\xBF\xBF"sv, TextFault::none},
    {"\xF0\x90\x80\x80"sv, TextFault::none},
    {"\xF3\xBF\xBF\xBF"sv, TextFault::none},
    {"\xF4\x8F\xBF\xBF"sv, TextFault::none},
    {"\0"sv, TextFault::nul},
    {"a\0b"sv, TextFault::nul},
    {"\xC3\xA9\0"sv, TextFault::nul},
    {"\x80"sv, TextFault::encoding},  // continuation alone
    {"\xBF"sv, TextFault::encoding},
    {"a\x80"sv, TextFault::encoding},
    {"\xC3\xA9\xA9"sv, TextFault::encoding},
    {"\xC2"sv, TextFault::encoding},  // cut off
    {"\xE0\xA0"sv, TextFault::encoding},
    {"\xE2"sv, TextFault::encoding},
    {"\xF0\x90\x80"sv, TextFault::encoding},
    {"\xF0"sv, TextFault::encoding},
    {"\xC2\x41"sv, TextFault::encoding},  // no continuation
    {"\xE2\x82\x41"sv, TextFault::encoding},
    {"\xE2\x41\x82"sv, TextFault::encoding},
    {"\xF0\x9F\x98\x41"sv, TextFault::encoding},
    {"\xF0\x9F\xC0\x80"sv, TextFault::encoding},
    {"\xC2\0"sv, TextFault::encoding},
    {"\xC0\x80"sv, TextFault::encoding},  // overlong
    {"\xC1\xBF"sv, TextFault::encoding},
    {"\xE0\x80\x80"sv, TextFault::encoding},
    {"\xE0\x9F\xBF"sv, TextFault::encoding},
    {"\xF0\x80\x80\x80"sv, TextFault::encoding},
    {"\xF0\x8F\xBF\xBF"sv, TextFault::encoding},
    {"\xED\xA0\x80"sv, TextFault::encoding},  // surrogates
    {"\xED\xBF\xBF"sv, TextFault::encoding},
    {"\xF4\x90\x80\x80"sv, TextFault::encoding},  // above U+10FFFF
    {"\xF5\x80\x80\x80"sv, TextFault::encoding},
    {"\xF8\x88\x80\x80\x80"sv, TextFault::encoding},  // five bytes
    {"\xFC\x84\x80\x80\x80\x80"sv, TextFault::encoding},
    {"\xFE"sv, TextFault::encoding},
    {"\xFF"sv, TextFault::encoding},
}};

void append(std::string& out, std::uint32_t code) {
  const auto byte = [&out](std::uint32_t b) { out += static_cast<char>(b); };
  if (code < 0x80) {
    byte(code);
  } else if (code < 0x800) {
    byte(0xC0 | code >> 6);
    byte(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    byte(0xE0 | code >> 12);
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  } else {
    byte(0xF0 | code >> 18);
    byte(0x80 | (code >> 12 & 0x3F));
    byte(0x80 | (code >> 6 & 0x3F));
    byte(0x80 | (code & 0x3F));
  }
}

}  // namespace

TEST_CASE("check_text: every class of RFC 3629, wherever it stands in the text") {
  for (const TextRow& row : text_rows) {
    for (std::size_t before = 0; before < 25; ++before) {
      for (std::size_t after = 0; after < 17; ++after) {
        // Exactly as long as the text, so that a sanitizer sees a read behind its end.
        std::string padded(before, 'x');
        padded += row.text;
        padded += std::string(after, 'y');
        const std::vector<char> exact(padded.begin(), padded.end());
        const bool same = check_text({exact.data(), exact.size()}) == row.fault;
        if (same) continue;
        CAPTURE(padded);
        CAPTURE(before);
        CAPTURE(after);
        CHECK(same);
      }
    }
  }
}

TEST_CASE("check_text: every code point but the surrogates") {
  for (std::uint32_t code = 1; code <= 0x10FFFF; ++code) {
    std::string text;
    append(text, code);
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    if (check_text(text) == (surrogate ? TextFault::encoding : TextFault::none)) continue;
    CAPTURE(code);
    FAIL_CHECK("wrong answer for a code point");
  }
}

TEST_CASE("check_text: one bad byte is found at each place of a long text") {
  for (const char bad : {'\0', '\x80', '\xFF'}) {
    std::string text(67, 'a');
    for (std::size_t at = 0; at < text.size(); ++at) {
      text[at] = bad;
      CAPTURE(at);
      CHECK(check_text(text) == (bad == '\0' ? TextFault::nul : TextFault::encoding));
      text[at] = 'a';
    }
  }
}

TEST_CASE("check_text: random texts of valid characters are valid") {
  constexpr std::uint32_t seed = 20240310;
  CAPTURE(seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 2000; ++round) {
    std::string text;
    const std::size_t characters = random() % 40;
    for (std::size_t i = 0; i < characters; ++i) {
      const std::uint32_t limit = i % 2 == 0 ? 0x7F : 0x10FFFF;
      auto code = static_cast<std::uint32_t>(1 + random() % limit);
      if (code >= 0xD800 && code <= 0xDFFF) code = 'x';
      append(text, code);
    }
    CHECK(check_text(text) == TextFault::none);
    CHECK(count_characters(text) == characters);
  }
}

TEST_CASE("count_characters: counts code points") {
  struct Row {
    std::string_view text;
    std::size_t count;
  };
  constexpr std::array<Row, 6> rows{{{"", 0},
                                     {"abc", 3},
                                     {"\xC3\xA9t\xC3\xA9", 3},
                                     {"\xE2\x82\xAC", 1},
                                     {"\xF0\x9F\x98\x80\xF0\x9F\x98\x80", 2},
                                     {"e\xCC\x81", 2}}};
  for (const Row& row : rows) CHECK(count_characters(row.text) == row.count);
}

TEST_CASE("begins_or_ends_with_space: the blanks of ASCII and Unicode, and nothing else") {
  std::size_t blanks = 0;
  for (std::uint32_t code = 1; code <= 0xFFFF; ++code) {
    std::string blank;
    append(blank, code);
    const bool leads = begins_or_ends_with_space(blank + "x");
    const bool trails = begins_or_ends_with_space("x" + blank);
    const bool expected = (code >= 0x09 && code <= 0x0D) || code == 0x20 || code == 0x85 ||
                          code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) ||
                          code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F ||
                          code == 0x3000;
    if (expected) ++blanks;
    if (leads == expected && trails == expected) continue;
    CAPTURE(code);
    FAIL_CHECK("wrong answer for a code point");
  }
  CHECK(blanks == 25);
  CHECK(!begins_or_ends_with_space(""));
  CHECK(begins_or_ends_with_space(" "));
  CHECK(!begins_or_ends_with_space("a b"));
  CHECK(
      !begins_or_ends_with_space("a\xE3\x80\x80"
                                 "b"));
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "../src/workflow/credentials/json_object.hpp"

#include <doctest/doctest.h>

#include "lockstep/error.hpp"
#include "lockstep/value.hpp"

namespace lockstep::tests {
namespace {

bool is_json(std::string_view text) {
  try {
    require_json("text", text);
    return true;
  } catch (const InvalidArgument&) {
    return false;
  }
}

// Each is put as a member's value. The parser that the domains use must agree.
TEST_CASE("is_json_object: the grammar of values") {
  for (const std::string_view good : {"0",
                                      "-0",
                                      "10",
                                      "1.5",
                                      "-1.25e+10",
                                      "1E-2",
                                      "0e0",
                                      "true",
                                      "false",
                                      "null",
                                      "\"\"",
                                      R"("a\"\\\/\b\f\n\r\t\u00e9")",
                                      R"("\ud83D\uDD11")",
                                      "\"\xC3\xA9 \x7F\"",
                                      "[]",
                                      "[ ]",
                                      "[1 , [2]\n]",
                                      "{}",
                                      "{ }",
                                      R"({"a":{"b":[{}]} , "a" : 1})",
                                      " \t\r\n1 "}) {
    CAPTURE(good);
    const std::string text = "{\"v\":" + std::string(good) + "}";
    CHECK(workflow::detail::is_json_object(text));
    CHECK(is_json(text));
  }
  for (const std::string_view bad : {"",
                                     "-",
                                     "+1",
                                     "01",
                                     "1.",
                                     ".5",
                                     "1e",
                                     "1e+",
                                     "0x1",
                                     "NaN",
                                     "tru",
                                     "True",
                                     "nul",
                                     "\"",
                                     "\"a",
                                     R"("\x")",
                                     R"("\u12")",
                                     R"("\u12g4")",
                                     R"("\u-123")",
                                     R"("\ud83d")",
                                     R"("\udd11")",
                                     R"("\ud83d\u0041")",
                                     R"("\)",
                                     "\"\n\"",
                                     "\"\x1F\"",
                                     "'a'",
                                     "[",
                                     "[1",
                                     "[1,]",
                                     "[,1]",
                                     "[1 2]",
                                     "]",
                                     "{",
                                     "{\"a\"}",
                                     "{\"a\":}",
                                     "{\"a\":1,}",
                                     "{a:1}",
                                     "{1:1}",
                                     "{\"a\" 1}",
                                     "1,",
                                     "1}",
                                     "//\n1",
                                     "\v1"}) {
    CAPTURE(bad);
    const std::string text = "{\"v\":" + std::string(bad) + "}";
    CHECK(!workflow::detail::is_json_object(text));
    CHECK(!is_json(text));
  }
}

TEST_CASE("is_json_object: objects only, with nothing around them") {
  for (const std::string_view good : {"{}", " \n{}\t\r "}) {
    CHECK(workflow::detail::is_json_object(good));
  }
  for (const std::string_view bad :
       {"", " ", "[]", "1", "null", "{}{}", "{},", "{}x", "\xEF\xBB\xBF{}", "{"}) {
    CAPTURE(bad);
    CHECK(!workflow::detail::is_json_object(bad));
  }
}

TEST_CASE("is_json_object: depth ends somewhere") {
  const auto nested = [](std::size_t levels) {
    return "{\"a\":" + std::string(levels, '[') + std::string(levels, ']') + "}";
  };
  CHECK(workflow::detail::is_json_object(nested(255)));
  CHECK(!workflow::detail::is_json_object(nested(256)));
  CHECK(!workflow::detail::is_json_object(nested(1000000)));
}

}  // namespace
}  // namespace lockstep::tests

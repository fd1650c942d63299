// SPDX-License-Identifier: BSL-1.0
#include "lockstep/detail/json_text.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <random>

namespace lockstep::detail {
namespace {

// Each is put as a member's value. A parser that others keep must agree.
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
    CHECK(is_json_object(text));
    CHECK(is_json(text));
    CHECK(nlohmann::json::accept(text));
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
    CHECK(!is_json_object(text));
    CHECK(!is_json(text));
    CHECK(!nlohmann::json::accept(text));
  }
}

TEST_CASE("is_json_object: objects only, with nothing around them") {
  for (const std::string_view good : {"{}", " \n{}\t\r "}) {
    CHECK(is_json_object(good));
  }
  for (const std::string_view bad :
       {"", " ", "[]", "1", "null", "{}{}", "{},", "{}x", "\xEF\xBB\xBF{}", "{"}) {
    CAPTURE(bad);
    CHECK(!is_json_object(bad));
  }
}

TEST_CASE("is_json_object: depth is no matter") {
  const auto nested = [](std::size_t levels) {
    return "{\"a\":" + std::string(levels, '[') + std::string(levels, ']') + "}";
  };
  CHECK(is_json_object(nested(1'000'000)));
  CHECK(!is_json_object(nested(1'000'000) + "]"));
}

// A document that is changed in one to three places, or cut.
TEST_CASE("is_json: what a parser that others keep says of broken documents") {
  const std::string document =
      R"( {"a":[1,-2.5e+3,{"b":null}],"\u00e9\ud83d\udd11":"x\"y", "t":true,"f":[false,[],{}]} )";
  constexpr std::string_view pieces = "{}[],:\"\\ 0123e.-+tfnu\n\x01";
  std::mt19937 random(20240310);
  const auto below = [&](std::size_t n) { return random() % n; };
  int accepted = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string text = document;
    for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
      const std::size_t at = below(text.size());
      const char piece = pieces[below(pieces.size())];
      switch (below(4)) {
        case 0:
          text[at] = piece;
          break;
        case 1:
          text.insert(at, 1, piece);
          break;
        case 2:
          text.erase(at, 1);
          break;
        default:
          text.insert(at, text.substr(below(text.size()), below(8)));
      }
    }
    CAPTURE(text);
    const bool good = nlohmann::json::accept(text);
    REQUIRE(is_json(text) == good);
    accepted += good ? 1 : 0;
  }
  CHECK(accepted > 1000);
}

}  // namespace
}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "lockstep/value.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>

#include "lockstep/columns.hpp"

namespace lockstep {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;
using detail::Fit;
using std::chrono::microseconds;

constexpr std::int64_t first_us = -62'135'596'800'000'000;
constexpr std::int64_t last_us = 253'402'300'799'999'999;
constexpr std::int64_t int64_min = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t int64_max = std::numeric_limits<std::int64_t>::max();

constexpr Timestamp at_us(std::int64_t us) { return Timestamp(microseconds(us)); }

// The text of the InvalidArgument that `f` throws; empty if it throws nothing.
template <class F>
std::string refusal(F&& f) {
  try {
    f();
  } catch (const InvalidArgument& error) {
    return error.what();
  }
  return {};
}

enum class Level : std::uint8_t { low, high };

constexpr auto enum_texts(Level) { return std::array{"low"sv, "high"sv}; }

// What decoding a cell into a T gives.
template <class T>
struct Decoded {
  Value cell;
  Fit fit;
  T value = {};
};

template <class T, std::size_t N>
void check_decoding(const Decoded<T> (&rows)[N]) {
  for (const Decoded<T>& row : rows) {
    T out{};
    const Fit fit = detail::decode(row.cell, out);
    INFO("row " << &row - rows << ", a cell of type " << to_string(row.cell.type()));
    CHECK(fit == row.fit);
    if (fit == Fit::ok && row.fit == Fit::ok) CHECK(out == row.value);
  }
}

const Bytes three_bytes{std::byte{0}, std::byte{0xFF}, std::byte{7}};

}  // namespace

TEST_CASE("timestamp: text of known instants, both ways") {
  struct Row {
    std::int64_t us;
    std::string_view text;
  };
  constexpr std::array<Row, 14> rows{{
      {first_us, "0001-01-01 00:00:00.000000"},
      {first_us + 1, "0001-01-01 00:00:00.000001"},
      {-2'208'988'800'000'000, "1900-01-01 00:00:00.000000"},
      {-2'203'891'200'000'000, "1900-03-01 00:00:00.000000"},
      {-1, "1969-12-31 23:59:59.999999"},
      {-1'000'000, "1969-12-31 23:59:59.000000"},
      {-86'400'000'001, "1969-12-30 23:59:59.999999"},
      {0, "1970-01-01 00:00:00.000000"},
      {1, "1970-01-01 00:00:00.000001"},
      {951'782'400'000'000, "2000-02-29 00:00:00.000000"},
      {1'709'209'845'123'456, "2024-02-29 12:30:45.123456"},
      {2'147'483'648'000'000, "2038-01-19 03:14:08.000000"},
      {last_us - 999'999, "9999-12-31 23:59:59.000000"},
      {last_us, "9999-12-31 23:59:59.999999"},
  }};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(format_timestamp(at_us(row.us)) == row.text);
    Timestamp back;
    REQUIRE(parse_timestamp(row.text, back));
    CHECK(back.time_since_epoch().count() == row.us);
  }
}

TEST_CASE("timestamp: forms that are read") {
  struct Row {
    std::string_view text;
    std::string_view same;
  };
  constexpr std::array<Row, 19> rows{{
      {"2024-02-29 12:30:45", "2024-02-29 12:30:45.000000"},
      {"2024-02-29T12:30:45", "2024-02-29 12:30:45.000000"},
      {"2024-02-29 12:30:45.1", "2024-02-29 12:30:45.100000"},
      {"2024-02-29 12:30:45.12", "2024-02-29 12:30:45.120000"},
      {"2024-02-29 12:30:45.123", "2024-02-29 12:30:45.123000"},
      {"2024-02-29 12:30:45.1234", "2024-02-29 12:30:45.123400"},
      {"2024-02-29 12:30:45.12345", "2024-02-29 12:30:45.123450"},
      {"2024-02-29 12:30:45.000001", "2024-02-29 12:30:45.000001"},
      {"2024-02-29T12:30:45.5Z", "2024-02-29 12:30:45.500000"},
      {"2024-02-29 12:30:45+00", "2024-02-29 12:30:45.000000"},
      {"2024-02-29 12:30:45-00:00", "2024-02-29 12:30:45.000000"},
      {"2024-02-29 12:30:45+05:30", "2024-02-29 07:00:45.000000"},
      {"2024-02-29 12:30:45+0530", "2024-02-29 07:00:45.000000"},
      {"2024-02-29 12:30:45.25-08", "2024-02-29 20:30:45.250000"},
      {"2024-02-29 23:30:00-01", "2024-03-01 00:30:00.000000"},
      {"1970-01-01 00:00:00+00:01", "1969-12-31 23:59:00.000000"},
      {"0001-01-01 00:00:00-15:59", "0001-01-01 15:59:00.000000"},
      {"9999-12-31 23:59:59+15:59", "9999-12-31 08:00:59.000000"},
      {"0400-02-29 00:00:00", "0400-02-29 00:00:00.000000"},
  }};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    Timestamp t;
    REQUIRE(parse_timestamp(row.text, t));
    CHECK(format_timestamp(t) == row.same);
  }
}

TEST_CASE("timestamp: forms that are refused") {
  constexpr std::array<std::string_view, 50> texts{
      "",
      "2024",
      "2024-02-29",
      "2024-02-29 ",
      "2024-02-29 12",
      "2024-02-29 12:30",
      "2024-02-29 12:30:",
      "2024-02-29 12:30:45.",
      "2024-02-29 12:30:45.Z",
      "2024-02-29 12:30:45.1234567",
      "2024-02-29 12:30:45,5",
      "2024-02-29  12:30:45",
      "2024-02-29t12:30:45",
      "2024-02-29 12:30:45z",
      "2024-02-29 12:30:45 Z",
      "2024-02-29 12:30:45 ",
      " 2024-02-29 12:30:45",
      "2024-02-29 12:30:45+",
      "2024-02-29 12:30:45+5",
      "2024-02-29 12:30:45+05:",
      "2024-02-29 12:30:45+05:3",
      "2024-02-29 12:30:45+05:60",
      "2024-02-29 12:30:45+16:00",
      "2024-02-29 12:30:45+05:30:00",
      "2024-02-29 12:30:45ZZ",
      "2024-02-29 24:00:00",
      "2024-02-29 12:60:00",
      "2024-02-29 12:30:60",
      "2024-02-30 00:00:00",
      "2023-02-29 00:00:00",
      "1900-02-29 00:00:00",
      "2024-13-01 00:00:00",
      "2024-00-01 00:00:00",
      "2024-01-00 00:00:00",
      "2024-04-31 00:00:00",
      "0000-01-01 00:00:00",
      "-001-01-01 00:00:00",
      "+2024-01-01 00:00:00",
      "10000-01-01 00:00:00",
      "24-01-01 00:00:00",
      "2024-1-1 00:00:00",
      "2024/01/01 00:00:00",
      "2024-01-01 0:00:00",
      "2024-01-01 -1:00:00",
      "0001-01-01 00:00:00+00:01",
      "9999-12-31 23:59:59-00:01",
      "infinity",
      "now",
      "1709209845",
      "2024-02-29 12:30:45\0"sv,
  };
  for (const std::string_view text : texts) {
    CAPTURE(text);
    Timestamp t;
    CHECK(!parse_timestamp(text, t));
  }
}

TEST_CASE("timestamp: random instants come back, and their texts sort as they do") {
  constexpr std::uint32_t seed = 19700101;
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::int64_t> instants(first_us, last_us);
  std::string previous = "0001-01-01 00:00:00.000000";
  std::int64_t previous_us = first_us;
  for (int round = 0; round < 20000; ++round) {
    const std::int64_t us = instants(random);
    const std::string text = format_timestamp(at_us(us));
    Timestamp back;
    const bool good = text.size() == timestamp_text_size && parse_timestamp(text, back) &&
                      back == at_us(us) && (text < previous) == (us < previous_us);
    if (!good) {
      CAPTURE(us);
      CAPTURE(text);
      FAIL_CHECK("instant does not come back");
    }
    previous = text;
    previous_us = us;
  }
}

// The form that is written is read by a way of its own; with a "Z" behind it, by the general one.
TEST_CASE("timestamp: the form that is written is read, and refused, as every other form") {
  const auto same = [](const std::string& text) {
    Timestamp own;
    Timestamp general;
    const bool read = parse_timestamp(text, own);
    return read == parse_timestamp(text + "Z", general) && (!read || own == general);
  };
  const std::chrono::sys_days end = std::chrono::year(10000) / 1 / 1;
  for (std::chrono::sys_days day = std::chrono::year(1) / 1 / 1; day < end;
       day += std::chrono::days(13)) {
    REQUIRE(same(format_timestamp(day + std::chrono::microseconds(45'296'789'012))));
  }
  for (const std::string_view text : {"2024-02-29 23:59:59.999999", "1900-02-28 00:00:00.000000",
                                      "2023-12-31 12:34:56.789012", "0001-01-01 00:00:00.000000"}) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      for (int c = 0; c < 256; ++c) {
        if (c == '+' || c == '-' || c == 'Z') continue;  // an offset before the "Z"
        std::string changed(text);
        changed[i] = static_cast<char>(c);
        CAPTURE(changed);
        REQUIRE(same(changed));
      }
    }
  }
}

TEST_CASE("timestamp: years 1 to 9999 are representable") {
  struct Row {
    std::int64_t us;
    bool good;
  };
  constexpr std::array<Row, 7> rows{{{first_us, true},
                                     {first_us - 1, false},
                                     {0, true},
                                     {last_us, true},
                                     {last_us + 1, false},
                                     {int64_min, false},
                                     {int64_max, false}}};
  for (const Row& row : rows) {
    CAPTURE(row.us);
    const Timestamp t = at_us(row.us);
    CHECK(representable(t) == row.good);
    CHECK(refusal([&] { require_timestamp("since", t); }) ==
          (row.good ? "" : "since: year outside 1 to 9999"));
    CHECK(refusal([&] { static_cast<void>(format_timestamp(t)); }).empty() == row.good);
  }
}

TEST_CASE("require_text: NUL and invalid UTF-8 are refused, by name and not by value") {
  struct Row {
    std::string_view text;
    std::string_view refusal;
  };
  constexpr std::array<Row, 12> rows{{
      {"", ""},
      {" \t\r\n\x01\x7F", ""},
      {"\xF0\x9F\x98\x80 secret", ""},
      {"secret\0"sv, "note: NUL byte in a text"},
      {"\0"sv, "note: NUL byte in a text"},
      {"secret\x80", "note: text is not valid UTF-8"},
      {"secret\xC3", "note: text is not valid UTF-8"},
      {"\xC0\xAFsecret", "note: text is not valid UTF-8"},
      {"\xE0\x80\xAF", "note: text is not valid UTF-8"},
      {"\xED\xA0\x80", "note: text is not valid UTF-8"},
      {"\xF4\x90\x80\x80", "note: text is not valid UTF-8"},
      {"\xFF\xFE", "note: text is not valid UTF-8"},
  }};
  for (const Row& row : rows) {
    CHECK(refusal([&] { require_text("note", row.text); }) == row.refusal);
  }
}

TEST_CASE("require_json: RFC 8259 and nothing more") {
  for (const std::string_view text :
       {"{}"sv, "[]"sv, "null"sv, "true"sv, "0"sv, "-1.5e-3"sv, "\"\""sv, "\"\\u00e9\xC3\xA9\""sv,
        " {\"a\" : [1, {\"b\": null}]}\n"sv, "{\"a\":1,\"a\":2}"sv, "12345678901234567890123"sv}) {
    CAPTURE(text);
    CHECK(refusal([&] { require_json("doc", text); }).empty());
  }
  for (const std::string_view text :
       {""sv,          " "sv,       "{"sv,        "}"sv,           "[1,]"sv,  "{\"a\":1,}"sv,
        "{a:1}"sv,     "'a'"sv,     "NaN"sv,      "Infinity"sv,    "01"sv,    "+1"sv,
        ".5"sv,        "1."sv,      "0x1"sv,      "True"sv,        "{} {}"sv, "[1] // x"sv,
        "/* x */ 1"sv, "\"\\x\""sv, "\"a\nb\""sv, "\"\\ud800\""sv, "\"a"sv,   "\xEF\xBB\xBF{}"sv}) {
    CAPTURE(text);
    CHECK(refusal([&] { require_json("doc", text); }) == "doc: not JSON");
  }
  CHECK(refusal([] { require_json("doc", "{}\0"sv); }) == "doc: NUL byte in a text");
  CHECK(refusal([] { require_json("doc", "\"\xFF\""); }) == "doc: text is not valid UTF-8");
}

TEST_CASE("require_json: depth is no matter of the stack") {
  constexpr std::size_t depth = 200'000;
  const std::string text = std::string(depth, '[') + std::string(depth, ']');
  CHECK(refusal([&] { require_json("doc", text); }).empty());
  CHECK(!refusal([&] { require_json("doc", text.substr(1)); }).empty());
}

TEST_CASE("require_key: 1 to max characters of valid text without white space at its ends") {
  struct Row {
    std::string text;
    std::size_t max;
    std::string_view refusal;
  };
  const auto repeat = [](std::string_view character, std::size_t n) {
    std::string text;
    while (n-- > 0) text += character;
    return text;
  };
  const std::array<Row, 19> rows{{
      {"a", 255, ""},
      {"a b", 255, ""},
      {repeat("a", 255), 255, ""},
      {repeat("\xC3\xA9", 255), 255, ""},
      {repeat("\xF0\x9F\x98\x80", 255), 255, ""},
      {repeat("\xF0\x9F\x98\x80", 32), 32, ""},
      {repeat("a", 256), 255, "id: longer than 255 characters"},
      {repeat("\xC3\xA9", 256), 255, "id: longer than 255 characters"},
      {repeat("\xF0\x9F\x98\x80", 33), 32, "id: longer than 32 characters"},
      {"", 255, "id: empty"},
      {" ", 255, "id: white space at the edge"},
      {" a", 255, "id: white space at the edge"},
      {"a\n", 255, "id: white space at the edge"},
      {"\xC2\xA0"
       "a",
       255, "id: white space at the edge"},
      {"a\xE3\x80\x80", 255, "id: white space at the edge"},
      {"\xE2\x80\x89"
       "a",
       255, "id: white space at the edge"},
      {std::string("a\0b", 3), 255, "id: NUL byte in a text"},
      {"a\xE2\x82", 255, "id: text is not valid UTF-8"},
      {"\xED\xB0\x80", 255, "id: text is not valid UTF-8"},
  }};
  for (const Row& row : rows) {
    CAPTURE(row.text);
    CHECK(refusal([&] { require_key("id", row.text, row.max); }) == row.refusal);
  }
}

TEST_CASE("require_duration: a duration as Go writes it") {
  for (const std::string_view text :
       {"5m"sv, "1h30m"sv, "250ms"sv, "0"sv, "0s"sv, "-5m"sv, "+5m"sv, "1.5h"sv, ".5s"sv, "1.s"sv,
        "1h0.25s"sv, "10ns"sv, "10us"sv, "10\xC2\xB5s"sv, "10\xCE\xBCs"sv, "-0"sv, "1m1m"sv}) {
    CAPTURE(text);
    CHECK(refusal([&] { require_duration("window", text); }).empty());
  }
  for (const std::string_view text :
       {""sv,     "5"sv,     "m"sv,    "-"sv,    "+"sv,     ".s"sv,  "1.2.3s"sv,
        "5 m"sv,  " 5m"sv,   "5m "sv,  "5M"sv,   "5min"sv,  "1d"sv,  "1h30"sv,
        "--5m"sv, "5m-3s"sv, "1e3s"sv, "5m\0"sv, "\xC2s"sv, "PT5M"sv}) {
    CAPTURE(text);
    CHECK(refusal([&] { require_duration("window", text); }) ==
          "window: not a duration such as 5m or 1h30m");
  }
}

TEST_CASE("value: types have names") {
  CHECK(to_string(ValueType::null) == "null");
  CHECK(to_string(ValueType::decimal) == "decimal");
  CHECK(to_string(ValueType::timestamp) == "timestamp");
  CHECK(Value().is_null());
}

TEST_CASE("decode: integers") {
  check_decoding<std::int64_t>({
      {Value::integer(0), Fit::ok, 0},
      {Value::integer(int64_min), Fit::ok, int64_min},
      {Value::integer(int64_max), Fit::ok, int64_max},
      {Value::decimal("12"), Fit::ok, 12},
      {Value::decimal("12.000"), Fit::ok, 12},
      {Value::decimal("-0.0"), Fit::ok, 0},
      {Value::decimal("9223372036854775807"), Fit::ok, int64_max},
      {Value::decimal("-9223372036854775808.00"), Fit::ok, int64_min},
      {Value::decimal("9223372036854775808"), Fit::range},
      {Value::decimal("-9223372036854775809"), Fit::range},
      {Value::decimal("12.5"), Fit::type},
      {Value::decimal(""), Fit::malformed},
      {Value::decimal("NaN"), Fit::malformed},
      {Value::decimal("1e3"), Fit::malformed},
      {Value::decimal("12x"), Fit::malformed},
      {Value(), Fit::null},
      {Value::real(1.0), Fit::type},
      {Value::boolean(true), Fit::type},
      {Value::text("1"), Fit::type},
      {Value::bytes(three_bytes), Fit::type},
      {Value::timestamp(at_us(1)), Fit::type},
  });
  check_decoding<std::int8_t>({{Value::integer(127), Fit::ok, 127},
                               {Value::integer(-128), Fit::ok, -128},
                               {Value::integer(128), Fit::range},
                               {Value::integer(-129), Fit::range},
                               {Value(), Fit::null}});
  check_decoding<std::int32_t>({{Value::integer(2147483647), Fit::ok, 2147483647},
                                {Value::integer(2147483648), Fit::range},
                                {Value::text("1"), Fit::type}});
  check_decoding<std::uint64_t>({{Value::integer(int64_max), Fit::ok, 9223372036854775807U},
                                 {Value::integer(-1), Fit::range}});
  check_decoding<std::chrono::seconds>({{Value::integer(90), Fit::ok, 90s},
                                        {Value::integer(int64_max), Fit::ok, 1s * int64_max},
                                        {Value(), Fit::null},
                                        {Value::real(1.5), Fit::type}});
}

TEST_CASE("decode: real numbers") {
  constexpr std::int64_t exact = 9'007'199'254'740'992;
  check_decoding<double>({
      {Value::real(0.1), Fit::ok, 0.1},
      {Value::real(std::numeric_limits<double>::denorm_min()), Fit::ok,
       std::numeric_limits<double>::denorm_min()},
      {Value::integer(-7), Fit::ok, -7.0},
      {Value::integer(exact), Fit::ok, 9007199254740992.0},
      {Value::integer(-exact), Fit::ok, -9007199254740992.0},
      {Value::integer(exact + 1), Fit::range},
      {Value::integer(int64_min), Fit::range},
      {Value::decimal("0.1"), Fit::ok, 0.1},
      {Value::decimal("-12"), Fit::ok, -12.0},
      {Value::decimal("1e400"), Fit::range},
      {Value::decimal(""), Fit::malformed},
      {Value::decimal("1.5x"), Fit::malformed},
      {Value(), Fit::null},
      {Value::boolean(true), Fit::type},
      {Value::text("1.5"), Fit::type},
      {Value::bytes(three_bytes), Fit::type},
      {Value::timestamp(at_us(1)), Fit::type},
  });
}

TEST_CASE("decode: booleans") {
  check_decoding<bool>({
      {Value::boolean(true), Fit::ok, true},
      {Value::boolean(false), Fit::ok, false},
      {Value::integer(1), Fit::ok, true},
      {Value::integer(0), Fit::ok, false},
      {Value::integer(2), Fit::malformed},
      {Value::integer(-1), Fit::malformed},
      {Value(), Fit::null},
      {Value::real(1.0), Fit::type},
      {Value::decimal("1"), Fit::type},
      {Value::text("t"), Fit::type},
      {Value::bytes(three_bytes), Fit::type},
      {Value::timestamp(at_us(1)), Fit::type},
  });
}

TEST_CASE("decode: texts") {
  check_decoding<std::string>({
      {Value::text(""), Fit::ok, ""},
      {Value::text("\xC3\xA9"), Fit::ok, "\xC3\xA9"},
      {Value::decimal("12.50"), Fit::ok, "12.50"},
      {Value::timestamp(at_us(-1)), Fit::ok, "1969-12-31 23:59:59.999999"},
      {Value(), Fit::null},
      {Value::integer(1), Fit::type},
      {Value::real(1.5), Fit::type},
      {Value::boolean(true), Fit::type},
      {Value::bytes(three_bytes), Fit::type},
  });
  check_decoding<Json>({{Value::text("{ }"), Fit::ok, {"{ }"}},
                        {Value(), Fit::null},
                        {Value::integer(1), Fit::type}});
  check_decoding<Level>({{Value::text("high"), Fit::ok, Level::high},
                         {Value::text("High"), Fit::malformed},
                         {Value::text(""), Fit::malformed},
                         {Value::integer(1), Fit::type},
                         {Value(), Fit::null}});
}

TEST_CASE("decode: bytes") {
  check_decoding<Bytes>({
      {Value::bytes(three_bytes), Fit::ok, three_bytes},
      {Value::bytes({}), Fit::ok, {}},
      {Value(), Fit::null},
      {Value::text("abc"), Fit::type},
      {Value::decimal("1"), Fit::type},
      {Value::integer(1), Fit::type},
      {Value::real(1.5), Fit::type},
      {Value::boolean(true), Fit::type},
      {Value::timestamp(at_us(1)), Fit::type},
  });
}

TEST_CASE("decode: timestamps") {
  check_decoding<Timestamp>({
      {Value::timestamp(at_us(first_us)), Fit::ok, at_us(first_us)},
      {Value::text("1969-12-31 23:59:59.999999"), Fit::ok, at_us(-1)},
      {Value::text("1970-01-01T01:00:00+01:00"), Fit::ok, at_us(0)},
      {Value::text("yesterday"), Fit::malformed},
      {Value::text(""), Fit::malformed},
      {Value(), Fit::null},
      {Value::integer(1), Fit::type},
      {Value::real(1.5), Fit::type},
      {Value::decimal("1"), Fit::type},
      {Value::boolean(true), Fit::type},
      {Value::bytes(three_bytes), Fit::type},
  });
}

TEST_CASE("decode: null resets an optional, everything else fills it") {
  std::optional<std::int32_t> number = 5;
  CHECK(detail::decode(Value(), number) == Fit::ok);
  CHECK(!number);
  CHECK(detail::decode(Value::integer(7), number) == Fit::ok);
  CHECK(number == 7);
  CHECK(detail::decode(Value::integer(int64_max), number) == Fit::range);
  CHECK(detail::decode(Value::text("7"), number) == Fit::type);
  std::optional<std::string> text = "kept";
  CHECK(detail::decode(Value::text(""), text) == Fit::ok);
  CHECK(text == "");
}

TEST_CASE("encode: each type has its value") {
  CHECK(detail::encode(true).type() == ValueType::boolean);
  CHECK(detail::encode(std::uint64_t{9223372036854775807U}).as_integer() == int64_max);
  CHECK(detail::encode(std::int8_t{-128}).as_integer() == -128);
  CHECK(detail::encode(1.5F).as_real() == 1.5);
  CHECK(detail::encode(std::string("a\0b", 3)).as_text() == "a\0b"sv);
  CHECK(detail::encode("literal").as_text() == "literal");
  CHECK(detail::encode(Json{"[1]"}).as_text() == "[1]");
  CHECK(detail::encode(90s).as_integer() == 90);
  CHECK(detail::encode(Level::high).as_text() == "high");
  CHECK(detail::encode(three_bytes).as_bytes().size() == 3);
  CHECK(detail::encode(std::nullopt).is_null());
  CHECK(detail::encode(nullptr).is_null());
  CHECK(detail::encode(std::optional<int>()).is_null());
  CHECK(detail::encode(std::optional<int>(3)).as_integer() == 3);
}

TEST_CASE("encode: finer instants are truncated towards the past") {
  using std::chrono::nanoseconds;
  using Fine = std::chrono::sys_time<nanoseconds>;
  CHECK(detail::encode(Fine(1999ns)).as_timestamp() == at_us(1));
  CHECK(detail::encode(Fine(-1ns)).as_timestamp() == at_us(-1));
  CHECK(detail::encode(std::chrono::sys_days(std::chrono::year(1970) / 1 / 2)).as_timestamp() ==
        at_us(86'400'000'000));
}

TEST_CASE("encode: what no engine could store alike is refused") {
  CHECK_THROWS_AS(detail::encode(std::uint64_t{9223372036854775808U}), InvalidArgument);
  CHECK_THROWS_AS(detail::encode(Json{"{"}), InvalidArgument);
  CHECK_THROWS_AS(detail::encode(static_cast<Level>(2)), InvalidArgument);
}

TEST_CASE("enum texts: both ways") {
  CHECK(to_text(Level::low) == "low");
  CHECK(find_enum<Level>("high") == Level::high);
  CHECK(!find_enum<Level>("HIGH"));
  CHECK(parse_enum<Level>("level", "low") == Level::low);
  CHECK(refusal([] { static_cast<void>(parse_enum<Level>("level", "secret")); }) ==
        "level: not one of the known texts");
}

}  // namespace lockstep

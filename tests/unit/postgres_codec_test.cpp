// SPDX-License-Identifier: BSL-1.0
// Values in the forms of PostgreSQL's protocol, both ways, without a server. The bytes are written
// out by hand from the server's send and receive functions.
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "dialects/postgres/codec.hpp"
#include "lockstep/dialect.hpp"

namespace {

using namespace lockstep;
using detail::PgArguments;
using detail::PgOid;
using detail::PgType;
using namespace std::string_literals;
using namespace std::string_view_literals;

constexpr PgOid domain = PgType::first_of_users;
constexpr PgOid interval = 1186;

// One argument as it would be sent.
struct Sent {
  int format = 0;
  std::string bytes;
  std::string sqlstate;  // of the refusal
};

Sent send(const Value& value, PgOid type) {
  PgArguments arguments;
  try {
    arguments.encode({&value, 1}, {&type, 1});
  } catch (const NativeError& error) {
    return {0, "", error.sqlstate};
  }
  const char* const data = arguments.data()[0];
  if (data == nullptr) return {0, "null", ""};
  const int format = arguments.formats()[0];
  if (format == 0) return {format, data, ""};  // libpq takes the text form up to its NUL
  return {format, std::string(data, static_cast<std::size_t>(arguments.lengths()[0])), ""};
}

Value bytes_value(std::string_view text) {
  return Value::bytes(std::as_bytes(std::span(text.data(), text.size())));
}

Timestamp instant(const char* text) {
  Timestamp value;
  REQUIRE(parse_timestamp(text, value));
  return value;
}

bool has_binary_form(PgOid type) { return detail::pg_binary_decoder(type) != nullptr; }

void check_cell(const Value& cell, const Value& expected) {
  REQUIRE(cell.type() == expected.type());
  switch (expected.type()) {
    case ValueType::boolean:
      CHECK(cell.as_boolean() == expected.as_boolean());
      break;
    case ValueType::integer:
      CHECK(cell.as_integer() == expected.as_integer());
      break;
    case ValueType::real:
      CHECK(cell.as_real() == expected.as_real());
      break;
    case ValueType::timestamp:
      CHECK(format_timestamp(cell.as_timestamp()) == format_timestamp(expected.as_timestamp()));
      break;
    default:
      CHECK(cell.as_text() == expected.as_text());
  }
}

struct Cell {
  PgOid type;
  std::string wire;
  Value value;
};

}  // namespace

TEST_CASE("postgres codec: arguments in binary form") {
  const std::string nul_text = "a\0\xFF"s;
  const Cell cells[] = {
      {PgType::boolean, "\x01"s, Value::boolean(true)},
      {PgType::boolean, "\x00"s, Value::boolean(false)},
      {PgType::int2, "\x80\x00"s, Value::integer(-32768)},
      {PgType::int4, "\x7F\xFF\xFF\xFF"s, Value::integer(2147483647)},
      {PgType::int8, "\x80\0\0\0\0\0\0\0"s,
       Value::integer(std::numeric_limits<std::int64_t>::min())},
      {PgType::int8, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s, Value::integer(-1)},
      {PgType::float8, "\x3F\xB9\x99\x99\x99\x99\x99\x9A"s, Value::real(0.1)},
      {PgType::float8, "\x40\x14\0\0\0\0\0\0"s, Value::integer(5)},
      {PgType::float4, "\x40\xA0\0\0"s, Value::integer(5)},
      {PgType::text, "gr\xC3\xBC\xC3\x9F", Value::text("gr\xC3\xBC\xC3\x9F")},
      {PgType::text, "", Value::text(std::string_view())},
      {PgType::varchar, "x", Value::decimal("x")},
      {PgType::json, "{}", Value::text("{}")},
      {PgType::bytea, nul_text, bytes_value(nul_text)},
      {PgType::bytea, "", bytes_value({})},
      {PgType::timestamptz, "\0\0\0\0\0\0\0\x01"s,
       Value::timestamp(instant("2000-01-01 00:00:00.000001"))},
      {PgType::timestamp, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s,
       Value::timestamp(instant("1999-12-31 23:59:59.999999"))},
  };
  for (const Cell& cell : cells) {
    CAPTURE(cell.type);
    const Sent sent = send(cell.value, cell.type);
    CHECK(sent.sqlstate == "");
    CHECK(sent.format == 1);
    CHECK(sent.bytes == cell.wire);
  }
}

TEST_CASE("postgres codec: arguments in text form") {
  const Cell cells[] = {
      {PgType::int4, "5000000000", Value::integer(5'000'000'000)},
      {PgType::int2, "-32769", Value::integer(-32769)},
      {PgType::text, "-5", Value::integer(-5)},
      {PgType::numeric, "-9223372036854775808",
       Value::integer(std::numeric_limits<std::int64_t>::min())},
      {PgType::numeric, "0.1", Value::real(0.1)},
      {PgType::numeric, "1.50", Value::decimal("1.50")},
      {PgType::float4, "0.1", Value::real(0.1)},
      {PgType::int4, "12", Value::text("12")},
      {PgType::uuid, "x", Value::text("x")},
      {PgType::jsonb, "{}", Value::text("{}")},
      {PgType::timestamptz, "2024-01-01", Value::text("2024-01-01")},
      {PgType::text, "2024-02-29 01:02:03.000004",
       Value::timestamp(instant("2024-02-29 01:02:03.000004"))},
      {domain, "t", Value::boolean(true)},
      {domain, "7", Value::integer(7)},
      {domain, "0.1", Value::real(0.1)},
      {domain, "x", Value::text("x")},
      {domain, "\\x00ff5c", bytes_value("\0\xFF\\"sv)},
      {domain, "2024-02-29 01:02:03.000004+00",
       Value::timestamp(instant("2024-02-29 01:02:03.000004"))},
      {PgType::int8, "null", Value()},
  };
  for (const Cell& cell : cells) {
    CAPTURE(cell.type);
    CAPTURE(cell.wire);
    const Sent sent = send(cell.value, cell.type);
    CHECK(sent.sqlstate == "");
    CHECK(sent.format == 0);
    CHECK(sent.bytes == cell.wire);
  }
}

TEST_CASE("postgres codec: what would be converted to another kind is refused") {
  const Value integer = Value::integer(20240101);
  const Value stamp = Value::timestamp(instant("2024-01-01 00:00:00"));
  const std::tuple<PgOid, Value, std::string_view> refused[] = {
      {PgType::boolean, integer, "42804"},
      {PgType::bytea, integer, "42804"},
      {PgType::timestamptz, integer, "42804"},
      {PgType::date, integer, "42804"},
      {PgType::uuid, integer, "42804"},
      {interval, integer, "42804"},
      {PgType::int4, Value::boolean(true), "42804"},
      {PgType::text, Value::boolean(true), "42804"},
      {PgType::int8, Value::real(5), "42804"},
      {PgType::text, Value::real(5), "42804"},
      {PgType::bytea, Value::text("x"), "42804"},
      {PgType::text, bytes_value("x"), "42804"},
      {PgType::date, stamp, "42804"},
      {PgType::int8, stamp, "42804"},
      {PgType::float8, Value::integer((std::int64_t{1} << 53) + 1), "22003"},
      {PgType::float8, Value::integer(std::numeric_limits<std::int64_t>::max()), "22003"},
      {PgType::float4, Value::integer((1 << 24) + 1), "22003"},
  };
  for (const auto& [type, value, sqlstate] : refused) {
    const PgOid of = type;  // clang 14 captures no structured binding
    CAPTURE(of);
    CHECK(send(value, type).sqlstate == sqlstate);
  }
  CHECK(send(Value::integer(std::int64_t{1} << 62), PgType::float8).sqlstate == "");
  CHECK(send(Value::integer(std::numeric_limits<std::int64_t>::min()), PgType::float8).sqlstate ==
        "");
}

TEST_CASE("postgres codec: one object takes argument after argument") {
  PgArguments arguments;
  for (int i = 0; i < 3; ++i) {
    const std::string text(static_cast<std::size_t>(100 * i), 'x');
    const Value values[] = {Value::text(text), Value::integer(i), Value()};
    const PgOid types[] = {PgType::jsonb, PgType::int4, PgType::text};
    arguments.encode(values, types);
    CHECK(arguments.count() == 3);
    CHECK(arguments.data()[0] == text);
    CHECK(arguments.data()[1][3] == static_cast<char>(i));
    CHECK(arguments.data()[2] == nullptr);
  }
  arguments.encode({}, {});
  CHECK(arguments.count() == 0);
}

TEST_CASE("postgres codec: cells in binary form") {
  const Cell cells[] = {
      {PgType::boolean, "\x01"s, Value::boolean(true)},
      {PgType::int2, "\xFF\xFE"s, Value::integer(-2)},
      {PgType::int4, "\x80\0\0\0"s, Value::integer(std::numeric_limits<std::int32_t>::min())},
      {PgType::int8, "\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s,
       Value::integer(std::numeric_limits<std::int64_t>::max())},
      {PgType::oid, "\xFF\xFF\xFF\xFF"s, Value::integer(4294967295)},
      {PgType::float4, "\x3D\xCC\xCC\xCD"s, Value::real(static_cast<double>(0.1F))},
      {PgType::float8, "\0\0\0\0\0\0\0\x01"s, Value::real(5e-324)},
      {PgType::text, "a'\"\\", Value::text("a'\"\\")},
      {PgType::bytea, "\0\xFF"s, bytes_value("\0\xFF"sv)},
      {PgType::jsonb, "\x01{}"s, Value::text("{}")},
      {PgType::uuid, "\xA0\xEE\xBC\x99\x9C\x0B\x4E\xF8\xBB\x6D\x6B\xB9\xBD\x38\x0A\x11"s,
       Value::text("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11")},
      {PgType::timestamptz, "\0\0\0\0\0\0\0\0"s, Value::timestamp(instant("2000-01-01 00:00:00"))},
      {PgType::timestamp, "\xFF\x1F\xE2\xFF\xC5\x9C\x60\x00"s,
       Value::timestamp(instant("0001-01-01 00:00:00"))},
      {PgType::timestamp, "\x03\x80\xE7\x0B\x91\x3B\x7F\xFF"s,
       Value::timestamp(instant("9999-12-31 23:59:59.999999"))},
      {PgType::timestamptz, "\x03\x80\xE7\x0B\x91\x3B\x80\x00"s,
       Value::text("10000-01-01 00:00:00.000000")},
      {PgType::timestamptz, "\xFF\x1F\xE2\xFF\xC5\x9C\x5F\xFF"s,
       Value::text("0001-12-31 23:59:59.999999 BC")},
      {PgType::timestamptz, "\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s, Value::text("infinity")},
      {PgType::timestamptz, "\x80\0\0\0\0\0\0\0"s, Value::text("-infinity")},
      // count, weight, sign, scale, then digits of base 10000
      {PgType::numeric, "\0\0\0\0\0\0\0\0"s, Value::decimal("0")},
      {PgType::numeric, "\0\0\0\0\0\0\0\x02"s, Value::decimal("0.00")},
      {PgType::numeric, "\0\x02\0\0\0\0\0\x02\0\x01\x13\x88"s, Value::decimal("1.50")},
      {PgType::numeric, "\0\x02\0\0\x40\0\0\x02\0\x01\x13\x88"s, Value::decimal("-1.50")},
      {PgType::numeric, "\0\x01\0\x02\0\0\0\0\0\x01"s, Value::decimal("100000000")},
      {PgType::numeric, "\0\x01\xFF\xFE\0\0\0\x05\x03\xE8"s, Value::decimal("0.00001")},
      {PgType::numeric, "\0\0\0\0\xC0\0\0\0"s, Value::text("NaN")},
      {PgType::numeric, "\0\0\0\0\xF0\0\0\0"s, Value::text("-Infinity")},
  };
  for (const Cell& cell : cells) {
    CAPTURE(cell.type);
    CAPTURE(cell.value.type());
    const auto decode = detail::pg_binary_decoder(cell.type);
    REQUIRE(has_binary_form(cell.type));
    std::string scratch;
    check_cell(decode(cell.wire, scratch), cell.value);
  }
}

TEST_CASE("postgres codec: cells in text form") {
  const Cell cells[] = {
      {PgType::boolean, "t", Value::boolean(true)},
      {PgType::boolean, "f", Value::boolean(false)},
      {PgType::int8, "-9223372036854775808",
       Value::integer(std::numeric_limits<std::int64_t>::min())},
      {PgType::float8, "5e-324", Value::real(5e-324)},
      {PgType::float4, "0.1", Value::real(static_cast<double>(0.1F))},
      {PgType::numeric, "1.50", Value::decimal("1.50")},
      {PgType::numeric, "NaN", Value::text("NaN")},
      {PgType::bytea, "\\x00ff5c", bytes_value("\0\xFF\\"sv)},
      {PgType::bytea, "a\\000\\377\\\\", bytes_value("a\0\xFF\\"sv)},
      {PgType::timestamptz, "2024-07-01 08:00:00.12-04",
       Value::timestamp(instant("2024-07-01 12:00:00.12"))},
      {PgType::timestamp, "2024-07-01 08:00:00", Value::timestamp(instant("2024-07-01 08:00:00"))},
      {PgType::timestamptz, "infinity", Value::text("infinity")},
      {PgType::timestamptz, "0044-03-15 12:00:00+00 BC", Value::text("0044-03-15 12:00:00+00 BC")},
      {interval, "1 day", Value::text("1 day")},
      {domain, "x", Value::text("x")},
  };
  for (const Cell& cell : cells) {
    CAPTURE(cell.type);
    CAPTURE(cell.wire);
    std::string scratch;
    check_cell(detail::pg_text_decoder(cell.type)(cell.wire, scratch), cell.value);
  }
}

TEST_CASE("postgres codec: what a type has no binary decoder for is asked for as text") {
  CHECK_FALSE(has_binary_form(interval));
  CHECK_FALSE(has_binary_form(domain));
  CHECK_FALSE(has_binary_form(PgType::date));
}

TEST_CASE("postgres codec: a cell of the wrong length is bytes, which no other member takes") {
  for (const PgOid type :
       {PgType::boolean, PgType::int2, PgType::int4, PgType::int8, PgType::oid, PgType::float4,
        PgType::float8, PgType::timestamptz, PgType::uuid, PgType::numeric, PgType::jsonb}) {
    for (const std::string& wire : {""s, "\0\0\0"s, "\0\x05\0\0\0\0\0\0\0"s}) {
      CAPTURE(type);
      std::string scratch;
      const Value cell = detail::pg_binary_decoder(type)(wire, scratch);
      CHECK(cell.type() == ValueType::bytes);
      CHECK(cell.as_text() == wire);
    }
  }
}

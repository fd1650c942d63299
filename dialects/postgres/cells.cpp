// SPDX-License-Identifier: BSL-1.0
// Cells of a result, from the forms of PostgreSQL's protocol. The binary forms are big-endian and
// described by the send function of each type in the server's sources (src/backend/utils/adt).
#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

#include "dialects/postgres/codec.hpp"

namespace lockstep::detail {
namespace {

using std::chrono::microseconds;

// PostgreSQL counts microseconds from 2000-01-01; these are its bounds of the years 1 and 9999.
constexpr std::int64_t epoch_2000 = 946'684'800'000'000;
constexpr std::int64_t first_instant = -63'082'281'600'000'000;
constexpr std::int64_t last_instant = 252'455'615'999'999'999;

constexpr std::string_view hex_digits = "0123456789abcdef";

template <class T>
T read(std::string_view bytes, std::size_t at = 0) {
  T value;
  std::memcpy(&value, bytes.data() + at, sizeof value);
  return pg_other_order(value);
}

template <class T>
bool parse(std::string_view text, T& value) {
  const char* const end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, value);
  return result.ec == std::errc() && result.ptr == end;
}

void append_padded(std::string& out, std::int64_t value, std::size_t width) {
  std::array<char, 24> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  const auto size = static_cast<std::size_t>(end - buffer.data());
  if (size < width) out.append(width - size, '0');
  out.append(buffer.data(), size);
}

// The bytes as they came. Also what a cell becomes that does not have the form of its type: no
// member but one of bytes takes it.
Value raw(std::string_view cell) {
  return Value::bytes(std::as_bytes(std::span(cell.data(), cell.size())));
}

Value as_text(std::string_view cell, std::string&) { return Value::text(cell); }

Value binary_boolean(std::string_view cell, std::string&) {
  return cell.size() == 1 ? Value::boolean(cell[0] != 0) : raw(cell);
}

Value binary_bytes(std::string_view cell, std::string&) { return raw(cell); }

template <class T>
Value binary_integer(std::string_view cell, std::string&) {
  return cell.size() == sizeof(T) ? Value::integer(read<T>(cell)) : raw(cell);
}

template <class T>
Value binary_real(std::string_view cell, std::string&) {
  return cell.size() == sizeof(T) ? Value::real(read<T>(cell)) : raw(cell);
}

// An instant outside of the years 1 to 9999, as the server writes it: text, since no Timestamp
// holds it. The calendar repeats after 400 years, which brings it into the range of std::chrono.
std::string far_instant(std::int64_t since_2000) {
  if (since_2000 == std::numeric_limits<std::int64_t>::max()) return "infinity";
  if (since_2000 == std::numeric_limits<std::int64_t>::min()) return "-infinity";
  constexpr std::int64_t cycle = 146'097 * std::int64_t{86'400'000'000};
  const std::int64_t cycles = since_2000 / cycle - (since_2000 % cycle < 0 ? 1 : 0);
  const Timestamp near(microseconds(since_2000 - cycles * cycle + epoch_2000));
  const std::string text = format_timestamp(near);
  std::int64_t year = 0;
  parse(std::string_view(text).substr(0, 4), year);
  year += 400 * cycles;
  std::string out;
  append_padded(out, year > 0 ? year : 1 - year, 4);
  out += text.substr(4);
  if (year <= 0) out += " BC";
  return out;
}

Value binary_timestamp(std::string_view cell, std::string& scratch) {
  if (cell.size() != sizeof(std::int64_t)) return raw(cell);
  const auto since_2000 = read<std::int64_t>(cell);
  if (since_2000 >= first_instant && since_2000 <= last_instant) {
    return Value::timestamp(Timestamp(microseconds(since_2000 + epoch_2000)));
  }
  scratch = far_instant(since_2000);
  return Value::text(scratch);
}

Value binary_jsonb(std::string_view cell, std::string&) {
  return cell.starts_with('\1') ? Value::text(cell.substr(1)) : raw(cell);
}

Value binary_uuid(std::string_view cell, std::string& scratch) {
  if (cell.size() != 16) return raw(cell);
  scratch.clear();
  for (std::size_t i = 0; i < cell.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) scratch += '-';
    const auto byte = static_cast<unsigned char>(cell[i]);
    scratch += hex_digits[byte >> 4];
    scratch += hex_digits[byte & 15];
  }
  return Value::text(scratch);
}

// NUMERIC: the count of base-10000 digits, the weight of the first, the sign, the digits behind the
// point that are shown; then the digits.
struct Numeric {
  std::string_view cell;
  int count;
  int weight;
  int sign;
  int scale;

  [[nodiscard]] int group(int i) const {
    if (i < 0 || i >= count) return 0;
    return read<std::int16_t>(cell, 8 + 2 * static_cast<std::size_t>(i));
  }
};

void write_numeric(const Numeric& n, std::string& out) {
  out.clear();
  if (n.sign == 0x4000) out += '-';
  if (n.weight < 0) out += '0';
  for (int i = 0; i <= n.weight; ++i) append_padded(out, n.group(i), i == 0 ? 1 : 4);
  if (n.scale == 0) return;
  out += '.';
  const std::size_t end = out.size() + static_cast<std::size_t>(n.scale);
  for (int i = n.weight + 1; out.size() < end; ++i) append_padded(out, n.group(i), 4);
  out.resize(end);
}

Value binary_numeric(std::string_view cell, std::string& scratch) {
  if (cell.size() < 8) return raw(cell);
  const Numeric n{cell, read<std::uint16_t>(cell, 0), read<std::int16_t>(cell, 2),
                  read<std::uint16_t>(cell, 4), read<std::uint16_t>(cell, 6)};
  if (cell.size() != 8 + 2 * static_cast<std::size_t>(n.count)) return raw(cell);
  if (n.sign == 0xC000) return Value::text("NaN");
  if (n.sign == 0xD000) return Value::text("Infinity");
  if (n.sign == 0xF000) return Value::text("-Infinity");
  if (n.sign != 0 && n.sign != 0x4000) return raw(cell);
  write_numeric(n, scratch);
  return Value::decimal(scratch);
}

Value text_boolean(std::string_view cell, std::string&) {
  if (cell == "t") return Value::boolean(true);
  return cell == "f" ? Value::boolean(false) : Value::text(cell);
}

Value text_integer(std::string_view cell, std::string&) {
  std::int64_t value = 0;
  return parse(cell, value) ? Value::integer(value) : Value::text(cell);
}

template <class T>
Value text_real(std::string_view cell, std::string&) {
  T value = 0;
  return parse(cell, value) ? Value::real(value) : Value::text(cell);
}

Value text_numeric(std::string_view cell, std::string&) {
  const bool number = !cell.empty() && (cell.back() >= '0' && cell.back() <= '9');
  return number ? Value::decimal(cell) : Value::text(cell);
}

Value text_timestamp(std::string_view cell, std::string&) {
  Timestamp value;
  return parse_timestamp(cell, value) ? Value::timestamp(value) : Value::text(cell);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool parse_hex(std::string_view digits, std::string& out) {
  if (digits.size() % 2 != 0) return false;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = hex_digit(digits[i]);
    const int low = hex_digit(digits[i + 1]);
    if (high < 0 || low < 0) return false;
    out += static_cast<char>(high * 16 + low);
  }
  return true;
}

// bytea_output=escape: a backslash is doubled, bytes outside of ASCII are three octal digits.
bool parse_escapes(std::string_view cell, std::string& out) {
  for (std::size_t i = 0; i < cell.size(); ++i) {
    if (cell[i] != '\\') {
      out += cell[i];
    } else if (i + 1 < cell.size() && cell[i + 1] == '\\') {
      out += '\\';
      ++i;
    } else if (i + 3 < cell.size()) {
      out +=
          static_cast<char>((cell[i + 1] - '0') * 64 + (cell[i + 2] - '0') * 8 + cell[i + 3] - '0');
      i += 3;
    } else {
      return false;
    }
  }
  return true;
}

Value text_bytes(std::string_view cell, std::string& scratch) {
  scratch.clear();
  const bool good =
      cell.starts_with("\\x") ? parse_hex(cell.substr(2), scratch) : parse_escapes(cell, scratch);
  return good ? raw(scratch) : Value::text(cell);
}

struct Decoders {
  PgOid type;
  PgDecoder binary;
  PgDecoder text;
};

constexpr Decoders decoders[] = {
    {PgType::int8, binary_integer<std::int64_t>, text_integer},
    {PgType::text, as_text, as_text},
    {PgType::varchar, as_text, as_text},
    {PgType::int4, binary_integer<std::int32_t>, text_integer},
    {PgType::timestamptz, binary_timestamp, text_timestamp},
    {PgType::boolean, binary_boolean, text_boolean},
    {PgType::float8, binary_real<double>, text_real<double>},
    {PgType::bytea, binary_bytes, text_bytes},
    {PgType::numeric, binary_numeric, text_numeric},
    {PgType::timestamp, binary_timestamp, text_timestamp},
    {PgType::int2, binary_integer<std::int16_t>, text_integer},
    {PgType::float4, binary_real<float>, text_real<float>},
    {PgType::oid, binary_integer<std::uint32_t>, text_integer},
    {PgType::uuid, binary_uuid, as_text},
    {PgType::json, as_text, as_text},
    {PgType::jsonb, binary_jsonb, as_text},
    {PgType::bpchar, as_text, as_text},
    {PgType::name, as_text, as_text},
    {PgType::unknown, as_text, as_text},
    {PgType::void_type, as_text, as_text},
};

const Decoders* find(PgOid type) noexcept {
  const auto it = std::find_if(std::begin(decoders), std::end(decoders),
                               [type](const Decoders& row) { return row.type == type; });
  return it != std::end(decoders) ? &*it : nullptr;
}

}  // namespace

PgDecoder pg_binary_decoder(PgOid type) noexcept {
  const Decoders* const row = find(type);
  return row != nullptr ? row->binary : nullptr;
}

PgDecoder pg_text_decoder(PgOid type) noexcept {
  const Decoders* const row = find(type);
  return row != nullptr ? row->text : as_text;
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// Arguments in the forms of PostgreSQL's protocol. The binary forms are big-endian and described by
// the receive function of each type in the server's sources (src/backend/utils/adt).
#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <utility>

#include "dialects/postgres/codec.hpp"
#include "lockstep/dialect.hpp"

namespace lockstep::detail {
namespace {

constexpr std::int64_t epoch_2000 = 946'684'800'000'000;  // where PostgreSQL's instants begin

// The longest message that the server reads is 1 GB; the statement's name and headers fit beside.
constexpr std::size_t longest_arguments = 0x3fff'0000;

bool is_text(PgOid type) {
  return type == PgType::text || type == PgType::varchar || type == PgType::bpchar ||
         type == PgType::name || type == PgType::unknown;
}

// Types whose binary form is their text.
bool is_plain(PgOid type) { return is_text(type) || type == PgType::json || type == PgType::xml; }

bool of_users(PgOid type) { return type >= PgType::first_of_users; }

// Types that read the digits of a whole number as just that.
bool takes_digits(PgOid type) {
  return type == PgType::int4 || type == PgType::int2 || type == PgType::oid ||
         type == PgType::numeric || type == PgType::json || type == PgType::jsonb ||
         is_text(type) || of_users(type);
}

// The names of the types that are refused most often.
constexpr std::pair<PgOid, std::string_view> type_names[] = {
    {PgType::boolean, "boolean"},
    {PgType::bytea, "bytea"},
    {PgType::int2, "smallint"},
    {PgType::int4, "integer"},
    {PgType::int8, "bigint"},
    {PgType::float4, "real"},
    {PgType::float8, "double precision"},
    {PgType::numeric, "numeric"},
    {PgType::text, "text"},
    {PgType::varchar, "character varying"},
    {PgType::date, "date"},
    {PgType::timestamp, "timestamp"},
    {PgType::timestamptz, "timestamp with time zone"},
    {PgType::json, "json"},
    {PgType::jsonb, "jsonb"},
    {PgType::uuid, "uuid"},
};

std::string type_name(PgOid type) {
  const auto it = std::find_if(std::begin(type_names), std::end(type_names),
                               [type](const auto& row) { return row.first == type; });
  return it != std::end(type_names) ? std::string(it->second) : "oid " + std::to_string(type);
}

[[noreturn]] void refuse(const char* sqlstate, std::string message) {
  NativeError error;
  error.sqlstate = sqlstate;
  error.message = std::move(message);
  throw error;
}

[[noreturn]] void mismatch(std::size_t i, PgOid type, std::string_view value) {
  refuse("42804", "parameter $" + std::to_string(i + 1) + " is of type " + type_name(type) +
                      " but the value is " + std::string(value));
}

// Whether a floating type keeps the number as it is.
template <class Real>
bool exact(std::int64_t value) {
  constexpr std::int64_t limit = std::int64_t{1} << std::numeric_limits<Real>::digits;
  if (value >= -limit && value <= limit) return true;
  const Real real = static_cast<Real>(value);
  constexpr Real beyond = 9223372036854775808.0;
  return real < beyond && static_cast<std::int64_t>(real) == value;
}

template <class T>
std::string digits(T value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

}  // namespace

void PgArguments::encode(std::span<const Value> values, std::span<const PgOid> types) {
  data_.resize(values.size());
  lengths_.resize(values.size());
  formats_.resize(values.size());
  numbers_.resize(values.size());
  texts_.resize(values.size());
  total_ = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Value& value = values[i];
    switch (value.type()) {
      case ValueType::null:
        data_[i] = nullptr;
        lengths_[i] = formats_[i] = 0;
        break;
      case ValueType::boolean:
        encode_boolean(i, value.as_boolean(), types[i]);
        break;
      case ValueType::integer:
        encode_integer(i, value.as_integer(), types[i]);
        break;
      case ValueType::real:
        encode_real(i, value.as_real(), types[i]);
        break;
      case ValueType::decimal:
      case ValueType::text:
        encode_text(i, value.as_text(), types[i]);
        break;
      case ValueType::bytes:
        encode_bytes(i, value.as_text(), types[i]);
        break;
      case ValueType::timestamp:
        encode_timestamp(i, value.as_timestamp(), types[i]);
        break;
    }
  }
}

void PgArguments::put_binary(std::size_t i, std::string_view bytes) {
  total_ += bytes.size();
  if (bytes.size() > longest_arguments || total_ > longest_arguments) {
    refuse("54000", "the arguments are longer than 1 GB");
  }
  data_[i] = bytes.data() != nullptr ? bytes.data() : "";
  lengths_[i] = static_cast<int>(bytes.size());
  formats_[i] = 1;
}

template <class T>
void PgArguments::put_number(std::size_t i, T value) {
  const T bytes = pg_other_order(value);
  std::memcpy(numbers_[i].data(), &bytes, sizeof bytes);
  put_binary(i, {numbers_[i].data(), sizeof bytes});
}

void PgArguments::put_text(std::size_t i, std::string_view text) {
  texts_[i].assign(text);
  put_binary(i, texts_[i]);
  formats_[i] = 0;
}

void PgArguments::encode_boolean(std::size_t i, bool value, PgOid type) {
  if (type == PgType::boolean) return put_number(i, static_cast<char>(value ? 1 : 0));
  if (!of_users(type)) mismatch(i, type, "a boolean");
  put_text(i, value ? "t" : "f");
}

// What the binary form cannot hold goes as text, and the server says that it is out of range.
void PgArguments::encode_integer(std::size_t i, std::int64_t value, PgOid type) {
  if (type == PgType::int8) return put_number(i, value);
  if (type == PgType::int4 && std::in_range<std::int32_t>(value)) {
    return put_number(i, static_cast<std::int32_t>(value));
  }
  if (type == PgType::int2 && std::in_range<std::int16_t>(value)) {
    return put_number(i, static_cast<std::int16_t>(value));
  }
  if (type == PgType::float8) {
    if (!exact<double>(value)) refuse("22003", "integer is not exact as double precision");
    return put_number(i, static_cast<double>(value));
  }
  if (type == PgType::float4) {
    if (!exact<float>(value)) refuse("22003", "integer is not exact as real");
    return put_number(i, static_cast<float>(value));
  }
  if (!takes_digits(type)) mismatch(i, type, "an integer");
  put_text(i, digits(value));
}

void PgArguments::encode_real(std::size_t i, double value, PgOid type) {
  if (type == PgType::float8) return put_number(i, value);
  const bool known = type == PgType::float4 || type == PgType::numeric || of_users(type);
  if (!known) mismatch(i, type, "a double");
  put_text(i, digits(value));
}

void PgArguments::encode_text(std::size_t i, std::string_view value, PgOid type) {
  if (is_plain(type)) return put_binary(i, value);
  if (type == PgType::bytea) mismatch(i, type, "a text");
  put_text(i, value);
}

void PgArguments::encode_bytes(std::size_t i, std::string_view value, PgOid type) {
  if (type == PgType::bytea) return put_binary(i, value);
  if (!of_users(type)) mismatch(i, type, "bytes");
  constexpr std::string_view hex = "0123456789abcdef";
  std::string text = "\\x";
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    text += hex[byte >> 4];
    text += hex[byte & 15];
  }
  put_text(i, text);
}

void PgArguments::encode_timestamp(std::size_t i, Timestamp value, PgOid type) {
  if (type == PgType::timestamptz || type == PgType::timestamp) {
    return put_number(i, value.time_since_epoch().count() - epoch_2000);
  }
  if (!is_text(type) && !of_users(type)) mismatch(i, type, "a timestamp");
  std::string text = format_timestamp(value);
  if (of_users(type)) text += "+00";
  put_text(i, text);
}

}  // namespace lockstep::detail

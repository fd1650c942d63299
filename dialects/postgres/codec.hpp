// SPDX-License-Identifier: BSL-1.0
// Values in the forms of PostgreSQL's protocol: arguments.cpp writes them, cells.cpp reads them.
// Pure: neither libpq nor a server is needed.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <vector>

#include "lockstep/value.hpp"

namespace lockstep::detail {

using PgOid = std::uint32_t;

// The built-in types that the codec treats one by one.
struct PgType {
  static constexpr PgOid boolean = 16, bytea = 17, name = 19, int8 = 20, int2 = 21, int4 = 23,
                         text = 25, oid = 26, json = 114, xml = 142, float4 = 700, float8 = 701,
                         unknown = 705, bpchar = 1042, varchar = 1043, date = 1082,
                         timestamp = 1114, timestamptz = 1184, numeric = 1700, void_type = 2278,
                         uuid = 2950, jsonb = 3802;
  static constexpr PgOid first_of_users = 16384;  // types that somebody created
};

// A number in the other order of bytes: this machine's, or the protocol's, which is big-endian.
template <class T>
[[nodiscard]] T pg_other_order(T value) noexcept {
  if constexpr (std::endian::native == std::endian::big || sizeof(T) == 1) {
    return value;
  } else if constexpr (sizeof(T) == 2) {
    return std::bit_cast<T>(__builtin_bswap16(std::bit_cast<std::uint16_t>(value)));
  } else if constexpr (sizeof(T) == 4) {
    return std::bit_cast<T>(__builtin_bswap32(std::bit_cast<std::uint32_t>(value)));
  } else {
    return std::bit_cast<T>(__builtin_bswap64(std::bit_cast<std::uint64_t>(value)));
  }
}

// The arguments of one execution, as libpq takes them: binary where the type of the parameter is
// known, text otherwise. Borrows text and bytes from the values.
class PgArguments {
 public:
  // NativeError 42804 for a value that the server could only take by converting it to another kind
  // (5 for a boolean), 22003 for a whole number that a floating type cannot hold, 54000 for more
  // than 1 GB. What is out of range otherwise goes as text: the server says so.
  void encode(std::span<const Value> values, std::span<const PgOid> types);

  [[nodiscard]] int count() const noexcept { return static_cast<int>(data_.size()); }
  // About what they take in a message.
  [[nodiscard]] std::size_t size_bytes() const noexcept { return total_ + 8 * data_.size(); }
  [[nodiscard]] const char* const* data() const noexcept { return data_.data(); }
  [[nodiscard]] const int* lengths() const noexcept { return lengths_.data(); }
  [[nodiscard]] const int* formats() const noexcept { return formats_.data(); }

 private:
  void encode_boolean(std::size_t i, bool value, PgOid type);
  void encode_integer(std::size_t i, std::int64_t value, PgOid type);
  void encode_real(std::size_t i, double value, PgOid type);
  void encode_text(std::size_t i, std::string_view value, PgOid type);
  void encode_bytes(std::size_t i, std::string_view value, PgOid type);
  void encode_timestamp(std::size_t i, Timestamp value, PgOid type);
  void put_binary(std::size_t i, std::string_view bytes);
  template <class T>
  void put_number(std::size_t i, T value);
  void put_text(std::size_t i, std::string_view text);

  std::vector<const char*> data_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
  std::vector<std::array<char, 8>> numbers_;
  std::vector<std::string> texts_;  // libpq wants a NUL behind the text form
  std::size_t total_ = 0;
};

// Reads a cell. The value borrows from `cell`, or from `scratch` where the wire form is another.
using PgDecoder = Value (*)(std::string_view cell, std::string& scratch);

// Null if a type has no binary decoder: then the whole result is asked for as text.
PgDecoder pg_binary_decoder(PgOid type) noexcept;
PgDecoder pg_text_decoder(PgOid type) noexcept;

}  // namespace lockstep::detail

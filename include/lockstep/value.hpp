// SPDX-License-Identifier: BSL-1.0
// Values: the closed set of types that travel to an engine and come back the same from all three.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

// An instant in UTC, in microseconds, from year 1 to year 9999. Finer instants are truncated
// (floor) before they are bound, since engines round them differently.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

using Bytes = std::vector<std::byte>;

// JSON text, kept byte for byte. Binding validates it (RFC 8259): InvalidArgument if it is not
// JSON, before anything is sent.
struct Json {
  std::string text;
  friend bool operator==(const Json&, const Json&) = default;
};

enum class ValueType : std::uint8_t {
  null,
  boolean,
  integer,
  real,
  decimal,  // text of an exact number; only engines produce it (NUMERIC, DECIMAL)
  text,
  bytes,
  timestamp,
};

[[nodiscard]] std::string_view to_string(ValueType type) noexcept;

// One value on its way: an argument, or a cell of the current row. A view: text and bytes are
// borrowed from the caller (arguments) or from the client library (cells, until the next row).
class Value {
 public:
  constexpr Value() noexcept : type_(ValueType::null), integer_(0) {}
  static constexpr Value boolean(bool v) noexcept { return {ValueType::boolean, v ? 1 : 0}; }
  static constexpr Value integer(std::int64_t v) noexcept { return {ValueType::integer, v}; }
  static constexpr Value real(double v) noexcept { return Value(v); }
  static constexpr Value text(std::string_view v) noexcept { return {ValueType::text, v}; }
  static constexpr Value decimal(std::string_view v) noexcept { return {ValueType::decimal, v}; }
  static constexpr Value timestamp(Timestamp v) noexcept {
    return {ValueType::timestamp, v.time_since_epoch().count()};
  }
  static Value bytes(std::span<const std::byte> v) noexcept {
    return {ValueType::bytes, {reinterpret_cast<const char*>(v.data()), v.size()}};
  }

  [[nodiscard]] constexpr ValueType type() const noexcept { return type_; }
  [[nodiscard]] constexpr bool is_null() const noexcept { return type_ == ValueType::null; }

  // Each accessor is for its own type only; as_text also for decimal, and for bytes as raw chars.
  [[nodiscard]] constexpr bool as_boolean() const noexcept { return integer_ != 0; }
  [[nodiscard]] constexpr std::int64_t as_integer() const noexcept { return integer_; }
  [[nodiscard]] constexpr double as_real() const noexcept { return real_; }
  [[nodiscard]] constexpr std::string_view as_text() const noexcept { return {data_, size_}; }
  [[nodiscard]] std::span<const std::byte> as_bytes() const noexcept {
    return {reinterpret_cast<const std::byte*>(data_), size_};
  }
  [[nodiscard]] constexpr Timestamp as_timestamp() const noexcept {
    return Timestamp(std::chrono::microseconds(integer_));
  }

 private:
  constexpr Value(ValueType type, std::int64_t v) noexcept : type_(type), integer_(v) {}
  constexpr Value(ValueType type, std::string_view v) noexcept
      : type_(type), size_(v.size()), data_(v.data()) {}
  constexpr explicit Value(double v) noexcept : type_(ValueType::real), real_(v) {}

  ValueType type_;
  std::size_t size_ = 0;
  union {
    std::int64_t integer_;
    double real_;
    const char* data_;
  };
};

// Whether the year is 1 to 9999.
[[nodiscard]] bool representable(Timestamp t) noexcept;

// Text form of an instant: "YYYY-MM-DD HH:MM:SS.ffffff", UTC, always 26 characters.
inline constexpr std::size_t timestamp_text_size = 26;

// Writes the text form into `out`, which holds timestamp_text_size characters. Precondition: the
// instant is representable.
void format_timestamp(Timestamp t, char* out) noexcept;
[[nodiscard]] std::string format_timestamp(Timestamp t);

// Reads "YYYY-MM-DD HH:MM:SS" with 'T' or a blank between, 0 to 6 digits of fraction, and an
// optional offset ("Z", "+00", "+05:30"), which is applied. False if the text has another form.
[[nodiscard]] bool parse_timestamp(std::string_view text, Timestamp& out) noexcept;

// Refuse what some engine could not store alike: each throws InvalidArgument naming `what`, never
// the value.
void require_timestamp(std::string_view what, Timestamp t);        // year outside 1..9999
void require_text(std::string_view what, std::string_view text);   // NUL byte, invalid UTF-8
void require_json(std::string_view what, std::string_view text);   // not RFC 8259
// A key: 1 to `max` characters, valid text, no white space at either end.
void require_key(std::string_view what, std::string_view text, std::size_t max = 255);
// A duration as Go writes it: "5m", "1h30m", "250ms".
void require_duration(std::string_view what, std::string_view text);

}  // namespace lockstep

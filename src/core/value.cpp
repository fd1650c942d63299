// SPDX-License-Identifier: BSL-1.0
#include "lockstep/value.hpp"

#include <array>
#include <charconv>

#include "core/text.hpp"
#include "lockstep/columns.hpp"
#include "lockstep/error.hpp"

namespace lockstep {
namespace {

constexpr std::array<std::string_view, 8> type_names{"null",    "boolean", "integer", "real",
                                                     "decimal", "text",    "bytes",   "timestamp"};

constexpr Timestamp first_instant = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
constexpr Timestamp end_of_instants = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1);

[[noreturn]] void refuse(std::string_view what, std::string_view why) {
  raise(ErrorKind::invalid_argument, std::string(what) + ": " + std::string(why));
}

bool is_go_unit(std::string_view unit) noexcept {
  return unit == "ns" || unit == "us" || unit == "\xC2\xB5s" || unit == "\xCE\xBCs" ||
         unit == "ms" || unit == "s" || unit == "m" || unit == "h";  // micro sign, Greek mu
}

// One "1.5h" of a Go duration.
bool take_go_term(std::string_view& text) noexcept {
  const std::size_t number = std::min(text.find_first_not_of("0123456789."), text.size());
  const std::string_view digits = text.substr(0, number);
  if (digits.find_first_of("0123456789") == std::string_view::npos) return false;
  if (digits.find('.') != digits.rfind('.')) return false;
  text.remove_prefix(number);
  const std::size_t unit = std::min(text.find_first_of("0123456789."), text.size());
  if (!is_go_unit(text.substr(0, unit))) return false;
  text.remove_prefix(unit);
  return true;
}

}  // namespace

std::string_view to_string(ValueType type) noexcept {
  return type_names[static_cast<std::size_t>(type)];
}

bool representable(Timestamp t) noexcept { return t >= first_instant && t < end_of_instants; }

void require_timestamp(std::string_view what, Timestamp t) {
  if (!representable(t)) refuse(what, "year outside 1 to 9999");
}

void require_text(std::string_view what, std::string_view text) {
  switch (detail::check_text(text)) {
    case detail::TextFault::none:
      return;
    case detail::TextFault::nul:
      refuse(what, "NUL byte in a text");
    case detail::TextFault::encoding:
      refuse(what, "text is not valid UTF-8");
  }
}

void require_key(std::string_view what, std::string_view text, std::size_t max) {
  require_text(what, text);
  if (text.empty()) refuse(what, "empty");
  if (detail::begins_or_ends_with_space(text)) refuse(what, "white space at the edge");
  if (text.size() > max && detail::count_characters(text) > max) {
    refuse(what, "longer than " + std::to_string(max) + " characters");
  }
}

void require_duration(std::string_view what, std::string_view text) {
  std::string_view rest = text;
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '+')) rest.remove_prefix(1);
  if (rest == "0") return;
  bool good = !rest.empty();
  while (good && !rest.empty()) good = take_go_term(rest);
  if (!good) refuse(what, "not a duration such as 5m or 1h30m");
}

namespace detail {

Fit decode_boolean(const Value& cell, bool& out) noexcept {
  if (cell.is_null()) return Fit::null;
  if (cell.type() == ValueType::boolean) {
    out = cell.as_boolean();
    return Fit::ok;
  }
  if (cell.type() != ValueType::integer) return Fit::type;
  if (cell.as_integer() != 0 && cell.as_integer() != 1) return Fit::malformed;
  out = cell.as_integer() == 1;
  return Fit::ok;
}

Fit convert_integer(const Value& cell, std::int64_t& out) noexcept {
  if (cell.is_null()) return Fit::null;
  if (cell.type() != ValueType::decimal) return Fit::type;
  std::string_view text = cell.as_text();
  if (const auto dot = text.find('.'); dot != std::string_view::npos) {
    if (text.find_first_not_of('0', dot + 1) != std::string_view::npos) return Fit::type;
    text = text.substr(0, dot);
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error == std::errc::result_out_of_range) return Fit::range;
  return error == std::errc() && end == text.data() + text.size() ? Fit::ok : Fit::malformed;
}

Fit decode_real(const Value& cell, double& out) noexcept {
  if (cell.type() == ValueType::real) {
    out = cell.as_real();
    return Fit::ok;
  }
  if (cell.is_null()) return Fit::null;
  if (cell.type() == ValueType::integer) {
    constexpr std::int64_t exact = std::int64_t{1} << 53;
    if (cell.as_integer() < -exact || cell.as_integer() > exact) return Fit::range;
    out = static_cast<double>(cell.as_integer());
    return Fit::ok;
  }
  if (cell.type() != ValueType::decimal) return Fit::type;
  const std::string_view text = cell.as_text();
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error == std::errc::result_out_of_range) return Fit::range;
  return error == std::errc() && end == text.data() + text.size() ? Fit::ok : Fit::malformed;
}

Fit convert_text(const Value& cell, std::string& out) {
  switch (cell.type()) {
    case ValueType::decimal:
      out.assign(cell.as_text());
      return Fit::ok;
    case ValueType::timestamp:
      out.resize(timestamp_text_size);
      format_timestamp(cell.as_timestamp(), out.data());
      return Fit::ok;
    case ValueType::null:
      return Fit::null;
    default:
      return Fit::type;
  }
}

Fit decode_bytes(const Value& cell, Bytes& out) {
  if (cell.is_null()) return Fit::null;
  if (cell.type() != ValueType::bytes) return Fit::type;
  const auto bytes = cell.as_bytes();
  out.assign(bytes.begin(), bytes.end());
  return Fit::ok;
}

}  // namespace detail
}  // namespace lockstep

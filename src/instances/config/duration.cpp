// SPDX-License-Identifier: BSL-1.0
#include "duration.hpp"

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>

namespace lockstep::instances {
namespace {

constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
constexpr std::string_view digits = "0123456789";

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

constexpr std::array<Unit, 8> units{{{"ns", 1},
                                     {"us", 1'000},
                                     {"\xC2\xB5s", 1'000},  // micro sign
                                     {"\xCE\xBCs", 1'000},  // Greek mu
                                     {"ms", 1'000'000},
                                     {"s", 1'000'000'000},
                                     {"m", 60'000'000'000},
                                     {"h", 3'600'000'000'000}}};

// Takes the digits at the front of `text`.
std::string_view take_digits(std::string_view& text) {
  const std::string_view taken = text.substr(0, text.find_first_not_of(digits));
  text.remove_prefix(taken.size());
  return taken;
}

// Takes what stands before the next number. Zero if it is no unit.
std::int64_t take_unit(std::string_view& text) {
  const std::string_view name = text.substr(0, text.find_first_of("0123456789."));
  text.remove_prefix(name.size());
  for (const Unit& unit : units) {
    if (unit.name == name) return unit.nanoseconds;
  }
  return 0;
}

// Nullopt if it is more than an int64 holds.
std::optional<std::int64_t> times(std::string_view whole, std::int64_t unit) {
  std::int64_t number = 0;
  if (whole.empty()) return number;
  const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), number);
  if (error != std::errc() || number > most / unit) return std::nullopt;
  return number * unit;
}

// What "0.<fraction>" of a unit is, rounded down.
std::int64_t part_of(std::string_view fraction, std::int64_t unit) {
  double scale = 1;
  double number = 0;
  for (const char digit : fraction.substr(0, 15)) {  // a double holds so many
    number = number * 10 + (digit - '0');
    scale *= 10;
  }
  return static_cast<std::int64_t>(number * (static_cast<double>(unit) / scale));
}

// Takes one "1.5h" from the front of `text`.
std::optional<std::int64_t> take_term(std::string_view& text) {
  const std::string_view whole = take_digits(text);
  std::string_view fraction;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    fraction = take_digits(text);
  }
  if (whole.empty() && fraction.empty()) return std::nullopt;
  const std::int64_t unit = take_unit(text);
  if (unit == 0) return std::nullopt;
  const auto term = times(whole, unit);
  const std::int64_t part = part_of(fraction, unit);
  if (!term || *term > most - part) return std::nullopt;
  return *term + part;
}

}  // namespace

std::optional<std::chrono::nanoseconds> detail::parse_duration(std::string_view text) {
  if (text == "0") return std::chrono::nanoseconds(0);
  if (text.empty()) return std::nullopt;
  std::int64_t sum = 0;
  while (!text.empty()) {
    const auto term = take_term(text);
    if (!term || *term > most - sum) return std::nullopt;
    sum += *term;
  }
  return std::chrono::nanoseconds(sum);
}

}  // namespace lockstep::instances

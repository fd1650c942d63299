// SPDX-License-Identifier: BSL-1.0
#include "lockstep/value.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "core/text.hpp"
#include "lockstep/columns.hpp"
#include "lockstep/error.hpp"

namespace lockstep {
namespace {

using std::chrono::days;
using std::chrono::microseconds;

constexpr std::array<std::string_view, 8> type_names{"null",    "boolean", "integer", "real",
                                                     "decimal", "text",    "bytes",   "timestamp"};

constexpr Timestamp first_instant = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
constexpr Timestamp end_of_instants = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1);

[[noreturn]] void refuse(std::string_view what, std::string_view why) {
  raise(ErrorKind::invalid_argument, std::string(what) + ": " + std::string(why));
}

template <std::size_t N>
void put_digits(char* out, unsigned value) noexcept {
  for (std::size_t i = N; i-- > 0; value /= 10) out[i] = static_cast<char>('0' + value % 10);
}

// Reads exactly n digits; false if one is missing.
bool take_digits(std::string_view& text, std::size_t n, int& out) noexcept {
  if (text.size() < n) return false;
  out = 0;
  for (std::size_t i = 0; i < n; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    out = out * 10 + (text[i] - '0');
  }
  text.remove_prefix(n);
  return true;
}

bool take(std::string_view& text, char c) noexcept {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

bool take_fraction(std::string_view& text, int& micros) noexcept {
  micros = 0;
  if (!take(text, '.')) return true;
  int scale = 100000;
  std::size_t n = 0;
  for (; n < text.size() && text[n] >= '0' && text[n] <= '9'; ++n, scale /= 10) {
    if (n == 6) return false;
    micros += (text[n] - '0') * scale;
  }
  text.remove_prefix(n);
  return n > 0;
}

// "Z", "+HH", "+HHMM", "+HH:MM" or nothing.
bool take_offset(std::string_view& text, std::chrono::minutes& offset) noexcept {
  offset = std::chrono::minutes(0);
  if (text.empty() || take(text, 'Z')) return true;
  const bool minus = text.front() == '-';
  if (!take(text, '+') && !take(text, '-')) return false;
  int hours = 0;
  int minutes = 0;
  if (!take_digits(text, 2, hours)) return false;
  if (!text.empty()) {
    take(text, ':');
    if (!take_digits(text, 2, minutes)) return false;
  }
  if (hours > 15 || minutes > 59) return false;
  offset = std::chrono::minutes((hours * 60 + minutes) * (minus ? -1 : 1));
  return true;
}

bool take_date(std::string_view& text, std::chrono::year_month_day& date) noexcept {
  int year = 0;
  int month = 0;
  int day = 0;
  if (!take_digits(text, 4, year) || !take(text, '-') || !take_digits(text, 2, month) ||
      !take(text, '-') || !take_digits(text, 2, day)) {
    return false;
  }
  date = std::chrono::year(year) / month / day;
  return year >= 1 && date.ok();
}

bool take_time(std::string_view& text, microseconds& time) noexcept {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int micros = 0;
  if (!take_digits(text, 2, hour) || !take(text, ':') || !take_digits(text, 2, minute) ||
      !take(text, ':') || !take_digits(text, 2, second) || !take_fraction(text, micros)) {
    return false;
  }
  if (hour > 23 || minute > 59 || second > 59) return false;
  time = std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second) +
         microseconds(micros);
  return true;
}

// The text form of an instant, as format_timestamp writes it and SQLite's rows hold it, is read eight
// characters at a time. What is written otherwise goes the other way.
struct Word {
  // `form`: eight characters, '0' for each digit.
  consteval explicit Word(std::string_view form) noexcept {
    for (std::size_t i = 0; i < 8; ++i) {
      const bool digit = form[i] == '0';
      zero |= std::uint64_t{static_cast<unsigned char>(form[i])} << (8 * i);
      room |= std::uint64_t{digit ? 0x80U - 10U : 0x80U - 1U} << (8 * i);
    }
  }
  std::uint64_t zero = 0;
  std::uint64_t room = 0;  // from the least value that is wrong to the high bit
};

// The digits as their values, other characters as 0. What is wrong sets a high bit of `bad`.
std::uint64_t take_word(const char* text, Word form, std::uint64_t& bad) noexcept {
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof(word));
  word ^= form.zero;
  bad |= word | (word + form.room);
  return word;
}

// The number of each two digits that follow each other, in the byte of the first.
constexpr std::uint64_t pairs(std::uint64_t digits) noexcept { return digits * 10 + (digits >> 8); }

constexpr unsigned byte(std::uint64_t word, int at) noexcept {
  return static_cast<unsigned>(word >> (8 * at)) & 0xff;
}

constexpr bool is_leap(unsigned year) noexcept {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

constexpr unsigned days_of(unsigned month, unsigned year) noexcept {
  constexpr std::array<unsigned char, 13> lengths{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29U : lengths[month];
}

// Days since 1970-01-01, of a year from 1 on: the years begin in March here, so that the day that
// comes and goes is their last.
constexpr std::int64_t day_number(unsigned year, unsigned month, unsigned day) noexcept {
  const unsigned y = month > 2 ? year : year - 1;
  const unsigned m = month > 2 ? month - 3 : month + 9;
  return std::int64_t{y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day} - 719469;
}

bool parse_own_form(const char* text, Timestamp& out) noexcept {
  std::uint64_t bad = 0;
  const std::uint64_t date = pairs(take_word(text, Word("0000-00-"), bad));
  const std::uint64_t time = pairs(take_word(text + 8, Word("00 00:00"), bad));
  const std::uint64_t rest = pairs(take_word(text + 16, Word(":00.0000"), bad));
  const std::uint64_t last = take_word(text + 18, Word("0.000000"), bad);
  if ((bad & 0x8080808080808080U) != 0) return false;
  const unsigned year = byte(date, 0) * 100 + byte(date, 2);
  const unsigned month = byte(date, 5);
  const unsigned day = byte(time, 0);
  const unsigned hours = byte(time, 3);
  const unsigned minutes = byte(time, 6);
  const unsigned seconds = byte(rest, 1);
  if (year == 0 || month - 1 > 11 || day - 1 >= days_of(month, year) || hours > 23 ||
      minutes > 59 || seconds > 59) {
    return false;
  }
  const unsigned micros =
      (byte(rest, 4) * 100 + byte(rest, 6)) * 100 + byte(last, 6) * 10 + byte(last, 7);
  const std::int64_t second =
      day_number(year, month, day) * 86400 + ((hours * 60 + minutes) * 60 + seconds);
  out = Timestamp(microseconds(second * 1'000'000 + micros));
  return true;
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

void format_timestamp(Timestamp t, char* out) noexcept {
  const auto day = std::chrono::floor<days>(t);
  const std::chrono::year_month_day date(day);
  auto micros = static_cast<std::uint64_t>((t - day).count());
  std::memcpy(out, "0000-00-00 00:00:00.000000", timestamp_text_size);
  put_digits<4>(out, static_cast<unsigned>(static_cast<int>(date.year())));
  put_digits<2>(out + 5, static_cast<unsigned>(date.month()));
  put_digits<2>(out + 8, static_cast<unsigned>(date.day()));
  put_digits<6>(out + 20, static_cast<unsigned>(micros % 1000000));
  micros /= 1000000;
  put_digits<2>(out + 17, static_cast<unsigned>(micros % 60));
  put_digits<2>(out + 14, static_cast<unsigned>(micros / 60 % 60));
  put_digits<2>(out + 11, static_cast<unsigned>(micros / 3600));
}

std::string format_timestamp(Timestamp t) {
  require_timestamp("timestamp", t);
  std::string text(timestamp_text_size, '\0');
  format_timestamp(t, text.data());
  return text;
}

bool parse_timestamp(std::string_view text, Timestamp& out) noexcept {
  if constexpr (std::endian::native == std::endian::little) {
    if (text.size() == timestamp_text_size && parse_own_form(text.data(), out)) return true;
  }
  std::chrono::year_month_day date{};
  microseconds time{};
  std::chrono::minutes offset{};
  if (!take_date(text, date) || !(take(text, ' ') || take(text, 'T')) || !take_time(text, time) ||
      !take_offset(text, offset) || !text.empty()) {
    return false;
  }
  out = Timestamp(std::chrono::sys_days(date)) + time - offset;
  return representable(out);
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

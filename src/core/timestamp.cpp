// SPDX-License-Identifier: BSL-1.0
// The text form of instants: written by hand, and read so, since a row may hold several.
#include <array>
#include <bit>
#include <cstring>

#include "lockstep/value.hpp"

namespace lockstep {
namespace {

using std::chrono::days;
using std::chrono::microseconds;

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

constexpr std::array<std::uint8_t, 13> month_lengths{0,  31, 28, 31, 30, 31, 30,
                                                     31, 31, 30, 31, 30, 31};
// In a year that begins in March, so that the day that comes and goes is its last.
constexpr std::array<std::uint16_t, 13> days_before{0,   306, 337, 0,   31,  61, 92,
                                                    122, 153, 184, 214, 245, 275};

constexpr unsigned days_of(unsigned month, unsigned year) noexcept {
  return month == 2 && is_leap(year) ? 29U : month_lengths[month];
}

// Days since 1970-01-01, of a year from 1 on.
constexpr std::int64_t day_number(unsigned year, unsigned month, unsigned day) noexcept {
  const unsigned y = month > 2 ? year : year - 1;
  return std::int64_t{y * 365 + y / 4 - y / 100 + y / 400 + days_before[month] + day} - 719469;
}

bool parse_own_form(const char* text, Timestamp& out) noexcept {
  std::uint64_t bad = 0;
  const std::uint64_t date = pairs(take_word(text, Word("0000-00-"), bad));
  const std::uint64_t time = pairs(take_word(text + 8, Word("00 00:00"), bad));
  const std::uint64_t rest = pairs(take_word(text + 16, Word(":00.0000"), bad));
  const std::uint64_t last = take_word(text + 18, Word("0.000000"), bad);
  if ((bad & 0x8080808080808080U) != 0) return false;
  const unsigned hours = byte(time, 3);
  const unsigned minutes = byte(time, 6);
  const unsigned seconds = byte(rest, 1);
  if (hours > 23 || minutes > 59 || seconds > 59) return false;
  const unsigned of_day = (hours * 60 + minutes) * 60 + seconds;
  const unsigned micros =
      (byte(rest, 4) * 100 + byte(rest, 6)) * 100 + byte(last, 6) * 10 + byte(last, 7);
  const unsigned year = byte(date, 0) * 100 + byte(date, 2);
  const unsigned month = byte(date, 5);
  const unsigned day = byte(time, 0);
  if (year == 0 || month - 1 > 11) return false;
  if (day - 1 > 27 && day - 1 >= days_of(month, year)) return false;
  const std::int64_t second = day_number(year, month, day) * 86400 + of_day;
  out = Timestamp(microseconds(second * 1'000'000 + micros));
  return true;
}

// What users have stored. Out of line: its registers would be saved for the own form, too.
[[gnu::noinline]] bool parse_other_form(std::string_view text, Timestamp& out) noexcept {
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

}  // namespace

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
  return parse_other_form(text, out);
}

}  // namespace lockstep

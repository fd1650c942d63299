// SPDX-License-Identifier: BSL-1.0
#include <stdexcept>

#include "benchmarks/peers/peers.hpp"

namespace lockstep::benchmarks {
namespace {

int two_digits(const char* at) { return (at[0] - '0') * 10 + at[1] - '0'; }

int micros_of(std::string_view text) {
  int value = 0;
  int digits = 0;
  for (; digits < 6; ++digits) {
    const std::size_t at = static_cast<std::size_t>(digits);
    const bool digit = at < text.size() && text[at] >= '0' && text[at] <= '9';
    if (!digit) break;
    value = value * 10 + text[at] - '0';
  }
  for (; digits < 6; ++digits) value *= 10;
  return value;
}

}  // namespace

Timestamp instant_of(std::string_view text) {
  if (text.size() < 19) throw std::runtime_error("peers: no instant");
  const char* at = text.data();
  const std::chrono::year_month_day date(
      std::chrono::year(two_digits(at) * 100 + two_digits(at + 2)),
      std::chrono::month(static_cast<unsigned>(two_digits(at + 5))),
      std::chrono::day(static_cast<unsigned>(two_digits(at + 8))));
  const int seconds = (two_digits(at + 11) * 60 + two_digits(at + 14)) * 60 + two_digits(at + 17);
  const int micros = text.size() > 20 && text[19] == '.' ? micros_of(text.substr(20)) : 0;
  return std::chrono::sys_days(date) + std::chrono::seconds(seconds) +
         std::chrono::microseconds(micros);
}

std::string times_as_text(std::string_view text, Engine engine) {
  std::string out(text);
  if (engine == Engine::sqlite) return out;
  for (const char* column : {"created_at", "updated_at"}) {
    const std::string type = engine == Engine::mysql ? "CHAR" : "TEXT";
    out.replace(out.find(column), std::string_view(column).size(),
                "CAST(" + std::string(column) + " AS " + type + ")");
  }
  return out;
}

}  // namespace lockstep::benchmarks

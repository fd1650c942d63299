// SPDX-License-Identifier: BSL-1.0
#include "migrate/files/next_version.hpp"

#include "migrate/version.hpp"

namespace lockstep::detail {
namespace {

// "20240310120000" of an instant.
std::string digits_of(Timestamp now) {
  std::string digits;
  for (const char c : format_timestamp(now).substr(0, 19)) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

}  // namespace

std::string next_version(const std::string& highest, Timestamp now) {
  if (highest.empty()) return "0001";
  constexpr std::size_t time_size = 14;
  constexpr std::size_t unix_size = 10;
  const bool digits = highest.find_first_not_of("0123456789") == highest.npos;
  std::string next;
  if (digits && highest.size() == time_size) next = digits_of(now);
  if (digits && highest.size() == unix_size) {
    next = std::to_string(
        std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count());
  }
  if (!next.empty() && std::is_lt(compare_versions(highest, next))) return next;
  next = highest;
  for (std::size_t i = next.size(); i-- > 0;) {
    if (next[i] < '0' || next[i] > '9') return next.insert(i + 1, "1");
    if (next[i] != '9') {
      ++next[i];
      return next;
    }
    next[i] = '0';
  }
  return "1" + next;
}

}  // namespace lockstep::detail

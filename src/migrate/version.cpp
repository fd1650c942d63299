// SPDX-License-Identifier: BSL-1.0
#include "migrate/version.hpp"

namespace lockstep::detail {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Takes the run of digits at the front of `text`, without its leading zeros.
std::string_view take_number(std::string_view& text) {
  std::size_t begin = 0;
  while (begin < text.size() && text[begin] == '0') ++begin;
  std::size_t end = begin;
  while (end < text.size() && is_digit(text[end])) ++end;
  const std::string_view number = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return number;
}

std::weak_ordering compare_numbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a <=> b;
}

}  // namespace

std::weak_ordering compare_versions(std::string_view a, std::string_view b) noexcept {
  while (!a.empty() && !b.empty()) {
    std::weak_ordering order = std::weak_ordering::equivalent;
    if (is_digit(a.front()) && is_digit(b.front())) {
      order = compare_numbers(take_number(a), take_number(b));
    } else {
      order = a.front() <=> b.front();
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
    if (std::is_neq(order)) return order;
  }
  return a.size() <=> b.size();
}

std::weak_ordering compare_domains(std::string_view a, std::string_view b) noexcept {
  const bool a_first = a == own_domain;
  const bool b_first = b == own_domain;
  if (a_first != b_first) return b_first <=> a_first;
  return a <=> b;
}

}  // namespace lockstep::detail

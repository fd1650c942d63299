// SPDX-License-Identifier: BSL-1.0
#include "id.hpp"

#include <algorithm>
#include <array>

#include "lockstep/error.hpp"

namespace lockstep::workflow::detail {
namespace {

constexpr std::size_t max_id_bytes = 200;
constexpr std::string_view letters_and_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

bool same_letters(std::string_view text, std::string_view upper) noexcept {
  return std::equal(text.begin(), text.end(), upper.begin(), upper.end(), [](char a, char b) {
    return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
  });
}

// A device on Windows, whatever follows the first point.
bool is_reserved(std::string_view id) noexcept {
  const std::string_view stem = id.substr(0, id.find('.'));
  constexpr std::array<std::string_view, 4> devices{"CON", "PRN", "AUX", "NUL"};
  for (const std::string_view device : devices) {
    if (same_letters(stem, device)) return true;
  }
  if (stem.size() != 4 || stem[3] < '1' || stem[3] > '9') return false;
  return same_letters(stem.substr(0, 3), "COM") || same_letters(stem.substr(0, 3), "LPT");
}

}  // namespace

bool is_id(std::string_view id) noexcept {
  if (id.empty() || id.size() > max_id_bytes) return false;
  if (letters_and_digits.find(id.front()) == std::string_view::npos) return false;
  for (const char c : id) {
    const bool other = c == '.' || c == '_' || c == '-';
    if (!other && letters_and_digits.find(c) == std::string_view::npos) return false;
  }
  return !is_reserved(id);
}

void require_id(std::string_view what, std::string_view id) {
  if (!is_id(id)) {
    raise(ErrorKind::invalid_argument,
          std::string(what) + ": not the name of a file: 1 to 200 letters, digits, '.', '_', '-'");
  }
}

}  // namespace lockstep::workflow::detail

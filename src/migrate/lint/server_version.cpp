// SPDX-License-Identifier: BSL-1.0
#include "migrate/lint/server_version.hpp"

#include <algorithm>
#include <charconv>
#include <string>

#include "lockstep/error.hpp"

namespace lockstep::detail {
namespace {

constexpr unsigned first_of_mariadb = 10;  // MySQL went from 5 to 8 and 9

bool holds(std::string_view text, std::string_view lower) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  return std::search(text.begin(), text.end(), lower.begin(), lower.end(), same) != text.end();
}

}  // namespace

ServerVersion parse_server_version(std::string_view text, Engine engine) {
  ServerVersion version;
  if (text.empty()) return version;
  const bool names = engine == Engine::mysql;
  if (names && holds(text, "mariadb")) version.product = ServerVersion::Product::mariadb;
  if (names && holds(text, "mysql")) version.product = ServerVersion::Product::mysql;
  const std::size_t begin = text.find_first_of("0123456789");
  const bool named = version.product != ServerVersion::Product::any;
  if (begin == std::string_view::npos && named) return version;
  if (begin == std::string_view::npos || (begin > 0 && !named)) {
    raise(ErrorKind::invalid_argument, "no version of a server: " + std::string(text));
  }
  version.known = true;
  const char* at = text.data() + begin;
  const char* const end = text.data() + text.size();
  for (unsigned& part : version.parts) {
    const auto [next, fault] = std::from_chars(at, end, part);
    if (fault != std::errc()) break;
    at = next;
    if (at == end || *at != '.') break;
    ++at;
  }
  if (names && !named) {
    version.product = version.parts[0] >= first_of_mariadb ? ServerVersion::Product::mariadb
                                                           : ServerVersion::Product::mysql;
  }
  return version;
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// Parts of the DSN parser. No message of it quotes a value, since a password with a raw '/', '?' or
// '@' can end up in any part.
#pragma once

#include <charconv>

#include "dialects/mysql/mysql.hpp"

namespace lockstep::detail {

[[noreturn]] void refuse_mysql_dsn(std::string what);
// For a text whose parts cannot be told apart.
[[noreturn]] void refuse_mysql_dsn_shape();

std::string decode_mysql_dsn(std::string_view text);

// "key=value&key=value". `go`: also the parameters of Go's driver.
void read_mysql_options(MysqlAddress& address, std::string_view text, bool go);

template <typename Number>
Number read_mysql_number(std::string_view what, std::string_view text, Number lowest,
                         Number highest) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < lowest ||
      value > highest) {
    refuse_mysql_dsn(std::string(what) + " is a whole number from " + std::to_string(lowest) +
                     " to " + std::to_string(highest));
  }
  return value;
}

}  // namespace lockstep::detail

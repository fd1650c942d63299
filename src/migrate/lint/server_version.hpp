// SPDX-License-Identifier: BSL-1.0
// The oldest server that migrations must run on.
#pragma once

#include <array>
#include <string_view>

#include "lockstep/dialect.hpp"

namespace lockstep::detail {

struct ServerVersion {
  enum class Product : std::uint8_t { any, mysql, mariadb };  // of Engine::mysql
  Product product = Product::any;
  bool known = false;
  std::array<unsigned, 3> parts{};

  // Whether it is known to be older.
  [[nodiscard]] bool before(unsigned major, unsigned minor = 0, unsigned patch = 0) const noexcept {
    return known && parts < std::array<unsigned, 3>{major, minor, patch};
  }
  [[nodiscard]] bool may_be(Product other) const noexcept {
    return product == Product::any || product == other;
  }
};

// As LintOptions::server_version. InvalidArgument for what is no version.
[[nodiscard]] ServerVersion parse_server_version(std::string_view text, Engine engine);

}  // namespace lockstep::detail

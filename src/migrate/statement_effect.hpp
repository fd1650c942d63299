// SPDX-License-Identifier: BSL-1.0
// What a statement leaves behind, from its words: how it is run where each stands for itself, and
// whether it was done is found out after a crash.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "lockstep/dialect.hpp"

namespace lockstep::detail {

enum class Effect : std::uint8_t {
  rows,      // what a transaction takes back: on MySQL rows, elsewhere nearly everything
  catalog,   // takes effect by itself, and the catalog shows it
  opaque,    // takes effect by itself, perhaps in part, and the catalog may not show it
  harmless,  // to do it again changes nothing more
  session,   // a setting, a prepared statement: gone with the session
  control,   // begins or ends a transaction, or a part of one
  locks,     // LOCK TABLES
  unlocks,   // UNLOCK TABLES
};

[[nodiscard]] Effect effect_of(std::string_view statement, Engine engine);

// The tokens of a statement as they are written, without blanks and comments; the marks of an
// executable comment of MySQL's are left out, what is in it is not.
class Tokens {
 public:
  Tokens(std::string_view statement, Engine engine);

  // Whether the token at a place is this keyword.
  [[nodiscard]] bool is(std::size_t i, std::string_view upper) const;
  // Whether a token from a place on is.
  [[nodiscard]] bool has(std::string_view upper, std::size_t from = 0) const;
  // The token at a place; empty beyond the last.
  [[nodiscard]] std::string_view at(std::size_t i) const;
  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
  [[nodiscard]] auto begin() const noexcept { return all_.begin(); }
  [[nodiscard]] auto end() const noexcept { return all_.end(); }

 private:
  std::vector<std::string_view> all_;
};

// A name without its quotes, in lower case.
[[nodiscard]] std::string plain_name(std::string_view token);

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// From the arguments of a call to the native placeholders of a statement.
#pragma once

#include "core/sql_lexer.hpp"
#include "lockstep/detail/arguments.hpp"
#include "lockstep/sql.hpp"

namespace lockstep::detail {

// Where each native placeholder of a statement finds its value among the arguments of a call; kept
// from call to call, since most are made by the same line.
struct ArgumentPlaces {
  struct Name {
    std::string text;
    bool meant = false;  // as in Arguments
  };
  // What they hold for: the members of a struct, or arguments of these names in this order.
  const Shape* shape = nullptr;
  std::vector<Name> names;
  std::vector<std::uint16_t> at;
  bool in_order = false;         // the first placeholder has the first value, and so on
  std::vector<Value> arranged;   // values that are not; kept to spare an allocation per call
};

// One value per native placeholder: those of the call, or `places.arranged`. InvalidArgument, before
// anything is sent, for a wrong number of arguments, a placeholder without an argument, a NUL byte or
// invalid UTF-8 in a text, NaN, an infinity, or an instant outside the years 1 to 9999.
[[nodiscard]] std::span<const Value> bind_arguments(const LexedSql& lexed,
                                                    const Arguments& arguments, const Query& query,
                                                    ArgumentPlaces& places);

}  // namespace lockstep::detail

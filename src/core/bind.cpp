// SPDX-License-Identifier: BSL-1.0
#include "core/bind.hpp"

#include <algorithm>
#include <cmath>

#include "core/query_error.hpp"
#include "core/text.hpp"
#include "lockstep/value.hpp"

namespace lockstep::detail {
namespace {

[[noreturn]] void refuse(const Query& query, std::string what) {
  raise_about(query, ErrorKind::invalid_argument, std::move(what));
}

// "argument 2" or "argument :id".
std::string argument_name(const LexedSql& lexed, std::size_t index) {
  if (index < lexed.names.size()) return "argument :" + lexed.names[index];
  return "argument " + std::to_string(index + 1);
}

bool needs_check(ValueType type) {
  return type == ValueType::text || type == ValueType::real || type == ValueType::timestamp;
}

// Why no engine may get the value; empty: each may.
std::string_view fault_of(const Value& value) {
  switch (value.type()) {
    case ValueType::text: {
      const TextFault fault = check_text(value.as_text());
      if (fault == TextFault::nul) return ": NUL byte in a text";
      return fault == TextFault::none ? "" : ": text is not valid UTF-8";
    }
    case ValueType::real:
      return std::isfinite(value.as_real()) ? "" : ": NaN or infinity";
    case ValueType::timestamp:
      return representable(value.as_timestamp()) ? "" : ": year outside 1 to 9999";
    default:
      return "";
  }
}

// The value of a native placeholder. Out of line: most are plain texts.
[[gnu::noinline]] void check(const LexedSql& lexed, std::size_t placeholder, const Query& query,
                             const Value& value) {
  const std::string_view fault = fault_of(value);
  if (!fault.empty()) {
    refuse(query, argument_name(lexed, lexed.binds[placeholder]).append(fault));
  }
}

// Index of `name` in the call's names, looked for from `hint`: members come in order most often.
std::size_t find_name(const Arguments& arguments, std::string_view name, std::size_t hint) {
  const std::size_t count = arguments.names.size();
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = (hint + i) % count;
    if (arguments.names[at] == name) return at;
  }
  return count;
}

[[noreturn, gnu::noinline]] void refuse_count(const LexedSql& lexed, const Arguments& arguments,
                                              const Query& query) {
  refuse(query, "takes " + std::to_string(lexed.arguments) + " arguments, got " +
                    std::to_string(arguments.values.size()));
}

// Whether each argument is bound once: then they come in their order.
bool binds_in_order(const LexedSql& lexed) { return lexed.binds.size() == lexed.arguments; }

// What was meant for a placeholder must have one.
void require_used(const LexedSql& lexed, const Arguments& arguments, const Query& query) {
  for (std::size_t i = 0; i < arguments.meant.size(); ++i) {
    const std::string_view name = arguments.names[i];
    const bool used = std::find(lexed.names.begin(), lexed.names.end(), name) != lexed.names.end();
    if (arguments.meant[i] && !used) {
      refuse(query, "has no placeholder :" + std::string(name.substr(0, 64)));
    }
  }
}

bool is_meant(const Arguments& arguments, std::size_t i) {
  return !arguments.meant.empty() && arguments.meant[i];
}

// Whether the places are those of the arguments.
bool hold_for(const ArgumentPlaces& places, const Arguments& arguments) {
  if (arguments.shape != nullptr) return arguments.shape == places.shape;
  if (arguments.names.size() != places.names.size()) return false;
  for (std::size_t i = 0; i < places.names.size(); ++i) {
    const ArgumentPlaces::Name& known = places.names[i];
    if (arguments.names[i] != known.text || is_meant(arguments, i) != known.meant) return false;
  }
  return true;
}

// All or nothing: places of some of the names would be those of another call.
void remember(ArgumentPlaces& places, const Arguments& arguments) {
  if (arguments.shape == nullptr) {
    std::vector<ArgumentPlaces::Name> names;
    for (std::size_t i = 0; i < arguments.names.size(); ++i) {
      names.push_back({std::string(arguments.names[i]), is_meant(arguments, i)});
    }
    places.names = std::move(names);
  }
  places.shape = arguments.shape;
}

// The places of named arguments.
[[gnu::noinline]] void find_places(const LexedSql& lexed, const Arguments& arguments,
                                   const Query& query, ArgumentPlaces& places) {
  places.shape = nullptr;
  places.names.clear();
  if (lexed.names.size() != lexed.arguments) {
    refuse(query, "named arguments need :name placeholders");
  }
  std::vector<std::uint16_t>& at = places.at;
  at.clear();
  std::size_t hint = 0;
  for (std::size_t i = 0; i < lexed.arguments; ++i) {
    const std::size_t found = find_name(arguments, lexed.names[i], hint);
    if (found == arguments.names.size()) refuse(query, "no " + argument_name(lexed, i));
    at.push_back(static_cast<std::uint16_t>(found));
    hint = found + 1;
  }
  require_used(lexed, arguments, query);
  if (!binds_in_order(lexed)) {
    for (const std::uint16_t argument : lexed.binds) at.push_back(at[argument]);
    at.erase(at.begin(), at.begin() + static_cast<std::ptrdiff_t>(lexed.arguments));
  }
  std::uint16_t next = 0;
  places.in_order = std::all_of(at.begin(), at.end(), [&](auto place) { return place == next++; });
  remember(places, arguments);
}

std::span<const Value> arrange(std::span<const Value> values, std::span<const std::uint16_t> at,
                               std::vector<Value>& arranged) {
  arranged.resize(at.size());
  std::transform(at.begin(), at.end(), arranged.begin(),
                 [values](std::uint16_t place) { return values[place]; });
  return arranged;
}

}  // namespace

std::span<const Value> bind_arguments(const LexedSql& lexed, const Arguments& arguments,
                                      const Query& query, ArgumentPlaces& places) {
  const bool by_position = arguments.names.empty();
  if (by_position) {
    if (arguments.values.size() != lexed.arguments) refuse_count(lexed, arguments, query);
  } else if (!hold_for(places, arguments)) {
    find_places(lexed, arguments, query, places);
  }
  const std::vector<std::uint16_t>& at = by_position ? lexed.binds : places.at;
  const bool in_order = by_position ? binds_in_order(lexed) : places.in_order;
  const auto bound = in_order ? arguments.values.first(at.size())
                              : arrange(arguments.values, at, places.arranged);
  for (std::size_t i = 0; i < bound.size(); ++i) {
    const Value& value = bound[i];
    if (value.type() == ValueType::text && is_plain(value.as_text())) continue;
    if (needs_check(value.type())) check(lexed, i, query, value);
  }
  return bound;
}

}  // namespace lockstep::detail

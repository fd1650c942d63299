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

void require_text_argument(const LexedSql& lexed, std::size_t index, const Query& query,
                           std::string_view text) {
  const TextFault fault = check_text(text);
  if (fault == TextFault::none) return;
  const bool nul = fault == TextFault::nul;
  refuse(query, argument_name(lexed, index) +
                    (nul ? ": NUL byte in a text" : ": text is not valid UTF-8"));
}

// The value of a native placeholder.
inline void check(const LexedSql& lexed, std::size_t placeholder, const Query& query,
                  Value& value) {
  const auto index = [&] { return std::size_t{lexed.binds[placeholder]}; };
  switch (value.type()) {
    case ValueType::text:
      if (is_plain(value.as_text())) break;
      require_text_argument(lexed, index(), query, value.as_text());
      break;
    case ValueType::real:
      if (!std::isfinite(value.as_real())) {
        refuse(query, argument_name(lexed, index()) + ": NaN or infinity");
      }
      value = Value::real(value.as_real() + 0.0);  // two engines cannot keep the sign of -0.0
      break;
    case ValueType::timestamp:
      if (!representable(value.as_timestamp())) {
        refuse(query, argument_name(lexed, index()) + ": year outside 1 to 9999");
      }
      break;
    default:
      break;
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

void require_count(const LexedSql& lexed, const Arguments& arguments, const Query& query) {
  if (arguments.values.size() == lexed.arguments) return;
  refuse(query, "takes " + std::to_string(lexed.arguments) + " arguments, got " +
                    std::to_string(arguments.values.size()));
}

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

// The places of named arguments.
void find_places(const LexedSql& lexed, const Arguments& arguments, const Query& query,
                 std::vector<std::uint16_t>& out) {
  if (lexed.names.size() != lexed.arguments) {
    refuse(query, "named arguments need :name placeholders");
  }
  out.clear();
  std::size_t hint = 0;
  for (std::size_t i = 0; i < lexed.arguments; ++i) {
    const std::size_t at = find_name(arguments, lexed.names[i], hint);
    if (at == arguments.names.size()) refuse(query, "no " + argument_name(lexed, i));
    out.push_back(static_cast<std::uint16_t>(at));
    hint = at + 1;
  }
  require_used(lexed, arguments, query);
  if (lexed.binds.size() == lexed.arguments) return;  // each placeholder once, in order
  for (const std::uint16_t argument : lexed.binds) out.push_back(out[argument]);
  out.erase(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(lexed.arguments));
}

}  // namespace

void bind_arguments(const LexedSql& lexed, const Arguments& arguments, const Query& query,
                    ArgumentPlaces& places, std::vector<Value>& out) {
  const bool by_position = arguments.names.empty();
  if (by_position) {
    require_count(lexed, arguments, query);
  } else if (arguments.shape == nullptr || arguments.shape != places.shape) {
    places.shape = nullptr;
    find_places(lexed, arguments, query, places.at);
    places.shape = arguments.shape;
  }
  const std::vector<std::uint16_t>& at = by_position ? lexed.binds : places.at;
  if (out.size() != at.size()) out.resize(at.size());
  Value* bound = out.data();
  for (const std::uint16_t place : at) {
    *bound = arguments.values[place];
    check(lexed, static_cast<std::size_t>(bound - out.data()), query, *bound);
    ++bound;
  }
}

}  // namespace lockstep::detail

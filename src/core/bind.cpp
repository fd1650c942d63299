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

inline void check(const LexedSql& lexed, std::size_t index, const Query& query, Value& value) {
  switch (value.type()) {
    case ValueType::text:
      require_text_argument(lexed, index, query, value.as_text());
      break;
    case ValueType::real:
      if (!std::isfinite(value.as_real())) {
        refuse(query, argument_name(lexed, index) + ": NaN or infinity");
      }
      value = Value::real(value.as_real() + 0.0);  // two engines cannot keep the sign of -0.0
      break;
    case ValueType::timestamp:
      if (!representable(value.as_timestamp())) {
        refuse(query, argument_name(lexed, index) + ": year outside 1 to 9999");
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

// The call's value for each argument of the statement, in `out`.
void resolve(const LexedSql& lexed, const Arguments& arguments, const Query& query,
             std::vector<Value>& out) {
  if (arguments.names.empty()) {
    if (arguments.values.size() != lexed.arguments) {
      refuse(query, "takes " + std::to_string(lexed.arguments) + " arguments, got " +
                        std::to_string(arguments.values.size()));
    }
    out.resize(lexed.arguments);
    for (std::size_t i = 0; i < lexed.arguments; ++i) {
      out[i] = arguments.values[i];
      check(lexed, i, query, out[i]);
    }
    return;
  }
  if (lexed.names.size() != lexed.arguments) {
    refuse(query, "named arguments need :name placeholders");
  }
  out.clear();
  std::size_t hint = 0;
  for (std::size_t i = 0; i < lexed.arguments; ++i) {
    const std::size_t at = find_name(arguments, lexed.names[i], hint);
    if (at == arguments.names.size()) refuse(query, "no " + argument_name(lexed, i));
    check(lexed, i, query, out.emplace_back(arguments.values[at]));
    hint = at + 1;
  }
  for (std::size_t i = 0; i < arguments.meant.size(); ++i) {
    const std::string_view name = arguments.names[i];
    const bool used = std::find(lexed.names.begin(), lexed.names.end(), name) != lexed.names.end();
    if (arguments.meant[i] && !used) {
      refuse(query, "has no placeholder :" + std::string(name.substr(0, 64)));
    }
  }
}

}  // namespace

void bind_arguments(const LexedSql& lexed, const Arguments& arguments, const Query& query,
                    std::vector<Value>& out) {
  resolve(lexed, arguments, query, out);
  const std::size_t distinct = lexed.arguments;
  if (lexed.binds.size() == distinct) return;  // each placeholder once, in order
  for (const std::uint16_t argument : lexed.binds) out.push_back(out[argument]);
  out.erase(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(distinct));
}

}  // namespace lockstep::detail

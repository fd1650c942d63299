// SPDX-License-Identifier: BSL-1.0
// The arguments of one call: by position, by name, or by the members of a struct.
#pragma once

#include "lockstep/columns.hpp"

namespace lockstep {

template <class T>
struct Named {
  std::string_view name;
  const T& value;
  bool optional = false;  // the statement need not have the placeholder
};

// An argument for the placeholder `:name`, which the statement must have (InvalidArgument). Borrows
// `value`: use it within the call.
template <class T>
[[nodiscard]] Named<T> named(std::string_view name, const T& value) {
  return {name, value};
}

namespace detail {

// The arguments of one call. `names` and `meant` are empty (by position) or as long as `values`.
struct Arguments {
  std::span<const Value> values;
  std::span<const std::string_view> names;
  std::span<const bool> meant;  // by named(), for a placeholder; a struct may have more members
  bool integer_result = false;  // the caller reads one integer: see Executor::insert_returning
};

enum class Verb : std::uint8_t { execute, fetch, insert_returning };

template <class T>
inline constexpr bool is_named = false;
template <class T>
inline constexpr bool is_named<Named<T>> = true;

template <class T>
constexpr std::size_t argument_width() {
  if constexpr (Described<T>) {
    return ShapeOf<T>::width;
  } else {
    return 1;
  }
}

// Values, and names where there are any, of an argument list; borrows from the arguments.
template <class... A>
class ArgumentList {
 public:
  explicit ArgumentList(const A&... args) { (add(args), ...); }
  [[nodiscard]] Arguments view() const noexcept { return {values_, names_, meant_, false}; }

 private:
  static constexpr std::size_t size = (argument_width<A>() + ... + 0);
  static constexpr bool by_name = ((is_named<A> || Described<A>) || ...);
  static_assert(!by_name || ((is_named<A> || Described<A>)&&...),
                "arguments by position and by name cannot be mixed");

  template <class T>
  void add(const T& arg) {
    if constexpr (is_named<T>) {
      put(arg.name, encode(arg.value), !arg.optional);
    } else if constexpr (Described<T>) {
      Columns<T>::each(
          [&](std::string_view name, auto member) { put(name, encode(arg.*member), false); });
    } else {
      put({}, encode(arg), false);
    }
  }
  void put(std::string_view name, Value value, bool meant) {
    if constexpr (by_name) {
      names_[used_] = name;
      meant_[used_] = meant;
    }
    values_[used_++] = value;
  }

  std::array<Value, size> values_{};
  std::array<std::string_view, by_name ? size : 0> names_{};
  std::array<bool, by_name ? size : 0> meant_{};
  std::size_t used_ = 0;
};

}  // namespace detail

}  // namespace lockstep

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

// The arguments of one call. `names` is empty (by position) or as long as `values`; `meant` too, or
// empty where none is.
struct Arguments {
  std::span<const Value> values;
  std::span<const std::string_view> names = {};
  std::span<const bool> meant = {};  // by named(), for a placeholder; a struct may have more members
  const Shape* shape = nullptr;  // whose names they are, if they are the members of one struct
  bool integer_result = false;  // the caller reads one integer: see Executor::insert_returning
};

enum class Verb : std::uint8_t {
  execute,
  execute_one,
  fetch_one,
  fetch_optional,
  fetch_all,
  stream,
  insert_returning,
};

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
  // In one piece: how many there are so far is known at each place then.
  [[gnu::flatten]] explicit ArgumentList(const A&... args) { (add(args), ...); }
  ArgumentList(const ArgumentList&) = delete;
  ArgumentList& operator=(const ArgumentList&) = delete;

  [[nodiscard]] Arguments view() const noexcept {
    const std::span<const Value> values(std::launder(reinterpret_cast<const Value*>(values_)), size);
    if constexpr (one_struct) {
      return {.values = values, .names = shape().names, .shape = &shape()};
    } else {
      return {.values = values, .names = names_, .meant = meant_};
    }
  }

 private:
  static constexpr std::size_t size = (argument_width<A>() + ... + 0);
  static constexpr bool one_struct = sizeof...(A) == 1 && (Described<A> && ...);
  static constexpr bool by_name = ((is_named<A> || Described<A>) || ...);
  static_assert(!by_name || ((is_named<A> || Described<A>)&&...),
                "arguments by position and by name cannot be mixed");
  static constexpr std::size_t names_here = by_name && !one_struct ? size : 0;

  static const Shape& shape() noexcept { return ShapeOf<A...>::value; }
  template <class T>
  void add(const T& arg) {
    if constexpr (is_named<T>) {
      put(arg.name, arg.value, !arg.optional);
    } else if constexpr (Described<T>) {
      Columns<T>::each(
          [&](std::string_view name, auto member) { put(name, arg.*member, false); });
    } else {
      put({}, arg, false);
    }
  }
  template <class T>
  void put(std::string_view name, const T& arg, bool meant) {
    if constexpr (names_here > 0) {
      names_[used_] = name;
      meant_[used_] = meant;
    }
    ::new (values_ + sizeof(Value) * used_++) Value(encode(arg));
  }

  // Each is made in its place: not zeroed before, and not copied.
  alignas(Value) std::byte values_[sizeof(Value) * (size > 0 ? size : 1)];
  std::array<std::string_view, names_here> names_{};
  std::array<bool, names_here> meant_{};
  std::size_t used_ = 0;
};

}  // namespace detail

}  // namespace lockstep

// SPDX-License-Identifier: BSL-1.0
// Mapping between C++ types and values: scalars by a codec, structs by a descriptor that lists
// each member with its column name.
//
//     struct Job {
//       std::string id;
//       std::optional<std::string> constraint_id;  // null: no constraint
//       static constexpr void columns(auto&& column) {
//         column("id", &Job::id);
//         column("constraint_id", &Job::constraint_id);
//       }
//     };
//
// The order of columns in the SQL does not matter: names are matched once per statement. A member
// that the descriptor forgets does not compile.
#pragma once

#include <array>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

#include "lockstep/detail/json_text.hpp"
#include "lockstep/error.hpp"
#include "lockstep/value.hpp"

namespace lockstep {

// Specialise for a struct that cannot have a member function `columns`.
template <class T>
struct Columns {
  static constexpr void each(auto&& column)
    requires requires { T::columns(column); }
  {
    T::columns(column);
  }
};

namespace detail {

struct AnyVisitor {
  constexpr void operator()(std::string_view, auto) const {}
};

// Converts to a reference of any type; only ever named inside an unevaluated operand.
struct AnyMember {
  template <class T>
  operator T&() const noexcept;  // NOLINT(google-explicit-constructor)
};

template <class T, std::size_t... I>
constexpr bool brace_initialisable(std::index_sequence<I...>) {
  return requires { T{(static_cast<void>(I), AnyMember{})...}; };
}

template <class T>
constexpr std::size_t column_count() {
  std::size_t n = 0;
  Columns<T>::each([&n](std::string_view, auto) { ++n; });
  return n;
}

template <class T>
constexpr auto column_names() {
  std::array<std::string_view, column_count<T>()> names{};
  std::size_t n = 0;
  Columns<T>::each([&](std::string_view name, auto) { names[n++] = name; });
  return names;
}

constexpr bool all_different(const auto& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t j = i + 1; j < names.size(); ++j) {
      if (names[i] == names[j]) return false;
    }
  }
  return true;
}

}  // namespace detail

// A struct with a descriptor.
template <class T>
concept Described = requires { Columns<T>::each(detail::AnyVisitor{}); };

// An enum with text forms: a constexpr function `enum_texts(E)` found beside the enum returns a
// std::array of the texts, indexed by the enumerators' values 0, 1, 2, ...
template <class E>
concept TextEnum = std::is_enum_v<E> && requires(E e) { enum_texts(e).size(); };

// The text form. InvalidArgument if `e` is none of the enumerators.
template <TextEnum E>
[[nodiscard]] constexpr std::string_view to_text(E e) {
  constexpr auto texts = enum_texts(E{});
  const auto index = static_cast<std::size_t>(e);
  if (index >= texts.size()) raise(ErrorKind::invalid_argument, "enumerator without a text form");
  return texts[index];
}

// The enumerator of a text; nullopt if there is none.
template <TextEnum E>
[[nodiscard]] constexpr std::optional<E> find_enum(std::string_view text) noexcept {
  constexpr auto texts = enum_texts(E{});
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i] == text) return static_cast<E>(i);
  }
  return std::nullopt;
}

// The enumerator of a text; InvalidArgument if there is none.
template <TextEnum E>
[[nodiscard]] E parse_enum(std::string_view what, std::string_view text) {
  if (const auto e = find_enum<E>(text)) return *e;
  raise(ErrorKind::invalid_argument, std::string(what) + ": not one of the known texts");
}

namespace detail {

// Why a cell does not fit a member.
enum class Fit : std::uint8_t { ok, null, type, range, malformed };

Fit decode_boolean(const Value& cell, bool& out) noexcept;
Fit decode_real(const Value& cell, double& out) noexcept;
Fit decode_bytes(const Value& cell, Bytes& out);
// A cell of another type than the member's.
Fit convert_integer(const Value& cell, std::int64_t& out) noexcept;
Fit convert_text(const Value& cell, std::string& out);

inline Fit decode_integer(const Value& cell, std::int64_t& out) noexcept {
  if (cell.type() != ValueType::integer) return convert_integer(cell, out);
  out = cell.as_integer();
  return Fit::ok;
}

inline Fit decode_text(const Value& cell, std::string& out) {
  if (cell.type() != ValueType::text) return convert_text(cell, out);
  out = cell.as_text();
  return Fit::ok;
}

inline Fit decode_timestamp(const Value& cell, Timestamp& out) noexcept {
  if (cell.type() == ValueType::text) {
    return parse_timestamp(cell.as_text(), out) ? Fit::ok : Fit::malformed;
  }
  if (cell.type() != ValueType::timestamp) return cell.is_null() ? Fit::null : Fit::type;
  out = cell.as_timestamp();
  return Fit::ok;
}

template <class T>
inline constexpr bool is_duration = false;
template <class R, class P>
inline constexpr bool is_duration<std::chrono::duration<R, P>> = true;
template <class T>
inline constexpr bool is_instant = false;
template <class D>
inline constexpr bool is_instant<std::chrono::sys_time<D>> = true;
template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
Value encode(const T& v);

template <class T>
Value encode_scalar(const T& v) {
  if constexpr (std::is_same_v<T, bool>) {
    return Value::boolean(v);
  } else if constexpr (std::is_integral_v<T>) {
    if (!std::in_range<std::int64_t>(v)) {
      raise(ErrorKind::invalid_argument, "integer argument outside the range of int64");
    }
    return Value::integer(static_cast<std::int64_t>(v));
  } else if constexpr (std::is_floating_point_v<T>) {
    return Value::real(static_cast<double>(v) + 0.0);  // two engines cannot keep the sign of -0.0
  } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
    return Value::text(std::string_view(v));
  } else if constexpr (std::is_same_v<T, Json>) {
    if (!is_json(v.text)) require_json("argument", v.text);  // binding checks its characters
    return Value::text(v.text);
  } else if constexpr (is_instant<T>) {
    return Value::timestamp(std::chrono::floor<std::chrono::microseconds>(v));
  } else if constexpr (is_duration<T>) {
    return encode_scalar(v.count());
  } else if constexpr (TextEnum<T>) {
    return Value::text(to_text(v));
  } else {
    static_assert(std::is_convertible_v<const T&, std::span<const std::byte>>,
                  "not a type that lockstep can bind: see lockstep/value.hpp");
    return Value::bytes(v);
  }
}

// The value of an argument; borrows text and bytes from it.
template <class T>
Value encode(const T& v) {
  if constexpr (std::is_same_v<T, std::nullopt_t> || std::is_same_v<T, std::nullptr_t>) {
    return Value();
  } else if constexpr (is_optional<T>) {
    return v ? encode_scalar(*v) : Value();
  } else {
    return encode_scalar(v);
  }
}

template <class T>
Fit decode_narrow(const Value& cell, T& out) noexcept {
  std::int64_t wide = 0;
  if (const Fit fit = decode_integer(cell, wide); fit != Fit::ok) return fit;
  if (!std::in_range<T>(wide)) return Fit::range;
  out = static_cast<T>(wide);
  return Fit::ok;
}

template <TextEnum E>
Fit decode_enum(const Value& cell, E& out) noexcept {
  if (cell.type() != ValueType::text) return cell.is_null() ? Fit::null : Fit::type;
  const auto e = find_enum<E>(cell.as_text());
  if (!e) return Fit::malformed;
  out = *e;
  return Fit::ok;
}

// Stores a cell in a member. A cell that is null resets an optional and is Fit::null otherwise.
template <class T>
Fit decode(const Value& cell, T& out) {
  if constexpr (is_optional<T>) {
    if (cell.is_null()) {
      out.reset();
      return Fit::ok;
    }
    if (!out) out.emplace();
    return decode(cell, *out);
  } else if constexpr (std::is_same_v<T, bool>) {
    return decode_boolean(cell, out);
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return decode_integer(cell, out);
  } else if constexpr (std::is_integral_v<T>) {
    return decode_narrow(cell, out);
  } else if constexpr (std::is_same_v<T, double>) {
    return decode_real(cell, out);
  } else if constexpr (std::is_same_v<T, std::string>) {
    return decode_text(cell, out);
  } else if constexpr (std::is_same_v<T, Json>) {
    return decode_text(cell, out.text);
  } else if constexpr (std::is_same_v<T, Bytes>) {
    return decode_bytes(cell, out);
  } else if constexpr (std::is_same_v<T, Timestamp>) {
    return decode_timestamp(cell, out);
  } else if constexpr (is_duration<T>) {
    typename T::rep count{};
    const Fit fit = decode(cell, count);
    out = T(count);
    return fit;
  } else {
    static_assert(TextEnum<T>, "not a type that lockstep can read: see lockstep/value.hpp");
    return decode_enum(cell, out);
  }
}

// What a result must look like to be read into a type: the names of its columns, or only their
// number when they are taken by position. One constant per type; its address identifies it.
struct Shape {
  std::span<const std::string_view> names;  // empty: by position
  std::size_t width = 0;                    // 0: any number
};

template <class T>
inline constexpr bool is_tuple = false;
template <class... T>
inline constexpr bool is_tuple<std::tuple<T...>> = true;

template <class T>
struct ShapeOf {
  static constexpr std::array<std::string_view, 0> names{};
  static constexpr Shape value{names, 1};
};

template <class T>
  requires is_tuple<T>
struct ShapeOf<T> {
  static constexpr std::array<std::string_view, 0> names{};
  static constexpr Shape value{names, std::tuple_size_v<T>};
};

template <Described T>
struct ShapeOf<T> {
  static constexpr std::size_t width = column_count<T>();
  static_assert(!std::is_aggregate_v<T> ||
                    (brace_initialisable<T>(std::make_index_sequence<width>()) &&
                     !brace_initialisable<T>(std::make_index_sequence<width + 1>())),
                "the descriptor must list every member of the struct, once");
  static constexpr auto names = column_names<T>();
  static_assert(all_different(names), "the descriptor must give each column a name of its own");
  static constexpr Shape value{names, width};
};

}  // namespace detail
}  // namespace lockstep

// SPDX-License-Identifier: BSL-1.0
// From the cells of the current row to members, tuples and scalars.
#pragma once

#include "lockstep/detail/cursor.hpp"
#include "lockstep/row.hpp"

namespace lockstep {
namespace detail {

// Whatever columns there are.
template <>
struct ShapeOf<Row> {
  static constexpr std::array<std::string_view, 0> names{};
  static constexpr Shape value{names, 0};
};

template <class M>
void read_cell(const Cursor& cursor, std::size_t column, M& out) {
  if (const Fit fit = decode(cursor.row()[column], out); fit != Fit::ok) cursor.misfit(column, fit);
}

// Stores the current row in `out`.
template <class T>
void read_row(const Cursor& cursor, std::span<const std::uint16_t> map, T& out) {
  if constexpr (std::is_same_v<T, Row>) {
    out = {cursor.names(), cursor.row()};
  } else if constexpr (Described<T>) {
    std::size_t i = 0;
    Columns<T>::each(
        [&](std::string_view, auto member) { read_cell(cursor, map[i++], out.*member); });
  } else if constexpr (is_tuple<T>) {
    std::size_t i = 0;
    std::apply([&](auto&... members) { (read_cell(cursor, map[i++], members), ...); }, out);
  } else {
    read_cell(cursor, map[0], out);
  }
}

template <class T>
std::optional<T> read_optional(Cursor& cursor) {
  static_assert(!std::is_same_v<T, Row>, "a Row does not outlive its statement: use stream");
  const auto map = cursor.map(ShapeOf<T>::value);
  if (!cursor.next()) return std::nullopt;
  std::optional<T> out(std::in_place);
  read_row(cursor, map, *out);
  if (cursor.next()) cursor.many_rows();
  return out;
}

template <class T>
T read_one(Cursor& cursor) {
  static_assert(!std::is_same_v<T, Row>, "a Row does not outlive its statement: use stream");
  const auto map = cursor.map(ShapeOf<T>::value);
  if (!cursor.next()) cursor.no_row();
  T out{};
  read_row(cursor, map, out);
  if (cursor.next()) cursor.many_rows();
  return out;
}

}  // namespace detail
}  // namespace lockstep

// SPDX-License-Identifier: BSL-1.0
// The verbs of an executor, written once over a cursor.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep {
namespace detail {

template <class M>
void read_cell(const Cursor& cursor, std::size_t column, M& out) {
  if (const Fit fit = decode(cursor.row()[column], out); fit != Fit::ok) cursor.misfit(column, fit);
}

// Stores the current row in `out`.
template <class T>
void read_row(const Cursor& cursor, std::span<const std::uint16_t> map, T& out) {
  if constexpr (Described<T>) {
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
  const auto map = cursor.map(ShapeOf<T>::value);
  if (!cursor.next()) return std::nullopt;
  std::optional<T> out(std::in_place);
  read_row(cursor, map, *out);
  if (cursor.next()) cursor.many_rows();
  return out;
}

template <class T>
T read_one(Cursor& cursor) {
  std::optional<T> out = read_optional<T>(cursor);
  if (!out) cursor.no_row();
  return std::move(*out);
}

}  // namespace detail

template <class... A>
ExecuteResult Executor::execute(Query query, const A&... args) {
  const detail::ArgumentList<A...> list(args...);
  return ExecuteResult(
      start(query, list.view(), detail::Verb::execute, Fetch::buffered, {}).finish());
}

template <class... A>
void Executor::execute_one(Query query, const A&... args) {
  const detail::ArgumentList<A...> list(args...);
  auto cursor = start(query, list.view(), detail::Verb::execute, Fetch::buffered, {});
  const std::uint64_t rows = cursor.finish();
  if (rows == 0) cursor.no_row();
  if (rows > 1) cursor.many_rows();
}

template <class T, class... A>
T Executor::fetch_one(Query query, const A&... args) {
  const detail::ArgumentList<A...> list(args...);
  auto cursor = start(query, list.view(), detail::Verb::fetch, Fetch::buffered, {});
  return detail::read_one<T>(cursor);
}

template <class T, class... A>
std::optional<T> Executor::fetch_optional(Query query, const A&... args) {
  const detail::ArgumentList<A...> list(args...);
  auto cursor = start(query, list.view(), detail::Verb::fetch, Fetch::buffered, {});
  return detail::read_optional<T>(cursor);
}

template <class T, class... A>
std::vector<T> Executor::fetch_all(Query query, const A&... args) {
  const detail::ArgumentList<A...> list(args...);
  auto cursor = start(query, list.view(), detail::Verb::fetch, Fetch::buffered, {});
  const auto map = cursor.map(detail::ShapeOf<T>::value);
  std::vector<T> rows;
  rows.reserve(cursor.row_count());
  while (cursor.next()) detail::read_row(cursor, map, rows.emplace_back());
  return rows;
}

template <class T, class... A>
T Executor::fetch_value(Query query, const A&... args) {
  static_assert(!Described<T> && !detail::is_tuple<T>, "fetch_value reads one column");
  return fetch_one<T>(query, args...);
}

template <class T, class... A>
T Executor::insert_returning(Query query, const A&... args) {
  const detail::ArgumentList<A...> list(args...);
  detail::Arguments arguments = list.view();
  arguments.integer_result = std::is_integral_v<T>;
  auto cursor = start(query, arguments, detail::Verb::insert_returning, Fetch::buffered, {});
  return detail::read_one<T>(cursor);
}

}  // namespace lockstep

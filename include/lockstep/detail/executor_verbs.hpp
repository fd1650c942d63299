// SPDX-License-Identifier: BSL-1.0
// The verbs of an executor, written once over a cursor.
#pragma once

#include "lockstep/detail/read_row.hpp"
#include "lockstep/executor.hpp"

namespace lockstep {

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
  static_assert(!std::is_same_v<T, Row>, "a Row does not outlive the next one: use stream");
  const detail::ArgumentList<A...> list(args...);
  auto cursor = start(query, list.view(), detail::Verb::fetch, Fetch::at_once, {});
  const auto map = cursor.map(detail::ShapeOf<T>::value);
  std::vector<T> rows;
  rows.reserve(cursor.row_count());
  if constexpr (std::is_same_v<T, bool>) {  // a vector<bool> has no elements to read into
    for (bool row = false; cursor.next(); rows.push_back(row)) detail::read_row(cursor, map, row);
  } else {
    while (cursor.next()) detail::read_row(cursor, map, rows.emplace_back());
    if (rows.capacity() / 2 > rows.size()) rows.shrink_to_fit();  // there were more the last time
  }
  return rows;
}

template <class T, class... A>
T Executor::fetch_value(Query query, const A&... args) {
  static_assert(!Described<T> && !detail::is_tuple<T>, "fetch_value reads one column");
  return fetch_one<T>(query, args...);
}

template <class T, class... A>
RowStream<T> Executor::stream(Query query, const A&... args) {
  const detail::ArgumentList<A...> list(args...);
  return RowStream<T>(start(query, list.view(), detail::Verb::fetch, Fetch::streamed, {}));
}

template <class T, class... A>
T Executor::insert_returning(Query query, const A&... args) {
  const detail::ArgumentList<A...> list(args...);
  detail::Arguments arguments = list.view();
  arguments.integer_result = std::is_integral_v<T>;
  auto cursor = start(query, arguments, detail::Verb::insert_returning, Fetch::buffered, {});
  return detail::read_one<T>(cursor);
}

template <class Rows>
std::uint64_t Executor::execute_all(Query query, const Rows& rows) {
  detail::RangeSource<Rows> source(rows);
  return run_all(query, source, {});
}

}  // namespace lockstep

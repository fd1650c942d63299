// SPDX-License-Identifier: BSL-1.0
// The verbs of an executor: their arguments, and where their rows go.
#pragma once

#include "lockstep/detail/read_row.hpp"
#include "lockstep/executor.hpp"

namespace lockstep {

template <class... A>
ExecuteResult Executor::execute(const Query& query, const A&... args) {
  const detail::ArgumentList<A...> list(args...);
  return ExecuteResult(run(query, list.view(), detail::Verb::execute, nullptr, {}));
}

template <class... A>
void Executor::execute_one(const Query& query, const A&... args) {
  const detail::ArgumentList<A...> list(args...);
  run(query, list.view(), detail::Verb::execute_one, nullptr, {});
}

template <class T, class... A>
T Executor::fetch_one(const Query& query, const A&... args) {
  const detail::ArgumentList<A...> list(args...);
  T out{};
  detail::OneReader<T> reader(out);
  run(query, list.view(), detail::Verb::fetch_one, &reader, {});
  return out;
}

template <class T, class... A>
std::optional<T> Executor::fetch_optional(const Query& query, const A&... args) {
  const detail::ArgumentList<A...> list(args...);
  std::optional<T> out;
  detail::OptionalReader<T> reader(out);
  run(query, list.view(), detail::Verb::fetch_optional, &reader, {});
  return out;
}

template <class T, class... A>
std::vector<T> Executor::fetch_all(const Query& query, const A&... args) {
  const detail::ArgumentList<A...> list(args...);
  std::vector<T> rows;
  detail::ListReader<T> reader(rows);
  run(query, list.view(), detail::Verb::fetch_all, &reader, {});
  if (rows.capacity() / 2 > rows.size()) rows.shrink_to_fit();  // there were more the last time
  return rows;
}

template <class T, class... A>
T Executor::fetch_value(const Query& query, const A&... args) {
  static_assert(!Described<T> && !detail::is_tuple<T>, "fetch_value reads one column");
  return fetch_one<T>(query, args...);
}

template <class T, class... A>
RowStream<T> Executor::stream(const Query& query, const A&... args) {
  const detail::ArgumentList<A...> list(args...);
  return RowStream<T>(start(query, list.view(), {}));
}

template <class T, class... A>
T Executor::insert_returning(const Query& query, const A&... args) {
  const detail::ArgumentList<A...> list(args...);
  detail::Arguments arguments = list.view();
  arguments.integer_result = std::is_integral_v<T>;
  T out{};
  detail::OneReader<T> reader(out);
  run(query, arguments, detail::Verb::insert_returning, &reader, {});
  return out;
}

template <class Rows>
std::uint64_t Executor::execute_all(const Query& query, const Rows& rows) {
  detail::RangeSource<Rows> source(rows);
  return run_all(query, source, {});
}

}  // namespace lockstep

// SPDX-License-Identifier: BSL-1.0
// What the tests of every domain ask of rows and keys.
#pragma once

#include "support/target.hpp"

namespace lockstep::tests {

inline std::int64_t count(Executor& db, std::string_view table) {
  return db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM " + std::string(table));
}

// The ids of a list, or another member, in their order.
template <class T>
std::vector<std::string> ids(const std::vector<T>& rows, std::string T::*member = &T::id) {
  std::vector<std::string> out;
  out.reserve(rows.size());
  for (const T& row : rows) out.push_back(row.*member);
  return out;
}

using Ids = std::vector<std::string>;

// Texts that no key may be, with the reason as InvalidArgument tells it.
struct BadKey {
  std::string text;
  std::string_view reason;
};

inline std::vector<BadKey> bad_keys(std::size_t max = 255) {
  return {{"", "empty"},
          {" a", "white space at the edge"},
          {"a ", "white space at the edge"},
          {"a\t", "white space at the edge"},
          {"\xC2\xA0"
           "a",
           "white space at the edge"},
          {std::string("a\0b", 3), "NUL byte in a text"},
          {"a\xFF", "text is not valid UTF-8"},
          {std::string(max + 1, 'x'), "longer than"}};
}

// Runs f(Executor&, key) with each of them: it must refuse the key, naming `what`, and store
// nothing.
template <class F>
void check_refuses_bad_keys(Executor& db, std::string_view what, F&& f, std::size_t max = 255) {
  for (const BadKey& bad : bad_keys(max)) {
    CAPTURE(bad.reason);
    const auto e = caught<InvalidArgument>(db, [&](Executor& executor) { f(executor, bad.text); });
    CHECK(std::string_view(e.what()).starts_with(std::string(what) + ": "));
    CHECK(std::string_view(e.what()).find(bad.reason) != std::string_view::npos);
  }
}

}  // namespace lockstep::tests

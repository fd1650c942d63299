// SPDX-License-Identifier: BSL-1.0
#include "core/bind.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>

namespace lockstep::detail {
namespace {

using namespace std::string_view_literals;

constexpr Sql update{"test.update", "UPDATE t SET a = :a, b = :b"};

// A statement with `?`, each of its arguments bound once.
LexedSql positional(std::size_t arguments) {
  LexedSql lexed;
  lexed.arguments = arguments;
  for (std::size_t i = 0; i < arguments; ++i) lexed.binds.push_back(static_cast<std::uint16_t>(i));
  return lexed;
}

// A statement with `:name`; `binds` are the places of the native text.
LexedSql by_name(std::vector<std::string> names, std::vector<std::uint16_t> binds) {
  LexedSql lexed;
  lexed.arguments = names.size();
  lexed.names = std::move(names);
  lexed.binds = std::move(binds);
  return lexed;
}

template <class... A>
std::vector<Value> values_of(const LexedSql& lexed, const A&... args) {
  const ArgumentList<A...> list(args...);
  ArgumentPlaces places;
  places.arranged.assign(3, Value::integer(99));  // what the last execution left
  const auto bound = bind_arguments(lexed, list.view(), update, places);
  return {bound.begin(), bound.end()};
}

// The text of the InvalidArgument that binding throws; empty if it throws nothing.
template <class... A>
std::string refusal(const LexedSql& lexed, const A&... args) {
  try {
    values_of(lexed, args...);
  } catch (const InvalidArgument& error) {
    CHECK(error.statement() == "test.update");
    CHECK(std::string_view(error.location().file) == __FILE__);
    return error.what();
  }
  return {};
}

std::vector<std::int64_t> integers(const std::vector<Value>& values) {
  std::vector<std::int64_t> out;
  for (const Value& value : values) {
    CHECK(value.type() == ValueType::integer);
    out.push_back(value.as_integer());
  }
  return out;
}

using Integers = std::vector<std::int64_t>;

struct Pair {
  std::int64_t a = 0;
  std::int64_t b = 0;
  static constexpr void columns(auto&& column) {
    column("a", &Pair::a);
    column("b", &Pair::b);
  }
};

// The same members, the other way round.
struct Turned {
  std::int64_t b = 0;
  std::int64_t a = 0;
  static constexpr void columns(auto&& column) {
    column("b", &Turned::b);
    column("a", &Turned::a);
  }
};

// Calls of one statement.
struct Binder {
  LexedSql lexed;
  ArgumentPlaces places = {};

  template <class... A>
  Integers operator()(const A&... args) {
    const ArgumentList list(args...);
    const auto values = bind_arguments(lexed, list.view(), update, places);
    return integers({values.begin(), values.end()});
  }
};

}  // namespace

TEST_CASE("bind: places are kept for the struct that they were found for") {
  Binder bound{by_name({"a", "b"}, {0, 1, 0})};
  for (int again = 0; again < 2; ++again) {
    CHECK(bound(Pair{1, 2}) == Integers{1, 2, 1});
    CHECK(bound(Pair{3, 4}) == Integers{3, 4, 3});
    CHECK(bound(Turned{.b = 6, .a = 5}) == Integers{5, 6, 5});
    CHECK(bound(named("b", 8), named("a", 7)) == Integers{7, 8, 7});
    CHECK(bound(9, 10) == Integers{9, 10, 9});
  }
}

TEST_CASE("bind: places are kept for the names that they were found for") {
  Binder bound{by_name({"a", "b"}, {0, 1, 0})};
  const int more = 9;
  for (int again = 0; again < 2; ++again) {
    CHECK(bound(named("a", 1), named("b", 2)) == Integers{1, 2, 1});
    std::string first = "b";  // at one address, with two texts
    CHECK(bound(named(first, 4), named("a", 3)) == Integers{3, 4, 3});
    first = "a";
    CHECK(bound(named(first, 5), named("b", 6)) == Integers{5, 6, 5});
    CHECK(bound(named("a", 7), named("b", 8), Named<int>{"c", more, true}) == Integers{7, 8, 7});
    CHECK_THROWS_AS(bound(named("a", 7), named("b", 8), named("c", more)), InvalidArgument);
    CHECK_THROWS_AS(bound(named("a", 7), named("bb", 8)), InvalidArgument);
    CHECK_THROWS_AS(bound(named("a", 7)), InvalidArgument);
  }
}

TEST_CASE("bind: values that come in order are not copied") {
  ArgumentPlaces places;
  const Pair pair{1, 2};
  const ArgumentList<Pair> list(pair);
  const Arguments given = list.view();
  const auto as_given = [&](const LexedSql& lexed) {
    places.shape = nullptr;
    return bind_arguments(lexed, given, update, places).data() == given.values.data();
  };
  CHECK(as_given(by_name({"a", "b"}, {0, 1})));
  CHECK(as_given(by_name({"a"}, {0})));
  CHECK_FALSE(as_given(by_name({"b", "a"}, {0, 1})));
  CHECK_FALSE(as_given(by_name({"b"}, {0})));
  CHECK_FALSE(as_given(by_name({"a", "b"}, {0, 1, 0})));
}

TEST_CASE("bind: places that were not found are not kept") {
  const LexedSql lexed = by_name({"a", "c"}, {0, 1});
  ArgumentPlaces places;
  const Pair pair{1, 2};
  const ArgumentList<Pair> list(pair);
  for (int again = 0; again < 2; ++again) {
    CHECK_THROWS_AS(static_cast<void>(bind_arguments(lexed, list.view(), update, places)),
                    InvalidArgument);
  }
}

TEST_CASE("bind: by position") {
  CHECK(values_of(positional(0)).empty());
  CHECK(integers(values_of(positional(1), 7)) == Integers{7});
  CHECK(integers(values_of(positional(3), 1, 2, 3)) == Integers{1, 2, 3});
  CHECK(integers(values_of(by_name({"a", "b"}, {0, 1}), 1, 2)) == Integers{1, 2});
}

TEST_CASE("bind: a wrong number of arguments is told with both numbers") {
  CHECK(refusal(positional(0), 1) == "test.update: takes 0 arguments, got 1");
  CHECK(refusal(positional(1)) == "test.update: takes 1 arguments, got 0");
  CHECK(refusal(positional(2), 1) == "test.update: takes 2 arguments, got 1");
  CHECK(refusal(positional(2), 1, 2, 3) == "test.update: takes 2 arguments, got 3");
  // A name used twice is one argument.
  CHECK(refusal(by_name({"a"}, {0, 0}), 1, 2) == "test.update: takes 1 arguments, got 2");
}

TEST_CASE("bind: by name, in any order") {
  const LexedSql lexed = by_name({"a", "b", "c"}, {0, 1, 2});
  CHECK(integers(values_of(lexed, named("a", 1), named("b", 2), named("c", 3))) ==
        Integers{1, 2, 3});
  CHECK(integers(values_of(lexed, named("c", 3), named("b", 2), named("a", 1))) ==
        Integers{1, 2, 3});
  CHECK(integers(values_of(lexed, named("b", 2), named("c", 3), named("a", 1))) ==
        Integers{1, 2, 3});
}

TEST_CASE("bind: a placeholder without an argument is named") {
  CHECK(refusal(by_name({"a", "b"}, {0, 1}), named("a", 1)) == "test.update: no argument :b");
  CHECK(refusal(by_name({"A"}, {0}), named("a", 1)) == "test.update: no argument :A");
  CHECK(refusal(by_name({"c"}, {0}), Pair{}) == "test.update: no argument :c");
  CHECK(refusal(positional(1), named("a", 1)) ==
        "test.update: named arguments need :name placeholders");
}

TEST_CASE("bind: an argument by a name that the statement does not have is told") {
  const LexedSql lexed = by_name({"a"}, {0});
  CHECK(values_of(lexed, named("a", 1)).size() == 1);
  CHECK(refusal(lexed, named("a", 1), named("b", 2)) == "test.update: has no placeholder :b");
}

TEST_CASE("bind: the members of a struct serve the placeholders that they name") {
  CHECK(integers(values_of(by_name({"a", "b"}, {0, 1}), Pair{1, 2})) == Integers{1, 2});
  CHECK(integers(values_of(by_name({"b", "a"}, {0, 1}), Pair{1, 2})) == Integers{2, 1});
  CHECK(integers(values_of(by_name({"b"}, {0}), Pair{1, 2})) == Integers{2});
  CHECK(integers(values_of(by_name({"b", "id"}, {0, 1}), Pair{1, 2}, named("id", 3))) ==
        Integers{2, 3});
}

TEST_CASE("bind: a repeated placeholder is bound once per place of the native text") {
  struct Row {
    std::vector<std::uint16_t> binds;
    Integers bound;
  };
  const std::array<Row, 6> rows{
      {{{0, 1}, {10, 20}},
       {{0, 1, 0}, {10, 20, 10}},
       {{0, 0, 1}, {10, 10, 20}},
       {{0, 1, 1, 0, 1}, {10, 20, 20, 10, 20}},
       {{0, 0, 0, 1}, {10, 10, 10, 20}},
       {{0, 1, 0, 1, 0, 1, 0, 1, 0}, {10, 20, 10, 20, 10, 20, 10, 20, 10}}}};
  for (const Row& row : rows) {
    CHECK(integers(values_of(by_name({"a", "b"}, row.binds), 10, 20)) == row.bound);
    CHECK(integers(values_of(by_name({"a", "b"}, row.binds), named("b", 20), named("a", 10))) ==
          row.bound);
  }
  CHECK(integers(values_of(by_name({"a"}, {0, 0, 0}), 5)) == Integers{5, 5, 5});
}

TEST_CASE("bind: real numbers") {
  const LexedSql one = positional(1);
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const double zero = values_of(one, -0.0)[0].as_real();
  CHECK(zero == 0.0);
  CHECK(!std::signbit(zero));
  for (const double kept :
       {0.0, 0.1, -0.1, std::numeric_limits<double>::denorm_min(),
        -std::numeric_limits<double>::denorm_min(), std::numeric_limits<double>::max(),
        std::numeric_limits<double>::lowest(), std::numeric_limits<double>::epsilon()}) {
    const double bound = values_of(one, kept)[0].as_real();
    CHECK(std::bit_cast<std::uint64_t>(bound) == std::bit_cast<std::uint64_t>(kept));
  }
  for (const double bad : {infinity, -infinity, std::numeric_limits<double>::quiet_NaN(),
                           -std::numeric_limits<double>::quiet_NaN()}) {
    CHECK(refusal(one, bad) == "test.update: argument 1: NaN or infinity");
  }
  CHECK(refusal(one, std::numeric_limits<float>::infinity()) ==
        "test.update: argument 1: NaN or infinity");
}

TEST_CASE("bind: texts that no engine stores alike are refused") {
  struct Row {
    std::string_view text;
    std::string_view refusal;
  };
  constexpr std::array<Row, 7> rows{{
      {"", ""},
      {"\xF0\x9F\x98\x80", ""},
      {"secret\0"sv, "test.update: argument 2: NUL byte in a text"},
      {"\0secret"sv, "test.update: argument 2: NUL byte in a text"},
      {"secret\xFF", "test.update: argument 2: text is not valid UTF-8"},
      {"secret\xE2\x82", "test.update: argument 2: text is not valid UTF-8"},
      {"\xED\xA0\x80", "test.update: argument 2: text is not valid UTF-8"},
  }};
  for (const Row& row : rows) CHECK(refusal(positional(2), 1, row.text) == row.refusal);
}

TEST_CASE("bind: bytes may hold anything") {
  const Bytes bytes{std::byte{0}, std::byte{0xFF}};
  CHECK(values_of(positional(1), bytes)[0].as_bytes().size() == 2);
}

TEST_CASE("bind: instants of the years 1 to 9999") {
  using std::chrono::days;
  using std::chrono::microseconds;
  const LexedSql one = positional(1);
  const Timestamp first = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
  const Timestamp end = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1);
  CHECK(values_of(one, first)[0].as_timestamp() == first);
  CHECK(values_of(one, end - microseconds(1))[0].as_timestamp() == end - microseconds(1));
  const std::string refused = "test.update: argument 1: year outside 1 to 9999";
  CHECK(refusal(one, end) == refused);
  CHECK(refusal(one, first - microseconds(1)) == refused);
  CHECK(refusal(one, first - days(366)) == refused);
  CHECK(refusal(one, Timestamp::min()) == refused);
  CHECK(refusal(one, Timestamp::max()) == refused);
}

TEST_CASE("bind: messages name the argument and never the value") {
  const LexedSql lexed = by_name({"a", "b"}, {0, 1});
  const std::string_view bad = "secret\0"sv;
  CHECK(refusal(lexed, 1, bad) == "test.update: argument :b: NUL byte in a text");
  CHECK(refusal(lexed, named("b", bad), named("a", 1)) ==
        "test.update: argument :b: NUL byte in a text");
  CHECK(refusal(lexed, named("b", 1), named("a", std::nan(""))) ==
        "test.update: argument :a: NaN or infinity");
  CHECK(refusal(lexed, named("a", Timestamp::max()), named("b", 1)) ==
        "test.update: argument :a: year outside 1 to 9999");
}

TEST_CASE("bind: null, booleans and integers travel as they are") {
  const auto bound =
      values_of(positional(4), nullptr, true, std::numeric_limits<std::int64_t>::min(),
                std::optional<std::string>());
  CHECK(bound.size() == 4);
  CHECK(bound[0].is_null());
  CHECK(bound[1].as_boolean());
  CHECK(bound[2].as_integer() == std::numeric_limits<std::int64_t>::min());
  CHECK(bound[3].is_null());
}

TEST_CASE("bind: a text of the moment is called sql") {
  ArgumentPlaces places;
  try {
    static_cast<void>(bind_arguments(positional(1), Arguments{}, Query("SELECT ?"), places));
    FAIL_CHECK("nothing was thrown");
  } catch (const InvalidArgument& error) {
    CHECK(std::string_view(error.what()) == "sql: takes 1 arguments, got 0");
  }
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "lockstep/columns.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <ratio>

#include "lockstep/detail/arguments.hpp"

using lockstep::Bytes;
using lockstep::Columns;
using lockstep::find_enum;
using lockstep::InvalidArgument;
using lockstep::Json;
using lockstep::named;
using lockstep::Timestamp;
using lockstep::to_text;
using lockstep::Value;
using lockstep::ValueType;
using lockstep::detail::ArgumentList;
using lockstep::detail::decode;
using lockstep::detail::encode;
using lockstep::detail::Fit;
using lockstep::detail::ShapeOf;
using namespace std::chrono_literals;
using namespace std::string_literals;
using namespace std::string_view_literals;

namespace jobs {

enum class State : std::uint8_t { idle, busy, done };
constexpr std::array<std::string_view, 3> enum_texts(State) { return {"idle", "busy", "done"}; }

struct Job {
  std::string id;
  std::optional<std::string> note;
  std::int32_t tries = 0;
  static constexpr void columns(auto&& column) {
    column("id", &Job::id);
    column("note", &Job::note);
    column("tries", &Job::tries);
  }
};

// One member of every kind, so that the guard against forgotten members meets them all.
struct Everything {
  bool boolean = false;
  std::int64_t integer = 0;
  std::optional<std::uint16_t> narrow;
  double real = 0;
  std::string text;
  std::optional<std::string> maybe_text;
  Bytes bytes;
  std::optional<Bytes> maybe_bytes;
  Json json;
  std::optional<Json> maybe_json;
  Timestamp time;
  std::optional<Timestamp> maybe_time;
  std::chrono::seconds timeout{};
  std::optional<std::chrono::milliseconds> maybe_timeout;
  State state{};
  std::optional<State> maybe_state;
  static constexpr void columns(auto&& column) {
    column("boolean", &Everything::boolean);
    column("integer", &Everything::integer);
    column("narrow", &Everything::narrow);
    column("real", &Everything::real);
    column("text", &Everything::text);
    column("maybe_text", &Everything::maybe_text);
    column("bytes", &Everything::bytes);
    column("maybe_bytes", &Everything::maybe_bytes);
    column("json", &Everything::json);
    column("maybe_json", &Everything::maybe_json);
    column("time", &Everything::time);
    column("maybe_time", &Everything::maybe_time);
    column("timeout", &Everything::timeout);
    column("maybe_timeout", &Everything::maybe_timeout);
    column("state", &Everything::state);
    column("maybe_state", &Everything::maybe_state);
  }
};

// A struct of somebody else, without a member function `columns`.
struct Foreign {
  int a = 0;
  int b = 0;
};

// No aggregate: its members cannot be counted.
class Closed {
 public:
  explicit Closed(int v) : value(v) {}
  int value;
  static constexpr void columns(auto&& column) { column("value", &Closed::value); }
};

}  // namespace jobs

template <>
struct lockstep::Columns<jobs::Foreign> {
  static constexpr void each(auto&& column) {
    column("a", &jobs::Foreign::a);
    column("b", &jobs::Foreign::b);
  }
};

namespace {

using jobs::Everything;
using jobs::Job;
using jobs::State;

constexpr Timestamp noon = std::chrono::sys_days(std::chrono::year(2024) / 2 / 29) + 12h + 1us;

template <class T>
Fit fit_of(const Value& cell) {
  T out{};
  return decode(cell, out);
}

// The value that a cell gives; the cell must fit.
template <class T>
T read(const Value& cell) {
  T out{};
  REQUIRE(decode(cell, out) == Fit::ok);
  return out;
}

template <class T>
T there_and_back(const T& value) {
  return read<T>(encode(value));
}

Bytes bytes_of(std::string_view text) {
  Bytes out(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) out[i] = static_cast<std::byte>(text[i]);
  return out;
}

}  // namespace

TEST_CASE_TEMPLATE("columns: integers keep their limits", T, std::int8_t, std::uint8_t,
                   std::int16_t, std::uint16_t, std::int32_t, std::uint32_t, std::int64_t, int,
                   long, long long) {
  for (const T v : {std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), T{0}, T{1}}) {
    CHECK(there_and_back(v) == v);
    CHECK(there_and_back(std::optional(v)) == v);
    CHECK(encode(v).type() == ValueType::integer);
  }
}

TEST_CASE("columns: every type goes there and back") {
  CHECK(there_and_back(true));
  CHECK_FALSE(there_and_back(false));
  CHECK(encode(true).type() == ValueType::boolean);
  for (const double v : {0.0, -1.5, 1e308, 5e-324}) CHECK(there_and_back(v) == v);
  CHECK(there_and_back("na\xC3\xAFve \0 text"s) == "na\xC3\xAFve \0 text"s);
  CHECK(there_and_back(""s).empty());
  CHECK(there_and_back(Bytes{}).empty());
  CHECK(there_and_back(bytes_of("\0\xFFz"sv)) == bytes_of("\0\xFFz"sv));
  CHECK(there_and_back(Json{R"({"a": [1, null]})"}) == Json{R"({"a": [1, null]})"});
  CHECK(there_and_back(noon) == noon);
  CHECK(there_and_back(Timestamp{} - 1us) == Timestamp{} - 1us);
  CHECK(there_and_back(State::done) == State::done);
  CHECK(there_and_back(90s) == 90s);
  CHECK(there_and_back(-250ms) == -250ms);
  CHECK(there_and_back(std::chrono::duration<double>(1.5)) == std::chrono::duration<double>(1.5));
  CHECK(there_and_back(std::chrono::duration<std::int32_t, std::ratio<86400>>(3)).count() == 3);
}

TEST_CASE("columns: optional") {
  CHECK(there_and_back(std::optional(noon)) == noon);
  CHECK(there_and_back(std::optional(State::busy)) == State::busy);
  CHECK(there_and_back(std::optional("a"s)) == "a");
  CHECK(there_and_back(std::optional(Json{"1"})) == Json{"1"});
  CHECK(there_and_back(std::optional(5s)) == 5s);
  CHECK(encode(std::optional<int>{}).is_null());
  CHECK(encode(std::nullopt).is_null());
  CHECK(encode(nullptr).is_null());

  std::optional<int> out = 1;
  CHECK(decode(Value(), out) == Fit::ok);
  CHECK_FALSE(out);
  CHECK(decode(Value::integer(7), out) == Fit::ok);
  CHECK(out == 7);
  CHECK(fit_of<std::optional<int>>(Value::text("7")) == Fit::type);
  CHECK(fit_of<std::optional<std::int8_t>>(Value::integer(128)) == Fit::range);
}

TEST_CASE("columns: what can only be bound") {
  CHECK(encode("text").as_text() == "text");
  CHECK(encode("text"sv).as_text() == "text");
  CHECK(encode(static_cast<const char*>("text")).type() == ValueType::text);
  CHECK(encode(std::optional("text"sv)).as_text() == "text");
  CHECK(encode(1.5F).as_real() == 1.5);
  CHECK(encode(std::uint64_t{1} << 62).as_integer() == std::int64_t{1} << 62);
  CHECK_THROWS_AS(encode(std::uint64_t{1} << 63), InvalidArgument);
  CHECK_THROWS_AS(encode(std::optional(~std::uint64_t{0})), InvalidArgument);

  const std::array<std::byte, 2> array{std::byte{1}, std::byte{2}};
  CHECK(encode(array).type() == ValueType::bytes);
  CHECK(encode(std::span<const std::byte>(array)).as_bytes().size() == 2);

  // Finer instants are cut down, also before 1970; coarser ones are exact.
  using Nanoseconds = std::chrono::sys_time<std::chrono::nanoseconds>;
  CHECK(encode(Nanoseconds(1999ns)).as_timestamp() == Timestamp(1us));
  CHECK(encode(Nanoseconds(-1ns)).as_timestamp() == Timestamp(-1us));
  CHECK(encode(std::chrono::sys_days(std::chrono::days(1))).as_timestamp() == Timestamp(24h));
}

TEST_CASE("columns: bound text and bytes are borrowed") {
  const std::string text = "some text";
  CHECK(encode(text).as_text().data() == text.data());
  CHECK(encode(std::optional(std::string_view(text))).as_text().data() == text.data());
  const Json json{"[1]"};
  CHECK(encode(json).as_text().data() == json.text.data());
  const Bytes bytes = bytes_of("abc");
  CHECK(encode(bytes).as_bytes().data() == bytes.data());
}

TEST_CASE("columns: an argument that is not JSON is refused") {
  CHECK_THROWS_AS(encode(Json{"{"}), InvalidArgument);
  CHECK_THROWS_AS(encode(std::optional(Json{""})), InvalidArgument);
}

TEST_CASE("columns: null does not fit what is not optional") {
  CHECK(fit_of<bool>(Value()) == Fit::null);
  CHECK(fit_of<int>(Value()) == Fit::null);
  CHECK(fit_of<std::int64_t>(Value()) == Fit::null);
  CHECK(fit_of<double>(Value()) == Fit::null);
  CHECK(fit_of<std::string>(Value()) == Fit::null);
  CHECK(fit_of<Bytes>(Value()) == Fit::null);
  CHECK(fit_of<Json>(Value()) == Fit::null);
  CHECK(fit_of<Timestamp>(Value()) == Fit::null);
  CHECK(fit_of<std::chrono::seconds>(Value()) == Fit::null);
  CHECK(fit_of<State>(Value()) == Fit::null);
}

TEST_CASE("columns: a number outside the member's range does not fit") {
  CHECK(fit_of<std::int8_t>(Value::integer(-129)) == Fit::range);
  CHECK(fit_of<std::uint8_t>(Value::integer(-1)) == Fit::range);
  CHECK(fit_of<std::int32_t>(Value::integer(std::int64_t{1} << 31)) == Fit::range);
  CHECK(fit_of<std::uint64_t>(Value::integer(-1)) == Fit::range);
  CHECK(fit_of<std::chrono::duration<std::int16_t>>(Value::integer(40000)) == Fit::range);
  CHECK(fit_of<std::int64_t>(Value::decimal("9223372036854775808")) == Fit::range);
  CHECK(fit_of<int>(Value::decimal("-2147483649.00")) == Fit::range);
  CHECK(fit_of<double>(Value::integer((std::int64_t{1} << 53) + 1)) == Fit::range);
  CHECK(fit_of<double>(Value::decimal("1e400")) == Fit::range);
}

TEST_CASE("columns: what engines have instead of a type is converted where nothing is lost") {
  CHECK(read<bool>(Value::integer(1)));
  CHECK_FALSE(read<bool>(Value::integer(0)));
  CHECK(fit_of<bool>(Value::integer(2)) == Fit::malformed);
  CHECK(read<double>(Value::integer(-3)) == -3.0);
  CHECK(read<double>(Value::integer(std::int64_t{1} << 53)) == std::ldexp(1.0, 53));
  CHECK(read<double>(Value::decimal("1.50")) == 1.5);
  CHECK(read<int>(Value::decimal("12")) == 12);
  CHECK(read<int>(Value::decimal("-12.00")) == -12);
  CHECK(read<std::string>(Value::decimal("1.50")) == "1.50");
  CHECK(read<Timestamp>(Value::text("2024-02-29 12:00:00.000001")) == noon);
  CHECK(read<std::string>(Value::timestamp(noon)) == "2024-02-29 12:00:00.000001");
}

TEST_CASE("columns: another type does not fit") {
  const Bytes raw = bytes_of("a");
  const Value text = Value::text("1");
  const Value bytes = Value::bytes(raw);
  const Value real = Value::real(1.0);
  const Value integer = Value::integer(1);
  const Value time = Value::timestamp(noon);
  for (const Value& cell : {text, bytes, real, time}) {
    CHECK(fit_of<bool>(cell) == Fit::type);
    CHECK(fit_of<int>(cell) == Fit::type);
    CHECK(fit_of<std::chrono::seconds>(cell) == Fit::type);
  }
  for (const Value& cell : {text, bytes, time}) CHECK(fit_of<double>(cell) == Fit::type);
  for (const Value& cell : {bytes, real, integer}) {
    CHECK(fit_of<std::string>(cell) == Fit::type);
    CHECK(fit_of<Json>(cell) == Fit::type);
    CHECK(fit_of<Timestamp>(cell) == Fit::type);
    CHECK(fit_of<State>(cell) == Fit::type);
  }
  for (const Value& cell : {text, real, integer, time}) CHECK(fit_of<Bytes>(cell) == Fit::type);
  CHECK(fit_of<int>(Value::boolean(true)) == Fit::type);
  CHECK(fit_of<int>(Value::decimal("1.5")) == Fit::type);
}

TEST_CASE("columns: a text that is no value of the type is malformed") {
  CHECK(fit_of<State>(Value::text("lazy")) == Fit::malformed);
  CHECK(fit_of<State>(Value::text("Idle")) == Fit::malformed);
  CHECK(fit_of<State>(Value::text("")) == Fit::malformed);
  CHECK(fit_of<Timestamp>(Value::text("2024-02-30 12:00:00")) == Fit::malformed);
  CHECK(fit_of<Timestamp>(Value::text("now")) == Fit::malformed);
  CHECK(fit_of<int>(Value::decimal("NaN")) == Fit::malformed);
  CHECK(fit_of<double>(Value::decimal("1.5x")) == Fit::malformed);
}

TEST_CASE("columns: enums have texts") {
  static_assert(to_text(State::busy) == "busy");
  static_assert(find_enum<State>("done") == State::done);
  static_assert(!find_enum<State>("gone"));
  static_assert(lockstep::TextEnum<State>);
  static_assert(!lockstep::TextEnum<ValueType>);
  CHECK(lockstep::parse_enum<State>("state", "idle") == State::idle);
  CHECK_THROWS_AS(static_cast<void>(lockstep::parse_enum<State>("state", "gone")), InvalidArgument);
  CHECK_THROWS_AS(static_cast<void>(to_text(static_cast<State>(3))), InvalidArgument);
  CHECK_THROWS_AS(encode(static_cast<State>(200)), InvalidArgument);
}

TEST_CASE("columns: shapes") {
  static_assert(lockstep::Described<Job>);
  static_assert(lockstep::Described<jobs::Foreign>);
  static_assert(!lockstep::Described<int> && !lockstep::Described<std::string>);
  static_assert(!lockstep::Described<std::tuple<Job>>);

  constexpr std::array names{"id"sv, "note"sv, "tries"sv};
  CHECK(std::ranges::equal(ShapeOf<Job>::value.names, names));
  CHECK(ShapeOf<Job>::value.width == 3);
  CHECK(ShapeOf<Everything>::value.width == 16);
  CHECK(ShapeOf<jobs::Foreign>::value.names.back() == "b");
  CHECK(ShapeOf<jobs::Closed>::value.width == 1);

  const auto& tuple = ShapeOf<std::tuple<int, std::string, Job>>::value;
  CHECK(tuple.names.empty());
  CHECK(tuple.width == 3);
  CHECK(ShapeOf<std::int64_t>::value.names.empty());
  CHECK(ShapeOf<std::int64_t>::value.width == 1);
  CHECK(&ShapeOf<int>::value != &ShapeOf<long>::value);
}

TEST_CASE("arguments: by position") {
  const std::string text = "a";
  const ArgumentList list(1, text, "b", std::nullopt, std::optional<int>{}, State::busy, 90s);
  const auto values = list.view().values;
  REQUIRE(values.size() == 7);
  CHECK(list.view().names.empty());
  CHECK(values[0].as_integer() == 1);
  CHECK(values[1].as_text().data() == text.data());
  CHECK(values[2].as_text() == "b");
  CHECK(values[3].is_null());
  CHECK(values[4].is_null());
  CHECK(values[5].as_text() == "busy");
  CHECK(values[6].as_integer() == 90);
}

TEST_CASE("arguments: none") {
  const ArgumentList<> list;
  CHECK(list.view().values.empty());
  CHECK(list.view().names.empty());
}

TEST_CASE("arguments: by name") {
  const int a = 1;
  const std::string b = "text";
  const auto note = named("c", nullptr);
  const ArgumentList list(named("a", a), named("b", b), note);
  REQUIRE(list.view().values.size() == 3);
  REQUIRE(list.view().names.size() == 3);
  CHECK(list.view().names[0] == "a");
  CHECK(list.view().names[1] == "b");
  CHECK(list.view().names[2] == "c");
  CHECK(list.view().values[0].as_integer() == 1);
  CHECK(list.view().values[1].as_text().data() == b.data());
  CHECK(list.view().values[2].is_null());
}

TEST_CASE("arguments: the members of a struct, beside others by name") {
  const Job job{"j1", std::nullopt, 3};
  const bool force = true;
  const jobs::Foreign foreign{4, 5};
  const ArgumentList list(job, named("force", force), foreign);
  constexpr std::array names{"id"sv, "note"sv, "tries"sv, "force"sv, "a"sv, "b"sv};
  CHECK(std::ranges::equal(list.view().names, names));
  const auto values = list.view().values;
  REQUIRE(values.size() == 6);
  CHECK(values[0].as_text().data() == job.id.data());
  CHECK(values[1].is_null());
  CHECK(values[2].as_integer() == 3);
  CHECK(values[3].as_boolean());
  CHECK(values[5].as_integer() == 5);
}

TEST_CASE("arguments: what cannot be sent is refused while the list is made") {
  CHECK_THROWS_AS(ArgumentList(std::uint64_t{1} << 63), InvalidArgument);
  CHECK_THROWS_AS(ArgumentList(named("a", Json{"{"})), InvalidArgument);
}

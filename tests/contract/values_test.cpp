// SPDX-License-Identifier: BSL-1.0
// Values come back as they went in, identical on every engine.
#include <cmath>
#include <limits>

#include "support/samples.hpp"

using namespace lockstep;
using namespace lockstep::tests;

namespace {

Sample round_trip(Executor& on, const Sample& row) {
  on.execute("DELETE FROM samples");
  on.execute(sample_insert, row);
  return on.fetch_one<Sample>(sample_by_id, row.id);
}

Bytes all_bytes() {
  Bytes bytes;
  for (int i = 0; i < 256; ++i) bytes.push_back(static_cast<std::byte>(i));
  return bytes;
}

Timestamp at(int year, unsigned month, unsigned day, std::int64_t micros_of_day) {
  return Timestamp(std::chrono::sys_days(std::chrono::year(year) / static_cast<int>(month) /
                                         static_cast<int>(day))) +
         std::chrono::microseconds(micros_of_day);
}

}  // namespace

TEST_CASE_FIXTURE(Samples, "values: a row of every type, full and empty") {
  base.on_both([&](Executor& on) {
    const Sample full{.id = "full",
                      .number = -42,
                      .ratio = 0.1 + 0.2,
                      .flag = true,
                      .note = "text",
                      .raw = all_bytes(),
                      .at = at(2024, 2, 29, 1),
                      .doc = Json{R"({ "a" : [1, 2] , "a":3 })"}};
    CHECK(round_trip(on, full) == full);
    const Sample empty{.id = "empty"};
    CHECK(round_trip(on, empty) == empty);
    const Sample blank{
        .id = "blank", .number = 0, .ratio = 0.0, .flag = false, .note = "", .raw = Bytes{}};
    CHECK(round_trip(on, blank) == blank);
  });
}

TEST_CASE_FIXTURE(Samples, "values: integers to the limits") {
  for (const std::int64_t n :
       {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1}, std::int64_t{0},
        std::int64_t{1} << 53, std::numeric_limits<std::int64_t>::max()}) {
    CAPTURE(n);
    CHECK(round_trip(db, {.id = "n", .number = n}).number == n);
  }
}

TEST_CASE_FIXTURE(Samples, "values: doubles bit for bit, and -0.0 as +0.0") {
  for (const double x : {0.1, 1.0 / 3.0, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308,
                         -1.7976931348623157e308, 9007199254740993.0, 1e15 + 0.3, 123456789.0}) {
    CAPTURE(x);
    CHECK(round_trip(db, {.id = "x", .ratio = x}).ratio == x);
  }
  const double zero = round_trip(db, {.id = "z", .ratio = -0.0}).ratio.value();
  CHECK(zero == 0.0);
  CHECK_FALSE(std::signbit(zero));
}

TEST_CASE_FIXTURE(Samples, "values: texts of every kind") {
  const std::string long_text(10'000'000, 'x');
  const std::string quotes = R"(it's "quoted" \ back\slash `tick` $1 ? :name -- /* */ ;)";
  for (const std::string& text :
       {std::string(), std::string(" edge "), quotes, std::string("\xF0\x9F\x98\x80 \xC3\xA9"),
        std::string("\x01\x7F\n\r\t"), std::string("NULL"), long_text}) {
    CAPTURE(text.size());
    CHECK((round_trip(db, {.id = "t", .note = text}).note == text));
  }
}

TEST_CASE_FIXTURE(Samples, "values: bytes with NUL and of size") {
  Bytes large;
  for (int i = 0; i < 4'000; ++i) {
    const Bytes all = all_bytes();
    large.insert(large.end(), all.begin(), all.end());
  }
  CHECK((round_trip(db, {.id = "b", .raw = large}).raw == large));
}

TEST_CASE_FIXTURE(Samples, "values: instants from year 1 to 9999, in microseconds, in UTC") {
  for (const Timestamp t : {at(1, 1, 1, 0), at(1969, 12, 31, 86'399'999'999), at(1970, 1, 1, 0),
                            at(2024, 3, 10, 9'000'000'001), at(2024, 11, 3, 5'400'000'000),
                            at(2038, 1, 19, 11'647'000'000), at(9999, 12, 31, 86'399'999'999)}) {
    CAPTURE(format_timestamp(t));
    CHECK(round_trip(db, {.id = "t", .at = t}).at == t);
  }
}

TEST_CASE_FIXTURE(Samples, "values: a finer instant is truncated, not rounded") {
  const auto fine =
      std::chrono::sys_days(std::chrono::year(2024) / 1 / 1) + std::chrono::nanoseconds(1'999);
  insert(db, "t");
  db.execute("UPDATE samples SET at = ?", fine);
  CHECK(db.fetch_value<Timestamp>("SELECT at FROM samples") == at(2024, 1, 1, 1));
  CHECK(db.fetch_one<std::string>("SELECT id FROM samples WHERE at = ?", fine) == "t");
}

TEST_CASE_FIXTURE(Samples, "values: comparison and order are exact, case and all") {
  for (const char* id : {"b", "B", "a", "A", "\xC3\xA4", "a1", "a-1"}) insert(db, id);
  const auto ids = db.fetch_all<std::string>("SELECT id FROM samples ORDER BY id");
  CHECK(ids == std::vector<std::string>{"A", "B", "a", "a-1", "a1", "b", "\xC3\xA4"});
  CHECK(db.fetch_all<std::string>("SELECT id FROM samples WHERE id = ?", "a").size() == 1);
}

TEST_CASE_FIXTURE(Samples, "values: sums and counts are read as integers, averages as doubles") {
  db.execute(sample_insert, Sample{.id = "a", .number = 1});
  db.execute(sample_insert, Sample{.id = "b", .number = 2});
  CHECK(db.fetch_value<std::int64_t>("SELECT SUM(number) FROM samples") == 3);
  CHECK(db.fetch_value<double>("SELECT AVG(number) FROM samples") == 1.5);
  CHECK(db.fetch_value<std::int64_t>("SELECT COUNT(*) FROM samples") == 2);
}

TEST_CASE_FIXTURE(Samples, "values: what cannot be read as stored is told, with its column") {
  insert(db, "a");
  db.execute("UPDATE samples SET note = ?", "not a time");
  CHECK_THROWS_AS((void)db.fetch_value<Timestamp>("SELECT note FROM samples"), CorruptData);
  CHECK_THROWS_AS((void)db.fetch_value<std::int64_t>("SELECT note FROM samples"), MappingError);
}

TEST_CASE_FIXTURE(Samples, "values: hostile texts are values and nothing else") {
  insert(db, "a");
  for (const char* text : {"'; DROP TABLE samples; --", "\\'; DROP TABLE samples; --",
                           "\xBF\x27 OR 1=1", "?", "$1", ":note", "%s", "\\"}) {
    CAPTURE(text);
    if (std::string_view(text).front() == '\xBF') {
      CHECK_THROWS_AS(db.execute("UPDATE samples SET note = ?", text), InvalidArgument);
      continue;
    }
    CHECK(db.execute("UPDATE samples SET note = ?", text).rows_affected() == 1);
    CHECK(db.fetch_value<std::string>("SELECT note FROM samples WHERE note = ?", text) == text);
  }
}

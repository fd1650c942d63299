// SPDX-License-Identifier: BSL-1.0
// From measured times to the lines of ./bench: the parts that know nothing of Google Benchmark.
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "benchmarks/support/print.hpp"

namespace lockstep::benchmarks {
namespace {

Suite suite_of(double limit_s, double at_least) {
  return {.cases = {{.engine = "A", .what = "slow", .run = {}, .limit_s = limit_s},
                    {.engine = "A", .what = "fast", .run = {}, .told = "2 ms"}},
          .ratios = {{.engine = "A",
                      .what = "slow against fast",
                      .slow = "slow",
                      .fast = "fast",
                      .at_least = at_least}}};
}

// Quotients 10, 40, 20, in an order in which those of the medians (40) and the means differ.
const Samples samples{{.real = {0.010, 0.040, 0.080}}, {.real = {0.001, 0.001, 0.004}}};

Report report_of(double limit_s, double at_least) {
  return {.facts = {{"date", "today"}}, .rows = rows_of(suite_of(limit_s, at_least), samples)};
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> out;
  for (std::string line; std::getline(stream, line);) out.push_back(line);
  return out;
}

TEST_CASE("benchmarks: the median, of an even number too, and the ends") {
  const Spread odd = spread_of({3, 1, 2});
  CHECK(odd.median == 2);
  CHECK(odd.least == 1);
  CHECK(odd.most == 3);
  CHECK(spread_of({4, 1, 2, 3}).median == 2.5);
  CHECK(spread_of({7}).median == 7);
  CHECK_THROWS_AS(static_cast<void>(spread_of({})), std::logic_error);
}

TEST_CASE("benchmarks: a ratio is taken round by round, after the later of its cases") {
  const Report report = report_of(1, 20);
  REQUIRE(report.rows.size() == 3);
  CHECK(report.rows[0].what == "slow");
  CHECK(report.rows[1].what == "fast");
  CHECK(report.rows[2].what == "slow against fast");
  CHECK(report.rows[2].value.median == doctest::Approx(20));
  CHECK(report.rows[2].value.least == doctest::Approx(10));
  CHECK(report.rows[2].value.most == doctest::Approx(40));
}

TEST_CASE("benchmarks: a limit is judged by the median, and time has to be below it") {
  const auto held = [](double limit_s, double at_least, std::size_t row) {
    return report_of(limit_s, at_least).rows[row].held();
  };
  CHECK(held(0.0401, 1, 0) == true);
  CHECK(held(0.040, 1, 0) == false);
  CHECK_FALSE(held(1, 1, 1).has_value());
  CHECK(held(1, 19.9, 2) == true);
  CHECK(held(1, 20.1, 2) == false);
  CHECK(report_of(0.040, 1).goals() == 2);
  CHECK(report_of(0.040, 1).goals_held() == 1);
}

TEST_CASE("benchmarks: what was left out has no row, and no ratio") {
  const auto rows = [](const Samples& measured) { return rows_of(suite_of(1, 1), measured); };
  CHECK(rows({{.real = {0.010}}, {}}).size() == 1);
  CHECK(rows({{}, {.real = {0.010}}}).size() == 1);
  CHECK(rows({{}, {}}).empty());
}

TEST_CASE("benchmarks: a ratio of a case that is not there is a mistake of the program") {
  Suite suite = suite_of(1, 1);
  suite.ratios.front().fast = "faster";
  CHECK_THROWS_AS(static_cast<void>(rows_of(suite, samples)), std::logic_error);
}

// Two sides of which only their ratio is told: 1.2, 1.0 and 1.1, in CPU time half of that.
Row ratio_row(Ratio ratio) {
  ratio.engine = "A";
  ratio.slow = "get/ours";
  ratio.fast = "get/raw";
  const Suite suite{.cases = {{.engine = "A", .what = "get/raw", .row = false},
                              {.engine = "A", .what = "get/ours", .row = false}},
                    .ratios = {ratio}};
  const Samples sides{{.real = {1, 2, 1}, .cpu = {1, 2, 1}},
                      {.real = {1.2, 2, 1.1}, .cpu = {0.6, 1, 0.55}}};
  const std::vector<Row> rows = rows_of(suite, sides);
  REQUIRE(rows.size() == 1);
  return rows.front();
}

TEST_CASE("benchmarks: a ratio that has to be small enough") {
  CHECK(ratio_row({.at_most = 1.11}).held() == true);
  CHECK(ratio_row({.at_most = 1.09}).held() == false);
  CHECK_FALSE(ratio_row({}).held().has_value());
  CHECK(ratio_row({.at_most = 1.09}).parts == std::vector<double>{1.2, 1});
}

TEST_CASE("benchmarks: a ratio of CPU time, and a difference") {
  CHECK(ratio_row({.clock = Clock::cpu}).value.median == doctest::Approx(0.55));
  const Row longer = ratio_row({.at_most = 0.15, .difference = true});
  CHECK(longer.value.median == doctest::Approx(0.1));
  CHECK(longer.unit == Row::Unit::seconds);
  CHECK(longer.held() == true);
}

TEST_CASE("benchmarks: a stretch is no goal, and has words of its own") {
  const Report report{.facts = {},
                      .rows = {ratio_row({.at_most = 1.2, .stretch = true}),
                               ratio_row({.at_most = 1.0, .stretch = true}),
                               ratio_row({.at_most = 1.2})}};
  CHECK(report.goals() == 1);
  CHECK(report.goals_held() == 1);
  const auto lines = lines_of(as_text(report));
  REQUIRE(lines.size() == 7);
  CHECK(lines.at(2).ends_with("<= 1.2x  stretch-PASS"));
  CHECK(lines.at(3).ends_with("<= 1x    stretch-open"));
  CHECK(lines.at(4).ends_with("<= 1.2x  PASS"));
  CHECK(lines.back() == "1 of 1 goals held");
}

TEST_CASE("benchmarks: what its two sides took stands beside a ratio") {
  const auto lines = lines_of(as_text({.facts = {}, .rows = {ratio_row({.what = "get"})}}));
  CHECK(lines.at(1) == "engine  case  of               clock  median  min - max");
  CHECK(lines.at(2) == "A       get   1.20 s / 1.00 s  real   1.10x   1.00 - 1.20x");
}

TEST_CASE("benchmarks: memory has no clock") {
  const Suite suite{.cases = {{.engine = "A",
                               .what = "stream",
                               .bytes = [] { return 0.0; },
                               .limit_bytes = 32e6}}};
  const Row row = rows_of(suite, {{.real = {12.3e6}}}).front();
  CHECK(row.unit == Row::Unit::bytes);
  CHECK(row.held() == true);
  CHECK(shown(row.value.median, row.unit) == "12.3 MB");
}

TEST_CASE("benchmarks: figures in their unit") {
  CHECK(shown(0.000'000'045'6, Row::Unit::seconds) == "45.6 ns");
  CHECK(shown(0.000'001'234, Row::Unit::seconds) == "1.23 us");
  CHECK(shown(0.000'123'4, Row::Unit::seconds) == "123 us");
  CHECK(shown(0.012'34, Row::Unit::seconds) == "12.3 ms");
  CHECK(shown(2.5, Row::Unit::seconds) == "2.50 s");
  CHECK(shown(24.13, Row::Unit::times) == "24.1x");
}

TEST_CASE("benchmarks: a race is judged by the other that is next to its limit") {
  const auto part = [](const char* what) { return Case{.engine = "A", .what = what, .row = false}; };
  Suite suite{.cases = {part("mine"), part("slow"), part("near"), part("left out")},
              .races = {{.engine = "A",
                         .what = "mine first, then ",
                         .mine = "mine",
                         .others = {{.name = "Slow", .what = "slow", .at_least = 0.98},
                                    {.name = "Near", .what = "near", .at_least = 0.90},
                                    {.name = "Left out", .what = "left out", .at_least = 1}},
                         .clock = Clock::cpu}}};
  const auto raced = [&](double slow, double near) {
    const auto cpu = [](double s) { return Measured{.real = {9}, .cpu = {s}}; };
    const std::vector<Row> rows = rows_of(suite, {cpu(1), cpu(slow), cpu(near), {}});
    REQUIRE(rows.size() == 1);
    return rows[0];
  };
  CHECK(raced(3, 0.92).what == "mine first, then Near");
  CHECK(raced(3, 0.92).held() == true);
  CHECK(raced(3, 0.89).held() == false);
  CHECK(raced(0.97, 0.92).what == "mine first, then Slow");
  CHECK(raced(0.97, 0.92).held() == false);
  suite.races[0].others.resize(0);
  CHECK(rows_of(suite, {Measured{.real = {9}, .cpu = {1}}, {}, {}, {}}).empty());
}

TEST_CASE("benchmarks: the table, with a verdict for goals only") {
  CHECK(lines_of(as_text(report_of(0.040, 20))) ==
        std::vector<std::string>{
            "date: today", "", "engine  case               median   min - max       as told  limit",
            "A       slow               40.0 ms  10.0 - 80.0 ms           < 40 ms  SHORT",
            "A       fast               1.00 ms  1.00 - 4.00 ms  2 ms",
            "A       slow against fast  20.0x    10.0 - 40.0x             >= 20x   PASS", "",
            "1 of 2 goals held"});
}

TEST_CASE("benchmarks: the table in Markdown") {
  CHECK(lines_of(as_markdown(report_of(1, 20))) ==
        std::vector<std::string>{
            "- date: today", "", "| engine | case | median | min - max | as told | limit | |",
            "|---|---|---|---|---|---|---|",
            "| A | slow | 40.0 ms | 10.0 - 80.0 ms | | < 1 s | PASS |",
            "| A | fast | 1.00 ms | 1.00 - 4.00 ms | 2 ms | | |",
            "| A | slow against fast | 20.0x | 10.0 - 40.0x | | >= 20x | PASS |", "",
            "2 of 2 goals held."});
}

TEST_CASE("benchmarks: the same as JSON, in seconds") {
  const auto json = nlohmann::json::parse(as_json(report_of(0.040, 20)));
  CHECK(json.at("facts").at("date") == "today");
  const auto& rows = json.at("rows");
  REQUIRE(rows.size() == 3);
  CHECK(rows.at(0).at("median") == 0.040);
  CHECK(rows.at(0).at("limit") == 0.040);
  CHECK(rows.at(0).at("held") == false);
  CHECK(rows.at(1).at("as_told") == "2 ms");
  CHECK_FALSE(rows.at(1).contains("held"));
  CHECK(rows.at(2).at("unit") == "times");
  CHECK(rows.at(2).at("max").get<double>() == doctest::Approx(40));
}

}  // namespace
}  // namespace lockstep::benchmarks

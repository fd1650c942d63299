// SPDX-License-Identifier: BSL-1.0
// What ./bench compare says of figures that were kept and new ones, and the chart.
#include <doctest/doctest.h>

#include <stdexcept>

#include "benchmarks/support/chart.hpp"
#include "benchmarks/support/compare.hpp"
#include "benchmarks/support/print.hpp"

namespace lockstep::benchmarks {
namespace {

Row ratio(std::string what, double median, Row::Bound bound = Row::Bound::at_most) {
  return {.engine = "A",
          .what = std::move(what),
          .unit = Row::Unit::times,
          .value = {median, median, median},
          .limit = 1,
          .bound = bound,
          .parts = {median, 1}};
}

std::string json_of(std::vector<Row> rows) {
  return as_json({.facts = {}, .rows = std::move(rows)});
}

TEST_CASE("benchmarks: a ratio that grew by more than 5 % got worse") {
  const auto found = changes(json_of({ratio("get", 1.00), ratio("list", 1.00)}),
                             json_of({ratio("get", 1.04), ratio("list", 1.07)}));
  CHECK(count_worse(found) == 1);
  CHECK(as_text(found) ==
        "A, list: 1.07x, was 1.00x: worse by 7 %\n1 of 2 ratios got worse by more than 5 %\n");
}

TEST_CASE("benchmarks: a ratio that has to be large got worse when it fell") {
  const auto with = [](double now) {
    return changes(json_of({ratio("gain", 20, Row::Bound::at_least)}),
                   json_of({ratio("gain", now, Row::Bound::at_least)}));
  };
  CHECK(count_worse(with(18)) == 1);
  CHECK(count_worse(with(30)) == 0);
}

TEST_CASE("benchmarks: only ratios of both reports are compared") {
  Row time = ratio("time", 2);
  time.unit = Row::Unit::seconds;
  const auto found = changes(json_of({ratio("old", 1), time}), json_of({ratio("new", 9), time}));
  CHECK(found.empty());
}

TEST_CASE("benchmarks: a text without figures is refused") {
  CHECK_THROWS_AS(static_cast<void>(changes("", json_of({}))), std::runtime_error);
  CHECK_THROWS_AS(static_cast<void>(changes(json_of({}), "{}")), std::runtime_error);
}

TEST_CASE("benchmarks: the chart has a bar for each ratio of two sides") {
  Row alone = ratio("a row of its own", 1);
  alone.parts.clear();
  const std::string svg = as_svg({.facts = {}, .rows = {ratio("a < b", 1.5), alone}});
  CHECK(svg.find("a &lt; b") != std::string::npos);
  CHECK(svg.find("1.50x") != std::string::npos);
  CHECK(svg.find("width=\"330.0\"") != std::string::npos);  // three quarters of the way to 2
  CHECK(svg.find("a row of its own") == std::string::npos);
  CHECK(svg.ends_with("</svg>\n"));
}

}  // namespace
}  // namespace lockstep::benchmarks

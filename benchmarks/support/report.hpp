// SPDX-License-Identifier: BSL-1.0
// From times to rows of a table, and whether the goals were met.
#pragma once

#include "benchmarks/support/suite.hpp"

namespace lockstep::benchmarks {

// Seconds that a call took on the average, a value for each round; one list for each case of the
// suite, in its order. Empty for a case that was left out.
using Samples = std::vector<std::vector<double>>;

struct Spread {
  double median = 0;
  double least = 0;
  double most = 0;
};

// Of one value or more.
[[nodiscard]] Spread spread_of(std::vector<double> values);

struct Row {
  enum class Unit : unsigned char { seconds, times };
  std::string engine;
  std::string what;
  Unit unit = Unit::seconds;
  Spread value;
  std::optional<double> limit = {};  // of the median: seconds are below it, times reach it
  std::string told = {};

  // Whether the limit holds; null without one.
  [[nodiscard]] std::optional<bool> held() const;
};

// A row for each case that was measured and for each ratio of two that were, a ratio after the
// later of its two.
[[nodiscard]] std::vector<Row> rows_of(const Suite& suite, const Samples& samples);

struct Report {
  Facts facts;
  std::vector<Row> rows;

  [[nodiscard]] int goals() const;
  [[nodiscard]] int goals_held() const;
};

}  // namespace lockstep::benchmarks

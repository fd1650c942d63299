// SPDX-License-Identifier: BSL-1.0
// From times to rows of a table, and whether the goals were met.
#pragma once

#include "benchmarks/support/suite.hpp"

namespace lockstep::benchmarks {

// What a case took, a value for each round: seconds of a call on the average, or bytes, which have
// no CPU time. Empty for a case that was left out.
struct Measured {
  std::vector<double> real;
  std::vector<double> cpu = {};
};
// One for each case of the suite, in its order.
using Samples = std::vector<Measured>;

struct Spread {
  double median = 0;
  double least = 0;
  double most = 0;
};

// Of one value or more.
[[nodiscard]] Spread spread_of(std::vector<double> values);

struct Row {
  enum class Unit : unsigned char { seconds, times, bytes };
  // What the median has to be to a limit.
  enum class Bound : unsigned char { below, at_least, at_most };
  std::string engine;
  std::string what;
  Unit unit = Unit::seconds;
  Spread value;
  std::optional<double> limit = {};
  Bound bound = Bound::below;
  std::string told = {};
  bool stretch = false;
  bool cpu = false;                // of CPU time
  std::vector<double> parts = {};  // of a ratio: the medians of its two cases
  Unit parts_unit = Unit::seconds;

  // Whether the limit holds; null without one.
  [[nodiscard]] std::optional<bool> held() const;
};

// A row for each case that was measured, and is not for ratios alone, and for each ratio of two
// that were, a ratio after the later of its two; then one for each race.
[[nodiscard]] std::vector<Row> rows_of(const Suite& suite, const Samples& samples);

struct Report {
  Facts facts;
  std::vector<Row> rows;

  // Of limits, without those of a stretch.
  [[nodiscard]] int goals() const;
  [[nodiscard]] int goals_held() const;
};

}  // namespace lockstep::benchmarks

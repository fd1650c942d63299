// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/support/report.hpp"

#include <algorithm>
#include <stdexcept>

namespace lockstep::benchmarks {
namespace {

std::size_t index_of(const Suite& suite, const std::string& engine, const std::string& what) {
  const auto it = std::find_if(suite.cases.begin(), suite.cases.end(), [&](const Case& subject) {
    return subject.engine == engine && subject.what == what;
  });
  if (it == suite.cases.end()) throw std::logic_error("no benchmark " + engine + "/" + what);
  return static_cast<std::size_t>(it - suite.cases.begin());
}

// Round by round, so that what slows a whole round down is in both.
std::vector<double> compared(const std::vector<double>& slow, const std::vector<double>& fast,
                             bool difference) {
  std::vector<double> out;
  const std::size_t rounds = std::min(slow.size(), fast.size());
  for (std::size_t i = 0; i < rounds; ++i) {
    out.push_back(difference ? slow[i] - fast[i] : slow[i] / fast[i]);
  }
  return out;
}

Row row_of(const Case& subject, const Measured& samples) {
  Row row{.engine = subject.engine,
          .what = subject.what,
          .value = spread_of(samples.real),
          .limit = subject.limit_s,
          .told = subject.told};
  if (subject.bytes) {
    row.unit = Row::Unit::bytes;
    row.limit = subject.limit_bytes;
  }
  return row;
}

Row row_of(const Ratio& ratio, const std::vector<double>& values) {
  Row row{.engine = ratio.engine,
          .what = ratio.what,
          .unit = ratio.difference ? Row::Unit::seconds : Row::Unit::times,
          .value = spread_of(values),
          .limit = ratio.at_least,
          .bound = Row::Bound::at_least,
          .stretch = ratio.stretch,
          .cpu = ratio.clock == Clock::cpu};
  if (ratio.at_most) {
    row.limit = ratio.at_most;
    row.bound = Row::Bound::at_most;
  }
  return row;
}

// Appends the ratios whose later case is number `index`.
void append_ratios(std::vector<Row>& rows, const Suite& suite, const Samples& samples,
                   std::size_t index) {
  for (const Ratio& ratio : suite.ratios) {
    const std::size_t slow = index_of(suite, ratio.engine, ratio.slow);
    const std::size_t fast = index_of(suite, ratio.engine, ratio.fast);
    if (std::max(slow, fast) != index) continue;
    const auto times = [&](std::size_t i) -> const std::vector<double>& {
      return ratio.clock == Clock::cpu ? samples[i].cpu : samples[i].real;
    };
    const std::vector<double> values = compared(times(slow), times(fast), ratio.difference);
    if (values.empty()) continue;
    rows.push_back(row_of(ratio, values));
    if (suite.cases[slow].row) continue;
    rows.back().parts = {spread_of(times(slow)).median, spread_of(times(fast)).median};
    if (suite.cases[slow].bytes) rows.back().parts_unit = Row::Unit::bytes;
  }
}

// Null if the one or all others were left out.
std::optional<Row> row_of(const Race& race, const Suite& suite, const Samples& samples) {
  const auto times = [&](const std::string& what) -> const std::vector<double>& {
    const Measured& measured = samples[index_of(suite, race.engine, what)];
    return race.clock == Clock::cpu ? measured.cpu : measured.real;
  };
  std::optional<Row> out;
  double distance = 0;  // of the next from its limit
  for (const Race::Other& other : race.others) {
    const std::vector<double> values = compared(times(other.what), times(race.mine), false);
    if (values.empty()) continue;
    const Spread spread = spread_of(values);
    if (out && spread.median / other.at_least >= distance) continue;
    distance = spread.median / other.at_least;
    out = Row{.engine = race.engine,
              .what = race.what + other.name,
              .unit = Row::Unit::times,
              .value = spread,
              .limit = other.at_least,
              .bound = Row::Bound::at_least,
              .cpu = race.clock == Clock::cpu,
              .parts = {spread_of(times(other.what)).median, spread_of(times(race.mine)).median}};
  }
  return out;
}

}  // namespace

Spread spread_of(std::vector<double> values) {
  if (values.empty()) throw std::logic_error("a spread of nothing");
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  const double median =
      values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  return {.median = median, .least = values.front(), .most = values.back()};
}

std::optional<bool> Row::held() const {
  if (!limit) return {};
  if (bound == Bound::at_least) return value.median >= *limit;
  return bound == Bound::at_most ? value.median <= *limit : value.median < *limit;
}

std::vector<Row> rows_of(const Suite& suite, const Samples& samples) {
  std::vector<Row> rows;
  for (std::size_t i = 0; i < suite.cases.size(); ++i) {
    if (samples.at(i).real.empty()) continue;
    if (suite.cases[i].row) rows.push_back(row_of(suite.cases[i], samples[i]));
    append_ratios(rows, suite, samples, i);
  }
  for (const Race& race : suite.races) {
    if (auto row = row_of(race, suite, samples)) rows.push_back(*std::move(row));
  }
  return rows;
}

int Report::goals() const {
  return static_cast<int>(std::count_if(rows.begin(), rows.end(), [](const Row& row) {
    return row.held().has_value() && !row.stretch;
  }));
}

int Report::goals_held() const {
  return static_cast<int>(std::count_if(rows.begin(), rows.end(), [](const Row& row) {
    return row.held() == true && !row.stretch;
  }));
}

}  // namespace lockstep::benchmarks

// SPDX-License-Identifier: BSL-1.0
// Whether ratios got worse since figures that were kept: two reports as as_json writes them.
#pragma once

#include <string>
#include <vector>

namespace lockstep::benchmarks {

// A ratio that is in both reports. Smaller is better, but where a limit says otherwise.
struct Change {
  std::string engine;
  std::string what;
  double before = 0;
  double now = 0;
  double worse = 0;  // 0.07: by 7 %; below zero: better
};

// In the order of `now`. Throws std::runtime_error for a text that is no such report.
[[nodiscard]] std::vector<Change> changes(const std::string& before, const std::string& now);

// More than that is told.
inline constexpr double tolerated = 0.05;
[[nodiscard]] int count_worse(const std::vector<Change>& changes);
// A line for each that got worse, and one with their number.
[[nodiscard]] std::string as_text(const std::vector<Change>& changes);

}  // namespace lockstep::benchmarks

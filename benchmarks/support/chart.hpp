// SPDX-License-Identifier: BSL-1.0
// The ratios of a report as a picture.
#pragma once

#include "benchmarks/support/report.hpp"

namespace lockstep::benchmarks {

// A bar for each ratio of two sides, with a line from the least of the rounds to the most, grouped
// by engine: an SVG document.
[[nodiscard]] std::string as_svg(const Report& report);

}  // namespace lockstep::benchmarks

// SPDX-License-Identifier: BSL-1.0
// A report as a table for people, as the table of docs/performance.md, and for programs.
#pragma once

#include "benchmarks/support/report.hpp"

namespace lockstep::benchmarks {

// The line of a goal ends in PASS or SHORT, that of a stretch in stretch-PASS or stretch-open;
// these words are nowhere else.
[[nodiscard]] std::string as_text(const Report& report);
// The same facts and cells in Markdown.
[[nodiscard]] std::string as_markdown(const Report& report);
// An object with the facts, and rows whose values are in seconds or bytes or, in a ratio, plain
// numbers.
[[nodiscard]] std::string as_json(const Report& report);

// Three digits or a few more: "12.3 us", "480 ms", "24.1x".
[[nodiscard]] std::string shown(double value, Row::Unit unit);

}  // namespace lockstep::benchmarks

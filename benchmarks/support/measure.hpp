// SPDX-License-Identifier: BSL-1.0
// Runs a suite by Google Benchmark, in rounds.
#pragma once

#include "benchmarks/support/report.hpp"

namespace lockstep::benchmarks {

// Times every case in each round. The cases of a ratio take turns, everything else is in an order by
// chance: so a ratio can be taken within a round. Says on stderr which round it is.
// Throws std::runtime_error if a case throws, naming it, or if the options of Google Benchmark
// leave no case.
[[nodiscard]] Samples measure(const Suite& suite, int rounds);

}  // namespace lockstep::benchmarks

// SPDX-License-Identifier: BSL-1.0
// The main function of every program of benchmarks.
#pragma once

#include "benchmarks/support/options.hpp"
#include "benchmarks/support/suite.hpp"

namespace lockstep::benchmarks {

// Measures what `make` gives and prints the report. 0: every goal was met; 1: one was not; 2: it
// could not be measured, or an answer was wrong, which stderr says.
int run(int argc, char** argv, Suite (*make)(const Options&));

}  // namespace lockstep::benchmarks

// SPDX-License-Identifier: BSL-1.0
// The main function of every program of benchmarks.
#pragma once

#include "benchmarks/support/options.hpp"
#include "benchmarks/support/suite.hpp"

namespace lockstep::benchmarks {

struct Program {
  Suite (*make)(const Options&);
  bool strict = true;  // a limit that is missed ends it with 1
};

// Measures the suite and prints the report. 0: every limit was met, or the program is not strict;
// 1: one was not, or a ratio got worse than the figures that it is compared with; 2: it could not
// be measured, or an answer was wrong, which stderr says.
int run(int argc, char** argv, const Program& program);

}  // namespace lockstep::benchmarks

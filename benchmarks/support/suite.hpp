// SPDX-License-Identifier: BSL-1.0
// What a program of benchmarks measures, and what it promises about it. Knows nothing of how.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace benchmark {
class State;
}

namespace lockstep::benchmarks {

// One thing that is timed.
struct Case {
  std::string engine;  // as the table names it
  std::string what;    // no other case of the engine has it
  // Times its loop over the state, and checks what it was answered: see expect in store.hpp.
  std::function<void(benchmark::State&)> run;
  int calls = 1;                       // that an iteration makes; what is reported is one of them
  std::optional<double> limit_s = {};  // the median of the rounds must be below it
  std::string told = {};               // another program's figure, to look at; nothing is judged
};

// How many times as long one case takes as another of the same engine, round by round.
struct Ratio {
  std::string engine;
  std::string what;
  std::string slow;                     // Case::what
  std::string fast;                     // Case::what
  std::optional<double> at_least = {};  // the median of the rounds must be that, or more
};

using Facts = std::vector<std::pair<std::string, std::string>>;  // name and value, to be printed

struct Suite {
  std::vector<Case> cases;
  std::vector<Ratio> ratios = {};
  Facts facts = {};  // what the figures depend on: versions of the engines
};

}  // namespace lockstep::benchmarks

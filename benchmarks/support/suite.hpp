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

// What a call took.
struct Seconds {
  double real = 0;
  double cpu = 0;
};

// One thing that is measured.
struct Case {
  std::string engine;  // as the table names it
  std::string what;    // no other case of the engine has it
  // Times its loop over the state, and checks what it was answered: see expect in store.hpp.
  std::function<void(benchmark::State&)> run = {};
  int calls = 1;                       // that an iteration makes; what is reported is one of them
  std::optional<double> limit_s = {};  // the median of the rounds must be below it
  std::string told = {};               // another program's figure, to look at; nothing is judged
  bool row = true;                     // false: it is only there for a ratio
  std::function<double()> bytes = {};  // measures memory instead, by itself: `run` is empty
  // Has another process do it, which takes the time of one call: `run` is empty.
  std::function<Seconds()> elsewhere = {};
  std::optional<double> limit_bytes = {};  // the median of the rounds must be below it
};

// Of a case that is timed.
enum class Clock : unsigned char {
  real,
  cpu,  // of this process, all threads: on a server the client's part
};

// How many times as long one case takes as another of the same engine, round by round, or how much
// longer.
struct Ratio {
  std::string engine = {};
  std::string what = {};
  std::string slow = {};  // Case::what
  std::string fast = {};  // Case::what
  // The median of the rounds must be that, or more; or that, or less.
  std::optional<double> at_least = {};
  std::optional<double> at_most = {};
  Clock clock = Clock::real;
  bool difference = false;  // seconds that `slow` takes longer, instead of a quotient
  bool stretch = false;     // what nobody has shown to be possible: missing it is no failure
};

// The case that is to be the first: each of the others must take `at_least` times as long, in the
// median of the rounds. The row is that of the other that is next to its limit.
struct Race {
  struct Other {
    std::string name;  // follows `what` in the row
    std::string what;  // Case::what
    double at_least = 1;
  };
  std::string engine = {};
  std::string what = {};
  std::string mine = {};  // Case::what
  std::vector<Other> others = {};
  Clock clock = Clock::real;
};

using Facts = std::vector<std::pair<std::string, std::string>>;  // name and value, to be printed

struct Suite {
  std::vector<Case> cases;
  std::vector<Ratio> ratios = {};
  std::vector<Race> races = {};
  Facts facts = {};  // what the figures depend on: versions of the engines
};

}  // namespace lockstep::benchmarks

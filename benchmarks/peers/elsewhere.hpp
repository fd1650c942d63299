// SPDX-License-Identifier: BSL-1.0
// A peer in another language: a program of its own that opens the database once and then does what
// it is told. Its command line is followed by the arguments
//
//     DRIVER FILE HOST PORT USER PASSWORD DATABASE
//
// and its standard input by the settings of the target, a line of JSON, an array of texts. It then
// answers each line WORKLOAD ITERATIONS CHECK (get, list, insert, update, upsert, bulk,
// connect) with
//
//     SECONDS CPU_SECONDS COUNT CHECKSUM
//
// or with "error: ..." For connect it opens another connection, with the settings, and closes it;
// it tells two zeros. The seconds are those of all iterations, what is not timed in workloads.hpp
// left out. With CHECK 1 it tells the Total of what was read, or of the table after the first
// iteration had written, in its transaction; else two zeros.
#pragma once

#include <cstdio>
#include <map>

#include "benchmarks/peers/target.hpp"
#include "benchmarks/support/jobs.hpp"
#include "benchmarks/support/suite.hpp"

namespace lockstep::benchmarks {

class Elsewhere {
 public:
  // Throws std::runtime_error if it cannot be started.
  Elsewhere(std::vector<std::string> program, const Target& target);
  Elsewhere(const Elsewhere&) = delete;
  Elsewhere& operator=(const Elsewhere&) = delete;
  ~Elsewhere();  // ends it

  // Of one iteration: does as many as take a tenth of a second, but one at least. The first time it
  // does a workload its answer has to be `expected`: throws std::runtime_error if it is not.
  [[nodiscard]] Seconds time(const std::string& workload, const Total& expected);

 private:
  struct Answer {
    Seconds taken;
    Total total;
  };
  Answer ask(const std::string& workload, int iterations, bool check);

  int pid_ = 0;
  int to_ = -1;
  FILE* from_ = nullptr;
  std::map<std::string, int> iterations_;
};

}  // namespace lockstep::benchmarks

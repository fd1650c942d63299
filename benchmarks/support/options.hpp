// SPDX-License-Identifier: BSL-1.0
// The command line of a program of benchmarks; ./bench explains it to people.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace lockstep::benchmarks {

struct Options {
  int rounds = 9;
  bool markdown = false;            // instead of the table for people
  std::string json;                 // a file to write; empty: none
  std::string svg;                  // the same
  std::string compare;              // a file with figures that were kept; empty: none
  std::string figures;              // a file with the figures to compare; empty: those of this run
  std::filesystem::path data;       // an existing folder for databases
  std::string command;              // how the user called this, for the report
  std::vector<std::string> google;  // what followed "--": for Google Benchmark
};

// Throws std::runtime_error for what it does not understand.
[[nodiscard]] Options options_of(int argc, char** argv);

}  // namespace lockstep::benchmarks

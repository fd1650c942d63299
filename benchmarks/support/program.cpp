// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/support/program.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "benchmarks/support/chart.hpp"
#include "benchmarks/support/compare.hpp"
#include "benchmarks/support/measure.hpp"
#include "benchmarks/support/print.hpp"
#include "benchmarks/support/surroundings.hpp"

namespace lockstep::benchmarks {
namespace {

void hand_over(char* program, std::vector<std::string> options) {
  std::vector<char*> arguments{program};
  for (std::string& text : options) arguments.push_back(text.data());
  arguments.push_back(nullptr);
  int count = static_cast<int>(arguments.size()) - 1;
  benchmark::Initialize(&count, arguments.data());
  if (count > 1) throw std::runtime_error(std::string("Google Benchmark: ") + arguments[1] + "?");
}

void write_file(const std::string& name, const std::string& text) {
  std::ofstream file(name, std::ios::binary | std::ios::trunc);
  file << text << std::flush;
  if (!file) throw std::runtime_error(name + ": cannot be written");
}

// What it holds stays: a run that is cut off must not lose the figures of the one before.
void require_writable(const std::string& name) {
  if (!std::ofstream(name, std::ios::binary | std::ios::app)) {
    throw std::runtime_error(name + ": cannot be written");
  }
}

std::string read_file(const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw std::runtime_error(name + ": cannot be read");
  return text.str();
}

int compare(const std::string& kept, const std::string& now) {
  const std::vector<Change> found = changes(read_file(kept), now);
  std::fputs(as_text(found).c_str(), stdout);
  return count_worse(found) > 0 ? 1 : 0;
}

int measure_and_print(char* name, const Options& options, const Program& program) {
  require_disk(options.data);
  hand_over(name, options.google);
  for (const std::string& file : {options.json, options.svg}) {
    if (!file.empty()) require_writable(file);  // now, and not after some minutes
  }
  const double load_before = load();
  const Suite suite = program.make(options);
  const std::vector<Row> rows = rows_of(suite, measure(suite, options.rounds));
  const Report report{surroundings(options, suite.facts, load_before), rows};
  if (!options.json.empty()) write_file(options.json, as_json(report));
  if (!options.svg.empty()) write_file(options.svg, as_svg(report));
  std::fputs((options.markdown ? as_markdown(report) : as_text(report)).c_str(), stdout);
  if (!options.compare.empty()) return compare(options.compare, as_json(report));
  return program.strict && report.goals_held() < report.goals() ? 1 : 0;
}

int run(const Options& options, char* name, const Program& program) {
  if (options.figures.empty()) return measure_and_print(name, options, program);
  return compare(options.compare, read_file(options.figures));
}

}  // namespace

int run(int argc, char** argv, const Program& program) {
  try {
    return run(options_of(argc, argv), argv[0], program);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bench: %s\n", e.what());
    return 2;
  }
}

}  // namespace lockstep::benchmarks

// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/support/program.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <fstream>
#include <stdexcept>

#include "benchmarks/support/measure.hpp"
#include "benchmarks/support/print.hpp"
#include "benchmarks/support/surroundings.hpp"

namespace lockstep::benchmarks {
namespace {

// Ours first, so that the user's prevail.
void hand_over(char* program, std::vector<std::string> options) {
  std::vector<std::string> texts{"--benchmark_enable_random_interleaving=true",
                                 "--benchmark_min_time=0.1"};
  texts.insert(texts.end(), options.begin(), options.end());
  std::vector<char*> arguments{program};
  for (std::string& text : texts) arguments.push_back(text.data());
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

int measure_and_print(char* program, const Options& options, Suite (*make)(const Options&)) {
  require_disk(options.data);
  hand_over(program, options.google);
  if (!options.json.empty()) write_file(options.json, "");  // now, and not after some minutes
  const double load_before = load();
  const Suite suite = make(options);
  const std::vector<Row> rows = rows_of(suite, measure(suite, options.rounds));
  const Report report{surroundings(options, suite.facts, load_before), rows};
  if (!options.json.empty()) write_file(options.json, as_json(report));
  std::fputs((options.markdown ? as_markdown(report) : as_text(report)).c_str(), stdout);
  return report.goals_held() == report.goals() ? 0 : 1;
}

}  // namespace

int run(int argc, char** argv, Suite (*make)(const Options&)) {
  try {
    return measure_and_print(argv[0], options_of(argc, argv), make);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "bench: %s\n", e.what());
    return 2;
  }
}

}  // namespace lockstep::benchmarks

// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/support/measure.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <random>
#include <regex>
#include <stdexcept>

namespace lockstep::benchmarks {
namespace {

// Memory is hardly ever another the next time.
constexpr int rounds_of_memory = 3;

std::string name_of(const Case& subject) { return subject.engine + "/" + subject.what; }

// What throws is reported as Google Benchmark wants it: nothing is thrown through its frames.
void run(const Case& subject, benchmark::State& state) {
  try {
    subject.run(state);
  } catch (const std::exception& e) {
    state.SkipWithError(e.what());
  }
}

class Collector final : public benchmark::BenchmarkReporter {
 public:
  explicit Collector(const Suite& suite) : suite_(suite), samples_(suite.cases.size()) {}

  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.error_occurred) {
        throw std::runtime_error(run.run_name.function_name + ": " + run.error_message);
      }
      if (run.run_type != Run::RT_Iteration) continue;
      const auto calls = static_cast<double>(run.iterations * suite_.cases[index_].calls);
      samples_[index_].real.push_back(run.real_accumulated_time / calls);
      samples_[index_].cpu.push_back(run.cpu_accumulated_time / calls);
    }
  }

  // Google Benchmark keeps what is registered in a global of its own.
  void time(std::size_t index) {
    index_ = index;
    const Case& subject = suite_.cases[index];
    const auto body = [&subject](benchmark::State& state) { run(subject, state); };
    benchmark::RegisterBenchmark(name_of(subject).c_str(), body)
        ->UseRealTime()
        ->MeasureProcessCPUTime();
    const struct Forget {
      ~Forget() { benchmark::ClearRegisteredBenchmarks(); }
    } forget;
    benchmark::RunSpecifiedBenchmarks(this, "all");
  }

  // What measures itself.
  void ask(std::size_t index) {
    const Case& subject = suite_.cases[index];
    try {
      const Seconds taken = subject.bytes ? Seconds{.real = subject.bytes()} : subject.elsewhere();
      samples_[index].real.push_back(taken.real);
      if (subject.elsewhere) samples_[index].cpu.push_back(taken.cpu);
    } catch (const std::exception& e) {
      throw std::runtime_error(name_of(subject) + ": " + e.what());
    }
  }

  [[nodiscard]] const Samples& samples() const noexcept { return samples_; }

 private:
  const Suite& suite_;
  std::size_t index_ = 0;  // the case that is timed
  Samples samples_;
};

using Group = std::vector<std::size_t>;

// The numbers of the cases that the user wants, those of a ratio in one group.
std::vector<Group> groups_of(const Suite& suite) {
  const std::string filter = benchmark::GetBenchmarkFilter();
  const bool all = filter.empty() || filter == "all";
  const bool without = filter.starts_with('-');
  const std::regex wanted(all ? "" : without ? filter.substr(1) : filter);
  std::map<std::string, std::size_t> number;
  std::vector<Group> groups;
  for (std::size_t i = 0; i < suite.cases.size(); ++i) {
    const std::string name = name_of(suite.cases[i]);
    if (!number.emplace(name, groups.size()).second) {
      throw std::logic_error("two benchmarks " + name);
    }
    for (const Ratio& ratio : suite.ratios) {
      if (ratio.engine != suite.cases[i].engine || ratio.slow != suite.cases[i].what) continue;
      const auto fast = number.find(ratio.engine + "/" + ratio.fast);
      if (fast != number.end()) number[name] = fast->second;
    }
    if (number[name] == groups.size()) groups.emplace_back();
    if (all || std::regex_search(name, wanted) != without) groups[number[name]].push_back(i);
  }
  std::erase_if(groups, [](const Group& group) { return group.empty(); });
  if (groups.empty()) throw std::runtime_error("no benchmark is called so: " + filter);
  return groups;
}

}  // namespace

Samples measure(const Suite& suite, int rounds) {
  std::vector<Group> groups = groups_of(suite);
  Collector collector(suite);
  std::mt19937 random{std::random_device()()};
  for (int round = 1; round <= rounds; ++round) {
    std::fprintf(stderr, "-- round %d of %d\n", round, rounds);
    std::shuffle(groups.begin(), groups.end(), random);
    for (Group& group : groups) {
      std::shuffle(group.begin(), group.end(), random);
      for (const std::size_t index : group) {
        const Case& subject = suite.cases[index];
        if (subject.run) {
          collector.time(index);
        } else if (subject.elsewhere || round <= rounds_of_memory) {
          collector.ask(index);
        }
      }
    }
  }
  return collector.samples();
}

}  // namespace lockstep::benchmarks

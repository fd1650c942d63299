// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/support/measure.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <map>
#include <random>
#include <regex>
#include <stdexcept>
#include <utility>

namespace lockstep::benchmarks {
namespace {

// A round times a case in slices, of this many seconds each unless an iteration takes longer, and
// takes their median: a neighbour on the machine that is loud for a while is loud in few of them.
constexpr double slice_s = 0.04;
constexpr int least_slices = 3;
constexpr int most_slices = 5;
constexpr double round_s = slice_s * most_slices;

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
  explicit Collector(const Suite& suite)
      : suite_(suite),
        slices_(suite.cases.size()),
        turns_(suite.cases.size()),
        samples_(suite.cases.size()) {}

  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.error_occurred) {
        throw std::runtime_error(run.run_name.function_name + ": " + run.error_message);
      }
      if (run.run_type != Run::RT_Iteration) continue;
      const auto calls = static_cast<double>(run.iterations * suite_.cases[index_].calls);
      slices_[index_].real.push_back(run.real_accumulated_time / calls);
      slices_[index_].cpu.push_back(run.cpu_accumulated_time / calls);
      if (turns_[index_].iterations == 0) turns_[index_] = turns_of(run);
    }
  }

  // A round of a group: its cases in slices, by turns, then back again.
  void time(const std::vector<std::size_t>& group) {
    std::vector<std::size_t> order = group;
    for (int turn = 0; turn < most_slices; ++turn) {
      for (const std::size_t index : order) {
        if (turn < turns_[index].count) time_slice(index);
      }
      std::reverse(order.begin(), order.end());
    }
    for (const std::size_t index : group) {
      Measured taken = std::exchange(slices_[index], {});
      samples_[index].real.push_back(spread_of(std::move(taken.real)).median);
      samples_[index].cpu.push_back(spread_of(std::move(taken.cpu)).median);
    }
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
  struct Turns {
    std::int64_t iterations = 0;  // of a slice; 0 until one was timed
    int count = 1;                // of a round
  };

  static Turns turns_of(const Run& run) {
    const int fit = static_cast<int>(round_s / run.real_accumulated_time);
    return {.iterations = run.iterations, .count = std::clamp(fit, least_slices, most_slices)};
  }

  // Google Benchmark keeps what is registered in a global of its own, and finds out by
  // itself how many iterations fill the first one.
  void time_slice(std::size_t index) {
    index_ = index;
    const Case& subject = suite_.cases[index];
    const auto body = [&subject](benchmark::State& state) { run(subject, state); };
    benchmark::internal::Benchmark* slice =
        benchmark::RegisterBenchmark(name_of(subject).c_str(), body);
    slice->UseRealTime()->MeasureProcessCPUTime();
    const std::int64_t iterations = turns_[index].iterations;
    if (iterations == 0) {
      slice->MinTime(slice_s);
    } else {
      slice->Iterations(iterations);
    }
    const struct Forget {
      ~Forget() { benchmark::ClearRegisteredBenchmarks(); }
    } forget;
    benchmark::RunSpecifiedBenchmarks(this, "all");
  }

  const Suite& suite_;
  std::size_t index_ = 0;  // the case that is timed
  Samples slices_;         // of this round
  std::vector<Turns> turns_;
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
      Group timed;
      for (const std::size_t index : group) {
        const Case& subject = suite.cases[index];
        if (subject.run) {
          timed.push_back(index);
        } else if (subject.elsewhere || round <= rounds_of_memory) {
          collector.ask(index);
        }
      }
      collector.time(timed);
    }
  }
  return collector.samples();
}

}  // namespace lockstep::benchmarks

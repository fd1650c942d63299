// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/support/measure.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <stdexcept>

namespace lockstep::benchmarks {
namespace {

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
  explicit Collector(const Suite& suite) : suite_(suite), samples_(suite.cases.size()) {
    for (std::size_t i = 0; i < suite.cases.size(); ++i) {
      if (!index_.emplace(name_of(suite.cases[i]), i).second) {
        throw std::logic_error("two benchmarks " + name_of(suite.cases[i]));
      }
    }
  }

  bool ReportContext(const Context&) override { return true; }

  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      const std::string& name = run.run_name.function_name;
      if (run.error_occurred) {
        if (error_.empty()) error_ = name + ": " + run.error_message;
      } else if (run.run_type == Run::RT_Iteration) {
        const std::size_t index = index_.at(name);
        const auto calls = static_cast<double>(run.iterations * suite_.cases[index].calls);
        samples_[index].push_back(run.real_accumulated_time / calls);
      }
    }
  }

  void require_success() const {
    if (!error_.empty()) throw std::runtime_error(error_);
    if (std::all_of(samples_.begin(), samples_.end(), [](const auto& s) { return s.empty(); })) {
      throw std::runtime_error("no benchmark was run");
    }
  }

  [[nodiscard]] const Samples& samples() const noexcept { return samples_; }

 private:
  const Suite& suite_;
  std::map<std::string, std::size_t> index_;
  Samples samples_;
  std::string error_;
};

// Google Benchmark keeps what is registered in a global of its own.
class Registered {
 public:
  explicit Registered(const Suite& suite) {
    for (const Case& subject : suite.cases) {
      const auto body = [&subject](benchmark::State& state) { run(subject, state); };
      benchmark::RegisterBenchmark(name_of(subject).c_str(), body)->UseRealTime();
    }
  }
  Registered(const Registered&) = delete;
  Registered& operator=(const Registered&) = delete;
  ~Registered() { benchmark::ClearRegisteredBenchmarks(); }
};

}  // namespace

Samples measure(const Suite& suite, int rounds) {
  Collector collector(suite);
  const Registered registered(suite);
  for (int round = 1; round <= rounds; ++round) {
    std::fprintf(stderr, "-- round %d of %d\n", round, rounds);
    benchmark::RunSpecifiedBenchmarks(&collector);
    collector.require_success();
  }
  return collector.samples();
}

}  // namespace lockstep::benchmarks

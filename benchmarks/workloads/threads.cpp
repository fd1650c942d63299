// SPDX-License-Identifier: BSL-1.0
#include <benchmark/benchmark.h>

#include <exception>
#include <thread>

#include "benchmarks/support/store.hpp"
#include "benchmarks/workloads/workloads.hpp"

namespace lockstep::benchmarks {
namespace {

constexpr int stride = 7919;

void get_some(Side& side, int first, int count) {
  static const std::vector<std::string> ids = [] {
    std::vector<std::string> out;
    for (int i = 0; i < job_count; ++i) out.push_back(job_id(i));
    return out;
  }();
  std::size_t next = static_cast<std::size_t>(first) % job_count;
  Job job;
  for (int i = 0; i < count; ++i) {
    job = side.get(ids[next]);
    expect(job.id == ids[next], "a job");
    next = (next + stride) % job_count;
  }
}

void get_all(const std::vector<std::unique_ptr<Side>>& sides) {
  const int each = gets_of_threads / static_cast<int>(sides.size());
  std::vector<std::exception_ptr> failures(sides.size());
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    threads.emplace_back([&, i] {
      try {
        get_some(*sides[i], static_cast<int>(i) * 1009, each);
      } catch (...) {
        failures[i] = std::current_exception();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure != nullptr) std::rethrow_exception(failure);
  }
}

}  // namespace

void run_get_threads(const std::vector<std::unique_ptr<Side>>& sides, benchmark::State& state) {
  get_all(sides);
  for (auto _ : state) get_all(sides);
}

}  // namespace lockstep::benchmarks

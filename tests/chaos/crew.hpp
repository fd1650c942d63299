// SPDX-License-Identifier: BSL-1.0
// Threads that work side by side, and what they count.
#pragma once

#include <barrier>
#include <chrono>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "lockstep/error.hpp"

namespace lockstep::chaos {

using Clock = std::chrono::steady_clock;
using std::chrono::microseconds;
using std::chrono::milliseconds;

// Runs work(i) in `size` threads until all return; throws what the first of them threw.
template <class F>
void side_by_side(int size, F&& work) {
  std::exception_ptr first;
  std::mutex mutex;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < size; ++i) {
      threads.emplace_back([&, i] {
        try {
          work(i);
        } catch (...) {
          const std::lock_guard lock(mutex);
          if (first == nullptr) first = std::current_exception();
        }
      });
    }
  }
  if (first != nullptr) std::rethrow_exception(first);
}

// The first few failures of a promise, in words, for the one who has to mend it.
class Complaints {
 public:
  void add(std::string text) {
    const std::lock_guard lock(mutex_);
    if (++count_ <= 3) first_ += (first_.empty() ? "" : "; ") + std::move(text);
  }
  [[nodiscard]] int count() const {
    const std::lock_guard lock(mutex_);
    return count_;
  }
  // Empty if there were none; otherwise what is to be put behind the counts.
  [[nodiscard]] std::string text() const {
    const std::lock_guard lock(mutex_);
    return first_.empty() ? "" : " (" + first_ + ")";
  }

 private:
  mutable std::mutex mutex_;
  int count_ = 0;
  std::string first_;
};

// "connection_lost: begin: connection lost [postgres 57P01]".
[[nodiscard]] inline std::string describe(const Error& error) {
  return std::string(to_string(error.kind())) + ": " + error.what();
}

}  // namespace lockstep::chaos

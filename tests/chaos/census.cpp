// SPDX-License-Identifier: BSL-1.0
#include "chaos/census.hpp"

#include <algorithm>
#include <filesystem>
#include <thread>

namespace lockstep::chaos {
namespace {

int entries(const char* folder) {
  const std::filesystem::directory_iterator all(folder);
  return static_cast<int>(std::distance(begin(all), end(all)));
}

}  // namespace

// Both see the folder that they read as open.
Census Census::now() { return {entries("/proc/self/fd"), entries("/proc/self/task")}; }

std::string leftovers(const Census& before, std::chrono::milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  for (;;) {
    const Census after = Census::now();
    if (after.files <= before.files && after.threads <= before.threads) return {};
    if (std::chrono::steady_clock::now() >= until) {
      return std::to_string(std::max(after.files - before.files, 0)) + " files and " +
             std::to_string(std::max(after.threads - before.threads, 0)) + " threads left open";
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

}  // namespace lockstep::chaos

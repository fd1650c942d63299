// SPDX-License-Identifier: BSL-1.0
// A clock for the waits of a migrator.
#pragma once

#include <algorithm>

#include "lockstep/migrator_options.hpp"

namespace lockstep::tests {

// Time that passes only when somebody sleeps.
class StillTime {
 public:
  // Options that wait on it. `slept` is called at the end of each sleep.
  MigratorOptions options(const std::function<void()>& slept = {}) {
    MigratorOptions options;
    options.steady_clock = [this] { return now_; };
    options.sleep = [this, slept](std::chrono::milliseconds pause) {
      longest_ = std::max(longest_, pause);
      now_ += pause;
      if (slept) slept();
    };
    return options;
  }
  [[nodiscard]] std::chrono::milliseconds passed() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(now_.time_since_epoch());
  }
  [[nodiscard]] std::chrono::milliseconds longest() const { return longest_; }

 private:
  std::chrono::steady_clock::time_point now_{};
  std::chrono::milliseconds longest_{0};
};

}  // namespace lockstep::tests

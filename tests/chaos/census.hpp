// SPDX-License-Identifier: BSL-1.0
// What a process has open: a promise has to leave as much as it found.
#pragma once

#include <chrono>
#include <string>

namespace lockstep::chaos {

struct Census {
  int files = 0;
  int threads = 0;
  [[nodiscard]] static Census now();
  friend bool operator==(const Census&, const Census&) = default;
};

// Waits until no more than `before` is open. Empty if that comes about in time; otherwise what is
// left: "3 files and 1 thread left open".
[[nodiscard]] std::string leftovers(const Census& before, std::chrono::milliseconds time);

}  // namespace lockstep::chaos

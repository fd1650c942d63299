// SPDX-License-Identifier: BSL-1.0
// How far long work is, on stderr: a line that is written over on a terminal, else one every ten
// seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace lockstep::cli {

class Progress {
 public:
  // `unit`: "pages".
  explicit Progress(std::string unit);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress();
  void show(std::int64_t done, std::int64_t total);

 private:
  using Clock = std::chrono::steady_clock;

  std::string unit_;
  bool terminal_;
  Clock::time_point shown_ = Clock::now();
  bool open_ = false;  // the line has no end yet
};

}  // namespace lockstep::cli

// SPDX-License-Identifier: BSL-1.0
// SIGINT and SIGTERM as a stop token: the work ends at its next safe point. A second signal ends
// the program at once.
#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace lockstep::cli {

// Make it before any other thread is started: they must not take the signals themselves.
class Interrupt {
 public:
  Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();
  [[nodiscard]] std::stop_token token() const noexcept { return source_.get_token(); }
  [[nodiscard]] bool requested() const noexcept { return source_.stop_requested(); }

 private:
  void wait();

  std::stop_source source_;
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace lockstep::cli

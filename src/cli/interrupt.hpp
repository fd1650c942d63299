// SPDX-License-Identifier: BSL-1.0
// SIGINT and SIGTERM as stop tokens: the work ends at its next safe point. A second signal cancels
// the statement that runs, for those who listen; the one after it ends the program at once.
#pragma once

#include <atomic>
#include <stop_token>
#include <thread>

namespace lockstep::cli {

// Make it before any other thread is started: they must not take the signals themselves.
class Interrupt {
 public:
  // `cancels`: somebody listens to cancel(). Else the second signal ends the program.
  explicit Interrupt(bool cancels = false);
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;
  ~Interrupt();
  [[nodiscard]] std::stop_token token() const noexcept { return source_.get_token(); }
  [[nodiscard]] std::stop_token cancel() const noexcept { return cancel_.get_token(); }
  [[nodiscard]] bool requested() const noexcept { return source_.stop_requested(); }

 private:
  void wait();

  bool cancels_;
  std::stop_source source_;
  std::stop_source cancel_;
  std::atomic<bool> done_{false};
  std::thread thread_;
};

}  // namespace lockstep::cli

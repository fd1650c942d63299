// SPDX-License-Identifier: BSL-1.0
// Which failures of a transaction are followed by another attempt, and when.
#pragma once

#include <exception>

#include "lockstep/dialect.hpp"

namespace lockstep::detail {

class Pool;

// Runs a transaction until it succeeds, or fails for good.
class Retries {
 public:
  Retries(Pool& pool, const TransactionOptions& options);

  // Calls attempt(what is left of the options); what it throws has left no transaction open.
  template <class F>
  auto run(F&& attempt) {
    for (;;) {
      try {
        return attempt(next());
      } catch (const Error& error) {
        if (!again(error)) throw;
      }
    }
  }

  // For an attempt whose COMMIT has thrown `commit_unknown`, before it throws that on: it runs
  // again, whatever it throws, until it calls settled(). If that takes too long, or comes about too
  // often, run() throws `commit_unknown`.
  void doubt(std::exception_ptr commit_unknown) noexcept;
  void settled() noexcept { doubt_ = nullptr; }
  [[nodiscard]] bool in_doubt() const noexcept { return doubt_ != nullptr; }

 private:
  [[nodiscard]] TransactionOptions next() const;
  // True once the wait is over.
  [[nodiscard]] bool again(const Error& error);
  [[nodiscard]] bool wait(int attempts);

  Pool* pool_;
  TransactionOptions options_;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  int attempt_ = 0;
  std::exception_ptr doubt_;
  int doubts_ = 0;
  int settling_ = 0;  // attempts since the last doubt
};

}  // namespace lockstep::detail

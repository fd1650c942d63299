// SPDX-License-Identifier: BSL-1.0
// Work of many threads on the target's database.
#pragma once

#include <thread>
#include <vector>

#include "support/target.hpp"

namespace lockstep::tests {

// Runs body(Database&, thread's number) in so many threads, each with a Database of its own if the
// target has more than one way in. Returns how many of them ended with an error, which is told.
template <class F>
int in_threads(Database& db, int number, F&& body) {
  std::atomic<int> errors{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < number; ++t) {
    threads.emplace_back([&, t] {
      try {
        if (shareable()) {
          Database own = open_again();
          body(own, t);
        } else {
          body(db, t);
        }
      } catch (const Error& e) {
        MESSAGE(std::string(e.what()));
        ++errors;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  return errors;
}

}  // namespace lockstep::tests

// SPDX-License-Identifier: BSL-1.0
// The promises that ./chaos tries to break: what a trial is, what came of them, and the list of
// all. docs/reliability.md describes each.
//
// A promise works with the public interface of lockstep, and believes only what a raw client
// (psql, mariadb, sqlite3: see process.hpp) reads from the database.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::chaos {

// How many trials: quick for every change, full before a release.
struct Scale {
  bool full = false;
  [[nodiscard]] int of(int quick_count, int full_count) const {
    return full ? full_count : quick_count;
  }
};

// One line of the report.
struct Verdict {
  std::string promise;  // "kill -9 of postgres: acknowledged commits stay"
  std::string trials;   // "5 kills"
  std::string counts;   // "acked 12,345, lost 0"
  bool kept = false;
};

// Makes its trials and tells what came of them, a line for each thing promised. An exception that
// leaves it breaks the promise, and so does a file or a thread that it leaves open.
struct Promise {
  std::string_view name;  // to run it alone: ./chaos quick kill-postgres
  std::vector<Verdict> (*keep)(const Scale& scale);
};

// All of them, in the order in which they are made.
[[nodiscard]] std::span<const Promise> promises() noexcept;

// What a promise runs as a process of its own, by this program: `chaos worker NAME ARGUMENT...`.
struct Worker {
  std::string_view name;
  int (*run)(std::span<const std::string> arguments);  // the exit code of the process
};
[[nodiscard]] std::span<const Worker> workers() noexcept;

// "12,345".
[[nodiscard]] std::string grouped(std::size_t number);

}  // namespace lockstep::chaos

// SPDX-License-Identifier: BSL-1.0
// chaos quick|full [PROMISE...]     makes all promises, or some, and prints a table
// chaos migrator                    makes those of the migrator, in full
// chaos worker NAME [ARGUMENT...]   what a promise runs as a process of its own
//
// Run by ./chaos, inside of tests/servers. Exits with 1 if a promise was broken.
#include <algorithm>
#include <cstdio>
#include <exception>

#include "chaos/census.hpp"
#include "chaos/promise.hpp"
#include "chaos/server.hpp"

namespace lockstep::chaos {

std::string grouped(std::size_t number) {
  std::string text = std::to_string(number);
  for (std::size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, 1, ',');
  return text;
}

namespace {

// Threads that were told to end may still wait for a server that was frozen.
constexpr std::chrono::seconds settling{15};

void print(const Verdict& verdict) {
  std::printf("%-64s %-12s %s  %s\n", verdict.promise.c_str(), verdict.trials.c_str(),
              verdict.kept ? "kept  " : "BROKEN", verdict.counts.c_str());
  std::fflush(stdout);
}

std::vector<Verdict> keep(const Promise& promise, const Scale& scale) {
  const Census before = Census::now();
  std::vector<Verdict> verdicts;
  try {
    verdicts = promise.keep(scale);
  } catch (const std::exception& e) {
    verdicts.push_back({std::string(promise.name), "", e.what(), false});
  }
  if (const std::string left = leftovers(before, settling); !left.empty()) {
    verdicts.push_back({std::string(promise.name), "", left, false});
  }
  return verdicts;
}

std::vector<std::string> names_that_begin_with(std::string_view front) {
  std::vector<std::string> names;
  for (const Promise& promise : promises()) {
    if (promise.name.starts_with(front)) names.emplace_back(promise.name);
  }
  return names;
}

int run(const Scale& scale, std::span<const std::string> names) {
  warm_up();
  int lines = 0;
  int broken = 0;
  for (const Promise& promise : promises()) {
    const bool wanted =
        names.empty() || std::find(names.begin(), names.end(), promise.name) != names.end();
    if (!wanted) continue;
    for (const Verdict& verdict : keep(promise, scale)) {
      print(verdict);
      ++lines;
      broken += verdict.kept ? 0 : 1;
    }
  }
  std::printf("%d of %d promises kept\n", lines - broken, lines);
  return broken == 0 && lines > 0 ? 0 : 1;
}

int work(std::span<const std::string> arguments) {
  for (const Worker& worker : workers()) {
    if (worker.name == arguments.front()) return worker.run(arguments.subspan(1));
  }
  std::fprintf(stderr, "chaos: no worker %s\n", arguments.front().c_str());
  return 2;
}

}  // namespace
}  // namespace lockstep::chaos

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  const std::string_view first = arguments.empty() ? "" : std::string_view(arguments.front());
  const std::span rest = std::span(arguments).subspan(arguments.empty() ? 0 : 1);
  try {
    if (first == "worker" && !rest.empty()) return lockstep::chaos::work(rest);
    if (first == "quick" || first == "full") {
      return lockstep::chaos::run({.full = first == "full"}, rest);
    }
    if (first == "migrator" && rest.empty()) {
      const auto names = lockstep::chaos::names_that_begin_with("migrator-");
      return lockstep::chaos::run({.full = true}, names);
    }
  } catch (const std::exception& e) {
    std::fprintf(stderr, "chaos: %s\n", e.what());
    return 2;
  }
  std::fprintf(stderr, "usage: chaos quick|full [PROMISE...] | migrator\n");
  return 2;
}

// SPDX-License-Identifier: BSL-1.0
// Other programs: raw clients above all, whose answers judge what lockstep says.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace lockstep::chaos {

using Command = std::vector<std::string>;

// Runs a program, found by PATH, to its end and returns what it wrote to its standard output.
// `extra` are more variables for its environment: "PGPASSWORD=...". Throws std::runtime_error with
// the last it wrote to standard error if it cannot be run or does not exit with 0.
std::string output_of(const Command& command, const std::vector<std::string>& extra = {});

// Lines of a text, without their ends.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

// The whole numbers of a text that has one on each line. Throws std::runtime_error for anything
// else.
[[nodiscard]] std::vector<long long> numbers_of(std::string_view text);

// A program in the background; ended by SIGTERM, and after five seconds by SIGKILL, when the object
// ends, and by SIGTERM when the thread that started it ends.
class Background {
 public:
  // Its output, of both kinds, goes to the file `log`.
  Background(const Command& command, const std::string& log);
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;
  ~Background();

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }
  [[nodiscard]] bool running();

 private:
  pid_t pid_ = -1;
};

// A folder in that of the servers, below /tmp: it ends with the object, or else with the servers,
// whatever happens to this process. Mode 0711, so that the servers' user finds what is given to it.
class Scratch {
 public:
  Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string file(std::string_view name) const;

 private:
  std::string path_;
};

}  // namespace lockstep::chaos

// SPDX-License-Identifier: BSL-1.0
#include "cli/progress.hpp"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

#include "cli/terminal.hpp"

namespace lockstep::cli {
namespace {

constexpr std::chrono::milliseconds between_looks{100};
constexpr std::chrono::seconds between_lines{10};

// Whether a line can be written over.
bool is_terminal() {
  const char* term = std::getenv("TERM");
  return isatty(STDERR_FILENO) == 1 && term != nullptr && std::string_view(term) != "dumb";
}

}  // namespace

Progress::Progress(std::string unit) : unit_(std::move(unit)), terminal_(is_terminal()) {}

Progress::~Progress() {
  if (open_) std::cerr << '\n';
}

void Progress::show(std::int64_t done, std::int64_t total) {
  const auto now = Clock::now();
  const bool last = done == total;
  if (terminal_ ? now - shown_ < between_looks && !last : now - shown_ < between_lines) return;
  shown_ = now;
  const std::string text = std::to_string(total == 0 ? 100 : done * 100 / total) + " %  " +
                           std::to_string(done) + " of " + std::to_string(total) + ' ' + unit_;
  if (!terminal_) return message(text);
  std::cerr << '\r' << text << "\x1b[K" << std::flush;
  open_ = true;
}

}  // namespace lockstep::cli

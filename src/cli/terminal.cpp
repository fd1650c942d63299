// SPDX-License-Identifier: BSL-1.0
#include "cli/terminal.hpp"

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "core/text.hpp"

namespace lockstep::cli {
namespace {

bool takes_colours() {
  static const bool takes = [] {
    const char* no_color = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    if (no_color != nullptr && *no_color != '\0') return false;
    if (term == nullptr || std::string_view(term) == "dumb") return false;
    return isatty(STDOUT_FILENO) == 1;
  }();
  return takes;
}

std::string_view sequence(Style style) {
  switch (style) {
    case Style::bold:
      return "\x1b[1m";
    case Style::dim:
      return "\x1b[2m";
    case Style::good:
      return "\x1b[32m";
    case Style::bad:
      return "\x1b[31m";
    case Style::plain:
      break;
  }
  return "";
}

}  // namespace

std::string styled(Style style, std::string_view text) {
  if (style == Style::plain || !takes_colours()) return std::string(text);
  return std::string(sequence(style)) + std::string(text) + "\x1b[0m";
}

void print(std::string_view line) { std::cout << line << '\n'; }

void message(std::string_view line) { std::cerr << line << '\n'; }

void print_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], detail::count_characters(row[i]));
    }
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    std::string line;
    for (std::size_t i = 0; i < rows[r].size(); ++i) {
      line += rows[r][i];
      if (i + 1 < rows[r].size()) {
        line.append(widths[i] - detail::count_characters(rows[r][i]) + 2, ' ');
      }
    }
    while (line.ends_with(' ')) line.pop_back();
    print(r == 0 ? styled(Style::dim, line) : line);
  }
}

namespace {

// A line from the terminal; empty without one.
std::string answer_to(const std::string& question) {
  if (isatty(STDIN_FILENO) != 1) return {};
  std::cerr << question;
  sigset_t none;
  sigset_t before;
  sigemptyset(&none);
  pthread_sigmask(SIG_SETMASK, &none, &before);
  std::string answer;
  std::getline(std::cin, answer);
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return answer;
}

}  // namespace

bool confirm(std::string_view question) {
  const std::string answer = answer_to(std::string(question) + " [y/N] ");
  return answer.starts_with('y') || answer.starts_with('Y');
}

std::string ask_for_name(std::string_view what, std::string_view name) {
  return answer_to(std::string(what) + "\nType " + std::string(name) + " to go on: ");
}

}  // namespace lockstep::cli

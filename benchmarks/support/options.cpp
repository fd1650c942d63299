// SPDX-License-Identifier: BSL-1.0
#include "benchmarks/support/options.hpp"

#include <charconv>
#include <stdexcept>
#include <string_view>

namespace lockstep::benchmarks {
namespace {

int count_of(std::string_view text) {
  int value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < 1) {
    throw std::runtime_error("--rounds: not a number of rounds: " + std::string(text));
  }
  return value;
}

}  // namespace

Options options_of(int argc, char** argv) {
  Options out;
  int i = 1;
  const auto value = [&](std::string_view option) {
    if (++i >= argc) throw std::runtime_error(std::string(option) + ": needs a value");
    return std::string(argv[i]);
  };
  for (; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--") {
      out.google.assign(argv + i + 1, argv + argc);
      break;
    }
    if (option == "--markdown") {
      out.markdown = true;
    } else if (option == "--rounds") {
      out.rounds = count_of(value(option));
    } else if (option == "--json") {
      out.json = value(option);
    } else if (option == "--svg") {
      out.svg = value(option);
    } else if (option == "--compare") {
      out.compare = value(option);
    } else if (option == "--figures") {
      out.figures = value(option);
    } else if (option == "--data") {
      out.data = value(option);
    } else if (option == "--command") {
      out.command = value(option);
    } else {
      throw std::runtime_error("unknown option " + std::string(option));
    }
  }
  if (out.data.empty()) throw std::runtime_error("--data: which folder?");
  return out;
}

}  // namespace lockstep::benchmarks

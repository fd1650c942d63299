// SPDX-License-Identifier: BSL-1.0
// The table of exit codes in docs/migrations.md is that of the command.
#include <doctest/doctest.h>

#include <fstream>
#include <map>
#include <regex>
#include <sstream>

namespace lockstep::tests {
namespace {

std::string text_of(const std::string& file) {
  const std::ifstream in(std::string(LOCKSTEP_SOURCE_DIR) + "/" + file);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// What the pattern finds in the text, by its first group, a number.
std::map<int, std::string> numbered(const std::string& text, const std::string& pattern) {
  const std::regex row(pattern);
  std::map<int, std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), row), end; at != end; ++at) {
    CHECK(found.emplace(std::stoi((*at)[1]), (*at)[0]).second);
  }
  return found;
}

TEST_CASE("docs/migrations.md: the exit codes are those of the command") {
  const auto code = numbered(text_of("src/cli/commands.hpp"), "exit_[a-z_]+ = ([0-9]+),");
  std::string text = text_of("docs/migrations.md");
  const auto begin = text.find("## Exit codes");
  REQUIRE(begin != std::string::npos);
  text = text.substr(begin, text.find("\n## ", begin + 1) - begin);
  const auto told = numbered(text, "\n\\| ([0-9]+) \\|");
  CHECK(code.size() > 10);
  for (const auto& [number, line] : code) {
    CAPTURE(line);
    CHECK(told.count(number) == 1);
  }
  for (const auto& [number, line] : told) {
    CAPTURE(line);
    CHECK(code.count(number) == 1);
  }
}

}  // namespace
}  // namespace lockstep::tests

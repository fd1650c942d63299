// SPDX-License-Identifier: BSL-1.0
// The tables of docs/lint.md are written from lint_rules(), and compared with them here.
// After a change: LOCKSTEP_WRITE_DOCS=1 build/dev/tests/unit_tests -tc="docs/lint.md*"
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "lockstep/dialect.hpp"
#include "lockstep/migration_lint.hpp"

namespace lockstep::tests {
namespace {

constexpr std::string_view begin_mark = "<!-- rules -->\n";

std::string engines_of(const LintRule& rule) {
  if (rule.engines.size() == 3) return "all";
  std::string names;
  for (const Engine engine : rule.engines) {
    names += (names.empty() ? "" : ", ") + std::string(dialect(engine).title);
  }
  return names;
}

std::string tables() {
  std::ostringstream out;
  for (const LintRule& rule : lint_rules()) {
    out << "| `" << rule.id << "` | " << engines_of(rule) << " | " << to_string(rule.severity)
        << " | " << rule.what << " | " << rule.reason << " | " << rule.fix << " |\n";
  }
  return out.str();
}

TEST_CASE("docs/lint.md lists the rules as they are") {
  const std::string path = LOCKSTEP_SOURCE_DIR "/docs/lint.md";
  std::ifstream in(path);
  std::stringstream read;
  read << in.rdbuf();
  const std::string text = read.str();
  const std::size_t begin = text.find(begin_mark);
  REQUIRE(begin != std::string::npos);
  const std::string expected = text.substr(0, begin) + std::string(begin_mark) +
                               "| rule | engines | severity | what is found | why | instead |\n"
                               "|---|---|---|---|---|---|\n" +
                               tables();
  if (std::getenv("LOCKSTEP_WRITE_DOCS") != nullptr) std::ofstream(path) << expected;
  CHECK((std::getenv("LOCKSTEP_WRITE_DOCS") != nullptr || text == expected));
}

}  // namespace
}  // namespace lockstep::tests

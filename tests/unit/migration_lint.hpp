// SPDX-License-Identifier: BSL-1.0
// For each rule of the lint a folder in which it is found, and one that comes near and is fine.
#pragma once

#include "lockstep/migration_lint.hpp"
#include "unit/migration_forms.hpp"

namespace lockstep::tests {

// Files in pairs: their ups by version, from 1 on; a text behind "-- down\n" is the down.
using Ups = std::vector<std::string>;

struct LintExample {
  std::string_view rule;
  Engine engine;
  Ups found;
  std::string_view at;  // "2:1:13": version, line, column; "2d:1:1" in its down
  Ups fine;
  std::string_view server = "";
};

std::vector<LintExample> common_lint_examples();
std::vector<LintExample> postgres_lint_examples();
std::vector<LintExample> mysql_lint_examples();
std::vector<LintExample> sqlite_lint_examples();

}  // namespace lockstep::tests

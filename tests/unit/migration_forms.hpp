// SPDX-License-Identifier: BSL-1.0
// Folders in memory, for the tests of the file forms.
#pragma once

#include <doctest/doctest.h>

#include "lockstep/error.hpp"
#include "lockstep/migration_set.hpp"

namespace lockstep::tests {

using Tree = std::vector<FolderFile>;
using Strings = std::vector<std::string>;

inline MigrationSet folder(const Tree& tree, Engine engine = Engine::sqlite,
                           const FolderOptions& options = {}) {
  return MigrationSet::folder(engine, tree, options);
}

// What a folder is refused with.
inline std::string refusal(const Tree& tree, Engine engine = Engine::sqlite,
                           const FolderOptions& options = {}) {
  try {
    folder(tree, engine, options);
  } catch (const InvalidData& error) {
    return error.what();
  }
  return "accepted";
}

// "1 users 1_users.up.sql:1 SELECT 1; SELECT 2 / 1_users.down.sql:1 SELECT 3": the line is that of
// the first statement; what runs statement by statement has a '*'.
inline Strings shape(const MigrationSet& set) {
  const auto side = [](const std::string& file, bool transactional,
                       const std::vector<MigrationStatement>& statements) {
    std::string text = ' ' + file;
    if (!statements.empty()) text += ':' + std::to_string(statements.front().line);
    if (!transactional) text += '*';
    for (const MigrationStatement& statement : statements) {
      text += (&statement == statements.data() ? " " : "; ") +
              (statement.implied ? "(" + statement.text + ")" : statement.text);
    }
    return text;
  };
  Strings lines;
  for (const Migration& m : set.migrations()) {
    std::string line =
        m.version + ' ' + m.name + side(m.up_file, m.up_transactional, m.up_statements);
    if (m.down) line += " /" + side(m.down_file, m.down_transactional, m.down_statements);
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace lockstep::tests

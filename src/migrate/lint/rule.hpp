// SPDX-License-Identifier: BSL-1.0
// A rule of the lint: its texts, and the function that looks for it.
#pragma once

#include <array>

#include "lockstep/migration_lint.hpp"
#include "migrate/lint/schema.hpp"
#include "migrate/lint/server_version.hpp"

namespace lockstep::detail {

// A migration with its statements read.
struct MigrationText {
  const Migration* migration = nullptr;
  std::vector<LintStatement> up;
  std::vector<LintStatement> down;
};

// What one rule sees of one direction of a migration, and where it tells what it finds.
class Check {
 public:
  const MigrationSet& set;
  const LintOptions& options;
  const ServerVersion& server;
  const Schema& schema;  // before the statement; for scripts: before the script
  const MigrationText& text;
  bool up = true;
  const LintRule& rule;
  std::vector<LintFinding>& findings;
  LintSeverity severity = rule.severity;  // of what is found from now on

  [[nodiscard]] Engine engine() const noexcept { return set.engine(); }
  [[nodiscard]] const std::vector<LintStatement>& statements() const noexcept {
    return up ? text.up : text.down;
  }
  [[nodiscard]] bool transactional() const noexcept;
  // A table that is there already, and that others may use: not made by this script.
  [[nodiscard]] bool is_in_use(std::string_view table) const { return !schema.made_here(table); }
  // At the first of the words; at the statement if there is none.
  void found(const LintStatement& statement, Words at, std::string message);
  // At the beginning of the file.
  void found(std::string message);
};

struct LintCheck {
  LintRule rule;
  void (*statement)(Check& check, const LintStatement& statement) = nullptr;
  void (*script)(Check& check) = nullptr;  // once for each direction
  bool down = false;                       // looks at downs too
};

inline constexpr std::array every_engine{Engine::sqlite, Engine::postgres, Engine::mysql};
inline constexpr std::array only_sqlite{Engine::sqlite};
inline constexpr std::array only_postgres{Engine::postgres};
inline constexpr std::array only_mysql{Engine::mysql};
inline constexpr std::array servers{Engine::postgres, Engine::mysql};

// One for each file of rules.
[[nodiscard]] std::span<const LintCheck> schema_checks();
[[nodiscard]] std::span<const LintCheck> row_checks();
[[nodiscard]] std::span<const LintCheck> file_checks();
[[nodiscard]] std::span<const LintCheck> newer_checks();
[[nodiscard]] std::span<const LintCheck> postgres_lock_checks();
[[nodiscard]] std::span<const LintCheck> postgres_checks();
[[nodiscard]] std::span<const LintCheck> mysql_checks();
[[nodiscard]] std::span<const LintCheck> mysql_syntax_checks();
[[nodiscard]] std::span<const LintCheck> sqlite_checks();
// Rules that lint.cpp and tree.cpp look for themselves.
[[nodiscard]] std::span<const LintRule> tree_rules();

// The rules over the sets of several engines.
void check_tree(std::span<const MigrationSet> sets, const LintOptions& options,
                std::vector<LintFinding>& findings);

// Whether the options ask for the rule.
[[nodiscard]] bool is_asked_for(const LintOptions& options, std::string_view id);

}  // namespace lockstep::detail

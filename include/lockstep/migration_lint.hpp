// SPDX-License-Identifier: BSL-1.0
// What is dangerous in a migration, told from its text alone: docs/lint.md lists the rules.
//
//     const auto set = lockstep::MigrationSet::folder(lockstep::Engine::postgres, "db/migrations");
//     for (const lockstep::LintFinding& f : lockstep::lint(set, {.server_version = "14"}))
//       log(f.file, f.line, f.rule, f.message);
//
// A table that the same file makes is empty and unknown to others: rules about locks, rewrites and
// rows leave it alone. A finding that is meant so is allowed with its reason, in the file by
// `-- lockstep:allow ID REASON`, or beside files that must not change, by LintOptions::allowed.
#pragma once

#include <span>

#include "lockstep/migration_set.hpp"

namespace lockstep {

enum class LintSeverity : std::uint8_t {
  info,     // there is a better way
  warning,  // may stop writers, fail on existing rows, or lose what is needed
  error,    // fails or loses rows where it matters
};

[[nodiscard]] std::string_view to_string(LintSeverity severity) noexcept;

struct LintRule {
  std::string_view id;  // "index-not-concurrent"
  std::span<const Engine> engines;
  LintSeverity severity = LintSeverity::warning;
  std::string_view what;    // is found
  std::string_view reason;  // why it matters
  std::string_view fix;
};

// All rules, in the order of docs/lint.md.
[[nodiscard]] std::span<const LintRule> lint_rules();

struct LintFinding {
  std::string rule;
  LintSeverity severity = LintSeverity::warning;
  Engine engine = Engine::sqlite;
  std::string domain;
  std::string file;        // as in Migration
  std::size_t line = 1;    // from 1; line 1, column 1 for what is about all of a file
  std::size_t column = 1;  // in characters, from 1
  std::string message;     // what is there; may hold names, never a value
  std::string fix;
};

// A finding that is meant so.
struct LintAllowed {
  std::string domain = "default";
  std::string file;
  std::string rule;
  std::string reason;
};

// What the ledger knows of an applied version.
struct AppliedText {
  std::string domain;
  std::string version;
  std::string checksum;      // as in lockstep_migrations.text_sha
  std::string meaning = {};  // as in meaning_sha: texts that differ in layout only are the same
};

struct LintOptions {
  // The oldest server the files must run on: "14", "3.31.1", "8.0.36", "10.6.12-MariaDB". Rules
  // that depend on it take the newest for granted if it is empty. On MySQL 10 and more is MariaDB,
  // which "mysql" and "mariadb" name without a number.
  std::string server_version = {};
  std::vector<std::string> only = {};     // these rules; empty: all
  std::vector<std::string> without = {};  // not these
  std::vector<LintAllowed> allowed = {};
  std::vector<AppliedText> applied = {};  // for the rule edited-after-apply
};

// In the order of the migrations and of their lines. InvalidArgument for a rule in `only` or
// `without` that is not there, and for a version without a number.
[[nodiscard]] std::vector<LintFinding> lint(const MigrationSet& set,
                                            const LintOptions& options = {});

// The same, and the rules over the folders of several engines: same versions, same names.
[[nodiscard]] std::vector<LintFinding> lint(std::span<const MigrationSet> sets,
                                            const LintOptions& options = {});

// What is allowed in the embedded migrations, which must not change any more.
[[nodiscard]] std::vector<LintAllowed> embedded_lint_allowed();

// Of a text in the form "FILE RULE REASON" a line, '#' begins a comment; FILE is "domain/file" or
// the file alone, of the domain `domain`. InvalidData that names the line.
[[nodiscard]] std::vector<LintAllowed> read_lint_allowed(std::string_view text,
                                                         std::string_view domain = "default");

}  // namespace lockstep

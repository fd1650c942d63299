// SPDX-License-Identifier: BSL-1.0
// Rules over the folders of several engines, and over what is allowed.
#include <algorithm>

#include "migrate/lint/rule.hpp"
#include "migrate/version.hpp"

namespace lockstep::detail {
namespace {

constexpr std::array<LintRule, 5> rules{{
    {"tree-missing-version", every_engine, LintSeverity::error,
     "a version is in the folder of one engine and not in that of another",
     "programs find different schemas on different engines",
     "write it for every engine; where there is nothing to do, a comment that says why"},
    {"tree-other-name", every_engine, LintSeverity::warning,
     "a version has different names in the folders of two engines",
     "they may not be the same change", "give it one name"},
    {"tree-missing-down", every_engine, LintSeverity::warning,
     "a version has a down in the folder of one engine and not in that of another",
     "going down works on one engine only", "write the down for every engine"},
    {"unused-allow", every_engine, LintSeverity::warning, "a finding is allowed that is not there",
     "what is no longer true hides the next one that is like it", "take it out"},
    {"unknown-allow", every_engine, LintSeverity::error, "a rule is allowed that does not exist",
     "it allows nothing", "see `lockstep migrate lint --rules`"},
}};

struct TreeRule {
  const LintOptions* options;
  std::vector<LintFinding>* findings;

  Engine engine = Engine::sqlite;  // whose files are looked at

  void found(std::string_view id, const Migration& migration, bool down, std::string message) {
    if (!is_asked_for(*options, id)) return;
    const auto* const rule = std::ranges::find(rules, id, &LintRule::id);
    findings->push_back({std::string(id), rule->severity, engine, migration.domain,
                         down ? migration.down_file : migration.up_file, 1, 1, std::move(message),
                         std::string(rule->fix)});
  }
};

bool has_domain(const MigrationSet& set, const std::string& domain) {
  const auto domains = set.domains();
  return std::ranges::find(domains, domain) != domains.end();
}

// What `set` has and `other` lacks.
void compare(const MigrationSet& set, const MigrationSet& other, TreeRule& rule) {
  for (const Migration& migration : set.migrations()) {
    if (!has_domain(other, migration.domain)) continue;
    const Migration* same = other.find(migration.domain, migration.version);
    const std::string there = " for " + std::string(dialect(other.engine()).title);
    if (same == nullptr) {
      rule.found("tree-missing-version", migration, false,
                 "there is no version " + migration.version + there);
      continue;
    }
    if (same->name != migration.name && set.engine() < other.engine()) {
      rule.found("tree-other-name", migration, false,
                 "version " + migration.version + " is " + migration.name + " here, and " +
                     same->name + there);
    }
    if (migration.down && !same->down && !same->irreversible) {
      rule.found("tree-missing-down", migration, true,
                 "version " + migration.version + " has no down" + there);
    }
  }
}

}  // namespace

std::span<const LintRule> tree_rules() { return rules; }

void check_tree(std::span<const MigrationSet> sets, const LintOptions& options,
                std::vector<LintFinding>& findings) {
  TreeRule rule{&options, &findings};
  for (const MigrationSet& set : sets) {
    rule.engine = set.engine();
    for (const MigrationSet& other : sets) {
      if (&set != &other) compare(set, other, rule);
    }
  }
}

}  // namespace lockstep::detail

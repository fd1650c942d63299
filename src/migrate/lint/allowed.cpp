// SPDX-License-Identifier: BSL-1.0
#include "migrate/lint/allowed.hpp"

#include <algorithm>

#include "lockstep/error.hpp"
#include "migrate/forms/directives.hpp"

namespace lockstep {
namespace detail {
namespace {

std::size_t last_line(const MigrationStatement& statement) {
  return statement.line + static_cast<std::size_t>(std::ranges::count(statement.text, '\n'));
}

// From the first to the last line for which a directive holds.
struct Reach {
  std::size_t first = 1;
  std::size_t last = std::string::npos;
};

Reach reach_of(const MigrationAllowed& allowed, const std::vector<MigrationStatement>& statements) {
  if (statements.empty() || allowed.line < statements.front().line) return {};
  for (const MigrationStatement& statement : statements) {
    if (last_line(statement) >= allowed.line) return {statement.line, last_line(statement)};
  }
  return {allowed.line, allowed.line};
}

// Takes out what one directive allows; whether there was something.
bool take_out(const MigrationAllowed& allowed, const std::string& file,
              const std::vector<MigrationStatement>& statements, std::vector<LintFinding>& findings,
              std::size_t first) {
  const Reach reach = reach_of(allowed, statements);
  const auto gone = std::remove_if(findings.begin() + static_cast<std::ptrdiff_t>(first),
                                   findings.end(), [&](const LintFinding& finding) {
                                     return finding.rule == allowed.rule && finding.file == file &&
                                            finding.line >= reach.first &&
                                            finding.line <= reach.last;
                                   });
  const bool found = gone != findings.end();
  findings.erase(gone, findings.end());
  return found;
}

const LintRule* find_rule(std::string_view id) {
  const auto rules = lint_rules();
  const auto found = std::ranges::find(rules, id, &LintRule::id);
  return found == rules.end() ? nullptr : &*found;
}

// Why an allowed rule allows nothing, though nothing was found; empty if it may do so.
std::string_view complaint(const LintOptions& options, std::string_view rule,
                           std::span<const Engine> engines) {
  const LintRule* known = find_rule(rule);
  if (known == nullptr) return "unknown-allow";
  const bool applies = std::ranges::any_of(engines, [&](Engine engine) {
    return std::ranges::find(known->engines, engine) != known->engines.end();
  });
  return applies && is_asked_for(options, rule) ? "unused-allow" : "";
}

void complain(const LintOptions& options, std::string_view id, LintFinding at,
              std::vector<LintFinding>& findings) {
  if (id.empty() || !is_asked_for(options, id)) return;
  const LintRule* rule = find_rule(id);
  at.message =
      (id == "unknown-allow" ? "allows the unknown rule " : "allows what is not found: ") + at.rule;
  at.rule = id;
  at.severity = rule->severity;
  at.fix = rule->fix;
  findings.push_back(std::move(at));
}

}  // namespace

bool AllowedList::allows(const LintFinding& finding) {
  bool found = false;
  for (const LintAllowed& allowed : options_.allowed) {
    if (allowed.rule != finding.rule || allowed.file != finding.file ||
        allowed.domain != finding.domain) {
      continue;
    }
    used_.insert(&allowed);
    found = true;
  }
  return found;
}

void AllowedList::apply(const Migration& migration, Engine engine,
                        std::vector<LintFinding>& findings, std::size_t first) {
  std::erase_if(findings, [&, seen = std::size_t{0}](const LintFinding& finding) mutable {
    return seen++ >= first && allows(finding);
  });
  std::vector<MigrationAllowed> unused;
  for (const MigrationAllowed& allowed : migration.up_allowed) {
    if (!take_out(allowed, migration.up_file, migration.up_statements, findings, first)) {
      unused.push_back(allowed);
    }
  }
  const bool one_file = migration.up_file == migration.down_file;
  const auto by_line = [](const MigrationAllowed& a, const MigrationAllowed& b) {
    return a.line == b.line && a.rule == b.rule;
  };
  std::vector<MigrationAllowed> unused_down;
  for (const MigrationAllowed& allowed : migration.down_allowed) {
    const bool used =
        take_out(allowed, migration.down_file, migration.down_statements, findings, first);
    const auto same = std::ranges::find_if(
        unused, [&](const MigrationAllowed& other) { return by_line(other, allowed); });
    const bool for_both =
        one_file && std::ranges::any_of(migration.up_allowed, [&](const MigrationAllowed& other) {
          return by_line(other, allowed);
        });
    if (used && one_file && same != unused.end()) unused.erase(same);
    if (!used && !for_both) unused_down.push_back(allowed);
  }
  const auto tell = [&](const MigrationAllowed& allowed, const std::string& file) {
    complain(options_, complaint(options_, allowed.rule, std::span(&engine, 1)),
             {allowed.rule, {}, engine, migration.domain, file, allowed.line, 1, {}, {}}, findings);
  };
  for (const MigrationAllowed& allowed : unused) tell(allowed, migration.up_file);
  for (const MigrationAllowed& allowed : unused_down) tell(allowed, migration.down_file);
}

void AllowedList::finish(std::span<const MigrationSet> sets, std::vector<LintFinding>& findings,
                         std::size_t first) {
  std::erase_if(findings, [&, seen = std::size_t{0}](const LintFinding& finding) mutable {
    return seen++ >= first && allows(finding);
  });
  for (const LintAllowed& allowed : options_.allowed) {
    std::vector<Engine> engines;  // of the sets that could have what is allowed
    for (const MigrationSet& set : sets) {
      const auto domains = set.domains();
      if (std::ranges::find(domains, allowed.domain) != domains.end()) {
        engines.push_back(set.engine());
      }
    }
    if (used_.contains(&allowed) || engines.empty()) continue;
    complain(options_, complaint(options_, allowed.rule, engines),
             {allowed.rule, {}, engines.front(), allowed.domain, allowed.file, 1, 1, {}, {}},
             findings);
  }
}

}  // namespace detail

std::vector<LintAllowed> read_lint_allowed(std::string_view text, std::string_view domain) {
  std::vector<LintAllowed> allowed;
  std::size_t line = 0;
  while (!text.empty()) {
    ++line;
    std::string_view said = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(said.size() + 1, text.size()));
    said = detail::trim(said.substr(0, said.find('#')));
    if (said.empty()) continue;
    const auto words = detail::split_blanks(said);
    if (words.size() < 3) {
      raise(ErrorKind::invalid_data, "line " + std::to_string(line) +
                                         " of what the lint allows: FILE RULE REASON, and the "
                                         "reason is not optional");
    }
    const std::size_t slash = words[0].find('/');
    const bool named = slash != std::string_view::npos;
    allowed.push_back(
        {std::string(named ? words[0].substr(0, slash) : domain),
         std::string(named ? words[0].substr(slash + 1) : words[0]), std::string(words[1]),
         std::string(said.substr(static_cast<std::size_t>(words[2].data() - said.data())))});
  }
  return allowed;
}

}  // namespace lockstep

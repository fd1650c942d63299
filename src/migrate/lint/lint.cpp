// SPDX-License-Identifier: BSL-1.0
#include "migrate/lint/rule.hpp"

#include <algorithm>

#include "lockstep/error.hpp"
#include "migrate/lint/allowed.hpp"
#include "migrate/set_order.hpp"
#include "migrate/splitter.hpp"

namespace lockstep {
namespace detail {
namespace {

const std::vector<LintCheck>& all_checks() {
  static const std::vector<LintCheck> all = [] {
    std::vector<LintCheck> checks;
    for (const auto group :
         {schema_checks, row_checks, file_checks, newer_checks, postgres_lock_checks,
          postgres_checks, mysql_checks, mysql_syntax_checks, sqlite_checks}) {
      std::ranges::copy(group(), std::back_inserter(checks));
    }
    return checks;
  }();
  return all;
}

const std::vector<LintRule>& all_rules() {
  static const std::vector<LintRule> all = [] {
    std::vector<LintRule> rules;
    for (const LintCheck& check : all_checks()) rules.push_back(check.rule);
    std::ranges::copy(tree_rules(), std::back_inserter(rules));
    return rules;
  }();
  return all;
}

bool is_rule(std::string_view id) {
  return std::ranges::find(all_rules(), id, &LintRule::id) != all_rules().end();
}

void require_rules(const std::vector<std::string>& ids) {
  for (const std::string& id : ids) {
    if (is_rule(id)) continue;
    raise(ErrorKind::invalid_argument, "no rule of the lint: " + id);
  }
}

std::vector<LintStatement> read_all(const std::vector<MigrationStatement>& sources, Engine engine,
                                    DoubleQuotes quotes) {
  std::vector<LintStatement> statements;
  for (const MigrationStatement& source : sources) {
    statements.push_back(read_lint_statement(source, engine, quotes));
  }
  return statements;
}

// The migrations of one set, in their order.
class SetLint {
 public:
  SetLint(const MigrationSet& set, const LintOptions& options, AllowedList& allowed,
          std::vector<LintFinding>& findings)
      : set_(set),
        options_(options),
        allowed_(allowed),
        findings_(findings),
        server_(parse_server_version(options.server_version, set.engine())) {}

  void run() {
    for (const Migration* migration : in_order(set_)) read(*migration);
  }

 private:
  void read(const Migration& migration);
  void look(const MigrationText& text, bool up);
  template <class Run>
  void each_check(const MigrationText& text, bool up, Run run);

  const MigrationSet& set_;
  const LintOptions& options_;
  AllowedList& allowed_;
  std::vector<LintFinding>& findings_;
  ServerVersion server_;
  Schema schema_;
};

void SetLint::read(const Migration& migration) {
  if (migration.code) return;
  const DoubleQuotes quotes = set_.source_of(migration).engine_settings
                                  ? quotes_of_engine(set_.engine())
                                  : DoubleQuotes::name;
  const MigrationText text{&migration, read_all(migration.up_statements, set_.engine(), quotes),
                           read_all(migration.down_statements, set_.engine(), quotes)};
  const std::size_t before = findings_.size();
  schema_.begin_script();
  look(text, true);
  schema_.begin_script();
  look(text, false);
  const auto begin = findings_.begin() + static_cast<std::ptrdiff_t>(before);
  std::stable_sort(begin, findings_.end(), [&](const LintFinding& a, const LintFinding& b) {
    const bool down = a.file != b.file && b.file == migration.down_file;
    return a.file == b.file ? std::pair(a.line, a.column) < std::pair(b.line, b.column) : down;
  });
  allowed_.apply(migration, set_.engine(), findings_, before);
}

template <class Run>
void SetLint::each_check(const MigrationText& text, bool up, Run run) {
  for (const LintCheck& each : all_checks()) {
    const bool engine =
        std::ranges::find(each.rule.engines, set_.engine()) != each.rule.engines.end();
    if (!engine || (!up && !each.down) || !is_asked_for(options_, each.rule.id)) continue;
    Check check{set_, options_, server_, schema_, text, up, each.rule, findings_};
    run(each, check);
  }
}

void SetLint::look(const MigrationText& text, bool up) {
  each_check(text, up, [](const LintCheck& each, Check& check) {
    if (each.script != nullptr) each.script(check);
  });
  for (const LintStatement& statement : up ? text.up : text.down) {
    each_check(text, up, [&](const LintCheck& each, Check& check) {
      if (each.statement != nullptr) each.statement(check, statement);
    });
    if (up) schema_.apply(statement);
  }
}

}  // namespace

bool Check::transactional() const noexcept {
  return up ? text.migration->up_transactional : text.migration->down_transactional;
}

void Check::found(const LintStatement& statement, Words at, std::string message) {
  const MigrationStatement& source = *statement.source;
  const TextPlace place = at.empty() ? TextPlace{} : place_of(source.text, at.front().offset);
  const Migration& migration = *text.migration;
  findings.push_back({std::string(rule.id), severity, set.engine(), migration.domain,
                      up ? migration.up_file : migration.down_file, source.line + place.line - 1,
                      place.line == 1 ? source.column + place.column - 1 : place.column,
                      std::move(message), std::string(rule.fix)});
}

void Check::found(std::string message) {
  const Migration& migration = *text.migration;
  findings.push_back({std::string(rule.id), severity, set.engine(), migration.domain,
                      up ? migration.up_file : migration.down_file, 1, 1, std::move(message),
                      std::string(rule.fix)});
}

bool is_asked_for(const LintOptions& options, std::string_view id) {
  const bool only =
      options.only.empty() || std::ranges::find(options.only, id) != options.only.end();
  return only && std::ranges::find(options.without, id) == options.without.end();
}

}  // namespace detail

std::string_view to_string(LintSeverity severity) noexcept {
  switch (severity) {
    case LintSeverity::info:
      return "info";
    case LintSeverity::warning:
      return "warning";
    case LintSeverity::error:
      break;
  }
  return "error";
}

std::span<const LintRule> lint_rules() { return detail::all_rules(); }

std::vector<LintFinding> lint(const MigrationSet& set, const LintOptions& options) {
  return lint(std::span(&set, 1), options);
}

std::vector<LintFinding> lint(std::span<const MigrationSet> sets, const LintOptions& options) {
  detail::require_rules(options.only);
  detail::require_rules(options.without);
  std::vector<LintFinding> findings;
  detail::AllowedList allowed(options);
  for (const MigrationSet& set : sets) detail::SetLint(set, options, allowed, findings).run();
  const std::size_t first = findings.size();
  detail::check_tree(sets, options, findings);
  allowed.finish(sets, findings, first);
  return findings;
}

}  // namespace lockstep

// SPDX-License-Identifier: BSL-1.0
// lockstep migrate lint
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "cli/migrate/commands.hpp"
#include "cli/migrate/findings.hpp"
#include "cli/migrate/set.hpp"
#include "cli/terminal.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

std::string engines_of(const LintRule& rule) {
  if (rule.engines.size() == dialects().size()) return "all";
  std::string names;
  for (const Engine engine : rule.engines) {
    names += (names.empty() ? "" : ", ") + std::string(to_string(engine));
  }
  return names;
}

int print_rules(bool json) {
  std::vector<std::vector<std::string>> rows{{"RULE", "ENGINES", "SEVERITY", "WHAT IS FOUND"}};
  bool first = true;
  for (const LintRule& rule : lint_rules()) {
    if (!json) {
      rows.push_back({std::string(rule.id), engines_of(rule), std::string(to_string(rule.severity)),
                      std::string(rule.what)});
      continue;
    }
    ordered_json line;
    if (first) line["format"] = 1;
    first = false;
    line.update({{"rule", rule.id}, {"engines", ordered_json::array()}});
    for (const Engine engine : rule.engines) line["engines"].push_back(to_string(engine));
    line.update({{"severity", to_string(rule.severity)},
                 {"what", rule.what},
                 {"reason", rule.reason},
                 {"fix", rule.fix}});
    print(line.dump());
  }
  if (!json) print_table(rows);
  return exit_done;
}

struct Counts {
  std::array<std::size_t, 3> of{};  // by severity
  [[nodiscard]] std::size_t errors() const { return of[2]; }
  [[nodiscard]] std::size_t warnings() const { return of[1]; }
};

void print_findings(const std::vector<LintFinding>& findings, const Counts& counts, int code,
                    bool json) {
  bool first = true;
  const auto write = [&](const ordered_json& object) {
    ordered_json line;
    if (first) line["format"] = 1;
    first = false;
    line.update(object);
    print(line.dump());
  };
  for (const LintFinding& finding : findings) {
    json ? write(to_json(finding)) : print(describe(finding));
  }
  if (json) {
    write({{"event", "summary"},
           {"errors", counts.errors()},
           {"warnings", counts.warnings()},
           {"infos", counts.of[0]},
           {"exit_code", code}});
  } else {
    message(std::to_string(counts.errors()) + " errors, " + std::to_string(counts.warnings()) +
            " warnings, " + std::to_string(counts.of[0]) + " infos");
  }
}

}  // namespace

int migrate_lint(const Options& options, const Lookup& /*environment*/) {
  const MigrateOptions& migrate = options.migrate;
  if (migrate.list_rules) return print_rules(options.json);
  const std::vector<MigrationSet> sets = read_sets(options);
  if (!migrate.server_version.empty() && sets.size() > 1) {
    raise(ErrorKind::invalid_argument, "--server-version is about one --engine");
  }
  const auto findings = lint(sets, {.server_version = migrate.server_version,
                                    .only = migrate.rules,
                                    .without = migrate.no_rules,
                                    .allowed = read_allowed(options)});
  Counts counts;
  for (const LintFinding& finding : findings) {
    ++counts.of[static_cast<std::size_t>(finding.severity)];
  }
  const bool bad = counts.errors() > 0 || (migrate.strict && counts.warnings() > 0);
  const int code = bad ? exit_lint : exit_done;
  print_findings(findings, counts, code, options.json);
  return code;
}

}  // namespace lockstep::cli

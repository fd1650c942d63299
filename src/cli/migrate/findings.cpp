// SPDX-License-Identifier: BSL-1.0
#include "cli/migrate/findings.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/terminal.hpp"

namespace lockstep::cli {

using nlohmann::ordered_json;

std::vector<LintAllowed> read_allowed(const Options& options) {
  if (options.migrate.dir.empty()) return embedded_lint_allowed();
  std::ifstream in(std::filesystem::path(options.migrate.dir) / ".lockstepallow");
  if (!in) return {};
  std::stringstream text;
  text << in.rdbuf();
  return read_lint_allowed(text.str(),
                           options.domains.empty() ? "default" : options.domains.front());
}

ordered_json to_json(const LintFinding& finding) {
  return {{"event", "finding"},         {"engine", to_string(finding.engine)},
          {"domain", finding.domain},   {"file", finding.file},
          {"line", finding.line},       {"column", finding.column},
          {"rule", finding.rule},       {"severity", to_string(finding.severity)},
          {"message", finding.message}, {"fix", finding.fix}};
}

std::string describe(const LintFinding& finding) {
  const Style style = finding.severity == LintSeverity::error     ? Style::bad
                      : finding.severity == LintSeverity::warning ? Style::bold
                                                                  : Style::dim;
  return finding.domain + '/' + finding.file + ':' + std::to_string(finding.line) + ':' +
         std::to_string(finding.column) + ": " +
         styled(style, std::string(to_string(finding.severity))) + ": " + finding.message + " [" +
         finding.rule + ", " + std::string(to_string(finding.engine)) +
         "]\n    instead: " + finding.fix;
}

}  // namespace lockstep::cli

// SPDX-License-Identifier: BSL-1.0
#include "migrate/engine_rule.hpp"

#include <algorithm>
#include <array>

#include "lockstep/dsn.hpp"
#include "migrate/version.hpp"

namespace lockstep::detail {
namespace {

constexpr std::array<std::string_view, 4> names{"sqlite", "postgres", "mysql", "mariadb"};
constexpr std::string_view version_characters = "0123456789.";

struct Alternative {
  std::string_view name;
  std::string_view version;  // empty: any
  bool at_least = false;     // it has a >=
};

Alternative read_alternative(std::string_view text) {
  const auto at = text.find(">=");
  if (at == std::string_view::npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 2), true};
}

// Takes the first alternative from the front of a rule.
Alternative take(std::string_view& rule) {
  const auto end = std::min(rule.find('|'), rule.size());
  const Alternative found = read_alternative(rule.substr(0, end));
  rule.remove_prefix(std::min(end + 1, rule.size()));
  return found;
}

bool is_version(std::string_view text) {
  return !text.empty() && text.find_first_not_of(version_characters) == std::string_view::npos &&
         text.front() != '.' && text.back() != '.';
}

}  // namespace

ServerName name_server(Engine engine, std::string_view version) {
  const bool mariadb = version.find("MariaDB") != std::string_view::npos;
  const auto end = std::min(version.find_first_not_of(version_characters), version.size());
  return {mariadb ? "mariadb" : std::string(dialect(engine).name),
          std::string(version.substr(0, end))};
}

std::string engine_rule_fault(std::string_view rule) {
  const std::string example = "write it as in `mysql>=8|mariadb`";
  if (rule.empty() || rule.back() == '|') return example;
  while (!rule.empty()) {
    const Alternative alternative = take(rule);
    if (std::ranges::find(names, alternative.name) == names.end()) {
      const Nearest near = nearest(alternative.name, names);
      return "there is no engine `" + std::string(alternative.name) + '`' +
             (near.similar ? ", is it `" + std::string(near.word) + "`?" : "; " + example);
    }
    if (alternative.at_least && !is_version(alternative.version)) {
      return "`" + std::string(alternative.version) + "` is no version; " + example;
    }
  }
  return {};
}

bool rule_takes(std::string_view rule, const ServerName& server) {
  if (rule.empty()) return true;
  while (!rule.empty()) {
    const Alternative alternative = take(rule);
    if (alternative.name != server.name) continue;
    if (!alternative.at_least) return true;
    if (std::is_gteq(compare_versions(server.version, alternative.version))) return true;
  }
  return false;
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// lockstep migrate parity
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cli/migrate/commands.hpp"
#include "cli/migrate/set.hpp"
#include "cli/terminal.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

ParityAllow read_allow(const MigrateOptions& options) {
  std::string file = options.allow;
  if (file.empty() && options.dir.empty()) return ParityAllow::embedded();
  if (file.empty()) {
    file = (std::filesystem::path(options.dir) / "parity.toml").string();
    if (!std::filesystem::exists(file)) return {};
  }
  const std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) raise(ErrorKind::invalid_data, file + " cannot be read");
  return ParityAllow::parse(text.str(), file);
}

ordered_json to_json(const SchemaDifference& difference) {
  ordered_json json{{"event", "difference"},   {"table", difference.table},
                    {"part", difference.part}, {"name", difference.name},
                    {"what", difference.what}, {"place", difference.place}};
  json[difference.reference_name] = difference.reference;
  json[difference.other_name] = difference.other;
  return json;
}

void print_json(const TreesReport& report, int code) {
  const auto line = [](const char* event, const std::string& text) {
    print(ordered_json{{"event", event}, {"message", text}}.dump());
  };
  print(ordered_json{{"format", 1}, {"event", "parity"}}.dump());
  for (const std::string& each : report.versions) line("version", each);
  for (const SchemaDifference& each : report.schemas.unexplained) print(to_json(each).dump());
  for (const std::string& each : report.schemas.unused) line("unused", each);
  for (const std::string& each : report.not_compared) line("not_compared", each);
  print(ordered_json{{"event", "summary"},
                     {"differences", report.versions.size() + report.schemas.unexplained.size()},
                     {"explained", report.schemas.explained.size()},
                     {"exit_code", code}}
            .dump());
}

void print_lines(const TreesReport& report) {
  for (const std::string& each : report.versions) print(each);
  for (const SchemaDifference& each : report.schemas.unexplained) {
    print((each.place.empty() ? "" : each.place + ": ") + to_string(each));
  }
  for (const std::string& each : report.schemas.unused) print(each);
  for (const std::string& each : report.not_compared) message("not compared  " + each);
  const std::size_t found = report.versions.size() + report.schemas.unexplained.size();
  message(std::to_string(found) + " differences, " +
          std::to_string(report.schemas.explained.size()) + " explained by the allow file");
}

}  // namespace

int migrate_parity(const Options& options, const Lookup& environment) {
  const ParityAllow allow = read_allow(options.migrate);
  const auto sets = read_sets(options);
  const TreesReport report = check_trees(sets, scratch_servers(options, environment), allow);
  const int code = report.passed() ? exit_done : exit_parity;
  options.json ? print_json(report, code) : print_lines(report);
  if (code != exit_done) {
    message("error[11]: the migrations of the engines do not make one schema");
    message("  next: mend the tree that is named, or explain it in the allow file");
  }
  return code;
}

}  // namespace lockstep::cli

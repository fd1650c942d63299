// SPDX-License-Identifier: BSL-1.0
// lockstep migrate test
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/migrate/commands.hpp"
#include "cli/migrate/set.hpp"
#include "cli/terminal.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

class Report {
 public:
  explicit Report(bool json) : json_(json) {
    if (json_) print(ordered_json{{"format", 1}, {"event", "test"}}.dump());
  }

  void file(Engine engine, const MigrationTest& test) {
    const bool passed = test.fault.empty();
    failed_ += passed ? 0 : 1;
    if (json_) {
      ordered_json object{{"event", "file"},           {"engine", to_string(engine)},
                          {"domain", test.domain},     {"version", test.version},
                          {"name", test.name},         {"file", test.file},
                          {"reverted", test.reverted}, {"passed", passed}};
      if (!passed) object["fault"] = test.fault;
      return print(object.dump());
    }
    const std::string what =
        std::string(to_string(engine)) + ' ' + test.domain + '/' + test.version + ' ' + test.name;
    if (passed) {
      message("passed  " + what + (test.reverted ? "  up, down, up" : "  up"));
    } else {
      message("FAILED  " + what + " (" + test.file + "): " + test.fault);
    }
  }

  void note(const char* event, Engine engine, const std::string& text) {
    if (std::string_view(event) == "fault") ++failed_;
    if (json_) {
      print(
          ordered_json{{"event", event}, {"engine", to_string(engine)}, {"message", text}}.dump());
    } else {
      message(std::string(event) + "  " + std::string(to_string(engine)) + ": " + text);
    }
  }

  [[nodiscard]] int end() const {
    const int code = failed_ == 0 ? exit_done : exit_failed;
    if (json_) {
      print(ordered_json{{"event", "summary"}, {"failed", failed_}, {"exit_code", code}}.dump());
    }
    if (code != exit_done) {
      message("error[7]: " + std::to_string(failed_) + " tests of migrations failed");
      message("  next: mend the file that is named; only scratch databases were used");
    }
    return code;
  }

 private:
  bool json_;
  std::size_t failed_ = 0;
};

}  // namespace

int migrate_test(const Options& options, const Lookup& environment) {
  const auto sets = read_sets(options);
  ScratchServers servers = scratch_servers(options, environment);
  servers.sqlite = "sqlite:" + (std::filesystem::temp_directory_path() / "lockstep.db").string();
  Report report(options.json);
  for (const MigrationSet& set : sets) {
    const Engine engine = set.engine();
    const std::string& url = servers.of(engine);
    if (url.empty()) {
      report.note("not tested", engine, "no server for its scratch databases");
      continue;
    }
    MigrationTestOptions test;
    test.starters = options.migrate.starters;
    test.observer = [&](const MigrationTest& each) { report.file(engine, each); };
    const MigrationTestReport tested = test_migrations(set, url, test);
    for (const std::string& each : tested.faults) report.note("fault", engine, each);
    for (const std::string& each : tested.not_tested) report.note("not tested", engine, each);
  }
  return report.end();
}

}  // namespace lockstep::cli

// SPDX-License-Identifier: BSL-1.0
// What `lockstep migrate` tells of its work: lines for people on stderr, or with --json one object
// a line on stdout, as it happens: plan, start, statement, done, error, summary.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/options.hpp"
#include "lockstep/migrate.hpp"

namespace lockstep::cli {

[[nodiscard]] nlohmann::ordered_json to_json(const MigrationStep& step);

// {"format": 1, "database": ..., KEY: items}, on stdout.
void print_document(const std::string& database, const char* key, nlohmann::ordered_json items);

// True with --yes, or if the answer to the question is yes; else tells that `undone`, "nothing was
// reverted", as what exit_refused stands for.
[[nodiscard]] bool agrees(const Options& options, const std::string& question,
                          const std::string& undone);

// A run of the migrator, as it goes.
class RunReport {
 public:
  // `database` is the redacted URL.
  RunReport(const Options& options, std::string database);

  void plan(const std::vector<MigrationStep>& steps);
  void tell(const MigrationEvent& event);
  void done(const std::vector<MigrationStep>& steps);
  // Answers the exit code. `unfinished`: the database has a file that resume would go on with.
  [[nodiscard]] int failed(const Error& error, bool unfinished);

 private:
  void write(const nlohmann::ordered_json& object);

  bool json_;
  std::string database_;
  bool first_ = true;
  std::string file_;    // where the engine points in it, if line_ is above 0
  std::size_t line_ = 0;
  std::size_t column_ = 0;
};

// Whether a file has ended before its end; false if the database does not tell.
[[nodiscard]] bool is_unfinished(Migrator& migrator);

}  // namespace lockstep::cli

// SPDX-License-Identifier: BSL-1.0
// lockstep migrate validate
#include "lockstep/migration_validation.hpp"

#include <nlohmann/json.hpp>

#include "cli/migrate/commands.hpp"
#include "cli/migrate/output.hpp"
#include "cli/migrate/set.hpp"
#include "cli/terminal.hpp"
#include "lockstep/migration_files.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::array all_engines{Engine::sqlite, Engine::postgres, Engine::mysql};

// --engine; else all that there are migrations for. A folder of files is for the database's engine.
std::vector<Engine> engines_of(const Options& options, const Lookup& environment) {
  if (!options.migrate.engine.empty()) {
    for (const Engine engine : all_engines) {
      if (to_string(engine) == options.migrate.engine) return {engine};
    }
  }
  if (options.migrate.dir.empty()) return {all_engines.begin(), all_engines.end()};
  std::vector<Engine> engines = MigrationSet::engines_in(options.migrate.dir);
  if (engines.empty()) {
    engines.push_back(Dsn::parse(choose_database(options, environment).url).engine);
  }
  return engines;
}

std::vector<MigrationFault> faults_of(const Options& options, Engine engine) {
  if (!options.migrate.dir.empty()) {
    return validate_folder(engine, options.migrate.dir, folder_options(options));
  }
  (void)MigrationSet::embedded(engine, options.domains);
  return {};
}

// What has changed since `new` has written the sum is no fault: files are filled after it.
void tell_sum(const Options& options) {
  if (options.migrate.dir.empty()) return;
  for (const std::string& line : check_sum(options.migrate.dir)) {
    message("note: lockstep.sum: " + line);
  }
}

}  // namespace

int migrate_validate(const Options& options, const Lookup& environment) {
  ordered_json list = ordered_json::array();
  std::string engines;
  tell_sum(options);
  for (const Engine engine : engines_of(options, environment)) {
    const std::string name(to_string(engine));
    engines += (engines.empty() ? "" : ", ") + name;
    for (const MigrationFault& fault : faults_of(options, engine)) {
      list.push_back({{"engine", name}, {"place", fault.place}, {"message", fault.what}});
      if (options.json) continue;
      print(name + ": " + (fault.place.empty() ? "" : fault.place + ": ") + fault.what);
    }
  }
  const std::size_t faults = list.size();
  if (options.json) {
    const ordered_json document{{"format", 1}, {"engines", engines}, {"faults", std::move(list)}};
    print(document.dump(2));
  }
  if (faults == 0) {
    message("the files are valid for " + engines);
    return exit_done;
  }
  message("error[4]: faults in the files: " + std::to_string(faults));
  message("  next: mend what is named, then `lockstep migrate validate` again");
  return exit_bad_files;
}

}  // namespace lockstep::cli

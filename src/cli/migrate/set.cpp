// SPDX-License-Identifier: BSL-1.0
#include "cli/migrate/set.hpp"

#include <pwd.h>
#include <unistd.h>

#include "lockstep/dialect.hpp"

namespace lockstep::cli {
namespace {

// The account that runs the program.
std::string user_name() {
  const passwd* user = getpwuid(geteuid());
  return user != nullptr ? user->pw_name : "";
}

OutOfOrder out_of_order(const std::string& word) {
  if (word == "apply") return OutOfOrder::apply;
  return word == "skip" ? OutOfOrder::skip : OutOfOrder::refuse;
}

// --engine; none if it is not said.
std::vector<Engine> named_engines(const MigrateOptions& migrate) {
  std::vector<Engine> engines;
  for (const Dialect* dialect : dialects()) {
    if (migrate.engine == dialect->name) engines.push_back(dialect->engine);
  }
  return engines;
}

}  // namespace

FolderOptions folder_options(const Options& options) {
  const MigrateOptions& migrate = options.migrate;
  if (options.domains.size() > 1) {
    raise(ErrorKind::invalid_argument, "a folder of migrations has one --domain");
  }
  FolderOptions folder;
  if (!options.domains.empty()) folder.domain = options.domains.front();
  if (migrate.form == "itinerary") folder.form = FolderForm::itinerary;
  folder.stem_is_version = migrate.key == "stem";
  folder.allow_missing = migrate.allow_missing;
  folder.foreign_keys = migrate.foreign_keys == "on";
  return folder;
}

MigrationSet read_set(const Options& options, const DatabaseChoice& choice) {
  const Engine engine = Dsn::parse(choice.url).engine;
  const std::string& dir = options.migrate.dir;
  if (dir.empty()) return MigrationSet::embedded(engine, options.domains);
  return MigrationSet::folder(engine, dir, folder_options(options));
}

ScratchServers scratch_servers(const Options& options, const Lookup& environment) {
  const MigrateOptions& migrate = options.migrate;
  const auto either = [&](const std::string& url, const char* variable) {
    return url.empty() ? environment(variable).value_or("") : url;
  };
  return {.postgres = either(migrate.scratch_postgres, "LOCKSTEP_TEST_POSTGRES_URL"),
          .mysql = either(migrate.scratch_mysql, "LOCKSTEP_TEST_MYSQL_URL")};
}

std::vector<MigrationSet> read_sets(const Options& options) {
  const std::string& dir = options.migrate.dir;
  const auto engines = named_engines(options.migrate);
  if (dir.empty()) return embedded_trees(options.domains, engines);
  return read_trees(dir, folder_options(options), engines);
}

MigratorOptions migrator_options(const Options& options) {
  const MigrateOptions& migrate = options.migrate;
  MigratorOptions how;
  how.stored_down = migrate.stored;
  how.out_of_order = out_of_order(migrate.out_of_order);
  how.strict = migrate.strict;
  how.applied_by = user_name();
  return how;
}

}  // namespace lockstep::cli

// SPDX-License-Identifier: BSL-1.0
#include "cli/migrate/set.hpp"

namespace lockstep::cli {

MigrationSet read_set(const Options& options, Engine engine) {
  const MigrateOptions& migrate = options.migrate;
  if (migrate.dir.empty()) return MigrationSet::embedded(engine, options.domains);
  if (options.domains.size() > 1) {
    raise(ErrorKind::invalid_argument, "a folder of migrations has one --domain");
  }
  FolderOptions folder;
  if (!options.domains.empty()) folder.domain = options.domains.front();
  if (migrate.form == "itinerary") folder.form = FolderForm::itinerary;
  folder.stem_is_version = migrate.key == "stem";
  folder.allow_missing = migrate.allow_missing;
  folder.foreign_keys = migrate.foreign_keys == "on";
  return MigrationSet::folder(engine, migrate.dir, folder);
}

MigrationSet read_set(const Options& options, const DatabaseChoice& choice) {
  return read_set(options, Dsn::parse(choice.url).engine);
}

}  // namespace lockstep::cli

// SPDX-License-Identifier: BSL-1.0
#include <cstdio>

#include "chaos/crew.hpp"
#include "chaos/migrator_promises.hpp"
#include "lockstep/migrate.hpp"

namespace lockstep::chaos {
namespace {

// As the command-line tool ends.
constexpr int exit_failed = 7;
constexpr int exit_locked = 6;

std::size_t migrate(std::span<const std::string> arguments) {
  Database db = Database::open(arguments[0]);
  MigratorOptions options;
  if (arguments[2] == "table") options.lock = LockKind::table;
  Migrator migrator(db, MigrationSet::folder(db.dialect().engine, arguments[1]), options);
  const std::size_t resumed = arguments[3] == "resume" ? migrator.resume().size() : 0;
  return resumed + migrator.up().size();
}

}  // namespace

int migrator_worker(std::span<const std::string> arguments) {
  int code = 0;
  std::size_t files = 0;
  try {
    files = migrate(arguments);
  } catch (const Error& e) {
    code = e.kind() == ErrorKind::migration_locked ? exit_locked : exit_failed;
    std::fprintf(stderr, "%s\n", describe(e).c_str());
  }
  std::printf("%d %zu\n", code, files);
  return code;
}

}  // namespace lockstep::chaos

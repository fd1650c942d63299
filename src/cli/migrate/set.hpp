// SPDX-License-Identifier: BSL-1.0
// Which migrations the command line means.
#pragma once

#include "cli/options.hpp"
#include "lockstep/migrate.hpp"
#include "lockstep/migration_checks.hpp"

namespace lockstep::cli {

// Those of --dir, else the embedded ones. InvalidData for bad files: read them before a database is
// opened, so that none is created.
[[nodiscard]] MigrationSet read_set(const Options& options, const DatabaseChoice& choice);
// Of --engine, or of every engine: the embedded ones, or those of --dir that have a folder in it.
// InvalidArgument where that does not tell the engine.
[[nodiscard]] std::vector<MigrationSet> read_sets(const Options& options);

// How the files of --dir are read.
[[nodiscard]] FolderOptions folder_options(const Options& options);

// What the command line says of running them, and who runs it.
[[nodiscard]] MigratorOptions migrator_options(const Options& options);

// --scratch-postgres and --scratch-mysql, else the variables of the tests' servers.
[[nodiscard]] ScratchServers scratch_servers(const Options& options, const Lookup& environment);

}  // namespace lockstep::cli

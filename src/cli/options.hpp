// SPDX-License-Identifier: BSL-1.0
// What the command line asks for, and which database it means.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "cli/migrate/options.hpp"
#include "lockstep/database.hpp"

namespace lockstep::cli {

struct Options;

// A variable of the environment; none if it is not set.
using Lookup = std::function<std::optional<std::string>(const std::string& name)>;

// What a command does; answers the exit code.
using Action = std::function<int(const Options& options, const Lookup& environment)>;

struct Options {
  Action action;
  std::optional<std::string> database;  // --database
  std::vector<std::string> domains;     // --domain; empty: all of them
  bool json = false;
  bool yes = false;
  bool keep = false;                        // demo: leave the rows
  std::string file;                         // backup, restore
  bool force = false;                       // backup, restore, export: replace a file
  std::string table;                        // export
  bool csv = false;                         // export; else JSON
  std::string output;                       // export: a file; empty: stdout
  bool dry_run = false;                     // retention
  std::optional<int> max_age_days;          // retention: of executions
  std::optional<std::int64_t> keep_newest;  // retention: executions of each workflow
  MigrateOptions migrate;
};

// Reads the command line. Answers the exit code to end with where there is nothing more to do:
// after --help, or 2 after a wrong use that was told on stderr.
[[nodiscard]] std::optional<int> parse_command_line(int argc, const char* const* argv,
                                                    Options& options);

struct DatabaseChoice {
  std::string url;     // may hold a password
  std::string origin;  // "--database", "LOCKSTEP_DATABASE_URL", "./lockstep.toml", "default"
  DatabaseOptions options;
};

// --database, then the environment variables LOCKSTEP_MIGRATION_URL, LOCKSTEP_DATABASE_URL and
// DATABASE_URL, then ./lockstep.toml, then ~/.config/lockstep/config.toml, then sqlite:lockstep.db.
// InvalidData for a file that cannot be read as configuration.
[[nodiscard]] DatabaseChoice choose_database(const Options& options, const Lookup& environment);

// A URL that does not create a SQLite file which is not there.
[[nodiscard]] std::string without_creating(const std::string& url);

}  // namespace lockstep::cli

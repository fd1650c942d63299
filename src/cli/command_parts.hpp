// SPDX-License-Identifier: BSL-1.0
// What the files that describe the command line to CLI11 have in common.
#pragma once

#include "cli/options.hpp"

namespace CLI {
class App;
}

namespace lockstep::cli {

using DatabaseCommand = int (*)(const Options& options, const DatabaseChoice& choice);

// Runs the command on the database that the options, the environment and the files name.
[[nodiscard]] Action on_database(DatabaseCommand command);

// The option --database.
void add_database(CLI::App& app, Options& options);

// The command `migrate`, with all that is below it.
void add_migrate(CLI::App& app, Options& options);

}  // namespace lockstep::cli

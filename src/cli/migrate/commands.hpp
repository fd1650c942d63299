// SPDX-License-Identifier: BSL-1.0
// The commands of `lockstep migrate`: each answers the exit code, and stands in a file of its name.
#pragma once

#include "cli/commands.hpp"

namespace lockstep::cli {

int migrate_up(const Options& options, const DatabaseChoice& choice);
int migrate_down(const Options& options, const DatabaseChoice& choice);
int migrate_resume(const Options& options, const DatabaseChoice& choice);
int migrate_status(const Options& options, const DatabaseChoice& choice);
int migrate_wait(const Options& options, const DatabaseChoice& choice);
int migrate_lock_status(const Options& options, const DatabaseChoice& choice);
int migrate_lock_release(const Options& options, const DatabaseChoice& choice);
int migrate_repair(const Options& options, const DatabaseChoice& choice);
int migrate_lint(const Options& options, const Lookup& environment);  // without a database

}  // namespace lockstep::cli

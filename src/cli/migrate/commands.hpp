// SPDX-License-Identifier: BSL-1.0
// The commands of `lockstep migrate`: each answers the exit code, and stands in a file of its name.
#pragma once

#include "cli/commands.hpp"

namespace lockstep::cli {

int migrate_up(const Options& options, const DatabaseChoice& choice);
int migrate_down(const Options& options, const DatabaseChoice& choice);
int migrate_resume(const Options& options, const DatabaseChoice& choice);
int migrate_goto(const Options& options, const DatabaseChoice& choice);
int migrate_redo(const Options& options, const DatabaseChoice& choice);
int migrate_plan(const Options& options, const DatabaseChoice& choice);
int migrate_status(const Options& options, const DatabaseChoice& choice);
int migrate_wait(const Options& options, const DatabaseChoice& choice);
int migrate_lock_status(const Options& options, const DatabaseChoice& choice);
int migrate_lock_release(const Options& options, const DatabaseChoice& choice);
int migrate_version(const Options& options, const DatabaseChoice& choice);
int migrate_history(const Options& options, const DatabaseChoice& choice);
int migrate_verify(const Options& options, const DatabaseChoice& choice);
int migrate_validate(const Options& options, const Lookup& environment);
int migrate_baseline(const Options& options, const DatabaseChoice& choice);
int migrate_mark(const Options& options, const DatabaseChoice& choice);
int migrate_repair(const Options& options, const DatabaseChoice& choice);
int migrate_lint(const Options& options, const Lookup& environment);  // without a database
int migrate_adopt(const Options& options, const DatabaseChoice& choice);
int migrate_parity(const Options& options, const Lookup& environment);
int migrate_drift(const Options& options, const Lookup& environment);
int migrate_test(const Options& options, const Lookup& environment);
int migrate_dump(const Options& options, const DatabaseChoice& choice);
int migrate_load(const Options& options, const DatabaseChoice& choice);
int migrate_seed(const Options& options, const DatabaseChoice& choice);
int migrate_createdb(const Options& options, const DatabaseChoice& choice);
int migrate_dropdb(const Options& options, const DatabaseChoice& choice);
int migrate_new(const Options& options, const Lookup& environment);
int migrate_renumber(const Options& options, const DatabaseChoice& choice);

}  // namespace lockstep::cli

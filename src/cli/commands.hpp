// SPDX-License-Identifier: BSL-1.0
// The commands: each answers the exit code.
#pragma once

#include "cli/options.hpp"

namespace lockstep::cli {

enum Exit : int {
  exit_done = 0,
  exit_internal = 1,
  exit_usage = 2,
  exit_pending = 3,
  exit_bad_files = 4,
  exit_checksum = 5,
  exit_locked = 6,
  exit_failed = 7,
  exit_partly_applied = 8,
  exit_no_access = 9,
  exit_lint = 10,
  exit_parity = 11,
  exit_refused = 12,
  exit_stopped = 130,
};

// On --database, else on SQLite in memory: never on a database that only the environment names.
int demo(const Options& options);
int backup(const Options& options, const DatabaseChoice& choice);
int restore(const Options& options, const DatabaseChoice& choice);
int maintenance(const Options& options, const DatabaseChoice& choice);
int export_table(const Options& options, const DatabaseChoice& choice);
int retention(const Options& options, const DatabaseChoice& choice);

// Tells an error on stderr, with the next step, and answers the exit code that belongs to it.
int report(const Error& error);
// With another exit code, and what to do next, than its kind has.
struct Advice {
  int code;
  std::string_view next;
};
int report(const Error& error, const Advice& told);

}  // namespace lockstep::cli

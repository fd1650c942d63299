// SPDX-License-Identifier: BSL-1.0
// What the command line asks of `lockstep migrate`, beside what all commands have.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace lockstep::cli {

struct MigrateOptions {
  // The migrations.
  std::string dir;                  // --dir: a user's folder; empty: what is embedded
  std::string form = "detect";      // --form: or itinerary
  std::string key = "version";      // --key: or stem
  bool allow_missing = false;       // with --form itinerary
  std::string foreign_keys = "off"; // --foreign-keys: or on

  bool check = false;                // status: pending migrations are exit code 3
  bool all = false;                  // down
  std::optional<std::size_t> count;  // up, down, redo, plan; history: so many events
  std::string to;                    // up, down, plan: a version
  std::string out_of_order = "error";  // up, plan: or apply, skip
  bool strict = false;                 // up, plan, verify: files are complete; lint: warnings count
  bool stored = false;                 // down, goto, redo: by the texts of the ledger
  std::string version;                 // goto, baseline, mark
  std::string state;                   // mark: applied, pending
  std::string reason;                  // mark
  std::string rehash;                  // repair: a version
  std::string from = "auto";           // adopt: a tool

  // How files run: up, down.
  std::string lock = "session";      // --lock: or table
  std::string lock_timeout = "60s";  // to wait for other migrators; also of wait
  std::string ddl_lock_timeout = "3s";
  std::string tx = "file";  // --tx: or all
  std::string backup;       // --backup: a file; empty: none

  // lint
  std::string engine;                 // --engine; empty: every one whose folder is there
  std::string server_version;         // --server-version
  std::vector<std::string> rules;     // --rule; empty: all
  std::vector<std::string> no_rules;  // --no-rule
  bool list_rules = false;            // --rules

  bool drop_invalid_indexes = false;  // repair

  // Where scratch databases are made.
  std::string scratch_postgres;
  std::string scratch_mysql;
  std::string allow;  // parity: a file
  int starters = 4;   // test: at once
  std::string name;   // new: of the migration
  std::string typed;  // dropdb: the name of the database
};

}  // namespace lockstep::cli

// SPDX-License-Identifier: BSL-1.0
// Checks of migrations that build schemas on scratch databases, see lockstep/scratch.hpp. They
// change no other database.
#pragma once

#include "lockstep/migration_set.hpp"
#include "lockstep/parity.hpp"
#include "lockstep/scratch.hpp"

namespace lockstep {

// The folder's sets for these engines; if none is named, for all that it has folders for.
// InvalidArgument if that is none.
[[nodiscard]] std::vector<MigrationSet> read_trees(const std::filesystem::path& path,
                                                   const FolderOptions& options = {},
                                                   std::vector<Engine> engines = {});
// What is compiled into the library, for these engines, or all three; see MigrationSet::embedded.
[[nodiscard]] std::vector<MigrationSet> embedded_trees(const std::vector<std::string>& domains = {},
                                                       std::vector<Engine> engines = {});

struct TreesReport {
  // Versions that an engine lacks, or has under another name: "agent/0003: missing on mysql".
  std::vector<std::string> versions;
  ParityReport schemas;
  // Without a server for it, an engine's schema is read from the texts of its migrations. What that
  // passes over, a line each.
  std::vector<std::string> not_compared;
  [[nodiscard]] bool passed() const noexcept { return versions.empty() && schemas.passed(); }
};

// Whether the sets, of one engine each, make one schema. Entries of `allow` that explain nothing
// are told when every set was run. Throws what making a scratch database and Migrator::up throw.
[[nodiscard]] TreesReport check_trees(std::span<const MigrationSet> sets,
                                      const ScratchServers& servers, const ParityAllow& allow);

// What one database has otherwise than another of the same engine.
struct ObjectDifference {
  std::string kind;    // "table", "index", "view", ...; "column" and other parts of a table
  std::string name;    // "idx_jobs on jobs" for what is part of a table
  std::string what;    // "missing", "surplus", "definition", "type", ...
  std::string wanted;  // both sides; empty for what is not there
  std::string found;
};

// "index idx_jobs on jobs: missing", "column name of jobs, type: text, not bigint"
[[nodiscard]] std::string to_string(const ObjectDifference& difference);

struct DriftReport {
  std::vector<ObjectDifference> differences;
  // Objects that the files do not make, where domains that are not in the set are applied too:
  // they may be theirs. A line each.
  std::vector<std::string> not_judged;
};

// Compares the live database with a scratch database that the applied versions of the set have
// made. The ledger, the history tables of other tools and what extensions bring are left out. The
// live database is only read. InvalidState if a migration of the set is unfinished in it.
[[nodiscard]] DriftReport check_drift(Database& live, const MigrationSet& set,
                                      const ScratchServers& servers);

struct MigrationTest {
  std::string domain;
  std::string version;
  std::string name;
  std::string file;
  bool reverted = false;  // down and up again were tried: not without a down
  std::string fault;      // why it failed; empty: it passed
};

struct MigrationTestReport {
  Engine engine = Engine::sqlite;
  std::vector<MigrationTest> files;  // up to the first that failed to run
  // Of all files at once: from nothing, and by several starters.
  std::vector<std::string> faults;
  std::vector<std::string> not_tested;
  [[nodiscard]] bool passed() const noexcept;
};

struct MigrationTestOptions {
  // So many threads apply everything at once, with connections of their own; 0: not tried. Not on
  // a database in memory.
  int starters = 4;
  std::function<void(const MigrationTest&)> observer = {};  // after each file
};

// On scratch databases beside `url`: every file up, down and up again, with the schema it had
// before and after; everything from nothing; everything by several starters, each file once.
[[nodiscard]] MigrationTestReport test_migrations(const MigrationSet& set, std::string_view url,
                                                  const MigrationTestOptions& options = {});

}  // namespace lockstep

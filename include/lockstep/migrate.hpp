// SPDX-License-Identifier: BSL-1.0
// Migrator: applies and reverts the versions of a schema, under a lock, with a ledger beside them.
//
//     lockstep::Migrator migrator(db, lockstep::MigrationSet::embedded(db.dialect().engine));
//     for (const lockstep::MigrationStep& step : migrator.up()) log(step.domain, step.version);
//
// A file runs in one transaction with its ledger row where the engine can undo DDL (capability
// transactional_ddl), so that a failure leaves nothing; statement by statement elsewhere, with the
// progress in the ledger. The domain "lockstep" is applied before all others and reverted last.
// Reverting anything of a domain forgets its repeatable migrations: the next up runs them again.
#pragma once

#include "lockstep/database.hpp"
#include "lockstep/migration_set.hpp"
#include "lockstep/migrator_options.hpp"

namespace lockstep {

// Where to go. By default up, to the newest version of every domain.
struct MigrationGoal {
  MigrationDirection direction = MigrationDirection::up;
  std::optional<std::size_t> count = {};  // at most so many files; going down, the latest applied
  // The version to be at in the end, "0002" or "scheduler/0002": other domains stay as they are. A
  // bare version is enough when the set has one domain besides lockstep.
  std::string version = {};
};

enum class MigrationState : std::uint8_t {
  pending,
  applied,
  running,  // begun and not finished: it runs now, or its migrator died
  failed,   // ended at a statement, and what came before it is kept
  ahead,    // applied and unknown to this set: the database is newer than the program
};

[[nodiscard]] std::string_view to_string(MigrationState state) noexcept;

struct MigrationStatus {
  std::string domain;
  std::string version;
  std::string name;
  // "versioned", "repeatable", "code", or "baseline": there before lockstep was, and never run by
  // it.
  std::string kind = "versioned";
  MigrationState state = MigrationState::pending;
  bool changed = false;       // the set's file does something else than the one that was applied
  bool reformatted = false;   // it does the same, but is written otherwise
  bool out_of_order = false;  // it was applied after a higher version
  std::optional<Timestamp> started_at;
  std::optional<Timestamp> finished_at;
  std::size_t statements_total = 0;  // of the last run, up or down
  std::size_t statements_done = 0;
  std::string error;  // of a failed one: the statement's place and the engine's message
};

// Borrows the Database and needs one connection of it. Every call reads the ledger afresh; one that
// finds nothing to do takes no lock and creates nothing. Thread rule: one thread; Migrators of many
// threads and processes may run at once, and each file is run by one of them.
//
// MigrationLocked: no lock within lock_timeout; says who holds it where the engine tells.
// MigrationFailed: names file and line of the statement and what is left: nothing, or `failed` in
// status(). InvalidState, with nothing done: the ledger does not fit (an applied file was changed,
// a pending version is older than an applied one, a migration is unfinished, a down is missing or
// is not the one that was stored, an applied version is C++ code that this program does not have).
// InvalidArgument: a version that is not there.
class Migrator {
 public:
  // InvalidArgument if the set is for another engine; InvalidData for dependencies across domains
  // that go in a circle.
  Migrator(Database& db, MigrationSet set, MigratorOptions options = {});

  // What run() would do now. Takes no lock.
  [[nodiscard]] std::vector<MigrationStep> plan(const MigrationGoal& goal = {});
  // Returns what it did: steps that others did meanwhile are not in it.
  std::vector<MigrationStep> run(const MigrationGoal& goal);

  std::vector<MigrationStep> up() { return run({}); }
  std::vector<MigrationStep> up_to(std::string version) {
    return run({.version = std::move(version)});
  }
  std::vector<MigrationStep> down(std::size_t count = 1) {
    return run({.direction = MigrationDirection::down, .count = count});
  }
  std::vector<MigrationStep> down_to(std::string version) {
    return run({.direction = MigrationDirection::down, .version = std::move(version)});
  }
  // Reverts what is above the version, then applies what is missing up to it, under one lock. "0":
  // nothing of its domain, if that is the only one.
  std::vector<MigrationStep> go_to(const std::string& version);
  // Reverts the latest, and applies them again, under one lock. InvalidState, with nothing done, if
  // one of them has no file.
  std::vector<MigrationStep> redo(std::size_t count = 1);
  // Leaves only the ledger, if every domain in the ledger is in the set.
  std::vector<MigrationStep> down_all() { return run({.direction = MigrationDirection::down}); }

  // Goes on with what has ended before its end, up or down, after the statements that are done; a
  // crash in the middle of one is seen through. Nothing to do where all is done, and so always
  // after files that run in a transaction. InvalidState if it cannot go on: it says what to do.
  std::vector<MigrationStep> resume();

  // Every version of the set, and those ahead of it. Takes no lock; a right to read is enough.
  [[nodiscard]] std::vector<MigrationStatus> status();
  // Applied versions of a domain, in their order.
  [[nodiscard]] std::vector<std::string> applied(std::string_view domain);
  // The highest of them; none if nothing is applied.
  [[nodiscard]] std::optional<std::string> current_version(std::string_view domain);

 private:
  Database* db_;
  MigrationSet set_;
  MigratorOptions options_;
};

}  // namespace lockstep

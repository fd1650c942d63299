// SPDX-License-Identifier: BSL-1.0
// MigrationHistory: the ledger beside running: whether it fits the files, what happened, and what
// people have to set right by hand.
//
//     lockstep::MigrationHistory history(db, set, {.applied_by = "ann"});
//     for (const lockstep::MigrationFinding& each : history.verify()) log(each.what);
#pragma once

#include <limits>

#include "lockstep/migrate.hpp"

namespace lockstep {

enum class MigrationFindingKind : std::uint8_t {
  changed,       // applied, and its file does something else now
  reformatted,   // applied, and the layout or the comments of its file are others now; no error
  down_changed,  // the file of its down is not the one that the ledger has kept
  missing,       // applied, and without a file among those of its domain
  ahead,         // applied, and newer than every file of its domain: no error unless `strict`
  out_of_order,  // pending, and older than an applied version
  unfinished,    // running, or failed
};

[[nodiscard]] std::string_view to_string(MigrationFindingKind kind) noexcept;

struct MigrationFinding {
  MigrationFindingKind kind = MigrationFindingKind::changed;
  bool error = true;  // else a note
  std::string domain;
  std::string version;
  std::string file;  // empty: there is none
  std::string what;  // for people, with all of the above
};

// An event of the log, as it was written.
struct MigrationLogEntry {
  Timestamp logged_at;
  std::string event;   // "up", "down", "up_failed", "mark", "rehash", "baseline", "adopt", ...
  std::string domain;  // empty, as version: it is about the ledger itself
  std::string version;
  std::string applied_by;
  std::string host;
  std::string tool_version;
  std::string detail;
  static constexpr void columns(auto&& column) {
    column("logged_at", &MigrationLogEntry::logged_at);
    column("event", &MigrationLogEntry::event);
    column("domain", &MigrationLogEntry::domain);
    column("version", &MigrationLogEntry::version);
    column("applied_by", &MigrationLogEntry::applied_by);
    column("host", &MigrationLogEntry::host);
    column("tool_version", &MigrationLogEntry::tool_version);
    column("detail", &MigrationLogEntry::detail);
  }
};

// Whose table is read by adopt(). `detect`: the one that is there.
enum class MigrationTool : std::uint8_t {
  detect, golang_migrate, goose, dbmate, sql_migrate, itinerary, flyway, sqlx, diesel,
};

// "golang-migrate"; "auto" for `detect`.
[[nodiscard]] std::string_view to_string(MigrationTool tool) noexcept;
// None for other names.
[[nodiscard]] std::optional<MigrationTool> migration_tool(std::string_view name) noexcept;

// What adopt() took over, each as "domain/version".
struct AdoptReport {
  MigrationTool tool = MigrationTool::detect;
  std::string table;
  std::vector<std::string> adopted;
  std::vector<std::string> known;         // the ledger had them already
  std::vector<std::string> without_file;  // of `adopted`
  // Their file is not the one that the tool has a checksum of. Scripts that Flyway repeats are not
  // adopted then, and run with the next up.
  std::vector<std::string> differing;
};

// Borrows the Database and needs one connection of it. Versions are those of MigrationGoal. What
// writes does so under the migrators' lock, in one transaction, with events in the log; nothing of
// the schema but the ledger changes. Thread rule: one thread.
//
// InvalidArgument: a version that is not there, a reason that is empty. InvalidState, with nothing
// done: the ledger is not as the call needs it. MigrationLocked: as Migrator has it.
class MigrationHistory {
 public:
  // InvalidArgument if the set is for another engine.
  MigrationHistory(Database& db, MigrationSet set, MigratorOptions options = {});

  // Sorted by domain and version. Takes no lock; a right to read is enough.
  [[nodiscard]] std::vector<MigrationFinding> verify();
  // The latest events, of one domain or of all, newest last. A right to read is enough.
  [[nodiscard]] std::vector<MigrationLogEntry> events(
      std::string_view domain = {}, std::size_t latest = std::numeric_limits<std::size_t>::max());

  // Takes a version and all below it as applied, without running them: for a schema that was there
  // before. Returns them. InvalidState if the ledger has versions of the domain; with `add`, those
  // that it lacks are added.
  std::vector<std::string> baseline(const std::string& version, bool add = false);
  // Takes a version as applied, by the text of its file: one that is pending, or unfinished.
  void mark_applied(const std::string& version, std::string_view reason);
  // Forgets that a version was applied, or begun.
  void mark_pending(const std::string& version, std::string_view reason);
  // Accepts the texts that the files of an applied version have now.
  void rehash(const std::string& version);
  // Takes over what another migrator has applied to this database, for the one domain of the set.
  // Its table is left alone. InvalidState if there is no such table or several, or if its last run
  // failed.
  AdoptReport adopt(MigrationTool tool = MigrationTool::detect);

 private:
  Database* db_;
  MigrationSet set_;
  MigratorOptions options_;
};

}  // namespace lockstep

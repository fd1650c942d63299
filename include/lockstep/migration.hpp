// SPDX-License-Identifier: BSL-1.0
// Migration: one version of a domain, as a set holds it, and what belongs to it.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "lockstep/migration_code.hpp"

namespace lockstep {

// One file: `0001_initial.up.sql` makes version 0001 of its domain, `0001_initial.down.sql` undoes
// it.
struct MigrationFile {
  std::string_view domain;  // a module's name; "default" for a user's own files
  std::string_view file_name;
  std::string_view text;  // UTF-8; a byte order mark and CRLF are accepted
};

struct MigrationStatement {
  std::size_t line = 1;    // in its file, from 1
  std::size_t column = 1;  // in characters, from 1
  std::string text;
  // BEGIN or COMMIT around all of a file, which the transaction of the file stands for.
  bool implied = false;
};

// What the directives of a file, or of its part for a direction, ask for.
struct MigrationSettings {
  std::optional<std::chrono::milliseconds> lock_timeout = {};  // zero: as the server has it
  std::optional<std::chrono::milliseconds> timeout = {};       // of each statement
  std::size_t batch = 0;    // its only statement is repeated, until it changes no row
  std::string engine = {};  // "mysql>=8|mariadb": on others nothing of it runs
};

// `-- lockstep:allow RULE REASON`: a finding of the lint that is meant so.
struct MigrationAllowed {
  std::size_t line = 1;  // of the directive; above all statements it holds for the whole text
  std::string rule;
  std::string reason;
};

struct Migration {
  std::string domain;
  std::string version;  // as the file's name has it; "2", "02" and "0002" are the same version
  std::string name;
  std::string up_file;              // in a folder: its path from there
  std::string up;                   // the text of the file, or of its part for this direction
  std::string down_file;            // empty: there is none
  std::optional<std::string> down;  // none: it cannot be reverted
  std::vector<MigrationStatement> up_statements = {};
  std::vector<MigrationStatement> down_statements = {};
  bool up_transactional = true;  // false: marked to run statement by statement, each for good
  bool down_transactional = true;
  // On SQLite: its transaction begins after PRAGMA foreign_keys = OFF, which has no effect inside.
  bool up_foreign_keys_off = false;
  bool down_foreign_keys_off = false;
  MigrationSettings up_settings = {};
  MigrationSettings down_settings = {};
  std::vector<MigrationAllowed> up_allowed = {};
  std::vector<MigrationAllowed> down_allowed = {};
  bool repeatable = false;          // runs after all versions, and again when its text changes
  bool irreversible = false;        // marked so: it has no down
  bool allow_out_of_order = false;  // may run after a higher version
  // What must be applied before it: lower versions of its domain, and versions of any domain as
  // "domain/version".
  std::vector<std::string> depends = {};
  std::size_t source = 0;  // in MigrationSet::sources()
  // Of one that is code: it has no statements, its texts are its id, and the names of its files
  // only tell it, "0004_split_names (code)".
  std::optional<CodeMigration> code = {};
};

// What a set was read from, and what holds for all migrations that come from there.
struct MigrationSource {
  std::string name;            // for people: the folder's path, "in memory", "lockstep"
  std::string form = "pairs";  // of its files, as docs/migrations.md names it
  // Its files run under the engine's own settings, and not under those of a Database.
  bool engine_settings = false;
  bool foreign_keys = false;  // on SQLite with enforced foreign keys there nevertheless
  bool complete = false;      // every applied version of its domains must be there
};

}  // namespace lockstep

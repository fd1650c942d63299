// SPDX-License-Identifier: BSL-1.0
// MigrationSet: the migrations of one engine, read from files or from memory and checked.
#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/sql.hpp"

namespace lockstep {

namespace detail {
struct FolderSource;
}

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
  std::vector<std::string> depends = {};  // lower versions of its domain that must be applied
};

// One file of a folder, by its path from there: "sqlite/0001_initial.sql".
struct FolderFile {
  std::string_view path;
  std::string_view text;
  std::string_view sha256 = {};  // of the text, in hexadecimal; empty: it is computed
};

enum class FolderForm : std::uint8_t {
  detect,     // one of docs/migrations.md, by names and markers; a mixture is refused
  itinerary,  // NNN_name.sql with `-- +migrate Up`, without gaps, forward only
};

struct FolderOptions {
  std::string domain = "default";
  FolderForm form = FolderForm::detect;
  // The name without .sql is the version: for folders in which files share a number. Not for pairs.
  bool stem_is_version = false;
  // FolderForm::itinerary: applied versions may lack their file.
  bool allow_missing = false;
  bool foreign_keys = false;  // on SQLite its files run with enforced foreign keys
};

// Sorted: the domain lockstep first, then by domain, then by version, digits compared as numbers.
class MigrationSet {
 public:
  // Copies `files`. InvalidData, naming file and line, for a name of another form, two files for
  // one version, a down without its up, a file without SQL, an open quote or body, NUL, invalid
  // UTF-8.
  MigrationSet(Engine engine, std::span<const MigrationFile> files);
  // What is compiled into the library: the named domains and the domain lockstep, or all of them if
  // none is named. InvalidArgument for a domain that is not there.
  [[nodiscard]] static MigrationSet embedded(Engine engine,
                                             const std::vector<std::string>& domains = {});
  // A user's folder, or a parent of folders sqlite, postgres, mysql; if these hold folders in their
  // turn, and no file, each is a domain, and options.domain may choose one. The files run under the
  // engine's own settings. InvalidData, naming file and line, for what the constructor refuses and
  // for every .sql file that is not of the folder's form; files that .lockstepignore names are left
  // out.
  [[nodiscard]] static MigrationSet folder(Engine engine, const std::filesystem::path& path,
                                           const FolderOptions& options = {});
  // The same from memory.
  [[nodiscard]] static MigrationSet folder(Engine engine, std::span<const FolderFile> files,
                                           const FolderOptions& options = {});

  // The engines that have a folder of their name in it, in the order of Engine.
  [[nodiscard]] static std::vector<Engine> engines_in(const std::filesystem::path& path);
  // The same with the migrations that `wanted` names, and no other.
  [[nodiscard]] MigrationSet only(const std::function<bool(const Migration&)>& wanted) const;

  [[nodiscard]] Engine engine() const noexcept { return engine_; }
  [[nodiscard]] const std::vector<Migration>& migrations() const noexcept { return migrations_; }
  // The form of its files, as docs/migrations.md names it: "pairs".
  [[nodiscard]] std::string_view form() const noexcept { return form_; }
  // Without repetition, in the order in which they are applied.
  [[nodiscard]] std::vector<std::string> domains() const;
  // Null if the set has no such version.
  [[nodiscard]] const Migration* find(std::string_view domain, std::string_view version) const;
  // SHA-256 of all that it was made of, in hexadecimal: a key for what is made from it in turn.
  [[nodiscard]] const std::string& sha256() const noexcept { return sha256_; }
  // Whether its files run under the engine's own settings, and not under those of a Database.
  [[nodiscard]] bool engine_settings() const noexcept { return engine_settings_; }
  // Whether they run with enforced foreign keys there nevertheless.
  [[nodiscard]] bool foreign_keys() const noexcept { return foreign_keys_; }
  // Whether every applied version of its domains must be in it.
  [[nodiscard]] bool complete() const noexcept { return complete_; }

 private:
  explicit MigrationSet(Engine engine) noexcept : engine_(engine) {}
  [[nodiscard]] static MigrationSet read(Engine engine, const detail::FolderSource& source,
                                         const FolderOptions& options);
  static MigrationSet read_domain(Engine engine, const detail::FolderSource& source,
                                  const FolderOptions& options);

  Engine engine_;
  bool engine_settings_ = false;
  bool foreign_keys_ = false;
  bool complete_ = false;
  std::string sha256_;
  std::string_view form_ = "pairs";
  std::vector<Migration> migrations_;
};

}  // namespace lockstep

// SPDX-License-Identifier: BSL-1.0
// MigrationSet: the migrations of one engine, read from files or from memory and checked; those of
// several sources make one set, which one Migrator runs under one lock.
//
//     auto all = MigrationSet::union_of({MigrationSet::embedded(engine), shop::migrations(engine)})
#pragma once

#include <filesystem>
#include <functional>
#include <span>

#include "lockstep/migration.hpp"
#include "lockstep/sql.hpp"

namespace lockstep {

namespace detail {
struct FolderSource;
}

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
// In this order they are applied, but for what depends on versions of other domains: these come
// first.
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

  // Migrations that are code. InvalidArgument for one without id or `up`, for a domain, version or
  // name that the ledger cannot hold; InvalidData for two of one version.
  [[nodiscard]] static MigrationSet code(Engine engine, std::vector<CodeMigration> migrations);

  // The migrations of several sets of one engine as one set, in which each keeps its source: they
  // are planned, ordered and run together, each under the settings of its own. InvalidArgument for
  // no set, or sets of several engines; InvalidData if two have one version of a domain: it names
  // both.
  [[nodiscard]] static MigrationSet union_of(std::vector<MigrationSet> sets);

  // The engines that have a folder of their name in it, in the order of Engine.
  [[nodiscard]] static std::vector<Engine> engines_in(const std::filesystem::path& path);
  // The same with the migrations that `wanted` names, and no other.
  [[nodiscard]] MigrationSet only(const std::function<bool(const Migration&)>& wanted) const;

  [[nodiscard]] Engine engine() const noexcept { return engine_; }
  [[nodiscard]] const std::vector<Migration>& migrations() const noexcept { return migrations_; }
  // Of Migration::source.
  [[nodiscard]] const std::vector<MigrationSource>& sources() const noexcept { return sources_; }
  [[nodiscard]] const MigrationSource& source_of(const Migration& migration) const {
    return sources_[migration.source];
  }
  // Without repetition, sorted.
  [[nodiscard]] std::vector<std::string> domains() const;
  // Null if the set has no such version.
  [[nodiscard]] const Migration* find(std::string_view domain, std::string_view version) const;
  // SHA-256 of all that it was made of, in hexadecimal: a key for what is made from it in turn.
  [[nodiscard]] const std::string& sha256() const noexcept { return sha256_; }

 private:
  explicit MigrationSet(Engine engine) noexcept : engine_(engine) {}
  [[nodiscard]] static MigrationSet read(Engine engine, const detail::FolderSource& source,
                                         const FolderOptions& options);
  static MigrationSet read_domain(Engine engine, const detail::FolderSource& source,
                                  const FolderOptions& options);

  Engine engine_;
  std::string sha256_;
  std::vector<MigrationSource> sources_;
  std::vector<Migration> migrations_;
};

}  // namespace lockstep

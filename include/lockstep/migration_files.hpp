// SPDX-License-Identifier: BSL-1.0
// Files of migrations: new ones, and the sum file that tells whether others have come in between.
#pragma once

#include "lockstep/database.hpp"
#include "lockstep/migration_set.hpp"

namespace lockstep {

// Beside the folders of the engines: the SHA-256 of every file, and one over all of them. Two
// branches that add files conflict in it.
inline constexpr std::string_view sum_file = "lockstep.sum";

struct NewMigration {
  std::string name;                // letters, digits, '_' and '-'
  std::string domain = "default";  // of a tree with a folder for each domain: which one
  Timestamp now = {};              // for versions that are times
};

// Writes empty files of the next version into the folders of all engines, in the form, the
// numbering and the style of what is there (pairs from 0001 on in a new folder, for all three
// engines), and the sum file. Returns the paths of the files from the folder. InvalidArgument for a
// bad name or a name that is taken, InvalidData for bad files, IoError; whatever was written is
// removed then.
std::vector<std::string> new_migration(const std::filesystem::path& folder,
                                       const NewMigration& migration);

struct Renaming {
  std::string from;  // paths from the folder
  std::string to;
};

// New versions, behind all others and in their order, for migrations of the folder that are not
// applied in the database and cannot be: a higher version is applied already, or two have the same.
// Changes nothing. Unsupported for a folder for each version and for Flyway's names.
[[nodiscard]] std::vector<Renaming> plan_renumbering(const std::filesystem::path& folder,
                                                     const NewMigration& options, Database& db);

// Renames the files, and writes the sum file if there is one. IoError, with everything as it was.
void rename_files(const std::filesystem::path& folder, const std::vector<Renaming>& renamings);

// Writes the sum file anew.
void write_sum(const std::filesystem::path& folder);

// What is otherwise than the sum file says, a line each: "postgres/0002_b.up.sql: not in it". Empty
// if there is no sum file.
[[nodiscard]] std::vector<std::string> check_sum(const std::filesystem::path& folder);

}  // namespace lockstep

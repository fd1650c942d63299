// SPDX-License-Identifier: BSL-1.0
// Validation: everything that is wrong with a folder of migrations, found without a database.
//
//     for (const lockstep::MigrationFault& fault : lockstep::validate_folder(engine, path)) ...
#pragma once

#include "lockstep/migration_set.hpp"

namespace lockstep {

struct MigrationFault {
  std::string place;  // "default/0002_users.sql:7"; empty: it is about the folder
  std::string what;
};

// What MigrationSet::folder refuses the folder for, all of it as far as one fault does not hide
// another: files that cannot be read hide what is wrong with their form, and files without a known
// form what is in them. On PostgreSQL also the use of a value that the same transaction adds to a
// type. InvalidArgument as there.
[[nodiscard]] std::vector<MigrationFault> validate_folder(Engine engine,
                                                          const std::filesystem::path& path,
                                                          const FolderOptions& options = {});
// The same from memory.
[[nodiscard]] std::vector<MigrationFault> validate_folder(Engine engine,
                                                          std::span<const FolderFile> files,
                                                          const FolderOptions& options = {});

}  // namespace lockstep

// SPDX-License-Identifier: BSL-1.0
// Which files of a folder are the migrations of an engine. Pure: reads only .lockstepignore.
#pragma once

#include "migrate/forms/form.hpp"

namespace lockstep::detail {

struct Layout {
  std::string prefix;              // "postgres/" for a parent of engines' folders; else empty
  std::vector<std::string> paths;  // from there, sorted
};

// Only the folder itself, without those in it, but for a folder per version and for Flyway. Throws
// InvalidData if the folder has files of its own beside those of engines, or two folders for the
// engine, or none, or only files in other folders.
[[nodiscard]] Layout choose_files(Engine engine, const FolderSource& source);

// The engines that the folder is for: those of the folders in it, all if there are none.
[[nodiscard]] std::vector<Engine> engines_of(const FolderSource& source);

struct DomainFolder {
  std::string domain;
  std::string prefix;   // of its paths: "postgres/scheduler/"
  FolderSource source;  // borrows the source that it is part of
};

// The folders of a parent of engines' folders whose files are one level deeper, in a folder for
// each domain. Empty if it is not such a tree.
[[nodiscard]] std::vector<DomainFolder> domain_folders(Engine engine, const FolderSource& source);

}  // namespace lockstep::detail

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

}  // namespace lockstep::detail

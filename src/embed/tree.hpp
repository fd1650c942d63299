// SPDX-License-Identifier: BSL-1.0
// A tree of migrations on the disk, read and checked for every engine that it is for.
#pragma once

#include "lockstep/migration_set.hpp"

namespace lockstep::embed {

struct TreeOptions {
  std::filesystem::path directory;
  FolderOptions folder;
  bool domains = false;         // <engine>/<domain>/NNNN_name.up.sql, as lockstep's own
  bool parity = true;           // what the engines make of it has to be one schema
  std::vector<Engine> engines;  // none: those that have a folder; all, if there are no such folders
};

// A file of the tree, by its path from there.
struct TreeFile {
  std::string path;
  std::string text;
};

struct Tree {
  std::vector<TreeFile> files;      // sorted; what no set has a use for is left out
  std::vector<std::string> faults;  // "file:line: why", or "file: why"; empty: the tree is sound
};

// Never throws for what is wrong with the files: that is in `faults`.
[[nodiscard]] Tree read_tree(const TreeOptions& options);

}  // namespace lockstep::embed

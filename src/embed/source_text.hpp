// SPDX-License-Identifier: BSL-1.0
// The source that a program compiles to have the files of a tree in it.
#pragma once

#include "embed/tree.hpp"

namespace lockstep::embed {

// Defines `std::span<const lockstep::FolderFile> migration_files() noexcept` in the namespace.
// Nothing in it is initialised at run time.
[[nodiscard]] std::string source_text(const Tree& tree, std::string_view name_space);

}  // namespace lockstep::embed

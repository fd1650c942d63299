// SPDX-License-Identifier: BSL-1.0
// The tool that embeds migrations is built before there are any.
#include "migrate/embedded.hpp"

namespace lockstep::detail {

std::span<const FolderFile> migration_files() noexcept { return {}; }

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// Ids of workflows, which name their files.
#pragma once

#include <string>
#include <string_view>

namespace lockstep::workflow::detail {

inline constexpr std::string_view suffix = ".yaml";

// See FileRepository.
[[nodiscard]] bool is_id(std::string_view id) noexcept;

// InvalidArgument naming `what` if it is none.
void require_id(std::string_view what, std::string_view id);

[[nodiscard]] inline std::string file_of(std::string_view id) {
  return std::string(id) + std::string(suffix);
}

}  // namespace lockstep::workflow::detail

// SPDX-License-Identifier: BSL-1.0
// A statement as the list of its tokens.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lockstep/sql.hpp"

namespace lockstep::detail {

// Without comments and blanks. Words are in upper case, all others as they are written.
[[nodiscard]] std::vector<std::string> upper_tokens(std::string_view statement, Engine engine);

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// The version of a new migration.
#pragma once

#include <string>

#include "lockstep/value.hpp"

namespace lockstep::detail {

// In the style of the highest one: a time, or its last number and one, as wide. "0001" behind none.
[[nodiscard]] std::string next_version(const std::string& highest, Timestamp now);

}  // namespace lockstep::detail

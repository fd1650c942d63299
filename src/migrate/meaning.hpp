// SPDX-License-Identifier: BSL-1.0
// What identifies what a migration does, however its text is laid out.
#pragma once

#include "lockstep/migration_set.hpp"

namespace lockstep::detail {

// The SHA-256 of the tokens of its up statements, without comments and blanks, and of how they run:
// in a transaction, without foreign keys, after which versions. What is in an executable comment
// counts. Equal for texts that differ in layout only. Of code: that of its id.
[[nodiscard]] std::string meaning_checksum(const Migration& migration, Engine engine);

}  // namespace lockstep::detail

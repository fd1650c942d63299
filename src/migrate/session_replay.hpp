// SPDX-License-Identifier: BSL-1.0
// What a new session needs to go on in the middle of a file: the settings, variables and prepared
// statements that the statements before have made.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "lockstep/migration_set.hpp"

namespace lockstep::detail {

struct SessionReplay {
  std::vector<std::size_t> statements;  // to be run again, by index
  // Why it cannot be had; empty: it can. "statement 2 (line 9) makes the temporary table t, ...".
  std::string obstacle;
};

// For going on at the statement `from`, counted from 0. Pure.
[[nodiscard]] SessionReplay plan_replay(std::span<const MigrationStatement> statements,
                                        std::size_t from, Engine engine);

}  // namespace lockstep::detail

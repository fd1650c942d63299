// SPDX-License-Identifier: BSL-1.0
// What a lint has found, for the commands that show it.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "cli/options.hpp"
#include "lockstep/migration_lint.hpp"

namespace lockstep::cli {

// The allow file of the folder, if there is one; what is allowed in the embedded migrations.
[[nodiscard]] std::vector<LintAllowed> read_allowed(const Options& options);

[[nodiscard]] nlohmann::ordered_json to_json(const LintFinding& finding);

// Two lines, in the style of its severity.
[[nodiscard]] std::string describe(const LintFinding& finding);

}  // namespace lockstep::cli

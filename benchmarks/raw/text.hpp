// SPDX-License-Identifier: BSL-1.0
// Statements as the clients take them.
#pragma once

#include <string>
#include <string_view>

#include "lockstep/sql.hpp"

namespace lockstep::benchmarks {

// `:name` as "$1", "$2", ... in their order, none twice.
[[nodiscard]] std::string numbered(std::string_view text);
// `:name` as "?".
[[nodiscard]] std::string with_question_marks(std::string_view text);

// The statement of the scheduler with that name.
[[nodiscard]] const Sql& scheduler_statement(std::string_view name);

}  // namespace lockstep::benchmarks

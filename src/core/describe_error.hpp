// SPDX-License-Identifier: BSL-1.0
// What a failure of the engine means to the caller.
#pragma once

#include "core/sql_lexer.hpp"
#include "lockstep/sql.hpp"

namespace lockstep::detail {

// Kind, codes and text of a failure; and, for a violated constraint, its name, table and columns as
// far as the engine, the statement and the module's list of constraints tell them together.
// `lexed` may be null.
[[nodiscard]] ErrorInfo describe_error(const Dialect& dialect, const NativeError& e,
                                       const Query& query, const LexedSql* lexed);

}  // namespace lockstep::detail

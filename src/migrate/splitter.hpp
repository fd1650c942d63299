// SPDX-License-Identifier: BSL-1.0
// From the text of a migration file to its statements.
#pragma once

#include <string_view>
#include <vector>

#include "lockstep/migrate.hpp"

namespace lockstep::detail {

struct SplitText {
  std::vector<MigrationStatement> statements;
  std::string fault;           // why the text cannot be split; empty: it can
  std::size_t fault_line = 0;  // where what is wrong begins
};

// Splits as the engine's own command-line client does: at semicolons outside quotes, comments,
// bodies of triggers and routines, and, on PostgreSQL, parentheses; on MySQL also by DELIMITER
// lines. A statement begins at its first token and ends before its terminator. What holds only
// comments is dropped; what MySQL executes in /*! */ is no comment. The text is valid UTF-8.
[[nodiscard]] SplitText split_statements(std::string_view text, Engine engine);

// Whether the statement begins or ends a transaction; savepoints do not.
[[nodiscard]] bool controls_transaction(std::string_view statement, Engine engine);

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// From the text of a migration file to its statements.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/sql_scanner.hpp"
#include "lockstep/migration_set.hpp"

namespace lockstep::detail {

struct SplitText {
  std::vector<MigrationStatement> statements;
  std::string fault;           // why the text cannot be split; empty: it can
  std::size_t fault_line = 0;  // where what is wrong begins
};

// Splits as the engine's own command-line client does: at semicolons outside quotes, comments,
// bodies of triggers and routines, and, on PostgreSQL, parentheses; on MySQL also by DELIMITER
// lines. What else is said to that client is refused. A statement begins at its first token and
// ends before its terminator. What holds only comments is dropped; what MySQL executes in /*! */ is
// no comment. The text is valid UTF-8.
//
// What is between the lines `-- +goose StatementBegin` and `-- +goose StatementEnd` (or +migrate)
// is one statement where these rules cannot cut it, or cut a body in pieces.
[[nodiscard]] SplitText split_statements(std::string_view text, Engine engine,
                                         DoubleQuotes quotes = DoubleQuotes::name);

// What "..." is under the engine's own settings.
[[nodiscard]] constexpr DoubleQuotes quotes_of_engine(Engine engine) noexcept {
  return engine == Engine::mysql ? DoubleQuotes::string : DoubleQuotes::name;
}

// Whether the statement begins or ends a transaction; savepoints do not.
[[nodiscard]] bool controls_transaction(std::string_view statement, Engine engine);

// Whether the engine refuses the statement in a transaction, or ignores it there: CREATE INDEX
// CONCURRENTLY, VACUUM, DETACH, PRAGMA journal_mode = WAL.
[[nodiscard]] bool needs_no_transaction(std::string_view statement, Engine engine);

// Whether the statement is SQLite's PRAGMA foreign_keys = OFF.
[[nodiscard]] bool turns_foreign_keys_off(std::string_view statement);

// Whether the statement is an UPDATE or DELETE of some rows: one with WHERE.
[[nodiscard]] bool can_be_repeated(std::string_view statement, Engine engine);

// The name of the index that CREATE INDEX CONCURRENTLY IF NOT EXISTS would leave as it is; empty
// for any other statement.
[[nodiscard]] std::string index_kept_if_exists(std::string_view statement);

// Whether PostgreSQL builds or drops an index beside the work of others.
[[nodiscard]] bool is_concurrent(std::string_view statement);

// Marks a BEGIN without options and a COMMIT as implied that are around all others, but for pragmas
// of SQLite, if none of these controls a transaction.
void imply_own_transaction(std::span<MigrationStatement> statements, Engine engine);

}  // namespace lockstep::detail

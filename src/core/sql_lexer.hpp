// SPDX-License-Identifier: BSL-1.0
// From one portable SQL text to the engine's own: placeholders, and what the facade must know of
// the statement. Pure: no engine, no state.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/dialect.hpp"

namespace lockstep::detail {

enum class StatementKind : std::uint8_t {
  select,       // SELECT, VALUES, TABLE, WITH ... SELECT
  insert,       // also REPLACE, and WITH ... INSERT
  update,
  erase,        // DELETE
  ddl,          // CREATE, ALTER, DROP, TRUNCATE, RENAME, GRANT, REVOKE, COMMENT, ...
  transaction,  // BEGIN, START TRANSACTION, COMMIT, END, ROLLBACK, SAVEPOINT, RELEASE
  other,        // SHOW, EXPLAIN, PRAGMA, SET, ANALYZE, CALL, ...
};

// One statement in the engine's own form.
struct LexedSql {
  std::string text;
  StatementKind kind = StatementKind::other;
  bool temporary = false;  // DDL on a temporary object, which commits nothing
  std::size_t arguments = 0;             // distinct arguments that the text takes
  std::vector<std::string> names;        // of arguments, in order of first use; empty: positional
  std::vector<std::uint16_t> binds;      // per native placeholder, the index of its argument
  std::string table;                     // what INSERT, UPDATE, DELETE writes; unquoted, last part
  std::optional<std::size_t> returning;  // where a top-level RETURNING begins in `text`
  std::size_t returning_columns = 0;     // expressions in it; 0 if a `*` hides how many
};

// Rewrites `?` and `:name`; writes `??` as a literal `?`. Never touches literals, comments, quoted
// names, `::` casts or array slices. A last semicolon and what follows it are dropped; semicolons
// inside the body of a trigger or routine stay.
// InvalidArgument, with the offset in the message, for: an empty text, a second statement, an open
// quote or comment, both notations in one text, `$1`-like placeholders, a NUL byte.
[[nodiscard]] LexedSql lex_sql(std::string_view text, const LexicalRules& rules);

}  // namespace lockstep::detail

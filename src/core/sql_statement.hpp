// SPDX-License-Identifier: BSL-1.0
// What can be told of a statement from its tokens: where it ends, and what it does to what.
#pragma once

#include <string_view>

#include "core/sql_lexer.hpp"
#include "core/sql_scanner.hpp"

namespace lockstep::detail {

// Finds the semicolons that end a statement: all but those within parentheses or BEGIN ... END of a
// CREATE or ALTER of a trigger, routine, event or rule. A MySQL body that is a bare IF or loop,
// without BEGIN, ends at its first semicolon.
class StatementEnd {
 public:
  // Takes the next token of a text; true if it ends the statement. The next token then begins
  // another one.
  bool take(TokenKind kind, std::string_view text) noexcept;

 private:
  enum class Stage : std::uint8_t { start, modifiers, definer, body, plain };
  void take_word(std::string_view word) noexcept;
  bool closes_inner_block(std::string_view word) noexcept;

  Stage stage_ = Stage::start;
  bool end_seen_ = false;  // the last word was END; what follows tells which block it closes
  std::size_t blocks_ = 0;
  std::size_t parentheses_ = 0;
};

// Fills in kind, temporary, table, returning and returning_columns of sql.text. A MERGE is `other`.
// The count is 0 where a `*` hides the number of columns.
void describe_statement(LexedSql& sql, const LexicalRules& rules);

}  // namespace lockstep::detail

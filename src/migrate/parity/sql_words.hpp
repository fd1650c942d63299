// SPDX-License-Identifier: BSL-1.0
// SQL text as the words that count.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql_scanner.hpp"

namespace lockstep::detail {

// A token that counts: no blanks, no comments.
struct SqlWord {
  TokenKind kind = TokenKind::end;
  std::string text;        // keywords and unquoted names in lower case, quoted names without quotes
  std::size_t offset = 0;  // in the text
  std::size_t length = 0;

  // Whether it is this keyword or symbol, and not a quoted name.
  [[nodiscard]] bool is(std::string_view word) const noexcept {
    return (kind == TokenKind::word || kind == TokenKind::symbol) && text == word;
  }
  [[nodiscard]] bool is_name() const noexcept {
    return kind == TokenKind::word || kind == TokenKind::quoted_name;
  }
};

using Words = std::span<const SqlWord>;

// Without the last token, which is `end`. An operator of several characters is one word.
[[nodiscard]] std::vector<SqlWord> words_of_sql(std::string_view text, const LexicalRules& rules,
                                                DoubleQuotes quotes = DoubleQuotes::name);

// How many words the group at the front has, its parentheses included.
[[nodiscard]] std::size_t group_size(Words words) noexcept;

// A group without its parentheses.
[[nodiscard]] Words inside(Words group) noexcept;

// The parts between the commas that stand in no parentheses.
[[nodiscard]] std::vector<Words> items_of(Words list);

}  // namespace lockstep::detail

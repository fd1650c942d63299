// SPDX-License-Identifier: BSL-1.0
// Cuts SQL text into tokens, by the rules of one engine. Knows where quotes and comments end and
// nothing of grammar, so that every text has tokens. Pure; never allocates or throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lockstep/dialect.hpp"

namespace lockstep::detail {

enum class TokenKind : std::uint8_t {
  blank,
  comment,
  word,  // keyword or unquoted name
  number,
  string,         // '...' with its prefix: E, U&, B, X, N
  quoted_name,    // "...", `...`, [...], U&"..."
  dollar_string,  // $tag$...$tag$
  question,       // ? or ??
  named,          // :name, with whatever word characters follow the colon
  dollar_number,  // $1
  semicolon,
  symbol,  // one character, or "::", ":=", "/*!" with its version, the "*/" that closes that
  open,    // a quote or comment without end, up to the end of the text
  end,
};

struct Token {
  TokenKind kind = TokenKind::end;
  std::size_t offset = 0;
  std::size_t length = 0;
  friend bool operator==(const Token&, const Token&) = default;
};

// What "..." is: a name everywhere, but a string on a MySQL session without ANSI_QUOTES.
enum class DoubleQuotes : std::uint8_t { name, string };

// Borrows the text. Texts of all tokens, one after the other, are the whole text.
//
// A colon inside square brackets is an array slice (a symbol) after a value or before a digit:
// a[1:2], a[:v:2], a[low:high], a[:2]. Elsewhere a colon before a word begins a placeholder: a[:n]
// takes the n-th element, and the slice up to a column n is written a[: n].
class SqlScanner {
 public:
  SqlScanner(std::string_view text, const LexicalRules& rules,
             DoubleQuotes double_quotes = DoubleQuotes::name) noexcept
      : text_(text), rules_(rules), double_quotes_(double_quotes) {}

  // The next token; `end`, of length 0, again and again after the last. An executable comment
  // without end is told before `end`, as an `open` of length 0 at its mark.
  Token next() noexcept;
  [[nodiscard]] std::string_view text(const Token& token) const noexcept {
    return text_.substr(token.offset, token.length);
  }
  // Whether the last token belongs to a /*! ... */, its marks included.
  [[nodiscard]] bool in_executable_comment() const noexcept { return executable_; }

 private:
  TokenKind scan() noexcept;
  TokenKind scan_word() noexcept;
  TokenKind scan_number() noexcept;
  TokenKind scan_quoted(TokenKind kind, bool backslash) noexcept;
  TokenKind scan_bracketed() noexcept;
  TokenKind scan_escape_string() noexcept;
  TokenKind scan_dollar() noexcept;
  TokenKind scan_colon() noexcept;
  TokenKind scan_block_comment() noexcept;
  TokenKind scan_symbol() noexcept;
  TokenKind close(std::size_t end, TokenKind kind) noexcept;
  [[nodiscard]] bool at_line_comment() const noexcept;
  [[nodiscard]] std::size_t line_comment_end(std::size_t at) const noexcept;
  [[nodiscard]] std::size_t executable_mark() const noexcept;
  bool continues_string() noexcept;
  void remember(const Token& token) noexcept;
  // The character `ahead` of the place; NUL beyond the text.
  [[nodiscard]] char peek(std::size_t ahead = 0) const noexcept {
    return ahead < text_.size() - at_ ? text_[at_ + ahead] : '\0';
  }

  std::string_view text_;
  LexicalRules rules_;
  DoubleQuotes double_quotes_;
  std::size_t at_ = 0;
  bool executable_ = false;        // the last token is in a /*! ... */
  bool executable_ends_ = false;   // and closes it
  std::size_t executable_at_ = 0;  // where that begins
  bool after_value_ = false;       // the last code was a value, so a colon in brackets is a slice
  std::uint64_t nesting_ = 0;      // bit per open bracket, innermost lowest: 1 for '[', 0 for '('
};

// A place in a text, for people: lines and characters, both from 1.
struct TextPlace {
  std::size_t line = 1;
  std::size_t column = 1;
  friend bool operator==(const TextPlace&, const TextPlace&) = default;
};

// The place of a byte; of the end, if the offset is beyond it.
[[nodiscard]] TextPlace place_of(std::string_view text, std::size_t offset) noexcept;

// Whether the character can continue an unquoted name: letters, digits, '_', '$', all beyond ASCII.
[[nodiscard]] bool is_word_character(char c) noexcept;

// Whether the text is this word, in any case; `upper` is in upper case.
[[nodiscard]] bool is_word(std::string_view text, std::string_view upper) noexcept;

}  // namespace lockstep::detail

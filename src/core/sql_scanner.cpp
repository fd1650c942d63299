// SPDX-License-Identifier: BSL-1.0
#include "core/sql_scanner.hpp"

#include <algorithm>
#include <array>

namespace lockstep::detail {
namespace {

bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }

bool is_control(char c) noexcept { return (c >= '\0' && c < ' ') || c == '\x7F'; }

char to_upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; }

bool is_word_start(char c) noexcept {
  const char upper = to_upper(c);
  return (upper >= 'A' && upper <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

// After these words an expression begins, so that a colon is no slice: [CASE WHEN a THEN :b END].
bool begins_expression(std::string_view word) noexcept {
  static constexpr std::array<std::string_view, 15> words{
      "AND", "BETWEEN", "CASE",      "ELSE", "ESCAPE", "FROM", "ILIKE", "LIKE",
      "NOT", "OR",      "SYMMETRIC", "THEN", "TO",     "WHEN", "ZONE"};
  return std::any_of(words.begin(), words.end(),
                     [word](std::string_view known) { return is_word(word, known); });
}

}  // namespace

bool is_word_character(char c) noexcept { return is_word_start(c) || is_digit(c) || c == '$'; }

bool is_word(std::string_view text, std::string_view upper) noexcept {
  return std::equal(text.begin(), text.end(), upper.begin(), upper.end(),
                    [](char a, char b) { return to_upper(a) == b; });
}

TextPlace place_of(std::string_view text, std::size_t offset) noexcept {
  TextPlace place;
  for (const char c : text.substr(0, offset)) {
    if (c == '\n') {
      ++place.line;
      place.column = 1;
    } else if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) {
      ++place.column;
    }
  }
  return place;
}

Token SqlScanner::next() noexcept {
  if (executable_ends_) executable_ = executable_ends_ = false;
  if (at_ == text_.size() && executable_) {
    executable_ = false;
    return {TokenKind::open, executable_at_, 0};
  }
  Token token;
  token.offset = at_;
  token.kind = scan();
  token.length = at_ - token.offset;
  remember(token);
  return token;
}

TokenKind SqlScanner::scan() noexcept {
  if (at_ == text_.size()) return TokenKind::end;
  const char c = peek();
  if (is_blank(c)) {
    while (is_blank(peek())) ++at_;
    return TokenKind::blank;
  }
  if (is_word_start(c)) return scan_word();
  if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return scan_number();
  if (at_line_comment()) return close(line_comment_end(at_), TokenKind::comment);
  switch (c) {
    case '\'':
      return scan_quoted(TokenKind::string, rules_.backslash_escapes);
    case '"':
      if (double_quotes_ == DoubleQuotes::name) return scan_quoted(TokenKind::quoted_name, false);
      return scan_quoted(TokenKind::string, rules_.backslash_escapes);
    case '`':
      return rules_.backtick_names ? scan_quoted(TokenKind::quoted_name, false) : scan_symbol();
    case '[':
      return rules_.bracket_names ? scan_bracketed() : scan_symbol();
    case '$':
      return scan_dollar();
    case ':':
      return scan_colon();
    case '/':
      return peek(1) == '*' ? scan_block_comment() : scan_symbol();
    case '?':
      return close(at_ + (peek(1) == '?' ? 2 : 1), TokenKind::question);
    case ';':
      return close(at_ + 1, TokenKind::semicolon);
    default:
      return scan_symbol();
  }
}

TokenKind SqlScanner::close(std::size_t end, TokenKind kind) noexcept {
  at_ = end;
  return kind;
}

TokenKind SqlScanner::scan_word() noexcept {
  const std::size_t begin = at_;
  while (is_word_character(peek())) ++at_;
  if (at_ - begin > 1) return TokenKind::word;
  const char prefix = to_upper(text_[begin]);
  if (peek() == '\'') {
    if (prefix == 'E' && rules_.escape_strings) return scan_escape_string();
    if (prefix == 'B' || prefix == 'X' || prefix == 'N') {
      return scan_quoted(TokenKind::string, rules_.backslash_escapes);
    }
  }
  if (prefix == 'U' && rules_.escape_strings && peek() == '&') {
    if (peek(1) != '\'' && peek(1) != '"') return TokenKind::word;
    ++at_;
    return scan_quoted(peek() == '"' ? TokenKind::quoted_name : TokenKind::string, false);
  }
  return TokenKind::word;
}

// Digits with letters, so that 0x1F, 1_000 and 2e-3 are one token; no '$', which may begin a quote.
TokenKind SqlScanner::scan_number() noexcept {
  for (++at_;; ++at_) {
    const char c = peek();
    if (c == '.' && is_digit(peek(1))) continue;
    if (c == '$' || !is_word_character(c)) return TokenKind::number;
    const bool sign = peek(1) == '+' || peek(1) == '-';
    if (to_upper(c) == 'E' && sign && is_digit(peek(2))) ++at_;
  }
}

TokenKind SqlScanner::scan_quoted(TokenKind kind, bool backslash) noexcept {
  const char quote = peek();
  for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
    if (backslash && text_[i] == '\\') {
      ++i;
    } else if (text_[i] == quote) {
      if (i + 1 == text_.size() || text_[i + 1] != quote) return close(i + 1, kind);
      ++i;
    }
  }
  return close(text_.size(), TokenKind::open);
}

TokenKind SqlScanner::scan_bracketed() noexcept {
  const std::size_t end = text_.find(']', at_);
  if (end == std::string_view::npos) return close(text_.size(), TokenKind::open);
  return close(end + 1, TokenKind::quoted_name);
}

// Quotes that follow on another line belong to the literal, and have backslash escapes too:
// https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS
TokenKind SqlScanner::scan_escape_string() noexcept {
  TokenKind kind = scan_quoted(TokenKind::string, true);
  while (kind == TokenKind::string && continues_string()) {
    kind = scan_quoted(TokenKind::string, true);
  }
  return kind;
}

bool SqlScanner::continues_string() noexcept {
  bool newline = false;
  std::size_t i = at_;
  while (i < text_.size()) {
    if (is_blank(text_[i])) {
      newline = newline || text_[i] == '\n' || text_[i] == '\r';
      ++i;
    } else if (text_.substr(i, 2) == "--") {
      i = line_comment_end(i);
    } else {
      break;
    }
  }
  if (!newline || i == text_.size() || text_[i] != '\'') return false;
  at_ = i;
  return true;
}

TokenKind SqlScanner::scan_dollar() noexcept {
  std::size_t i = at_ + 1;
  if (is_digit(peek(1))) {
    while (i < text_.size() && is_digit(text_[i])) ++i;
    return close(i, TokenKind::dollar_number);
  }
  if (!rules_.dollar_quotes) return close(i, TokenKind::symbol);
  while (i < text_.size() && text_[i] != '$' && is_word_character(text_[i])) ++i;
  if (i == text_.size() || text_[i] != '$') return close(at_ + 1, TokenKind::symbol);
  const std::string_view tag = text_.substr(at_, i + 1 - at_);
  const std::size_t end = text_.find(tag, i + 1);
  if (end == std::string_view::npos) return close(text_.size(), TokenKind::open);
  return close(end + tag.size(), TokenKind::dollar_string);
}

TokenKind SqlScanner::scan_colon() noexcept {
  const char c = peek(1);
  if (c == ':' || c == '=') return close(at_ + 2, TokenKind::symbol);
  const bool in_brackets = (nesting_ & 1U) != 0;
  const bool slice = in_brackets && (after_value_ || is_digit(c));
  if (slice || c == '$' || !is_word_character(c)) return close(at_ + 1, TokenKind::symbol);
  for (++at_; is_word_character(peek());) ++at_;
  return TokenKind::named;
}

// MySQL wants white space or a control character after the dashes; the end of the text will do:
// https://dev.mysql.com/doc/refman/8.0/en/ansi-diff-comments.html
bool SqlScanner::at_line_comment() const noexcept {
  if (peek() == '#') return rules_.hash_comments;
  if (peek() != '-' || peek(1) != '-') return false;
  return !rules_.dashes_need_blank || is_blank(peek(2)) || is_control(peek(2));
}

// The line ends before the newline; for PostgreSQL, whose comments nest, also before a lone CR.
std::size_t SqlScanner::line_comment_end(std::size_t at) const noexcept {
  const std::string_view ends = rules_.nested_comments ? "\n\r" : "\n";
  return std::min(text_.find_first_of(ends, at), text_.size());
}

TokenKind SqlScanner::scan_block_comment() noexcept {
  if (const std::size_t mark = executable_mark(); mark != 0) {
    executable_at_ = at_;
    executable_ = true;
    return close(at_ + mark, TokenKind::symbol);
  }
  std::size_t depth = 1;
  for (std::size_t i = at_ + 2; i + 1 < text_.size(); ++i) {
    if (text_[i] == '*' && text_[i + 1] == '/') {
      if (--depth == 0) return close(i + 2, TokenKind::comment);
      ++i;
    } else if (rules_.nested_comments && text_[i] == '/' && text_[i + 1] == '*') {
      ++depth;
      ++i;
    }
  }
  return close(text_.size(), TokenKind::open);
}

// Length of an opening mark here: "/*!" or "/*M!" and a version of 5 or 6 digits; 0 if there is
// none. See https://mariadb.com/kb/en/comment-syntax/.
std::size_t SqlScanner::executable_mark() const noexcept {
  if (!rules_.executable_comments) return 0;
  const std::size_t mark = peek(2) == '!' ? 3 : peek(2) == 'M' && peek(3) == '!' ? 4 : 0;
  if (mark == 0) return 0;
  std::size_t digits = 0;
  while (digits < 6 && is_digit(peek(mark + digits))) ++digits;
  return mark + (digits >= 5 ? digits : 0);
}

TokenKind SqlScanner::scan_symbol() noexcept {
  if (executable_ && peek() == '*' && peek(1) == '/') {
    executable_ends_ = true;
    return close(at_ + 2, TokenKind::symbol);
  }
  return close(at_ + 1, TokenKind::symbol);
}

void SqlScanner::remember(const Token& token) noexcept {
  const char first = token.length > 0 ? text_[token.offset] : '\0';
  switch (token.kind) {
    case TokenKind::blank:
    case TokenKind::comment:
      return;
    case TokenKind::word:
      after_value_ = !begins_expression(text(token));
      return;
    case TokenKind::question:
      after_value_ = token.length == 1;
      return;
    case TokenKind::symbol:
      after_value_ = first == ')' || first == ']';
      if (first == '(' || first == '[') nesting_ = nesting_ << 1U | (first == '[' ? 1U : 0U);
      if (after_value_) nesting_ >>= 1U;
      return;
    default:
      after_value_ = token.kind != TokenKind::semicolon;
      return;
  }
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "migrate/parity/sql_words.hpp"

#include <algorithm>
#include <array>

namespace lockstep::detail {
namespace {

using namespace std::string_view_literals;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// "a""b" as a"b; the closing character is the last one.
std::string unquoted(std::string_view text) {
  const char quote = text.back();
  std::string out;
  for (std::size_t i = text.find_first_of("\"`[") + 1; i + 1 < text.size(); ++i) {
    out += text[i];
    if (text[i] == quote && text[i + 1] == quote) ++i;
  }
  return out;
}

// 'it\'s' as 'it''s'.
std::string without_backslashes(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '\\' && i + 1 < text.size();
    if (escape) ++i;
    if (escape && text[i] == '\'') out += '\'';
    out += text[i];
  }
  return out;
}

// Operators of several characters, and how they begin.
constexpr std::array operators{"<="sv, ">="sv, "<>"sv, "!="sv, "||"sv, "~~"sv, "!~"sv, "!~~"sv};

bool extends(const SqlWord& before, const Token& token, std::string_view text) {
  return before.kind == TokenKind::symbol && before.offset + before.length == token.offset &&
         std::ranges::find(operators, before.text + std::string(text)) != operators.end();
}

}  // namespace

std::vector<SqlWord> words_of_sql(std::string_view text, const LexicalRules& rules) {
  std::vector<SqlWord> words;
  SqlScanner scanner(text, rules);
  for (Token token = scanner.next(); token.kind != TokenKind::end; token = scanner.next()) {
    const std::string_view piece = scanner.text(token);
    if (token.kind == TokenKind::blank || token.kind == TokenKind::comment) continue;
    if (token.kind == TokenKind::symbol && !words.empty() && extends(words.back(), token, piece)) {
      words.back().text += piece;
      words.back().length += token.length;
      continue;
    }
    const bool escapes = token.kind == TokenKind::string && rules.backslash_escapes;
    std::string value = token.kind == TokenKind::word          ? lower(piece)
                        : token.kind == TokenKind::quoted_name ? unquoted(piece)
                        : escapes                              ? without_backslashes(piece)
                                                               : std::string(piece);
    words.push_back({token.kind, std::move(value), token.offset, token.length});
  }
  return words;
}

}  // namespace lockstep::detail

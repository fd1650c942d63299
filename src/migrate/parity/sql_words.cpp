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

std::vector<SqlWord> words_of_sql(std::string_view text, const LexicalRules& rules,
                                  DoubleQuotes quotes) {
  std::vector<SqlWord> words;
  SqlScanner scanner(text, rules, quotes);
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

std::size_t group_size(Words words) noexcept {
  std::size_t depth = 0;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i].is("(")) ++depth;
    if (words[i].is(")") && --depth == 0) return i + 1;
  }
  return words.size();
}

Words inside(Words group) noexcept {
  return group.size() < 2 ? Words() : group.subspan(1, group.size() - 2);
}

std::vector<Words> items_of(Words list) {
  std::vector<Words> items;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < list.size();) {
    if (list[i].is(",")) {
      items.push_back(list.subspan(begin, i - begin));
      begin = i + 1;
    }
    i += list[i].is("(") ? group_size(list.subspan(i)) : 1;
  }
  if (begin < list.size()) items.push_back(list.subspan(begin));
  return items;
}

}  // namespace lockstep::detail

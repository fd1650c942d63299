// SPDX-License-Identifier: BSL-1.0
// The lexical rules of the three engines, and what must hold of the SQL lexer for every text:
// shared by the property test and the fuzzer.
#pragma once

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/sql_lexer.hpp"
#include "core/sql_scanner.hpp"
#include "lockstep/error.hpp"

namespace lockstep::testing {

inline constexpr LexicalRules sqlite_rules{.backtick_names = true, .bracket_names = true};
inline constexpr LexicalRules postgres_rules{.escape_strings = true,
                                             .dollar_quotes = true,
                                             .nested_comments = true,
                                             .numbered_placeholders = true};
inline constexpr LexicalRules mysql_rules{.backslash_escapes = true,
                                          .backtick_names = true,
                                          .hash_comments = true,
                                          .dashes_need_blank = true,
                                          .executable_comments = true};
inline constexpr std::array<const LexicalRules*, 3> all_rules{&sqlite_rules, &postgres_rules,
                                                              &mysql_rules};

// Whether lex_sql answers InvalidArgument.
inline bool is_refused(std::string_view text, const LexicalRules& rules) {
  try {
    static_cast<void>(detail::lex_sql(text, rules));
    return false;
  } catch (const InvalidArgument&) {
    return true;
  }
}

inline std::vector<detail::Token> tokens_of(
    std::string_view text, const LexicalRules& rules,
    detail::DoubleQuotes quotes = detail::DoubleQuotes::name) {
  detail::SqlScanner scanner(text, rules, quotes);
  std::vector<detail::Token> tokens;
  do {
    tokens.push_back(scanner.next());
  } while (tokens.back().kind != detail::TokenKind::end);
  tokens.pop_back();
  return tokens;
}

// Empty, or what is wrong: every byte belongs to one token, tokens come in order, only one is open.
inline std::string check_scanner(std::string_view text, const LexicalRules& rules,
                                 detail::DoubleQuotes quotes) {
  std::size_t at = 0;
  std::size_t open = 0;
  for (const detail::Token& token : tokens_of(text, rules, quotes)) {
    if (token.kind == detail::TokenKind::open) ++open;
    if (token.length == 0 && token.kind == detail::TokenKind::open) continue;
    if (token.length == 0) return "an empty token";
    if (token.offset != at) return "a gap before " + std::to_string(token.offset);
    at += token.length;
  }
  if (at != text.size()) return "the text is longer than its tokens";
  return open > 2 ? "more than one quote or comment is open" : "";
}

inline const std::string placeholder_mark = "<placeholder>";
inline const std::string operator_mark = "<operator>";

// The tokens of a text without blanks, comments and semicolons, placeholders told from operators.
// `native`: as the engine reads it, not as lockstep does.
inline std::vector<std::string> skeleton(std::string_view text, const LexicalRules& rules,
                                         bool native) {
  using detail::TokenKind;
  std::vector<std::string> out;
  for (const detail::Token& token : tokens_of(text, rules)) {
    const std::string piece(text.substr(token.offset, token.length));
    const bool own = native && rules.numbered_placeholders;
    switch (token.kind) {
      case TokenKind::blank:
      case TokenKind::comment:
      case TokenKind::semicolon:
        break;
      case TokenKind::question:
        if (native) {
          out.insert(out.end(), token.length, own ? operator_mark : placeholder_mark);
        } else {
          out.push_back(token.length == 2 ? operator_mark : placeholder_mark);
        }
        break;
      case TokenKind::named:
        out.push_back(native ? piece : placeholder_mark);
        break;
      case TokenKind::dollar_number:
        out.push_back(own ? placeholder_mark : piece);
        break;
      default:
        out.push_back(piece);
    }
  }
  return out;
}

inline std::string check_placeholders(std::string_view text, const detail::LexedSql& sql,
                                      const LexicalRules& rules) {
  const auto before = skeleton(text, rules, false);
  const auto after = skeleton(sql.text, rules, true);
  if (before != after) return "the engine reads other tokens: " + sql.text;
  const auto used = std::count(after.begin(), after.end(), placeholder_mark);
  std::set<std::uint16_t> distinct(sql.binds.begin(), sql.binds.end());
  if (distinct.size() != sql.arguments) return "an argument is bound to nothing";
  if (!distinct.empty() && *distinct.rbegin() + 1U != sql.arguments) return "arguments have gaps";
  if (rules.numbered_placeholders) {
    std::set<std::string> numbers;
    for (const detail::Token& token : tokens_of(sql.text, rules)) {
      if (token.kind != detail::TokenKind::dollar_number) continue;
      numbers.insert(sql.text.substr(token.offset, token.length));
    }
    if (numbers.size() != sql.arguments) return "placeholders and arguments differ in number";
    if (!numbers.empty() && !numbers.contains("$" + std::to_string(sql.arguments))) {
      return "placeholders have gaps";
    }
  } else if (static_cast<std::size_t>(used) != sql.binds.size()) {
    return "placeholders and binds differ in number";
  }
  if (!sql.names.empty() && sql.names.size() != sql.arguments) return "names and arguments differ";
  return "";
}

// Empty, or what is wrong. Nothing but InvalidArgument leaves the lexer.
inline std::string check_lexer(std::string_view text, const LexicalRules& rules) {
  detail::LexedSql sql;
  try {
    sql = detail::lex_sql(text, rules);
  } catch (const InvalidArgument&) {
    return "";
  }
  if (std::string fault = check_placeholders(text, sql, rules); !fault.empty()) return fault;
  if (sql.returning && !detail::is_word(sql.text.substr(*sql.returning, 9), "RETURNING")) {
    return "no RETURNING where it is said to be";
  }
  if (text.find_first_of("?:;") == std::string_view::npos && sql.text != text) {
    return "a text without placeholders has changed";
  }
  return "";
}

}  // namespace lockstep::testing

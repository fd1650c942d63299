// SPDX-License-Identifier: BSL-1.0
// What must hold of the splitter for every text: shared by the property test and the fuzzer.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "core/text.hpp"
#include "migrate/checksum.hpp"
#include "migrate/splitter.hpp"

namespace lockstep::testing {

// The byte at a place; npos if the text has no such place.
inline std::size_t offset_of(std::string_view text, std::size_t line, std::size_t column) {
  std::size_t at = 0;
  for (; line > 1; --line) {
    at = text.find('\n', at);
    if (at == std::string_view::npos) return at;
    ++at;
  }
  for (; column > 1 && at < text.size(); --column) {
    for (++at; at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;) ++at;
  }
  return at;
}

// Whether the splitter obeys the text in ways that its statements alone do not show.
inline bool has_commands(std::string_view text, Engine engine) {
  if (engine == Engine::sqlite && text.find('#') != std::string_view::npos) return true;
  constexpr std::string_view commands[] = {"delimiter", "statementbegin", "restrict"};
  return std::any_of(std::begin(commands), std::end(commands), [&](std::string_view command) {
    return std::search(text.begin(), text.end(), command.begin(), command.end(),
                       [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; }) !=
           text.end();
  });
}

// Whether nothing but blanks, comments and semicolons are there.
inline bool is_empty_sql(std::string_view text, const LexicalRules& rules,
                         detail::DoubleQuotes quotes) {
  detail::SqlScanner scanner(text, rules, quotes);
  for (detail::Token token = scanner.next(); token.kind != detail::TokenKind::end;
       token = scanner.next()) {
    if (token.kind != detail::TokenKind::blank && token.kind != detail::TokenKind::comment &&
        token.kind != detail::TokenKind::semicolon) {
      return false;
    }
  }
  return true;
}

// Empty, or what is wrong: statements are where they are said to be, one after the other, and
// nothing between them is lost.
inline std::string check_places(std::string_view text, const detail::SplitText& split,
                                Engine engine, detail::DoubleQuotes quotes) {
  const LexicalRules& rules = dialect(engine).lexical;
  std::size_t end = 0;
  for (const MigrationStatement& statement : split.statements) {
    const std::size_t at = offset_of(text, statement.line, statement.column);
    if (at > text.size() || !text.substr(at).starts_with(statement.text)) {
      return "a statement is not at its place";
    }
    if (statement.text.empty()) return "a statement is empty";
    if (at < end) return "a statement begins in the one before";
    const std::string_view gap = text.substr(end, at - end);
    if (!has_commands(text, engine) && !is_empty_sql(gap, rules, quotes))
      return "code between statements";
    end = at + statement.text.size();
  }
  if (!has_commands(text, engine) && !is_empty_sql(text.substr(end), rules, quotes)) {
    return "code behind the last statement";
  }
  return "";
}

inline std::string check_joined(std::string_view text, const detail::SplitText& split,
                                Engine engine, detail::DoubleQuotes quotes) {
  if (has_commands(text, engine)) return "";
  std::string joined = "\n";  // so that no byte order mark begins it
  for (const MigrationStatement& statement : split.statements) joined += statement.text + ";\n";
  const detail::SplitText again = detail::split_statements(joined, engine, quotes);
  if (!again.fault.empty()) return "joined statements cannot be split: " + again.fault;
  if (again.statements.size() != split.statements.size()) return "joined statements are others";
  for (std::size_t i = 0; i < again.statements.size(); ++i) {
    if (again.statements[i].text != split.statements[i].text) return "a joined statement differs";
  }
  return "";
}

// Empty, or what is wrong. The text must be valid UTF-8 without NUL, as that of a file is.
inline std::string check_splitter(std::string_view text, Engine engine,
                                  detail::DoubleQuotes quotes) {
  const detail::SplitText split = detail::split_statements(text, engine, quotes);
  if (text.starts_with(detail::byte_order_mark)) text.remove_prefix(3);
  if (!split.fault.empty()) {
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1;
    return split.fault_line == 0 || split.fault_line > lines ? "a fault on a line that is not there"
                                                             : "";
  }
  std::string fault = check_places(text, split, engine, quotes);
  if (fault.empty()) fault = check_joined(text, split, engine, quotes);
  for (const MigrationStatement& statement : split.statements) {
    static_cast<void>(detail::controls_transaction(statement.text, engine));
    static_cast<void>(detail::needs_no_transaction(statement.text, engine));
  }
  return fault;
}

}  // namespace lockstep::testing

// SPDX-License-Identifier: BSL-1.0
// Where SQLite itself ends statements: an oracle for the splitter.
#pragma once

#include <sqlite3.h>

#include <memory>

#include "support/splitter_invariants.hpp"

namespace lockstep::testing {

// Empty, or what is wrong: a semicolon ends a statement where sqlite3_complete() says so. The text
// has no commands and can be split.
inline std::string check_complete(std::string_view text, const detail::SplitText& split) {
  const LexicalRules& rules = dialect(Engine::sqlite).lexical;
  std::size_t next = 0;
  std::size_t begin = 0;
  std::size_t end = 0;
  detail::SqlScanner scanner(text, rules);
  for (detail::Token token = scanner.next(); token.kind != detail::TokenKind::end;
       token = scanner.next()) {
    if (token.kind != detail::TokenKind::semicolon) continue;
    while (next < split.statements.size() && token.offset >= end) {
      const MigrationStatement& statement = split.statements[next];
      const std::size_t at = offset_of(text, statement.line, statement.column);
      if (at > token.offset) break;
      begin = at;
      end = at + statement.text.size();
      ++next;
    }
    const bool inside = token.offset >= begin && token.offset < end;
    const std::string before(text.substr(0, token.offset + 1));
    if ((sqlite3_complete(before.c_str()) != 0) == inside) {
      return inside ? "SQLite ends a statement inside of one" : "SQLite ends no statement here";
    }
  }
  return "";
}

// The same by sqlite3_prepare_v2(), for texts all of whose statements it accepts.
inline std::string check_prepared(std::string_view text, const detail::SplitText& split) {
  const auto close = [](sqlite3* db) { sqlite3_close(db); };
  static const std::unique_ptr<sqlite3, decltype(close)> db = [&] {
    sqlite3* opened = nullptr;
    sqlite3_open(":memory:", &opened);
    sqlite3_exec(opened, "CREATE TABLE a (b, c); CREATE TABLE t (x INTEGER PRIMARY KEY, y)",
                 nullptr, nullptr, nullptr);
    return std::unique_ptr<sqlite3, decltype(close)>(opened, close);
  }();
  const std::string copy(text);
  const char* at = copy.c_str();
  std::size_t count = 0;
  while (*at != '\0') {
    sqlite3_stmt* statement = nullptr;
    const char* tail = nullptr;
    const int code = sqlite3_prepare_v2(db.get(), at, -1, &statement, &tail);
    const bool is_statement = statement != nullptr;
    sqlite3_finalize(statement);
    if (code != SQLITE_OK) return "";
    if (is_statement) {
      if (count == split.statements.size()) return "SQLite finds one more statement";
      const MigrationStatement& ours = split.statements[count++];
      const std::size_t begin = offset_of(text, ours.line, ours.column);
      const std::size_t end = begin + ours.text.size();
      const auto reached = static_cast<std::size_t>(tail - copy.c_str());
      if (reached < end) return "SQLite ends a statement earlier";
      if (!is_empty_sql(text.substr(end, reached - end), dialect(Engine::sqlite).lexical,
                        detail::DoubleQuotes::name)) {
        return "SQLite ends a statement later";
      }
    }
    at = tail;
  }
  return count == split.statements.size() ? "" : "SQLite finds fewer statements";
}

inline std::string check_against_sqlite(std::string_view text) {
  const detail::SplitText split = detail::split_statements(text, Engine::sqlite);
  if (text.starts_with(detail::byte_order_mark)) text.remove_prefix(3);
  // SQLite takes a byte order mark for a blank wherever it is.
  const bool marks = text.find(detail::byte_order_mark) != std::string_view::npos;
  if (marks || has_commands(text, Engine::sqlite)) return "";
  if (!split.fault.empty()) return "";
  std::string fault = check_complete(text, split);
  return fault.empty() ? check_prepared(text, split) : fault;
}

}  // namespace lockstep::testing

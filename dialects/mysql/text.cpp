// SPDX-License-Identifier: BSL-1.0
#include <algorithm>

#include "dialects/mysql/mysql.hpp"

namespace lockstep::detail {
namespace {

// After these nothing of the session has changed. Any other statement is taken to leave something.
constexpr std::array<std::string_view, 31> tidy_words{
    "SELECT",   "INSERT",   "UPDATE", "DELETE",   "REPLACE",   "WITH",    "VALUES",  "TABLE",
    "BEGIN",    "START",    "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "CREATE",  "ALTER",
    "DROP",     "TRUNCATE", "RENAME", "EXPLAIN",  "DESCRIBE",  "DESC",    "SHOW",    "ANALYZE",
    "OPTIMIZE", "CHECK",    "REPAIR", "GRANT",    "REVOKE",    "KILL",    "CHECKSUM"};

// Where these occur, in a comment or a literal too, something may be left: a lock, a variable.
constexpr std::array<std::string_view, 3> traces{"GET_LOCK", ":=", "NOT ATOMIC"};

// Where these occur, an INSERT may insert another number of rows each time, or answer with rows.
constexpr std::array<std::string_view, 4> conditions{"SELECT", "RETURNING", "DUPLICATE", "IGNORE"};

char upper(char c) noexcept { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

bool same(char a, char b) noexcept { return upper(a) == upper(b); }

bool is_blank(char c) noexcept { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool is_letter(char c) noexcept { return (upper(c) >= 'A' && upper(c) <= 'Z') || c == '_'; }

bool equal(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), same);
}

bool contains(std::string_view text, std::string_view part) noexcept {
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end();
}

// Takes what comes before the first word: blanks, comments, parentheses.
void skip_to_word(std::string_view& text) noexcept {
  while (!text.empty()) {
    std::size_t size = 0;
    if (is_blank(text.front()) || text.front() == '(') {
      size = 1;
    } else if (text.front() == '#' || text.starts_with("--")) {
      size = text.find('\n');
    } else if (text.starts_with("/*") && !text.starts_with("/*!") && !text.starts_with("/*M!")) {
      size = text.find("*/", 2);
      if (size != std::string_view::npos) size += 2;
    } else {
      return;
    }
    text.remove_prefix(std::min(size, text.size()));
  }
}

std::string_view take_word(std::string_view& text) noexcept {
  skip_to_word(text);
  const auto end = std::find_if_not(text.begin(), text.end(), is_letter);
  const auto word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(word.size());
  return word;
}

// SELECT ... INTO @variable.
bool fills_variable(std::string_view text) noexcept {
  constexpr std::string_view into = "INTO";
  for (;;) {
    const auto at = std::search(text.begin(), text.end(), into.begin(), into.end(), same);
    if (at == text.end()) return false;
    text.remove_prefix(static_cast<std::size_t>(at - text.begin()) + into.size());
    std::string_view target = text;
    skip_to_word(target);
    if (target.starts_with('@')) return true;
  }
}

}  // namespace

MysqlText inspect_mysql_text(std::string_view text) noexcept {
  std::string_view rest = text;
  const std::string_view first = take_word(rest);
  const auto is = [first](std::string_view word) { return equal(first, word); };
  MysqlText result;
  result.inserts = is("INSERT") || is("REPLACE");
  result.writes = result.inserts || is("UPDATE") || is("DELETE") || is("WITH");
  result.arrays = is("INSERT") && std::none_of(conditions.begin(), conditions.end(),
                                               [text](auto part) { return contains(text, part); });
  result.leaves_state = std::none_of(tidy_words.begin(), tidy_words.end(), is) ||
                        std::any_of(traces.begin(), traces.end(),
                                    [text](auto part) { return contains(text, part); }) ||
                        fills_variable(text) ||
                        ((is("CREATE") || is("DROP")) && contains(rest.substr(0, 64), "TEMPORARY"));
  return result;
}

}  // namespace lockstep::detail

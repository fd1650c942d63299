// SPDX-License-Identifier: BSL-1.0
// What a text leaves behind in the session, judged by its words: a returned connection that ran
// only queries needs no round trip to be clean. What is not known to leave nothing is taken to
// leave state. What a function does behind a SELECT cannot be seen here.
#include <algorithm>

#include "dialects/postgres/postgres.hpp"

namespace lockstep::detail {
namespace {

constexpr std::string_view harmless[] = {
    "abort",   "alter",   "analyze",  "begin",    "checkpoint", "close",  "cluster",
    "comment", "commit",  "create",   "delete",   "drop",       "end",    "explain",
    "grant",   "insert",  "lock",     "merge",    "move",       "notify", "reindex",
    "refresh", "release", "revoke",   "rollback", "savepoint",  "select", "show",
    "start",   "table",   "truncate", "update",   "vacuum",     "values", "with"};

// Words that make a harmless statement leave state. "advisory_lock" is not in the names of the
// locks that end with the transaction: those have "xact" between.
constexpr std::string_view traces[] = {"set_config", "advisory_lock", "pg_temp", "dblink"};

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

// Where the first word begins: behind blanks, comments and opening brackets.
std::size_t first_word(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    if (text.substr(i).starts_with("--")) {
      i = std::min(text.find('\n', i), text.size());
    } else if (text.substr(i).starts_with("/*")) {
      const auto end = text.find("*/", i);
      i = end == std::string_view::npos ? text.size() : end + 2;
    } else if (is_word(text[i])) {
      return i;
    } else {
      ++i;
    }
  }
  return i;
}

std::string_view word_at(std::string_view text, std::size_t begin) {
  std::size_t end = begin;
  while (end < text.size() && is_word(text[end])) ++end;
  return text.substr(begin, end - begin);
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t i = text.find(word); i != std::string_view::npos; i = text.find(word, i + 1)) {
    if ((i == 0 || !is_word(text[i - 1])) && word_at(text, i) == word) return true;
  }
  return false;
}

// SET LOCAL, SET TRANSACTION and SET CONSTRAINTS end with the transaction.
bool ends_with_transaction(std::string_view behind_set) {
  const std::string_view next = word_at(behind_set, first_word(behind_set));
  return next == "local" || next == "transaction" || next == "constraints";
}

}  // namespace

PgTrace pg_trace(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  const std::string_view all = lowered;
  const std::size_t begin = first_word(all);
  const std::string_view word = word_at(all, begin);
  if (word.empty()) return PgTrace::none;
  if (word == "prepare") return PgTrace::statements;
  if (word == "deallocate" || word == "discard") return PgTrace::discard;
  if (word == "set" && ends_with_transaction(all.substr(begin + 3))) return PgTrace::none;
  if (std::find(std::begin(harmless), std::end(harmless), word) == std::end(harmless)) {
    return PgTrace::state;
  }
  const bool marked = std::any_of(std::begin(traces), std::end(traces),
                                  [all](std::string_view trace) { return contains(all, trace); });
  const bool temporary = has_word(all, "temp") || has_word(all, "temporary");
  return marked || temporary ? PgTrace::state : PgTrace::none;
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "migrate/expected_lock.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "migrate/statement_tokens.hpp"

namespace lockstep::detail {
namespace {

using Tokens = std::span<const std::string>;

// From the weakest to the strongest.
enum class Mode : std::uint8_t {
  none, access_share, row_exclusive, share_update_exclusive, share, share_row_exclusive, exclusive,
  access_exclusive,
};

constexpr std::array<std::string_view, 8> names{
    "",      "ACCESS SHARE",        "ROW EXCLUSIVE", "SHARE UPDATE EXCLUSIVE",
    "SHARE", "SHARE ROW EXCLUSIVE", "EXCLUSIVE",     "ACCESS EXCLUSIVE"};

struct Rule {
  std::array<std::string_view, 3> words;  // that the text begins with; empty: any
  Mode mode;
};

bool has(Tokens tokens, std::string_view word) {
  return std::ranges::find(tokens, word) != tokens.end();
}

template <std::size_t N>
Mode by_rules(const std::array<Rule, N>& rules, Tokens tokens, Mode otherwise) {
  for (const Rule& rule : rules) {
    std::size_t i = 0;
    while (i < rule.words.size() && !rule.words[i].empty() && i < tokens.size() &&
           tokens[i] == rule.words[i]) {
      ++i;
    }
    if (i == rule.words.size() || rule.words[i].empty()) return rule.mode;
  }
  return otherwise;
}

constexpr std::array clause_rules{
    Rule{{"VALIDATE", "CONSTRAINT"}, Mode::share_update_exclusive},
    Rule{{"ADD", "FOREIGN", "KEY"}, Mode::share_row_exclusive},
    Rule{{"ENABLE", "TRIGGER"}, Mode::share_row_exclusive},
    Rule{{"DISABLE", "TRIGGER"}, Mode::share_row_exclusive},
    Rule{{"ATTACH", "PARTITION"}, Mode::share_update_exclusive},
    Rule{{"CLUSTER", "ON"}, Mode::share_update_exclusive},
    Rule{{"SET", "WITHOUT", "CLUSTER"}, Mode::share_update_exclusive},
    Rule{{"SET", "("}, Mode::share_update_exclusive},
    Rule{{"RESET", "("}, Mode::share_update_exclusive}};

Mode mode_of_clause(Tokens clause) {
  if (clause.size() > 3 && clause[0] == "ADD" && clause[1] == "CONSTRAINT" &&
      clause[3] == "FOREIGN") {
    return Mode::share_row_exclusive;
  }
  if (!clause.empty() && clause[0] == "ALTER" && has(clause, "STATISTICS")) {
    return Mode::share_update_exclusive;
  }
  if (!clause.empty() && clause[0] == "DETACH" && has(clause, "CONCURRENTLY")) {
    return Mode::share_update_exclusive;
  }
  return by_rules(clause_rules, clause, Mode::access_exclusive);
}

// Behind ALTER TABLE [IF EXISTS] [ONLY] name [*].
Tokens skip_table(Tokens tokens) {
  tokens = tokens.subspan(2);
  if (tokens.size() > 2 && tokens[0] == "IF") tokens = tokens.subspan(2);
  if (!tokens.empty() && tokens[0] == "ONLY") tokens = tokens.subspan(1);
  tokens = tokens.subspan(std::min<std::size_t>(1, tokens.size()));
  while (tokens.size() > 1 && tokens[0] == ".") tokens = tokens.subspan(2);
  if (!tokens.empty() && tokens[0] == "*") tokens = tokens.subspan(1);
  return tokens;
}

// The strongest of the clauses, which commas outside of parentheses separate.
Mode mode_of_alter_table(Tokens tokens) {
  tokens = skip_table(tokens);
  Mode strongest = Mode::none;
  std::size_t begin = 0;
  int depth = 0;
  for (std::size_t i = 0; i <= tokens.size(); ++i) {
    const bool end = i == tokens.size();
    if (!end && tokens[i] == "(") ++depth;
    if (!end && tokens[i] == ")") --depth;
    if (!end && (tokens[i] != "," || depth > 0)) continue;
    strongest = std::max(strongest, mode_of_clause(tokens.subspan(begin, i - begin)));
    begin = i + 1;
  }
  return strongest;
}

constexpr std::array statement_rules{
    Rule{{"ALTER", "INDEX"}, Mode::share_update_exclusive},
    Rule{{"ANALYZE"}, Mode::share_update_exclusive},
    Rule{{"CLUSTER"}, Mode::access_exclusive},
    Rule{{"COMMENT", "ON"}, Mode::share_update_exclusive},
    Rule{{"COPY"}, Mode::row_exclusive},
    Rule{{"CREATE", "CONSTRAINT", "TRIGGER"}, Mode::share_row_exclusive},
    Rule{{"CREATE", "RULE"}, Mode::access_exclusive},
    Rule{{"CREATE", "STATISTICS"}, Mode::share_update_exclusive},
    Rule{{"CREATE", "TRIGGER"}, Mode::share_row_exclusive},
    Rule{{"DELETE"}, Mode::row_exclusive},
    Rule{{"DROP", "MATERIALIZED", "VIEW"}, Mode::access_exclusive},
    Rule{{"DROP", "RULE"}, Mode::access_exclusive},
    Rule{{"DROP", "TABLE"}, Mode::access_exclusive},
    Rule{{"DROP", "TRIGGER"}, Mode::access_exclusive},
    Rule{{"DROP", "VIEW"}, Mode::access_exclusive},
    Rule{{"INSERT"}, Mode::row_exclusive},
    Rule{{"LOCK"}, Mode::access_exclusive},
    Rule{{"MERGE"}, Mode::row_exclusive},
    Rule{{"SELECT"}, Mode::access_share},
    Rule{{"TRUNCATE"}, Mode::access_exclusive},
    Rule{{"UPDATE"}, Mode::row_exclusive}};

Mode mode_of(Tokens tokens) {
  const auto is = [&](std::size_t i, std::string_view word) {
    return i < tokens.size() && tokens[i] == word;
  };
  const bool concurrently = has(tokens, "CONCURRENTLY");
  if (is(0, "ALTER") && is(1, "TABLE")) return mode_of_alter_table(tokens);
  if (is(0, "CREATE") && (is(1, "INDEX") || is(2, "INDEX"))) {
    return concurrently ? Mode::share_update_exclusive : Mode::share;
  }
  if ((is(0, "DROP") && is(1, "INDEX")) || is(0, "REINDEX")) {
    return concurrently ? Mode::share_update_exclusive : Mode::access_exclusive;
  }
  if (is(0, "REFRESH")) return concurrently ? Mode::exclusive : Mode::access_exclusive;
  if (is(0, "VACUUM")) {
    return has(tokens, "FULL") ? Mode::access_exclusive : Mode::share_update_exclusive;
  }
  if (is(0, "CREATE") && has(tokens, "TABLE")) {
    return has(tokens, "REFERENCES") ? Mode::share_row_exclusive : Mode::none;
  }
  return by_rules(statement_rules, tokens, Mode::none);
}

}  // namespace

std::string_view expected_lock(std::string_view statement) {
  const auto tokens = upper_tokens(statement, Engine::postgres);
  return names[static_cast<std::size_t>(mode_of(tokens))];
}

}  // namespace lockstep::detail

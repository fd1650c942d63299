// SPDX-License-Identifier: BSL-1.0
// Goes backward through a file and asks of each value that is still needed who has made it.
#include "migrate/session_replay.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/sql_scanner.hpp"
#include "migrate/statement_effect.hpp"

namespace lockstep::detail {
namespace {

using Names = std::set<std::string>;

// One statement: "@x" is a variable, "statement x" a prepared one, "table x" a temporary table.
struct Use {
  Names makes;
  Names reads;
  bool changes_setting = false;  // of the session
  bool repeatable = false;       // its values come out the same while the database is unchanged
  bool pure = false;             // and also when it was changed
};

bool is_call(const Tokens& tokens, std::size_t i) {
  constexpr std::array<std::string_view, 10> pure{
      "CONCAT", "IF",    "IFNULL", "COALESCE",   "NULLIF",
      "REPLACE", "UPPER", "LOWER",  "SET_CONFIG", "IN"};
  const std::string_view name = tokens.at(i);
  if (tokens.at(i + 1) != "(" || name.empty() || !is_word_character(name.front())) return false;
  return std::ranges::none_of(pure, [&](std::string_view word) { return tokens.is(i, word); });
}

bool sets_config(const Tokens& tokens) {
  return tokens.is(0, "SELECT") && tokens.has("SET_CONFIG");
}

bool asks_database(const Tokens& tokens) {
  if (tokens.has("SELECT", sets_config(tokens) ? 1 : 0)) return true;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (is_call(tokens, i)) return true;
  }
  return false;
}

bool is_variable(const Tokens& tokens, std::size_t i) {
  return tokens.at(i) == "@" && (i == 0 || tokens.at(i - 1) != "@") && tokens.at(i + 1) != "@";
}

// Where SET names what it sets: behind itself, and behind the commas outside of parentheses.
std::vector<std::size_t> targets_of(const Tokens& tokens) {
  std::vector<std::size_t> targets;
  if (!tokens.is(0, "SET")) return targets;
  int depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens.at(i) == "(") ++depth;
    if (tokens.at(i) == ")") --depth;
    if (i == 0 || (depth == 0 && tokens.at(i) == ",")) targets.push_back(i + 1);
  }
  return targets;
}

// @x := 1 anywhere; @x = 1 in SET; SELECT ... INTO @x.
void read_variables(const Tokens& tokens, Use& use) {
  bool into = false;
  const auto targets = targets_of(tokens);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens.is(i, "INTO")) into = true;
    if (tokens.is(i, "FROM") || tokens.is(i, "VALUES")) into = false;
    if (!is_variable(tokens, i)) continue;
    const std::string name = '@' + plain_name(tokens.at(i + 1));
    const bool assigned = tokens.at(i + 2) == ":=" ||
                          std::ranges::find(targets, i) != targets.end() ||
                          (tokens.is(0, "SELECT") && into);
    (assigned ? use.makes : use.reads).insert(name);
  }
}

// The name of the temporary table that a statement makes; empty if it makes none.
std::string temporary_table(const Tokens& tokens) {
  for (std::size_t i = 1; i < std::min<std::size_t>(tokens.size(), 4); ++i) {
    const bool temporary = tokens.is(i, "TEMPORARY") || tokens.is(i, "TEMP");
    if (!tokens.is(0, "CREATE") || !temporary || !tokens.is(i + 1, "TABLE")) continue;
    return plain_name(tokens.at(tokens.is(i + 2, "IF") ? i + 5 : i + 2));
  }
  return {};
}

// Each name of a temporary table of the file that a statement has.
void read_tables(const Tokens& tokens, const Names& tables, Use& use) {
  const std::string made = temporary_table(tokens);
  const bool drops = tokens.is(0, "DROP") && (tokens.is(1, "TABLE") || tokens.is(2, "TABLE"));
  for (const std::string_view token : tokens) {
    const std::string name = plain_name(token);
    if (!tables.contains(name)) continue;
    const bool makes = name == made || drops;
    (makes ? use.makes : use.reads).insert("table " + name);
  }
  if (drops && !tokens.has("IF")) use.reads.insert(use.makes.begin(), use.makes.end());
}

void read_prepared(const Tokens& tokens, Use& use) {
  if (tokens.is(0, "PREPARE")) use.makes.insert("statement " + plain_name(tokens.at(1)));
  if (tokens.is(0, "EXECUTE")) use.reads.insert("statement " + plain_name(tokens.at(1)));
}

// SET NAMES, SET foreign_key_checks = 0, USE, PRAGMA: not SET @x = 1 alone.
bool changes_setting(const Tokens& tokens, Effect effect) {
  if (sets_config(tokens)) return true;
  if (effect != Effect::session || tokens.is(0, "PREPARE") || tokens.is(0, "DEALLOCATE") ||
      tokens.is(0, "DROP")) {
    return false;
  }
  if (!tokens.is(0, "SET")) return true;
  return std::ranges::any_of(targets_of(tokens),
                             [&](std::size_t i) { return !is_variable(tokens, i); });
}

Use use_of(const Tokens& tokens, Effect effect, const Names& tables) {
  Use use;
  read_variables(tokens, use);
  read_tables(tokens, tables, use);
  read_prepared(tokens, use);
  if (effect == Effect::opaque) use.makes.insert(use.reads.begin(), use.reads.end());  // CALL p(@x)
  use.changes_setting = changes_setting(tokens, effect);
  use.repeatable = effect == Effect::session || tokens.is(0, "SELECT");
  use.pure = use.repeatable && !asks_database(tokens);
  return use;
}

bool changes_database(const Tokens& tokens, Effect effect) {
  return effect == Effect::catalog || effect == Effect::opaque ||
         (effect == Effect::rows && !tokens.is(0, "SELECT") && temporary_table(tokens).empty());
}

bool meet(const Names& a, const Names& b) {
  return std::ranges::any_of(a, [&](const std::string& name) { return b.contains(name); });
}

// Going backward over a statement that runs.
void pass(Names& needed, const Use& use) {
  for (const std::string& name : use.makes) needed.erase(name);
  needed.insert(use.reads.begin(), use.reads.end());
}

class Backward {
 public:
  Backward(std::span<const MigrationStatement> statements, std::size_t from, Engine engine)
      : statements_(statements), from_(from) {
    for (const MigrationStatement& statement : statements) {
      tokens_.emplace_back(statement.text, engine);
      effects_.push_back(effect_of(statement.text, engine));
      const std::string table = temporary_table(tokens_.back());
      if (!table.empty()) tables_.insert(table);
    }
    for (std::size_t i = 0; i < from; ++i) {
      if (changes_database(tokens_[i], effects_[i])) unchanged_after_ = i + 1;
    }
  }

  SessionReplay plan() {
    for (std::size_t i = statements_.size(); i > from_; --i) pass(needed_, use(i - 1));
    bool lock_seen = false;
    for (std::size_t i = from_; i > 0 && replay_.obstacle.empty(); --i) {
      if (is_open_lock(i - 1, lock_seen)) {
        replay_.statements.push_back(i - 1);
      } else {
        look_at(i - 1);
      }
    }
    std::ranges::reverse(replay_.statements);
    return std::move(replay_);
  }

 private:
  [[nodiscard]] Use use(std::size_t i) const { return use_of(tokens_[i], effects_[i], tables_); }

  // Only the last LOCK TABLES holds, and none after UNLOCK TABLES.
  [[nodiscard]] bool is_open_lock(std::size_t i, bool& seen) const {
    const bool locks = effects_[i] == Effect::locks;
    const bool first = !std::exchange(seen, seen || locks || effects_[i] == Effect::unlocks);
    return locks && first;
  }

  void look_at(std::size_t i) {
    const Use used = use(i);
    const bool wanted = meet(used.makes, needed_);
    const bool drops = tokens_[i].is(0, "DROP");
    if (wanted && drops) return pass(needed_, {used.makes, {}});
    if (!wanted && !used.changes_setting) return;
    if (used.pure || (used.repeatable && i >= unchanged_after_)) {
      replay_.statements.push_back(i);
      pass(needed_, used);
    } else {
      replay_.obstacle = explain(i, used);
    }
  }

  [[nodiscard]] std::string explain(std::size_t i, const Use& used) const {
    std::string what = "a setting";
    for (const std::string& name : used.makes) {
      if (needed_.contains(name)) what = name.starts_with("table ") ? "temporary " + name : name;
    }
    return "statement " + std::to_string(i + 1) + " (line " +
           std::to_string(statements_[i].line) + ") has made " + what +
           ", which a later one needs and which is gone with its session";
  }

  std::span<const MigrationStatement> statements_;
  std::size_t from_;
  std::vector<Tokens> tokens_;
  std::vector<Effect> effects_;
  Names tables_;
  std::size_t unchanged_after_ = 0;  // no statement from here to `from` has changed the database
  Names needed_;
  SessionReplay replay_;
};

}  // namespace

SessionReplay plan_replay(std::span<const MigrationStatement> statements, std::size_t from,
                          Engine engine) {
  return Backward(statements, from, engine).plan();
}

}  // namespace lockstep::detail

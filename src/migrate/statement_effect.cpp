// SPDX-License-Identifier: BSL-1.0
// https://mariadb.com/kb/en/sql-statements-that-cause-an-implicit-commit/
// https://dev.mysql.com/doc/refman/8.0/en/implicit-commit.html
#include "migrate/statement_effect.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

#include "migrate/splitter.hpp"

namespace lockstep::detail {
namespace {

bool is_one_of(const Tokens& tokens, std::size_t i, std::initializer_list<std::string_view> words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return tokens.is(i, word); });
}

// Accounts and what the server itself has are in no database. EXCHANGE PARTITION twice is nothing,
// and the file of a tablespace cannot be seen.
Effect effect_of_definition(const Tokens& tokens) {
  constexpr std::array<std::string_view, 5> elsewhere{"USER", "ROLE", "SERVER", "TABLESPACE",
                                                      "LOGFILE"};
  const bool replaces = tokens.is(1, "OR");
  for (const std::string_view word : elsewhere) {
    if (tokens.is(replaces ? 3 : 1, word)) return Effect::opaque;
  }
  if (tokens.is(0, "CREATE") && tokens.has("SONAME")) return Effect::opaque;
  if (tokens.is(0, "ALTER") && tokens.has("EXCHANGE")) return Effect::opaque;
  if (tokens.is(0, "ALTER") && tokens.has("TABLESPACE")) return Effect::opaque;
  return tokens.is(replaces ? 3 : 1, "TEMPORARY") ? Effect::rows : Effect::catalog;
}

Effect effect_of_set(const Tokens& tokens) {
  if (tokens.is(1, "PASSWORD")) return Effect::opaque;
  return Effect::session;
}

Effect mysql_effect(const Tokens& tokens) {
  if (is_one_of(tokens, 0, {"INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT", "WITH", "VALUES",
                            "DO", "LOAD", "TABLE", "("})) {
    return Effect::rows;
  }
  if (tokens.is(0, "DROP") && tokens.is(1, "PREPARE")) return Effect::session;
  if (is_one_of(tokens, 0, {"CREATE", "ALTER", "DROP", "RENAME"})) {
    return effect_of_definition(tokens);
  }
  if (tokens.is(0, "SET")) return effect_of_set(tokens);
  if (is_one_of(tokens, 0, {"USE", "PREPARE", "DEALLOCATE"})) return Effect::session;
  if (tokens.is(0, "EXECUTE")) return Effect::catalog;  // one statement, of whatever kind
  if (tokens.is(0, "LOCK") && (tokens.is(1, "TABLES") || tokens.is(1, "TABLE"))) {
    return Effect::locks;
  }
  if (tokens.is(0, "UNLOCK")) return Effect::unlocks;
  if (is_one_of(tokens, 0, {"ANALYZE", "OPTIMIZE", "CHECK", "CHECKSUM", "GRANT", "FLUSH", "SHOW",
                            "EXPLAIN", "DESCRIBE", "DESC", "TRUNCATE", "COMMENT"})) {
    return Effect::harmless;
  }
  return Effect::opaque;  // CALL, BEGIN NOT ATOMIC, REVOKE, INSTALL
}

// https://www.postgresql.org/docs/15/sql-call.html: procedures and DO may commit.
Effect postgres_effect(const Tokens& tokens, std::string_view statement) {
  if (is_one_of(tokens, 0, {"VACUUM"})) return Effect::harmless;
  if (tokens.is(0, "ALTER") && tokens.is(1, "SYSTEM")) return Effect::harmless;
  if (needs_no_transaction(statement, Engine::postgres)) return Effect::catalog;
  if (is_one_of(tokens, 0, {"SET", "RESET", "DISCARD", "PREPARE", "DEALLOCATE", "LISTEN"})) {
    return Effect::session;
  }
  if (tokens.is(0, "CALL")) return Effect::opaque;
  if (tokens.is(0, "DO")) {
    const bool ends = std::ranges::any_of(tokens, [](std::string_view token) {
      const Tokens body(token.substr(token.find('$') == 0 ? token.find('$', 1) + 1 : 0),
                        Engine::postgres);
      return body.has("COMMIT") || body.has("ROLLBACK");
    });
    return ends ? Effect::opaque : Effect::rows;
  }
  return Effect::rows;
}

Effect sqlite_effect(const Tokens& tokens) {
  if (tokens.is(0, "VACUUM")) return Effect::harmless;
  if (is_one_of(tokens, 0, {"PRAGMA", "ATTACH", "DETACH"})) return Effect::session;
  return Effect::rows;
}

}  // namespace

Tokens::Tokens(std::string_view statement, Engine engine) {
  SqlScanner scanner(statement, dialect(engine).lexical, quotes_of_engine(engine));
  for (Token token = scanner.next(); token.kind != TokenKind::end; token = scanner.next()) {
    if (token.kind == TokenKind::blank || token.kind == TokenKind::comment) continue;
    const std::string_view text = scanner.text(token);
    if (text.starts_with("/*") || text == "*/") continue;
    all_.push_back(text);
  }
}

bool Tokens::is(std::size_t i, std::string_view upper) const {
  return i < all_.size() && is_word(all_[i], upper);
}

bool Tokens::has(std::string_view upper, std::size_t from) const {
  return std::ranges::any_of(all_.begin() + static_cast<std::ptrdiff_t>(std::min(from, size())),
                             all_.end(), [&](std::string_view t) { return is_word(t, upper); });
}

std::string_view Tokens::at(std::size_t i) const {
  return i < all_.size() ? all_[i] : std::string_view();
}

std::string plain_name(std::string_view token) {
  if (token.size() >= 2 && (token.front() == '`' || token.front() == '"')) {
    token = token.substr(1, token.size() - 2);
  }
  std::string name;
  for (const char c : token) name += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  return name;
}

Effect effect_of(std::string_view statement, Engine engine) {
  const Tokens tokens(statement, engine);
  const bool savepoint = tokens.is(0, "SAVEPOINT") || tokens.is(0, "RELEASE");
  const bool undo = tokens.is(0, "ROLLBACK");
  if (savepoint || undo || controls_transaction(statement, engine)) return Effect::control;
  switch (engine) {
    case Engine::mysql:
      return mysql_effect(tokens);
    case Engine::postgres:
      return postgres_effect(tokens, statement);
    case Engine::sqlite:
      break;
  }
  return sqlite_effect(tokens);
}

}  // namespace lockstep::detail

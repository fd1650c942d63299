// SPDX-License-Identifier: BSL-1.0
// What a statement has to do with transactions, from its first words.
#include <algorithm>
#include <array>

#include "migrate/splitter.hpp"

namespace lockstep::detail {
namespace {

constexpr std::size_t front_words = 4;

// The words of a statement, comments left out, up to the first token of another kind; all of them
// where `to_the_end`.
std::vector<std::string_view> words_of(std::string_view statement, Engine engine, std::size_t limit,
                                       bool to_the_end = false) {
  SqlScanner scanner(statement, dialect(engine).lexical, quotes_of_engine(engine));
  std::vector<std::string_view> words;
  words.reserve(front_words);
  for (Token token = scanner.next(); token.kind != TokenKind::end && words.size() < limit;
       token = scanner.next()) {
    if (token.kind == TokenKind::word) {
      words.push_back(scanner.text(token));
    } else if (token.kind != TokenKind::blank && token.kind != TokenKind::comment && !to_the_end) {
      break;
    }
  }
  return words;
}

// Asks for the word at a place.
class Words {
 public:
  explicit Words(std::vector<std::string_view> words) : words_(std::move(words)) {}
  [[nodiscard]] bool is(std::size_t i, std::string_view upper) const {
    return i < words_.size() && is_word(words_[i], upper);
  }
  [[nodiscard]] bool has(std::string_view upper) const {
    return std::ranges::any_of(words_, [&](std::string_view w) { return is_word(w, upper); });
  }
  [[nodiscard]] std::size_t size() const noexcept { return words_.size(); }

 private:
  std::vector<std::string_view> words_;
};

bool postgres_needs_no_transaction(const Words& words, std::string_view statement) {
  if (words.is(0, "VACUUM")) return true;
  if (words.is(0, "ALTER") && words.is(1, "SYSTEM")) return true;
  if ((words.is(0, "CREATE") || words.is(0, "DROP")) &&
      (words.is(1, "DATABASE") || words.is(1, "TABLESPACE"))) {
    return true;
  }
  const bool index = words.is(1, "INDEX") || (words.is(1, "UNIQUE") && words.is(2, "INDEX"));
  if ((words.is(0, "CREATE") || words.is(0, "DROP")) && index) {
    return words.is(2, "CONCURRENTLY") || words.is(3, "CONCURRENTLY");
  }
  const bool others = words.is(0, "REINDEX") || (words.is(0, "ALTER") && words.is(1, "TABLE"));
  if (!others) return false;
  const Words all(words_of(statement, Engine::postgres, std::string::npos, true));
  return all.has("CONCURRENTLY") && (words.is(0, "REINDEX") || all.has("DETACH"));
}

// With a value: to ask for one is no harm.
bool sqlite_needs_no_transaction(const Words& words, std::string_view statement) {
  if (words.is(0, "VACUUM") || words.is(0, "ATTACH") || words.is(0, "DETACH")) return true;
  if (!words.is(0, "PRAGMA")) return false;
  const Words all(words_of(statement, Engine::sqlite, front_words, true));
  const bool sets = statement.find_first_of("=(") != std::string_view::npos;
  return sets && (all.has("JOURNAL_MODE") || all.has("SYNCHRONOUS"));
}

// As PostgreSQL's catalog has it.
std::string name_of(TokenKind kind, std::string_view text) {
  std::string name;
  const bool quoted = kind == TokenKind::quoted_name && text.size() > 1 && text.front() == '"';
  if (!quoted) {
    for (const char c : text) name += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
    return name;
  }
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    name += text[i];
    if (text[i] == '"') ++i;
  }
  return name;
}

bool is_plain_begin(std::string_view statement, Engine engine) {
  const Words words(words_of(statement, engine, front_words, true));
  if (words.is(0, "START")) return words.is(1, "TRANSACTION") && words.size() == 2;
  if (!words.is(0, "BEGIN")) return false;
  const bool mode = words.is(1, "DEFERRED") || words.is(1, "IMMEDIATE") || words.is(1, "EXCLUSIVE");
  const std::size_t next = mode ? 2 : 1;
  const bool noise = words.is(next, "TRANSACTION") || words.is(next, "WORK");
  return words.size() == next + (noise ? 1 : 0);
}

bool is_plain_commit(std::string_view statement, Engine engine) {
  const Words words(words_of(statement, engine, front_words, true));
  if (!words.is(0, "COMMIT") && !words.is(0, "END")) return false;
  return words.size() == 1 ||
         (words.size() == 2 && (words.is(1, "TRANSACTION") || words.is(1, "WORK")));
}

// What SQLite's own recipe for making a table anew has around the transaction.
bool is_setting(std::string_view statement, Engine engine) {
  return engine == Engine::sqlite && Words(words_of(statement, engine, 1)).is(0, "PRAGMA");
}

}  // namespace

bool controls_transaction(std::string_view statement, Engine engine) {
  const Words words(words_of(statement, engine, 3));
  if (words.is(0, "ROLLBACK")) return !words.is(1, "TO") && !words.is(2, "TO");
  if (words.is(0, "START") || words.is(0, "PREPARE")) return words.is(1, "TRANSACTION");
  if (words.is(0, "BEGIN")) return !words.is(1, "NOT");
  return words.is(0, "COMMIT") || words.is(0, "END") || words.is(0, "ABORT");
}

bool needs_no_transaction(std::string_view statement, Engine engine) {
  const Words words(words_of(statement, engine, front_words));
  switch (engine) {
    case Engine::postgres:
      return postgres_needs_no_transaction(words, statement);
    case Engine::sqlite:
      return sqlite_needs_no_transaction(words, statement);
    case Engine::mysql:
      break;
  }
  return false;
}

bool can_be_repeated(std::string_view statement, Engine engine) {
  const Words words(words_of(statement, engine, std::string::npos, true));
  return (words.is(0, "UPDATE") || words.is(0, "DELETE")) && words.has("WHERE");
}

bool is_concurrent(std::string_view statement) {
  const Words words(words_of(statement, Engine::postgres, std::string::npos, true));
  return words.has("CONCURRENTLY") && needs_no_transaction(statement, Engine::postgres);
}

std::string index_kept_if_exists(std::string_view statement) {
  const bool creates = Words(words_of(statement, Engine::postgres, 1)).is(0, "CREATE");
  if (!creates || !is_concurrent(statement)) return {};
  SqlScanner scanner(statement, dialect(Engine::postgres).lexical);
  bool conditional = false;
  for (Token token = scanner.next(); token.kind != TokenKind::end; token = scanner.next()) {
    const std::string_view text = scanner.text(token);
    if (token.kind == TokenKind::blank || token.kind == TokenKind::comment) continue;
    if (conditional) return name_of(token.kind, text);
    if (token.kind == TokenKind::word && is_word(text, "ON")) return {};
    conditional = token.kind == TokenKind::word && is_word(text, "EXISTS");
  }
  return {};
}

bool turns_foreign_keys_off(std::string_view statement) {
  constexpr std::string_view pragma = "PRAGMA";
  if (!is_word(statement.substr(0, pragma.size()), pragma)) return false;
  const Words words(words_of(statement, Engine::sqlite, front_words, true));
  if (!words.is(0, "PRAGMA") || !words.has("FOREIGN_KEYS")) return false;
  const auto value = statement.substr(std::min(statement.find_first_of("=("), statement.size()));
  return words.has("OFF") || words.has("NO") || words.has("FALSE") ||
         value.find('0') != std::string_view::npos;
}

void imply_own_transaction(std::span<MigrationStatement> statements, Engine engine) {
  while (!statements.empty() && is_setting(statements.front().text, engine)) {
    statements = statements.subspan(1);
  }
  while (!statements.empty() && is_setting(statements.back().text, engine)) {
    statements = statements.first(statements.size() - 1);
  }
  if (statements.size() < 2 || !is_plain_begin(statements.front().text, engine) ||
      !is_plain_commit(statements.back().text, engine)) {
    return;
  }
  const bool others = std::ranges::any_of(statements.subspan(1, statements.size() - 2),
                                          [&](const MigrationStatement& statement) {
                                            return controls_transaction(statement.text, engine);
                                          });
  if (!others) statements.front().implied = statements.back().implied = true;
}

}  // namespace lockstep::detail

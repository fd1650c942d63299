// SPDX-License-Identifier: BSL-1.0
#include "core/sql_statement.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace lockstep::detail {
namespace {

using Words = std::span<const std::string_view>;

bool is_one_of(std::string_view word, Words known) noexcept {
  return std::any_of(known.begin(), known.end(),
                     [word](std::string_view upper) { return is_word(word, upper); });
}

// The mark of an executable comment: code is what stands between the marks.
bool is_mark(TokenKind kind, std::string_view text) noexcept {
  return kind == TokenKind::symbol && (text.starts_with("/*") || text == "*/");
}

constexpr std::array<std::string_view, 6> objects_with_body{"TRIGGER", "PROCEDURE", "FUNCTION",
                                                            "EVENT",   "PACKAGE",   "RULE"};
constexpr std::array<std::string_view, 6> create_modifiers{"OR",        "REPLACE",    "TEMP",
                                                           "TEMPORARY", "CONSTRAINT", "AGGREGATE"};
// What stands after the END of a block that has no BEGIN.
constexpr std::array<std::string_view, 5> inner_blocks{"IF", "LOOP", "WHILE", "REPEAT", "FOR"};

}  // namespace

bool StatementEnd::take(TokenKind kind, std::string_view text) noexcept {
  if (kind == TokenKind::blank || kind == TokenKind::comment || is_mark(kind, text)) return false;
  // To the scanner the BEGIN of "label:BEGIN" is a placeholder.
  if (kind == TokenKind::named) text.remove_prefix(1);
  const bool word = kind == TokenKind::word || kind == TokenKind::named;
  if (closes_inner_block(word ? text : std::string_view{})) return false;
  if (kind == TokenKind::semicolon) {
    if (stage_ == Stage::body && blocks_ + parentheses_ > 0) return false;
    *this = StatementEnd();
    return true;
  }
  if (word) {
    take_word(text);
  } else if (stage_ == Stage::start) {
    stage_ = Stage::plain;
  } else if (kind == TokenKind::symbol) {
    if (text == "(") ++parentheses_;
    if (text == ")" && parentheses_ > 0) --parentheses_;
  }
  return false;
}

// Settles an END by the word after it; true if that word belongs to the END.
bool StatementEnd::closes_inner_block(std::string_view word) noexcept {
  if (!end_seen_) return false;
  end_seen_ = false;
  if (is_one_of(word, inner_blocks)) return true;
  if (blocks_ > 0) --blocks_;
  return is_word(word, "CASE");
}

void StatementEnd::take_word(std::string_view word) noexcept {
  switch (stage_) {
    case Stage::start: {
      const bool defines = is_word(word, "CREATE") || is_word(word, "ALTER");
      stage_ = defines ? Stage::modifiers : Stage::plain;
      return;
    }
    case Stage::modifiers:
      if (is_one_of(word, create_modifiers)) return;
      stage_ = is_one_of(word, objects_with_body) ? Stage::body
               : is_word(word, "DEFINER")         ? Stage::definer
                                                  : Stage::plain;
      return;
    case Stage::definer:
      if (is_one_of(word, objects_with_body)) stage_ = Stage::body;
      if (is_word(word, "VIEW")) stage_ = Stage::plain;
      return;
    case Stage::body:
      if (parentheses_ > 0) return;
      if (is_word(word, "BEGIN") || is_word(word, "CASE")) ++blocks_;
      end_seen_ = is_word(word, "END");
      return;
    case Stage::plain:
      return;
  }
}

namespace {

struct Verb {
  std::string_view word;
  StatementKind kind;
};

constexpr std::array<Verb, 34> verbs{{
    {"SELECT", StatementKind::select},
    {"VALUES", StatementKind::select},
    {"TABLE", StatementKind::select},
    {"INSERT", StatementKind::insert},
    {"REPLACE", StatementKind::insert},
    {"UPDATE", StatementKind::update},
    {"DELETE", StatementKind::erase},
    {"CREATE", StatementKind::ddl},
    {"ALTER", StatementKind::ddl},
    {"DROP", StatementKind::ddl},
    {"TRUNCATE", StatementKind::ddl},
    {"RENAME", StatementKind::ddl},
    {"GRANT", StatementKind::ddl},
    {"REVOKE", StatementKind::ddl},
    {"COMMENT", StatementKind::ddl},
    {"REINDEX", StatementKind::ddl},
    {"IMPORT", StatementKind::ddl},
    // No definitions, but MySQL commits before and after them just the same:
    // https://dev.mysql.com/doc/refman/8.0/en/implicit-commit.html
    {"FLUSH", StatementKind::ddl},
    {"INSTALL", StatementKind::ddl},
    {"LOCK", StatementKind::ddl},
    {"OPTIMIZE", StatementKind::ddl},
    {"REPAIR", StatementKind::ddl},
    {"UNINSTALL", StatementKind::ddl},
    {"UNLOCK", StatementKind::ddl},
    {"BEGIN", StatementKind::transaction},
    {"START", StatementKind::transaction},
    {"COMMIT", StatementKind::transaction},
    {"END", StatementKind::transaction},
    {"ROLLBACK", StatementKind::transaction},
    {"ABORT", StatementKind::transaction},
    {"SAVEPOINT", StatementKind::transaction},
    {"RELEASE", StatementKind::transaction},
    {"PREPARE", StatementKind::transaction},
    {"XA", StatementKind::transaction},
}};

constexpr std::array<std::string_view, 4> temporary_prefixes{"OR", "REPLACE", "LOCAL", "GLOBAL"};
constexpr std::array<std::string_view, 7> table_prefixes{
    "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO", "FROM", "ONLY"};

StatementKind kind_of(std::string_view word) noexcept {
  const auto* const verb = std::find_if(verbs.begin(), verbs.end(),
                                        [&](const Verb& v) { return is_word(word, v.word); });
  return verb == verbs.end() ? StatementKind::other : verb->kind;
}

// A name without its quotes; `quote` is where they begin.
std::string unquoted(std::string_view name) {
  const std::size_t quote = name.find_first_of("\"`['");
  if (quote == std::string_view::npos) return std::string(name);
  const char closing = name.back();
  std::string out;
  for (std::size_t i = quote + 1; i + 1 < name.size(); ++i) {
    out += name[i];
    if (name[i] == closing) ++i;
  }
  return out;
}

// Reads the code of a statement token by token, and describes it.
class Reader {
 public:
  Reader(LexedSql& sql, const LexicalRules& rules) : sql_(sql), scanner_(sql.text, rules) {
    advance();
  }

  void describe() {
    while (at_symbol('(')) advance();
    const bool with = at("WITH");
    if (with) find_main_verb();
    sql_.kind = with && at_end() ? StatementKind::select : current_kind();
    const bool prepare = at("PREPARE");
    if (at("START") || prepare) {
      advance();
      if (!at("TRANSACTION")) sql_.kind = StatementKind::other;
    } else if (sql_.kind == StatementKind::ddl) {
      read_temporary();
    } else if (changes_rows()) {
      read_table();
      read_returning();
    }
  }

 private:
  [[nodiscard]] bool at_end() const noexcept { return token_.kind == TokenKind::end; }
  [[nodiscard]] std::string_view text() const noexcept { return scanner_.text(token_); }
  [[nodiscard]] bool at(std::string_view upper) const noexcept {
    return token_.kind == TokenKind::word && is_word(text(), upper);
  }
  [[nodiscard]] bool at_any(Words words) const noexcept {
    return token_.kind == TokenKind::word && is_one_of(text(), words);
  }
  [[nodiscard]] bool at_symbol(char c) const noexcept { return is_symbol(token_, c); }
  [[nodiscard]] bool is_symbol(const Token& token, char c) const noexcept {
    return token.kind == TokenKind::symbol && token.length == 1 && sql_.text[token.offset] == c;
  }
  [[nodiscard]] StatementKind current_kind() const noexcept {
    return token_.kind == TokenKind::word ? kind_of(text()) : StatementKind::other;
  }
  [[nodiscard]] bool changes_rows() const noexcept {
    return sql_.kind == StatementKind::insert || sql_.kind == StatementKind::update ||
           sql_.kind == StatementKind::erase;
  }

  // To the next code; depth_ counts the brackets around it.
  void advance() noexcept {
    if (at_symbol('(') || at_symbol('[')) ++depth_;
    previous_ = token_;
    do {
      token_ = scanner_.next();
    } while (token_.kind == TokenKind::blank || token_.kind == TokenKind::comment ||
             is_mark(token_.kind, text()));
    if (depth_ > 0 && (at_symbol(')') || at_symbol(']'))) --depth_;
  }

  // From WITH to the verb after the last of its queries; to the end if that is in parentheses.
  void find_main_verb() noexcept {
    for (advance(); !at_end(); advance()) {
      if (depth_ > 0 || token_.kind != TokenKind::word || is_symbol(previous_, ',')) continue;
      const std::string_view before = scanner_.text(previous_);
      if (is_word(before, "WITH") || is_word(before, "RECURSIVE")) continue;
      const StatementKind kind = kind_of(text());
      if (kind == StatementKind::select || kind == StatementKind::insert ||
          kind == StatementKind::update || kind == StatementKind::erase || at("MERGE")) {
        return;
      }
    }
  }

  void read_temporary() noexcept {
    const bool create = at("CREATE");
    if (!create && !at("DROP")) return;
    advance();
    while (create && at_any(temporary_prefixes)) advance();
    sql_.temporary = at("TEMPORARY") || (create && at("TEMP"));
  }

  void read_table() {
    advance();
    while (sql_.kind == StatementKind::erase && !at_end() && !at("FROM")) advance();
    while (at_any(table_prefixes) || at("OR") || at_symbol('(')) {
      if (at("OR")) advance();  // OR IGNORE, OR REPLACE ...
      advance();
    }
    while (token_.kind == TokenKind::word || token_.kind == TokenKind::quoted_name ||
           token_.kind == TokenKind::string) {
      sql_.table = unquoted(text());
      advance();
      if (!at_symbol('.')) return;
      advance();
    }
  }

  // A column of that name, as SQLite allows it, is followed by '=' or stands after a dot.
  void read_returning() noexcept {
    for (; !at_end(); advance()) {
      if (depth_ > 0 || !at("RETURNING") || is_symbol(previous_, '.')) continue;
      if (scanner_.in_executable_comment()) continue;
      const std::size_t offset = token_.offset;
      advance();
      if (at_symbol('=')) continue;
      sql_.returning = offset;
      sql_.returning_columns = count_columns();
      return;
    }
  }

  std::size_t count_columns() noexcept {
    std::size_t columns = at_end() ? 0 : 1;
    bool star = at_symbol('*');
    for (; !at_end(); advance()) {
      if (depth_ > 0) continue;
      if (at_symbol(',')) ++columns;
      star = star || (at_symbol('*') && (is_symbol(previous_, ',') || is_symbol(previous_, '.')));
    }
    return star ? 0 : columns;
  }

  LexedSql& sql_;
  SqlScanner scanner_;
  Token token_;
  Token previous_;
  std::size_t depth_ = 0;
};

}  // namespace

void describe_statement(LexedSql& sql, const LexicalRules& rules) { Reader(sql, rules).describe(); }

}  // namespace lockstep::detail

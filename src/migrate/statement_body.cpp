// SPDX-License-Identifier: BSL-1.0
#include "migrate/statement_body.hpp"

#include "migrate/mysql_body.hpp"

namespace lockstep::detail {
namespace {

// CREATE TRIGGER ends at "; END ;", as sqlite3_complete() has it: every statement of a trigger ends
// with a semicolon, and no END but the last follows one.
class SqliteBody final : public StatementBody {
 public:
  void feed(const Token& token, std::string_view text) override {
    if (trigger_) {
      ended_ = after_semicolon_ && is_word(text, "END");
      after_semicolon_ = token.kind == TokenKind::semicolon;
    } else if (front_ && token.kind == TokenKind::word) {
      read_front(text);
    } else {
      front_ = false;
    }
  }
  [[nodiscard]] bool open() const noexcept override { return trigger_ && !ended_; }

 private:
  void read_front(std::string_view word) {
    const bool before = is_word(word, "EXPLAIN") || is_word(word, "QUERY") || is_word(word, "PLAN");
    if (!creates_ && before) return;
    if (!creates_) {
      creates_ = front_ = is_word(word, "CREATE");
    } else if (!is_word(word, "TEMP") && !is_word(word, "TEMPORARY")) {
      trigger_ = is_word(word, "TRIGGER");
      front_ = false;
    }
  }

  bool front_ = true;  // still in the words that tell what it is
  bool creates_ = false;
  bool trigger_ = false;
  bool after_semicolon_ = false;
  bool ended_ = false;
};

// Parentheses, as in CREATE RULE ... DO (a; b), and BEGIN ATOMIC ... END of a routine; what psql
// does in psqlscan.l.
class PostgresBody final : public StatementBody {
 public:
  void feed(const Token& token, std::string_view text) override {
    if (token.kind == TokenKind::symbol) {
      if (text == "(") ++parentheses_;
      if (text == ")" && parentheses_ > 0) --parentheses_;
    } else if (token.kind == TokenKind::word) {
      read_word(text);
    }
    front_ = front_ && token.kind == TokenKind::word;
    last_ = text;
  }
  [[nodiscard]] bool open() const noexcept override { return parentheses_ > 0 || depth_ > 0; }

 private:
  void read_word(std::string_view word) {
    if (front_) {
      read_front(word);
    } else if (routine_ && parentheses_ == 0) {
      const bool begins = depth_ == 0 && is_word(last_, "BEGIN") && is_word(word, "ATOMIC");
      if (begins || (depth_ > 0 && is_word(word, "CASE"))) ++depth_;
      if (depth_ > 0 && is_word(word, "END")) --depth_;
    }
  }
  void read_front(std::string_view word) {
    if (!creates_) {
      creates_ = front_ = is_word(word, "CREATE");
    } else if (!is_word(word, "OR") && !is_word(word, "REPLACE")) {
      routine_ = is_word(word, "FUNCTION") || is_word(word, "PROCEDURE");
      front_ = false;
    }
  }

  bool front_ = true;
  bool creates_ = false;
  bool routine_ = false;
  std::string_view last_;  // the token before
  int parentheses_ = 0;
  int depth_ = 0;  // BEGIN ATOMIC and, inside, CASE
};

}  // namespace

std::unique_ptr<StatementBody> make_statement_body(Engine engine) {
  switch (engine) {
    case Engine::sqlite:
      return std::make_unique<SqliteBody>();
    case Engine::postgres:
      return std::make_unique<PostgresBody>();
    case Engine::mysql:
      break;
  }
  return std::make_unique<MysqlBody>();
}

}  // namespace lockstep::detail

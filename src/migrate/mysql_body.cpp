// SPDX-License-Identifier: BSL-1.0
#include "migrate/mysql_body.hpp"

#include <algorithm>
#include <array>

namespace lockstep::detail {
namespace {

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::ranges::any_of(words,
                             [word](std::string_view known) { return is_word(word, known); });
}

// Between CREATE and the kind of object.
constexpr std::array<std::string_view, 6> modifiers{"OR",        "REPLACE",      "DEFINER",
                                                    "AGGREGATE", "CURRENT_USER", "CURRENT_ROLE"};

// What can begin the body of a routine; everything before is its header.
constexpr std::array<std::string_view, 20> body_words{
    "BEGIN",  "IF",     "CASE",   "LOOP",    "REPEAT", "WHILE", "FOR", "RETURN", "SET",    "SELECT",
    "INSERT", "UPDATE", "DELETE", "REPLACE", "CALL",   "WITH",  "DO",  "SIGNAL", "CREATE", "DROP"};

// What begins a compound statement outside of routines, on MariaDB.
constexpr std::array<std::string_view, 6> compound_words{"IF",  "CASE",   "LOOP",
                                                         "FOR", "REPEAT", "WHILE"};

// In the conditions of a handler, beside the names of conditions.
constexpr std::array<std::string_view, 7> condition_words{
    "FOR", "SQLSTATE", "VALUE", "NOT", "FOUND", "SQLWARNING", "SQLEXCEPTION"};

}  // namespace

void MysqlBody::feed(const Token& token, std::string_view text) {
  if (text.starts_with("/*") || text == "*/") return;
  const bool name = last_ == "." || last_ == "@";
  if (token.kind == TokenKind::semicolon) {
    at_start_ = true;
    label_ = declares_ = handles_ = false;
  } else if (token.kind == TokenKind::word && !name) {
    read_word(text);
  } else {
    read_other(token, text);
  }
  last_ = text;
}

void MysqlBody::read_word(std::string_view word) {
  switch (part_) {
    case Part::front:
      return read_front(word);
    case Part::modifiers:
      return read_modifiers(word);
    case Part::trigger:
      return read_trigger(word);
    case Part::event:
      return read_event(word);
    case Part::routine:
      return read_routine(word);
    case Part::body:
      return read_body(word);
    case Part::plain:
      return;
  }
}

// A token that is no word, or a word that is surely a name.
void MysqlBody::read_other(const Token& token, std::string_view text) {
  if (part_ == Part::front) {
    part_ = Part::plain;
  } else if (part_ == Part::body) {
    read_between(token, text);
  } else if (text == "(") {
    ++parentheses_;
  } else if (text == ")" && parentheses_ > 0) {
    --parentheses_;
  } else if (part_ == Part::routine && token.kind == TokenKind::named) {
    read_routine(text.substr(1));  // the body, right behind the colon of its label
  }
}

// The first word; BEGIN waits for the NOT that tells a block from a transaction.
void MysqlBody::read_front(std::string_view word) {
  if (is_word(word, "CREATE") || is_word(word, "ALTER")) {
    part_ = Part::modifiers;
  } else if (is_word(last_, "BEGIN") && is_word(word, "NOT")) {
    part_ = Part::body;
    open_frame(Frame::block, true);
  } else if (is_one_of(word, compound_words)) {
    part_ = Part::body;
    read_first(word);
  } else if (!is_word(word, "BEGIN")) {
    part_ = Part::plain;
  }
}

void MysqlBody::read_modifiers(std::string_view word) {
  if (last_ == "=") return;  // DEFINER = name
  if (is_word(word, "TRIGGER")) {
    part_ = Part::trigger;
  } else if (is_word(word, "EVENT")) {
    part_ = Part::event;
  } else if (is_word(word, "PROCEDURE") || is_word(word, "FUNCTION")) {
    part_ = Part::routine;
  } else if (!is_one_of(word, modifiers)) {
    part_ = Part::plain;
  }
}

// ... FOR EACH ROW [FOLLOWS other | PRECEDES other] body
void MysqlBody::read_trigger(std::string_view word) {
  if (is_word(last_, "EACH") && is_word(word, "ROW")) begin_body();
}

// ON SCHEDULE ... [COMMENT text] DO body
void MysqlBody::read_event(std::string_view word) {
  if (is_word(word, "DO")) begin_body();
}

// name (parameters) [RETURNS type] [characteristic ...] body
void MysqlBody::read_routine(std::string_view word) {
  if (parentheses_ > 0 || !is_one_of(word, body_words)) return;
  const bool exists_clause =
      is_word(word, "IF") && (is_word(last_, "PROCEDURE") || is_word(last_, "FUNCTION"));
  const bool type = is_word(last_, "CHARACTER") || is_word(last_, "RETURNS");
  if (exists_clause || type) return;
  begin_body();
  read_body(word);
}

void MysqlBody::begin_body() noexcept {
  part_ = Part::body;
  at_start_ = true;
}

void MysqlBody::read_body(std::string_view word) {
  if (handles_ && ends_handler_conditions(word)) {
    handles_ = false;
    at_start_ = true;
  }
  if (at_start_) {
    read_first(word);
  } else {
    label_ = false;
    read_later(word);
  }
}

// As read_other, in the body.
void MysqlBody::read_between(const Token& token, std::string_view text) {
  if (names_other_trigger()) return;
  const bool after_label = label_ && text.starts_with(':');
  at_start_ = after_label;
  label_ = false;
  if (after_label && token.kind == TokenKind::named) read_body(text.substr(1));
}

bool MysqlBody::names_other_trigger() const noexcept {
  return is_word(last_, "FOLLOWS") || is_word(last_, "PRECEDES");
}

// DECLARE CONTINUE HANDLER FOR 1051, duplicate_row, NOT FOUND statement
bool MysqlBody::ends_handler_conditions(std::string_view word) const {
  const bool name = last_ == "," || is_word(last_, "FOR");
  return !name && !is_one_of(word, condition_words);
}

// The first word of a statement in the body.
void MysqlBody::read_first(std::string_view word) {
  const bool opens_trigger = is_word(word, "FOLLOWS") || is_word(word, "PRECEDES");
  if (opens_trigger && is_word(last_, "ROW")) return;
  if (names_other_trigger()) return;
  if (is_word(last_, "BEGIN") && is_word(word, "NOT")) return;
  if (is_word(last_, "NOT") && is_word(word, "ATOMIC")) return;
  at_start_ = false;
  label_ = true;
  if (is_word(word, "BEGIN")) return open_frame(Frame::block, true);
  if (is_word(word, "IF") || is_word(word, "CASE")) return open_frame(Frame::branch, false);
  if (is_word(word, "WHILE") || is_word(word, "FOR")) return open_frame(Frame::head, false);
  if (is_word(word, "LOOP") || is_word(word, "REPEAT")) return open_frame(Frame::loop, true);
  if (is_word(word, "UNTIL") && top_is(Frame::loop)) frames_.back() = Frame::until;
  if (is_word(word, "ELSE") && top_is(Frame::branch)) at_start_ = true;
  if (is_word(word, "DECLARE")) declares_ = true;
  if (is_word(word, "END")) close_frame();
}

// Any other word of a statement in the body.
void MysqlBody::read_later(std::string_view word) {
  if (is_word(word, "CASE") && !is_word(last_, "END")) {
    open_frame(Frame::choice, false);
  } else if (is_word(word, "END")) {
    if (top_is(Frame::choice) || top_is(Frame::until)) close_frame();
  } else if (is_word(word, "THEN") || is_word(word, "ELSE")) {
    at_start_ = top_is(Frame::branch);
  } else if (is_word(word, "DO") && top_is(Frame::head)) {
    frames_.back() = Frame::loop;
    at_start_ = true;
  } else if (is_word(word, "HANDLER")) {
    handles_ = declares_;
  }
}

void MysqlBody::open_frame(Frame frame, bool statement_follows) {
  frames_.push_back(frame);
  at_start_ = statement_follows;
  label_ = false;
}

void MysqlBody::close_frame() {
  if (!frames_.empty()) frames_.pop_back();
  label_ = false;
}

}  // namespace lockstep::detail

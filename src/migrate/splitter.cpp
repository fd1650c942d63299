// SPDX-License-Identifier: BSL-1.0
#include "migrate/splitter.hpp"

#include <algorithm>

#include "migrate/checksum.hpp"
#include "migrate/statement_body.hpp"

namespace lockstep::detail {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";

bool is_code(TokenKind kind) { return kind != TokenKind::blank && kind != TokenKind::comment; }

bool may_hold_delimiter(TokenKind kind) {
  return kind != TokenKind::string && kind != TokenKind::quoted_name && kind != TokenKind::comment;
}

// From the first token of a statement to its last.
struct Extent {
  std::size_t begin = 0;
  std::size_t end = 0;
  [[nodiscard]] bool empty() const { return begin == end; }
  void include(std::size_t from, std::size_t to) {
    if (empty()) begin = from;
    end = to;
  }
};

// Cuts one text. `at_` is where the next statement is looked for.
class Splitter {
 public:
  Splitter(std::string_view text, Engine engine)
      : text_(text), engine_(engine), rules_(dialect(engine).lexical) {}

  SplitText run() {
    while (at_ < text_.size() && out_.fault.empty()) {
      delimiter_ == ";" ? read_statement() : read_delimited();
    }
    return std::move(out_);
  }

 private:
  void read_statement();
  void read_delimited();
  void read_delimiter_command(std::size_t argument);
  [[nodiscard]] Token next(SqlScanner& scanner) const;
  [[nodiscard]] bool is_delimiter_command(const Token& token) const;
  [[nodiscard]] std::size_t find_delimiter(const Token& token) const;
  void add(const Extent& extent);
  void fail(std::size_t offset, std::string_view why);
  void fail_open(std::size_t offset);

  std::string_view text_;
  Engine engine_;
  LexicalRules rules_;
  std::string_view delimiter_ = ";";
  std::size_t at_ = 0;
  std::size_t placed_ = 0;  // the offset whose place is known
  TextPlace place_;
  SplitText out_;
};

// The scanner's next token, its offset counted in the whole text.
Token Splitter::next(SqlScanner& scanner) const {
  Token token = scanner.next();
  token.offset += at_;
  return token;
}

void Splitter::read_statement() {
  SqlScanner scanner(text_.substr(at_), rules_);
  const auto body = make_statement_body(engine_);
  Extent extent;
  for (Token token = next(scanner); token.kind != TokenKind::end; token = next(scanner)) {
    const std::size_t end = token.offset + token.length;
    if (token.kind == TokenKind::open) return fail_open(token.offset);
    if (!is_code(token.kind)) continue;
    if (extent.empty() && is_delimiter_command(token)) return read_delimiter_command(end);
    if (token.kind == TokenKind::semicolon && !body->open() && !scanner.in_executable_comment()) {
      at_ = end;
      return add(extent);
    }
    extent.include(token.offset, end);
    body->feed(token, text_.substr(token.offset, token.length));
  }
  if (body->open())
    return fail(extent.begin, "statement without end: a body or parenthesis is open");
  at_ = text_.size();
  add(extent);
}

void Splitter::read_delimited() {
  SqlScanner scanner(text_.substr(at_), rules_);
  Extent extent;
  for (Token token = next(scanner); token.kind != TokenKind::end; token = next(scanner)) {
    if (token.kind == TokenKind::open) return fail_open(token.offset);
    if (extent.empty() && is_delimiter_command(token)) {
      return read_delimiter_command(token.offset + token.length);
    }
    const std::size_t end = find_delimiter(token);
    if (is_code(token.kind) && end > token.offset) extent.include(token.offset, end);
    if (end < token.offset + token.length) {
      at_ = end + delimiter_.size();
      return add(extent);
    }
  }
  at_ = text_.size();
  add(extent);
}

// Where the delimiter begins in the token; its end if it does not.
std::size_t Splitter::find_delimiter(const Token& token) const {
  const std::size_t end = token.offset + token.length;
  if (!may_hold_delimiter(token.kind)) return end;
  for (std::size_t i = token.offset; i < end; ++i) {
    if (text_.substr(i).starts_with(delimiter_)) return i;
  }
  return end;
}

// A line of MySQL's own client: "DELIMITER //".
bool Splitter::is_delimiter_command(const Token& token) const {
  return engine_ == Engine::mysql && token.kind == TokenKind::word &&
         is_word(text_.substr(token.offset, token.length), "DELIMITER");
}

void Splitter::read_delimiter_command(std::size_t argument) {
  const std::size_t line_end = std::min(text_.find('\n', argument), text_.size());
  std::string_view line = text_.substr(argument, line_end - argument);
  line.remove_prefix(std::min(line.find_first_not_of(blanks), line.size()));
  delimiter_ = line.substr(0, line.find_first_of(blanks));
  if (delimiter_.empty()) return fail(argument, "DELIMITER without a delimiter");
  at_ = line_end;
}

void Splitter::add(const Extent& extent) {
  if (extent.empty()) return;
  const TextPlace step =
      place_of(text_.substr(placed_, extent.begin - placed_), extent.begin - placed_);
  place_.column = step.line == 1 ? place_.column + step.column - 1 : step.column;
  place_.line += step.line - 1;
  placed_ = extent.begin;
  out_.statements.push_back({place_.line, place_.column,
                             std::string(text_.substr(extent.begin, extent.end - extent.begin))});
}

void Splitter::fail(std::size_t offset, std::string_view why) {
  out_.fault = why;
  out_.fault_line = place_of(text_, offset).line;
}

void Splitter::fail_open(std::size_t offset) {
  const bool comment = text_.substr(offset).starts_with("/*");
  fail(offset, comment ? "comment without end" : "quote without end");
}

}  // namespace

SplitText split_statements(std::string_view text, Engine engine) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return Splitter(text, engine).run();
}

bool controls_transaction(std::string_view statement, Engine engine) {
  SqlScanner scanner(statement, dialect(engine).lexical);
  std::vector<std::string_view> words;
  for (Token token = scanner.next(); token.kind != TokenKind::end && words.size() < 3;
       token = scanner.next()) {
    if (token.kind == TokenKind::word) words.push_back(scanner.text(token));
    if (is_code(token.kind) && token.kind != TokenKind::word) break;
  }
  const auto is = [&](std::size_t i, std::string_view upper) {
    return i < words.size() && is_word(words[i], upper);
  };
  if (is(0, "ROLLBACK")) return !is(1, "TO") && !is(2, "TO");
  if (is(0, "START") || is(0, "PREPARE")) return is(1, "TRANSACTION");
  if (is(0, "BEGIN")) return !is(1, "NOT");
  return is(0, "COMMIT") || is(0, "END") || is(0, "ABORT");
}

}  // namespace lockstep::detail

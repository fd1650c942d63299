// SPDX-License-Identifier: BSL-1.0
#include "migrate/splitter.hpp"

#include <algorithm>
#include <array>

#include "migrate/checksum.hpp"
#include "migrate/client_command.hpp"
#include "migrate/statement_body.hpp"

namespace lockstep::detail {
namespace {

constexpr std::string_view blanks = " \t\r\f\v";

bool is_code(TokenKind kind) { return kind != TokenKind::blank && kind != TokenKind::comment; }

bool may_hold_delimiter(TokenKind kind) {
  return kind != TokenKind::string && kind != TokenKind::quoted_name && kind != TokenKind::comment;
}

enum class BlockMark : std::uint8_t { none, begin, end };

// `-- +goose StatementBegin` and its like.
BlockMark block_mark(std::string_view comment) {
  const auto skip_blanks = [&] {
    comment.remove_prefix(std::min(comment.find_first_not_of(blanks), comment.size()));
  };
  const auto take = [&](std::string_view word) {
    const std::string_view front = comment.substr(0, word.size());
    if (front != word && !is_word(front, word)) return false;
    comment.remove_prefix(word.size());
    skip_blanks();
    return true;
  };
  if (!take("--") || (!take("+goose") && !take("+migrate"))) return BlockMark::none;
  if (take("STATEMENTBEGIN") && comment.empty()) return BlockMark::begin;
  return take("STATEMENTEND") && comment.empty() ? BlockMark::end : BlockMark::none;
}

// What no statement begins with, but the middle of a body.
bool is_fragment(std::string_view statement) {
  constexpr std::array<std::string_view, 8> words{"END",  "ELSE",      "ELSEIF", "ELSIF",
                                                  "WHEN", "EXCEPTION", "RETURN", "UNTIL"};
  std::size_t size = 0;
  while (size < statement.size() && is_word_character(statement[size])) ++size;
  return std::ranges::any_of(words, [word = statement.substr(0, size)](std::string_view known) {
    return is_word(word, known);
  });
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
  Splitter(std::string_view text, Engine engine, DoubleQuotes quotes)
      : text_(text), engine_(engine), rules_(dialect(engine).lexical), quotes_(quotes) {}

  SplitText run() {
    read_all();
    return std::move(out_);
  }

 private:
  void read_all();
  void read_statement();
  void read_delimited();
  void read_block(std::size_t mark, std::size_t begin);
  void read_inside(std::size_t begin, std::size_t end);
  void read_delimiter_command(std::size_t argument);
  [[nodiscard]] Token next(SqlScanner& scanner) const;
  [[nodiscard]] bool is_delimiter_command(const Token& token) const;
  bool obeys_client(const Token& token, const Extent& extent);
  [[nodiscard]] std::size_t find_delimiter(const Token& token) const;
  void add(const Extent& extent);
  void fail(std::size_t offset, std::string_view why);
  void fail_open(std::size_t offset);

  std::string_view text_;
  Engine engine_;
  LexicalRules rules_;
  DoubleQuotes quotes_;
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

void Splitter::read_all() {
  while (at_ < text_.size() && out_.fault.empty()) {
    delimiter_ == ";" ? read_statement() : read_delimited();
  }
}

void Splitter::read_statement() {
  SqlScanner scanner(text_.substr(at_), rules_, quotes_);
  const auto body = make_statement_body(engine_);
  Extent extent;
  for (Token token = next(scanner); token.kind != TokenKind::end; token = next(scanner)) {
    const std::size_t end = token.offset + token.length;
    if (token.kind == TokenKind::open) return fail_open(token.offset);
    if (token.kind == TokenKind::comment) {
      const BlockMark mark = block_mark(text_.substr(token.offset, token.length));
      if (mark == BlockMark::none) continue;
      if (mark == BlockMark::begin && extent.empty()) return read_block(token.offset, end);
      return fail(token.offset, mark == BlockMark::begin ? "StatementBegin inside a statement"
                                                         : "StatementEnd without StatementBegin");
    }
    if (!is_code(token.kind)) continue;
    if (extent.empty() && is_delimiter_command(token)) return read_delimiter_command(end);
    if (obeys_client(token, extent)) return;
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

// Skips or refuses what only the engine's own client understands.
bool Splitter::obeys_client(const Token& token, const Extent& extent) {
  if (token.kind != TokenKind::symbol && token.kind != TokenKind::word) return false;
  const std::string_view rest = text_.substr(token.offset);
  const bool begins_line = token.offset == 0 || text_[token.offset - 1] == '\n';
  const std::size_t line = extent.empty() ? harmless_command(rest, begins_line, engine_) : 0;
  if (line != 0) {
    at_ = token.offset + line;
    return true;
  }
  const std::string why = client_command(rest, token, extent.empty(), engine_);
  if (!why.empty()) fail(token.offset, why);
  return !why.empty();
}

// The lines up to the end mark, whatever they hold.
void Splitter::read_block(std::size_t mark, std::size_t begin) {
  for (std::size_t line = begin; line < text_.size();) {
    const std::size_t line_end = std::min(text_.find('\n', line), text_.size());
    std::string_view said = text_.substr(line, line_end - line);
    said.remove_prefix(std::min(said.find_first_not_of(blanks), said.size()));
    const BlockMark found = block_mark(said);
    if (found == BlockMark::begin) return fail(line, "StatementBegin inside another");
    if (found == BlockMark::end) {
      read_inside(begin, line);
      at_ = line_end;
      return;
    }
    line = line_end + 1;
  }
  fail(mark, "StatementBegin without StatementEnd");
}

// By the usual rules; as it is where they do not fit. SQLite runs nothing but what they can cut.
void Splitter::read_inside(std::size_t begin, std::size_t end) {
  const std::string_view whole = text_;
  const std::size_t count = out_.statements.size();
  const std::size_t placed = placed_;
  const TextPlace place = place_;
  at_ = begin;
  text_ = whole.substr(0, end);
  read_all();
  text_ = whole;
  const auto first = out_.statements.begin() + static_cast<std::ptrdiff_t>(count);
  const bool cut = out_.fault.empty() &&
                   std::none_of(first, out_.statements.end(),
                                [](const MigrationStatement& s) { return is_fragment(s.text); });
  if (cut || engine_ == Engine::sqlite) return;
  out_.statements.resize(count);
  out_.fault.clear();
  placed_ = placed;
  place_ = place;
  constexpr std::string_view around = " \t\r\n\f\v;";
  const std::size_t from = whole.find_first_not_of(around, begin);
  add({from, whole.find_last_not_of(around, end - 1) + 1});
}

void Splitter::read_delimited() {
  SqlScanner scanner(text_.substr(at_), rules_, quotes_);
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
  if (reads_rows_behind(text_.substr(extent.begin, extent.end - extent.begin), engine_)) {
    return fail(extent.begin, "COPY ... FROM stdin: rows in psql's form, and no SQL; write INSERT");
  }
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

SplitText split_statements(std::string_view text, Engine engine, DoubleQuotes quotes) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  return Splitter(text, engine, quotes).run();
}

}  // namespace lockstep::detail

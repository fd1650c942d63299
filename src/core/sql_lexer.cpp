// SPDX-License-Identifier: BSL-1.0
#include "core/sql_lexer.hpp"

#include <algorithm>
#include <unordered_map>

#include "core/sql_scanner.hpp"
#include "core/sql_statement.hpp"
#include "lockstep/error.hpp"

namespace lockstep::detail {
namespace {

// SQLite's default limit, the lowest of the three engines: https://www.sqlite.org/limits.html
constexpr std::size_t max_placeholders = 32766;

[[noreturn]] void refuse(std::string_view what, std::size_t offset) {
  raise(ErrorKind::invalid_argument,
        std::string(what) + " at offset " + std::to_string(offset) + " of the statement");
}

bool is_name(std::string_view name) noexcept {
  return std::all_of(name.begin(), name.end(),
                     [](char c) {
                       return is_word_character(c) && c != '$' &&
                              static_cast<unsigned char>(c) < 0x80;
                     }) &&
         (name.front() < '0' || name.front() > '9');
}

// Copies a statement, its placeholders in the engine's form.
class Rewriter {
 public:
  Rewriter(std::string_view text, const LexicalRules& rules)
      : text_(text), rules_(rules), scanner_(text, rules) {
    out_.text.reserve(text.size() + 16);
  }

  LexedSql run() {
    for (Token token = scanner_.next(); token.kind != TokenKind::end; token = scanner_.next()) {
      take(token);
    }
    if (!has_code_) raise(ErrorKind::invalid_argument, "the statement is empty");
    return std::move(out_);
  }

 private:
  void take(const Token& token) {
    const std::string_view piece = scanner_.text(token);
    require_one_reading(token, piece);
    if (end_.take(token.kind, piece)) return take_end(token);
    if (token.kind == TokenKind::blank || token.kind == TokenKind::comment) {
      if (!ended_) out_.text += piece;
      return;
    }
    if (token.kind == TokenKind::open) {
      const bool comment = text_.substr(token.offset, 2) == "/*";
      refuse(comment ? "a comment without end" : "a quote without end", token.offset);
    }
    if (ended_) refuse("a second statement", token.offset);
    has_code_ = true;
    take_code(token, piece);
  }

  // A server that is too old or too new for a /*!NNNNN ... */ skips it, and does not heed quotes or
  // marks while it looks for the end.
  void require_one_reading(const Token& token, std::string_view piece) {
    const bool inside = scanner_.in_executable_comment();
    const bool mark = token.kind == TokenKind::symbol;
    const bool nested = executable_ && mark && piece.starts_with("/*");
    const bool ends_inside = !mark && !piece.starts_with("/*") && piece.find("*/") != piece.npos;
    if (inside && (nested || ends_inside)) {
      refuse("an executable comment whose end depends on the server", token.offset);
    }
    executable_ = inside && piece != "*/";
  }

  // Nothing that follows is kept. Two minus signs of MySQL would be a comment at the end.
  void take_end(const Token& token) {
    if (out_.text.ends_with("--")) refuse("-- before a semicolon", token.offset);
    ended_ = true;
  }

  void take_code(const Token& token, std::string_view piece) {
    switch (token.kind) {
      case TokenKind::question:
        return piece.size() == 2 ? take_operator(token) : take_question(token);
      case TokenKind::named:
        return take_named(token, piece.substr(1));
      case TokenKind::dollar_number:
        refuse("an engine's own placeholder, where ? or :name is meant,", token.offset);
      case TokenKind::symbol:
        require_inert(token, piece);
        break;
      default:
        break;
    }
    out_.text += piece;
  }

  // SQLite takes $name, @name and #name for placeholders; a lone dollar means nothing to
  // PostgreSQL, and could begin a quote together with "$1".
  void require_inert(const Token& token, std::string_view piece) const {
    const bool own = rules_.bracket_names && (piece == "@" || piece == "$" || piece == "#");
    if (own || (rules_.numbered_placeholders && piece == "$")) {
      refuse("an engine's own placeholder, where ? or :name is meant,", token.offset);
    }
  }

  void take_operator(const Token& token) {
    if (!rules_.numbered_placeholders) {
      refuse("?? on an engine without an operator ?", token.offset);
    }
    out_.text += '?';
  }

  void take_question(const Token& token) {
    const std::size_t next = token.offset + 1;
    if (next < text_.size() && is_word_character(text_[next])) {
      refuse("? directly before a letter or digit", token.offset);
    }
    if (token.offset > 0 && text_[token.offset - 1] == '@') {
      refuse("@?, which is written @?? for the operator and @ ? for a placeholder,", token.offset);
    }
    if (!out_.names.empty()) refuse("? beside :name", token.offset);
    place(out_.arguments, token);
  }

  void take_named(const Token& token, std::string_view name) {
    if (!is_name(name)) {
      refuse("a placeholder whose name is not of letters, digits and _", token.offset);
    }
    if (out_.names.empty() && out_.arguments > 0) refuse(":name beside ?", token.offset);
    const auto [known, added] = index_of_.try_emplace(name, out_.arguments);
    place(known->second, token);
    if (added) out_.names.emplace_back(name);
  }

  // Writes the placeholder of an argument, which is new if it is out_.arguments.
  void place(std::size_t argument, const Token& token) {
    if (scanner_.in_executable_comment()) {
      refuse("a placeholder in a comment that not every server executes", token.offset);
    }
    const bool added = argument == out_.arguments;
    if (added) ++out_.arguments;
    if (added || !rules_.numbered_placeholders) {
      if (out_.binds.size() == max_placeholders) {
        refuse("more than " + std::to_string(max_placeholders) + " placeholders", token.offset);
      }
      out_.binds.push_back(static_cast<std::uint16_t>(argument));
    }
    if (!rules_.numbered_placeholders) {
      out_.text += '?';
      return;
    }
    // "LIMIT$1" would be one word.
    if (!out_.text.empty() && is_word_character(out_.text.back())) out_.text += ' ';
    out_.text += '$';
    out_.text += std::to_string(argument + 1);
  }

  std::string_view text_;
  const LexicalRules& rules_;
  SqlScanner scanner_;
  StatementEnd end_;
  LexedSql out_;
  std::unordered_map<std::string_view, std::size_t> index_of_;
  bool executable_ = false;  // the last token left an executable comment open
  bool has_code_ = false;
  bool ended_ = false;
};

}  // namespace

LexedSql lex_sql(std::string_view text, const LexicalRules& rules) {
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    refuse("a NUL byte", nul);
  }
  LexedSql sql = Rewriter(text, rules).run();
  describe_statement(sql, rules);
  return sql;
}

}  // namespace lockstep::detail

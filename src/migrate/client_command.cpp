// SPDX-License-Identifier: BSL-1.0
#include "migrate/client_command.hpp"

#include <algorithm>

namespace lockstep::detail {
namespace {

// What is written up to the next blank.
std::string first_word(std::string_view text) {
  return std::string(text.substr(0, text.find_first_of(" \t\r\n\f\v;")));
}

std::string of_client(std::string_view client, std::string_view text) {
  return first_word(text) + ": a command of " + std::string(client) + ", and no SQL";
}

}  // namespace

// A backslash outside of quotes is no SQL; MySQL has had \N for NULL.
std::string client_command(std::string_view text, const Token& token, bool begins_statement,
                           Engine engine) {
  const bool backslash = text.starts_with('\\');
  switch (engine) {
    case Engine::postgres:
      return backslash ? of_client("psql", text) : std::string();
    case Engine::mysql:
      if (backslash && !text.starts_with("\\N")) return of_client("the mysql client", text);
      if (begins_statement && is_word(text.substr(0, token.length), "SOURCE")) {
        return of_client("the mysql client", text);
      }
      return {};
    case Engine::sqlite:
      break;
  }
  const bool dot = begins_statement && text.size() > 1 && text.starts_with('.') && text[1] >= 'a' &&
                   text[1] <= 'z';
  return dot ? of_client("the sqlite3 shell", text) : std::string();
}

std::size_t harmless_command(std::string_view text, bool begins_line, Engine engine) {
  const std::size_t line = std::min(text.find('\n'), text.size());
  if (engine == Engine::sqlite) return begins_line && text.starts_with('#') ? line : 0;
  if (engine != Engine::postgres) return 0;
  const std::string word = first_word(text);
  return word == "\\restrict" || word == "\\unrestrict" ? line : 0;
}

bool reads_rows_behind(std::string_view statement, Engine engine) {
  if (engine != Engine::postgres || !is_word(statement.substr(0, 4), "COPY")) return false;
  SqlScanner scanner(statement, dialect(engine).lexical);
  std::string_view last;
  std::size_t depth = 0;
  for (Token token = scanner.next(); token.kind != TokenKind::end; token = scanner.next()) {
    if (token.kind == TokenKind::blank || token.kind == TokenKind::comment) continue;
    const std::string_view text = scanner.text(token);
    if (text == "(") ++depth;
    if (text == ")" && depth > 0) --depth;
    if (depth == 0 && is_word(last, "FROM") && is_word(text, "STDIN")) return true;
    last = text;
  }
  return false;
}

}  // namespace lockstep::detail

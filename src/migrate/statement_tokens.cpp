// SPDX-License-Identifier: BSL-1.0
#include "migrate/statement_tokens.hpp"

#include "migrate/splitter.hpp"

namespace lockstep::detail {

std::vector<std::string> upper_tokens(std::string_view statement, Engine engine) {
  SqlScanner scanner(statement, dialect(engine).lexical, quotes_of_engine(engine));
  std::vector<std::string> tokens;
  for (Token token = scanner.next(); token.kind != TokenKind::end; token = scanner.next()) {
    if (token.kind == TokenKind::blank || token.kind == TokenKind::comment) continue;
    std::string& text = tokens.emplace_back(scanner.text(token));
    if (token.kind != TokenKind::word) continue;
    for (char& c : text) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
    }
  }
  return tokens;
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "migrate/meaning.hpp"

#include <algorithm>
#include <array>

#include "migrate/checksum.hpp"
#include "migrate/forms/directives.hpp"
#include "migrate/splitter.hpp"

namespace lockstep::detail {
namespace {

// In no text that is accepted. An empty token ends a statement.
constexpr char token_end = '\0';

// Characters that make one operator where nothing is between them: "- >" is not "->".
bool is_operator(std::string_view token) {
  return !token.empty() && std::string_view("+-*/<>=~!@#%^&|?:").find(token.front()) !=
                               std::string_view::npos;
}

// "= -1" is "=-1": no operator ends in a sign after one of these.
bool is_sign_of_value(std::string_view before, std::string_view token) {
  return (token == "-" || token == "+") &&
         std::string_view("=<>+-*/").find(before.back()) != std::string_view::npos;
}

void add_tokens(std::string& meaning, std::string_view statement, Engine engine) {
  SqlScanner scanner(statement, dialect(engine).lexical, quotes_of_engine(engine));
  std::string_view before;
  bool apart = false;
  for (Token token = scanner.next(); token.kind != TokenKind::end; token = scanner.next()) {
    if (token.kind == TokenKind::blank || token.kind == TokenKind::comment) {
      apart = true;
      continue;
    }
    const std::string_view text = scanner.text(token);
    if (apart && is_operator(before) && is_operator(text) && !is_sign_of_value(before, text)) {
      meaning += ' ';
    }
    meaning += text;
    meaning += token_end;
    before = text;
    apart = false;
  }
  meaning += token_end;
}

// Directives of ours that nothing else of a Migration tells, and that change what is done.
void add_directives(std::string& meaning, const Migration& migration, Engine engine) {
  constexpr std::array<std::string_view, 8> others{
      "allow",   "allow-out-of-order", "irreversible", "lock-timeout",
      "timeout", "notransaction",      "depends",      "foreign-keys"};
  FormFile file{migration.up_file, migration.up};
  find_directives(file, engine);
  for (const Directive& directive : file.directives) {
    if (directive.kind != DirectiveKind::lockstep) continue;
    const auto words = split_blanks(directive.words);
    if (words.empty() || std::ranges::find(others, words.front()) != others.end()) continue;
    for (const std::string_view word : words) (meaning += word) += token_end;
    meaning += token_end;
  }
}

}  // namespace

std::string meaning_checksum(const Migration& migration, Engine engine) {
  if (migration.code) return sha256("code" + std::string(1, token_end) + migration.code->id);
  std::string meaning = migration.up_transactional ? "transaction" : "statements";
  if (migration.up_foreign_keys_off) meaning += ", foreign keys off";
  meaning += token_end;
  for (const std::string& version : migration.depends) (meaning += version) += token_end;
  meaning += token_end;
  add_directives(meaning, migration, engine);
  for (const MigrationStatement& statement : migration.up_statements) {
    if (!statement.implied) add_tokens(meaning, statement.text, engine);
  }
  return sha256(meaning);
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "migrate/history/added_value.hpp"

#include <algorithm>

#include "migrate/statement_tokens.hpp"

namespace lockstep::detail {
namespace {

using Tokens = std::vector<std::string>;

struct AddedValue {
  std::string value;
  std::size_t line = 1;
};

bool begins(const Tokens& tokens, std::initializer_list<std::string_view> words) {
  return tokens.size() >= words.size() && std::equal(words.begin(), words.end(), tokens.begin());
}

// The tokens behind "CREATE TYPE", or "ALTER TYPE", up to the next word in `ends`.
std::string name_behind(const Tokens& tokens, std::string_view end) {
  std::string name;
  for (std::size_t i = 2; i < tokens.size() && tokens[i] != end; ++i) name += tokens[i];
  return name;
}

// Of ALTER TYPE name ADD VALUE [IF NOT EXISTS] 'x'.
std::string added_by(const Tokens& tokens) {
  if (!begins(tokens, {"ALTER", "TYPE"})) return {};
  for (std::size_t i = 2; i + 2 < tokens.size(); ++i) {
    if (tokens[i] != "ADD" || tokens[i + 1] != "VALUE") continue;
    const auto behind = tokens.begin() + static_cast<std::ptrdiff_t>(i) + 2;
    const auto value = std::find_if(behind, tokens.end(),
                                    [](const std::string& token) { return token[0] == '\''; });
    return value == tokens.end() ? std::string() : *value;
  }
  return {};
}

}  // namespace

std::optional<AddedValueUse> find_added_value_use(std::span<const MigrationStatement> statements) {
  std::vector<std::string> created;
  std::vector<AddedValue> added;
  for (const MigrationStatement& statement : statements) {
    const Tokens tokens = upper_tokens(statement.text, Engine::postgres);
    if (begins(tokens, {"CREATE", "TYPE"})) created.push_back(name_behind(tokens, "AS"));
    if (const std::string value = added_by(tokens); !value.empty()) {
      const bool own =
          std::ranges::find(created, name_behind(tokens, "ADD")) != created.end();
      if (!own) added.push_back({value, statement.line});
      continue;
    }
    for (const AddedValue& each : added) {
      if (std::ranges::find(tokens, each.value) == tokens.end()) continue;
      return AddedValueUse{statement.line, each.line, each.value};
    }
  }
  return std::nullopt;
}

}  // namespace lockstep::detail

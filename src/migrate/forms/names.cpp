// SPDX-License-Identifier: BSL-1.0
#include "migrate/forms/names.hpp"

#include <algorithm>
#include <array>

namespace lockstep::detail {
namespace {

struct EngineWord {
  std::string_view word;
  Engine engine;
};

constexpr std::array<EngineWord, 7> folder_words{{{"sqlite", Engine::sqlite},
                                                  {"sqlite3", Engine::sqlite},
                                                  {"postgres", Engine::postgres},
                                                  {"postgresql", Engine::postgres},
                                                  {"pg", Engine::postgres},
                                                  {"mysql", Engine::mysql},
                                                  {"mariadb", Engine::mysql}}};

// Engines of other tools: their files are for somebody else.
constexpr std::array<std::string_view, 8> other_words{
    "cockroach", "cockroachdb", "crdb", "mssql", "sqlserver", "oracle", "clickhouse", "yugabyte"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - at;
}

bool is_separator(char c) { return c == '_' || c == '-' || c == '.' || c == ' '; }

}  // namespace

VersionedName cut_version(std::string_view stem) noexcept {
  std::size_t end = digits_at(stem, 0);
  if (end == 0) return {};
  while (end < stem.size() && (stem[end] == '.' || stem[end] == '-')) {
    const std::size_t more = digits_at(stem, end + 1);
    const std::size_t next = end + 1 + more;
    if (more == 0 || (next < stem.size() && !is_separator(stem[next]))) break;
    end = next;
  }
  VersionedName parts{stem.substr(0, end), '\0', stem.substr(end)};
  if (!parts.name.empty() && is_separator(parts.name.front())) {
    parts.separator = parts.name.front();
    parts.name.remove_prefix(1);
  }
  return parts;
}

Infix cut_infix(std::string_view stem) noexcept {
  Infix infix{.stem = stem, .engine = std::nullopt};
  for (;;) {
    const auto dot = infix.stem.rfind('.');
    if (dot == std::string_view::npos) return infix;
    const std::string_view word = infix.stem.substr(dot + 1);
    const bool named = infix.engine || infix.other_engine;
    const bool other = std::ranges::find(other_words, word) != other_words.end();
    if (!infix.no_transaction && (word == "notx" || word == "autocommit")) {
      infix.no_transaction = true;
    } else if (!named && (other || folder_engine(word))) {
      infix.engine = folder_engine(word);
      infix.other_engine = other;
    } else {
      return infix;
    }
    infix.stem = infix.stem.substr(0, dot);
  }
}

std::optional<Engine> folder_engine(std::string_view name) noexcept {
  const auto found = std::ranges::find(folder_words, name, &EngineWord::word);
  if (found == folder_words.end()) return std::nullopt;
  return found->engine;
}

std::string_view base_name(std::string_view path) noexcept {
  return path.substr(path.rfind('/') + 1);
}

}  // namespace lockstep::detail

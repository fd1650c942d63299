// SPDX-License-Identifier: BSL-1.0
#include "migrate/foreign_keys.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "lockstep/columns.hpp"

namespace lockstep::detail {
namespace {

// Without one of these a file adds tables at most: the foreign keys, the indexes of parents and the
// triggers that were there stay as they are.
constexpr std::array<std::string_view, 5> words_of_change{"alter", "attach", "drop", "pragma",
                                                          "trigger"};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return out;
}

bool is_part_of_name(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '$' || byte >= 0x80;
}

// Whether the text has the word or name, and not only within a longer one.
bool holds(std::string_view text, std::string_view word) {
  if (word.empty()) return true;
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    const bool begins = at == 0 || !is_part_of_name(word.front()) || !is_part_of_name(text[at - 1]);
    const bool ends =
        end == text.size() || !is_part_of_name(word.back()) || !is_part_of_name(text[end]);
    if (begins && ends) return true;
  }
  return false;
}

}  // namespace

void ForeignKeyCheck::before() {
  if (connection_.dialect().engine != Engine::sqlite || schema_version() == version_) return;
  load();  // for the first time, or another connection was here
  for (auto& [name, child] : children_) child.known = find(name);
}

// A look at all rows of all children takes its time, and most files are about other tables. A name
// that only looks like that of a child or a parent costs a look more.
std::optional<std::string> ForeignKeyCheck::after(const MigrationStep& step) {
  if (connection_.dialect().engine != Engine::sqlite) return std::nullopt;
  version_ = -1;  // until this file is through
  std::string text;
  for (const MigrationStatement& statement : step.statements) {
    text += lower(statement.text) + '\n';
  }
  const auto is_there = [&](std::string_view part) { return holds(text, part); };
  const bool anything = std::ranges::any_of(words_of_change, is_there);
  if (anything) {
    load();
  } else if (is_there("references")) {
    load_new();
  }
  for (auto& [name, child] : children_) {
    if (!anything && !triggers_ && std::ranges::none_of(child.names, is_there)) continue;
    std::vector<std::string> found = find(name);
    const auto added = std::ranges::find_if(found, [&](const std::string& finding) {
      return !std::ranges::binary_search(child.known, finding);
    });
    if (added != found.end()) return std::move(*added);
    child.known = std::move(found);
  }
  version_ = schema_version();
  return std::nullopt;
}

// What is known of children that are still there stays.
void ForeignKeyCheck::load() {
  const auto before = std::exchange(children_, {});
  last_row_ = 0;
  triggers_ = connection_.fetch_value<bool>(
      "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'trigger')"
      " OR EXISTS (SELECT 1 FROM sqlite_temp_schema)");
  load_new();
  for (auto& [name, child] : children_) {
    if (const auto same = before.find(name); same != before.end()) child.known = same->second.known;
  }
}

// A quote in a name is doubled where it is written, so that such a name is not looked for: the
// empty one is in every text.
void ForeignKeyCheck::load_new() {
  const auto rows = connection_.fetch_all<std::tuple<std::string, std::string>>(
      "SELECT s.name, f.\"table\" FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f"
      " WHERE s.rowid > ? AND s.type = 'table' AND s.sql LIKE '%references%'",
      last_row_);
  for (const auto& [name, parent] : rows) {
    Child& child = children_[name];
    for (const std::string& table : {name, parent}) {
      const bool quoted = table.find_first_of("\"'`[]") != std::string::npos;
      child.names.push_back(quoted ? "" : lower(table));
    }
  }
  last_row_ = connection_.fetch_value<std::int64_t>(
      "SELECT coalesce(max(rowid), 0) FROM sqlite_schema");
}

std::int64_t ForeignKeyCheck::schema_version() {
  return connection_.fetch_value<std::int64_t>("PRAGMA schema_version");
}

// A foreign key that fits no parent is one finding: SQLite checks none of its table then.
std::vector<std::string> ForeignKeyCheck::find(const std::string& child) {
  std::vector<std::string> findings;
  try {
    findings = connection_.fetch_all<std::string>(
        "SELECT 'a row of ' || \"table\" || coalesce(' (rowid ' || rowid || ')', '') || ' has no '"
        " || 'parent in ' || parent FROM pragma_foreign_key_check(?)",
        child);
  } catch (const Error& error) {
    if (error.native_code() != 1) throw;  // SQLITE_ERROR: "foreign key mismatch"
    findings = {error.server_message()};
  }
  std::ranges::sort(findings);
  return findings;
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "migrate/foreign_keys.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/sql_scanner.hpp"
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

// A name as it is written, in lower case. SQLite takes 'text' for one where none else fits.
std::string name_of(std::string_view token) {
  if (std::string_view("\"'`[").find(token.front()) != std::string_view::npos) {
    token = token.substr(1, token.size() - 2);
  }
  return lower(token);
}

// A quote in a name is doubled where it is written, so that such a name is not looked for.
bool may_be_quoted(std::string_view name) {
  return name.find_first_of("\"'`[]") != std::string_view::npos;
}

}  // namespace

void ForeignKeyCheck::before(bool as_left) {
  if (connection_.dialect().engine != Engine::sqlite || (as_left && known_)) return;
  load();
  for (auto& [name, child] : children_) {
    child.known = find(name);
    child.concerned = false;
  }
}

// A look at all rows of all children takes its time, and most files are about other tables. A name
// that only looks like that of a child or a parent costs a look more.
std::optional<std::string> ForeignKeyCheck::after(const MigrationStep& step) {
  if (connection_.dialect().engine != Engine::sqlite) return std::nullopt;
  known_ = false;  // until this file is through
  read(step);
  if (change_) {
    load();
  } else if (references_) {
    load_new();
  }
  for (auto& [name, child] : children_) {
    const bool concerned = std::exchange(child.concerned, false);
    if (!concerned && !change_ && !triggers_ && !child.hides_name) continue;
    std::vector<std::string> found = find(name);
    const auto added = std::ranges::find_if(found, [&known = child.known](const std::string& finding) {
      return !std::ranges::binary_search(known, finding);
    });
    if (added != found.end()) return std::move(*added);
    child.known = std::move(found);
  }
  known_ = true;
  return std::nullopt;
}

// A table behind REFERENCES keeps its rows.
void ForeignKeyCheck::read(const MigrationStep& step) {
  references_ = change_ = false;
  for (const MigrationStatement& statement : step.statements) {
    SqlScanner scanner(statement.text, connection_.dialect().lexical);
    bool behind = false;
    for (Token token = scanner.next(); token.kind != TokenKind::end; token = scanner.next()) {
      if (token.kind == TokenKind::blank || token.kind == TokenKind::comment) continue;
      const bool names = token.kind == TokenKind::word || token.kind == TokenKind::string ||
                         token.kind == TokenKind::quoted_name;
      const std::string name = names ? name_of(scanner.text(token)) : "";
      if (names && !behind) read_name(name);
      behind = token.kind == TokenKind::word && name == "references";
      references_ = references_ || behind;
    }
  }
}

void ForeignKeyCheck::read_name(const std::string& name) {
  change_ = change_ || std::ranges::find(words_of_change, name) != words_of_change.end();
  const auto [first, last] = relatives_.equal_range(name);
  for (auto at = first; at != last; ++at) at->second->concerned = true;
}

// What is known of children that are still there stays.
void ForeignKeyCheck::load() {
  relatives_.clear();
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

void ForeignKeyCheck::load_new() {
  const auto rows = connection_.fetch_all<std::tuple<std::string, std::string>>(
      "SELECT s.name, f.\"table\" FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f"
      " WHERE s.rowid > ? AND s.type = 'table' AND s.sql LIKE '%references%'",
      last_row_);
  for (const auto& [name, parent] : rows) {
    Child& child = children_[name];
    for (const std::string& table : {name, parent}) {
      child.hides_name = child.hides_name || may_be_quoted(table);
      relatives_.emplace(lower(table), &child);
    }
  }
  last_row_ = connection_.fetch_value<std::int64_t>(
      "SELECT coalesce(max(rowid), 0) FROM sqlite_schema");
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

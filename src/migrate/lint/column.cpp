// SPDX-License-Identifier: BSL-1.0
// Columns and keys as CREATE TABLE and ALTER TABLE write them.
#include <algorithm>
#include <array>

#include "migrate/lint/statement.hpp"

namespace lockstep::detail {
namespace {

// What ends the type of a column, or its default.
constexpr std::array<std::string_view, 24> column_words{
    "constraint", "not",     "null",      "default",   "primary",       "unique",
    "references", "check",   "generated", "as",        "collate",       "auto_increment",
    "comment",    "on",      "first",     "after",     "autoincrement", "key",
    "character",  "charset", "visible",   "invisible", "storage",       "deferrable"};

bool is_column_word(Words words) {
  const SqlWord& word = words.front();
  if (word.is("character")) return words.size() > 1 && words[1].is("set");
  return word.kind == TokenKind::word &&
         std::ranges::find(column_words, word.text) != column_words.end();
}

// Up to the next word of a column's definition; a group stays whole.
Words take_value(Words& words) {
  const Words all = words;
  while (!words.empty() && (words.size() == all.size() || !is_column_word(words))) {
    words = words.subspan(words.front().is("(") ? group_size(words) : 1);
  }
  return all.first(all.size() - words.size());
}

void read_constraint(Words& words, LintColumn& column) {
  if (take(words, {"not", "null"})) {
    column.not_null = true;
  } else if (take(words, {"null"})) {
    column.nullable = true;
  } else if (take(words, {"default"})) {
    column.default_value = words.empty() ? words : take_value(words);
  } else if (take(words, {"primary", "key"})) {
    column.primary_key = true;
  } else if (take(words, {"unique"})) {
    column.unique = true;
  } else if (take(words, {"references"})) {
    column.references = true;
  } else if (take(words, {"check"})) {
    column.check = true;
  } else if (take(words, {"on"})) {
    if (words.size() > 1) words = words.subspan(2);  // DELETE SET, UPDATE CASCADE
  } else if (take(words, {"as"})) {
    (starts_with(words, {"identity"}) ? column.identity : column.generated) = true;
  } else {
    const SqlWord& word = words.front();
    column.stored = column.stored || word.is("stored") || word.is("persistent");
    column.counts = column.counts || word.is("auto_increment") || word.is("autoincrement");
    words = words.subspan(word.is("(") ? group_size(words) : 1);
  }
}

bool is_table_key_word(const SqlWord& word) {
  return word.is("constraint") || word.is("primary") || word.is("unique") || word.is("check") ||
         word.is("foreign") || word.is("exclude");
}

// The kind, and the name that MySQL writes behind KEY.
void read_kind(Words& words, KeyText& key) {
  using Kind = KeyText::Kind;
  if (take(words, {"primary", "key"})) {
    key.kind = Kind::primary_key;
  } else if (take(words, {"unique"})) {
    key.kind = Kind::unique;
    if (!take(words, {"key"})) take(words, {"index"});
  } else if (take(words, {"foreign", "key"})) {
    key.kind = Kind::foreign_key;
  } else if (take(words, {"check"})) {
    key.kind = Kind::check;
  } else if (take(words, {"key"}) || take(words, {"index"})) {
    key.kind = Kind::index;
  }
  if (words.empty() || key.kind == Kind::check || !words.front().is_name()) return;
  if (!words.front().is("using")) key.name = take_name(words);
}

}  // namespace

LintColumn read_column(Words words) {
  LintColumn column;
  column.words = words;
  column.name = take_name(words);
  const Words all = words;
  while (!words.empty() && !is_column_word(words)) {
    words = words.subspan(words.front().is("(") ? group_size(words) : 1);
  }
  column.type = all.first(all.size() - words.size());
  while (!words.empty()) read_constraint(words, column);
  return column;
}

bool is_key(Words words, Engine engine) {
  if (words.empty()) return true;
  if (is_table_key_word(words.front())) return true;
  if (engine != Engine::mysql) return words.front().is("like");
  const SqlWord& first = words.front();
  if (!first.is("key") && !first.is("index") && !first.is("fulltext") && !first.is("spatial")) {
    return first.is("period");
  }
  return words.size() > 1 && has_word(words, "(");
}

std::vector<KeyPart> read_parts(Words list) {
  std::vector<KeyPart> parts;
  for (const Words item : items_of(list)) {
    if (item.empty() || !item.front().is_name()) {
      parts.emplace_back();
      continue;
    }
    Words rest = item.subspan(1);
    const bool call = starts_with(rest, {"("}) &&
                      (rest.size() < 2 || rest[1].kind != TokenKind::number || rest.size() != 3);
    const bool prefix = !call && starts_with(rest, {"("});
    parts.push_back({call ? std::string() : lower_name(item.front()), prefix});
  }
  return parts;
}

KeyText read_key(Words words) {
  KeyText key;
  key.words = words;
  if (take(words, {"constraint"}) && !words.empty() && !is_table_key_word(words.front())) {
    key.name = take_name(words);
  }
  const std::string name = key.name;
  read_kind(words, key);
  if (!name.empty()) key.name = name;
  if (starts_with(words, {"using", "index"})) key.using_index = true;
  const std::size_t list = find_word(words, "(");
  if (list < words.size() && key.kind != KeyText::Kind::check) {
    key.parts = read_parts(inside(words.subspan(list, group_size(words.subspan(list)))));
  }
  Words rest = words.subspan(std::min(find_word(words, "references"), words.size()));
  if (take(rest, {"references"})) key.parent = take_name(rest);
  const std::size_t last = words.size();
  key.not_valid = last >= 2 && words[last - 2].is("not") && words[last - 1].is("valid");
  return key;
}

}  // namespace lockstep::detail

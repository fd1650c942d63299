// SPDX-License-Identifier: BSL-1.0
#include "migrate/lint/statement.hpp"

#include <algorithm>
#include <array>

namespace lockstep::detail {
namespace {

// Between CREATE and the kind of object, whatever the engine.
constexpr std::array<std::string_view, 17> modifiers{
    "or",         "replace", "temp",       "temporary", "unlogged",    "global",
    "local",      "unique",  "fulltext",   "spatial",   "recursive",   "aggregate",
    "constraint", "trusted", "procedural", "clustered", "nonclustered"};

void read_table(Words words, Engine engine, LintStatement& out) {
  const std::size_t list = find_word(words, "(");
  const std::size_t as = std::min(find_word(words, "as"), find_word(words, "select"));
  out.from_select = as < words.size() || has_word(words, "like");
  if (list == words.size() || as < list || starts_with(words, {"partition", "of"})) return;
  for (const Words item : items_of(inside(words.subspan(list, group_size(words.subspan(list)))))) {
    if (item.empty()) continue;
    if (is_key(item, engine)) {
      out.keys.push_back(read_key(item));
    } else {
      out.columns.push_back(read_column(item));
    }
  }
}

void read_index(Words words, LintStatement& out) {
  out.concurrently = take(words, {"concurrently"});
  if (take(words, {"if", "not", "exists"})) out.guarded = true;
  out.at = words.first(std::min<std::size_t>(words.size(), 1));
  if (!starts_with(words, {"on"})) out.name = take_name(words);
  if (take(words, {"using"}) && !words.empty()) words = words.subspan(1);
  if (!take(words, {"on"})) return;
  take(words, {"only"});
  out.table = take_name(words);
  KeyText key;
  key.kind = out.unique ? KeyText::Kind::unique : KeyText::Kind::index;
  key.name = out.name;
  key.words = words;
  const std::size_t list = find_word(words, "(");
  if (list < words.size()) {
    key.parts = read_parts(inside(words.subspan(list, group_size(words.subspan(list)))));
  }
  out.keys.push_back(std::move(key));
}

// The words that name the kind of an object, of which "materialized view" and its like are two.
std::string take_object(Words& words) {
  if (words.empty()) return {};
  std::string object = words.front().text;
  words = words.subspan(1);
  const bool two = object == "materialized" || object == "foreign" || object == "event" ||
                   object == "access" || object == "text" || object == "package" ||
                   object == "virtual";
  if (two && !words.empty() &&
      (words.front().is("view") || words.front().is("table") || words.front().is("trigger") ||
       words.front().is("body") || words.front().is("search"))) {
    object += ' ' + words.front().text;
    words = words.subspan(1);
  }
  return object;
}

void skip_definer(Words& words) {
  const auto kind = std::ranges::find_if(words, [](const SqlWord& w) {
    return w.is("view") || w.is("procedure") || w.is("function") || w.is("trigger") ||
           w.is("event");
  });
  if (kind != words.end()) words = Words(kind, words.end());
}

void read_create(Words words, Engine engine, LintStatement& out) {
  out.kind = LintStatementKind::create_other;
  while (!words.empty() && std::ranges::find(modifiers, words.front().text) != modifiers.end()) {
    out.guarded = out.guarded || words.front().is("replace");
    out.unique = out.unique || words.front().is("unique");
    out.temporary = out.temporary || words.front().is("temp") || words.front().is("temporary");
    words = words.subspan(1);
  }
  if (starts_with(words, {"definer"}) || starts_with(words, {"algorithm"})) skip_definer(words);
  out.object = take_object(words);
  if (out.object == "index") {
    out.kind = LintStatementKind::create_index;
    return read_index(words, out);
  }
  if (take(words, {"if", "not", "exists"})) out.guarded = true;
  out.at = words.first(std::min<std::size_t>(words.size(), 1));
  out.name = take_name(words);
  if (out.object == "table") {
    out.kind = LintStatementKind::create_table;
    out.table = out.name;
    return read_table(words, engine, out);
  }
  if (out.object != "trigger") return;
  words = words.subspan(std::min(find_word(words, "on"), words.size()));
  if (take(words, {"on"})) out.table = take_name(words);
}

void read_alter(Words words, Engine engine, LintStatement& out) {
  out.kind = LintStatementKind::alter_other;
  if (!take(words, {"online"})) take(words, {"ignore"});
  out.object = take_object(words);
  if (take(words, {"if", "exists"})) out.guarded = true;
  take(words, {"only"});
  out.at = words.first(std::min<std::size_t>(words.size(), 1));
  out.name = take_name(words);
  if (out.object != "table") return;
  out.kind = LintStatementKind::alter_table;
  out.table = out.name;
  take(words, {"*"});
  out.actions = read_actions(words, engine);
}

// RENAME TABLE a TO b, c TO d
void read_rename_tables(Words words, LintStatement& out) {
  out.kind = LintStatementKind::alter_table;
  out.object = "table";
  for (Words item : items_of(words)) {
    AlterAction& action = out.actions.emplace_back();
    action.words = item;
    action.kind = ActionKind::rename_table;
    action.name = take_name(item);
    if (take(item, {"to"})) action.new_name = take_name(item);
  }
  if (!out.actions.empty()) out.table = out.name = out.actions.front().name;
}

void read_drop(Words words, LintStatement& out) {
  out.kind = LintStatementKind::drop;
  out.temporary = take(words, {"temporary"});
  out.object = take_object(words);
  out.concurrently = take(words, {"concurrently"});
  out.guarded = take(words, {"if", "exists"});
  out.at = words.first(std::min<std::size_t>(words.size(), 1));
  for (Words item : items_of(words)) {
    const std::string name = take_name(item);
    if (!name.empty()) out.dropped.push_back(name);
    if (take(item, {"on"})) out.table = take_name(item);
  }
  if (out.dropped.empty()) return;
  out.name = out.dropped.front();
  if (out.object == "table") out.table = out.name;
}

void read_insert(Words words, LintStatement& out) {
  out.kind = LintStatementKind::insert;
  words = words.subspan(std::min(find_word(words, "into"), words.size()));
  if (!take(words, {"into"})) return;
  out.at = words.first(std::min<std::size_t>(words.size(), 1));
  out.table = out.name = take_name(words);
  if (take(words, {"as"})) take_name(words);
  if (starts_with(words, {"("}) && words.size() > 1 && !words[1].is("select")) {
    for (const KeyPart& part : read_parts(inside(words.first(group_size(words))))) {
      out.targets.push_back(part.column);
    }
  }
  out.from_select = has_word(words, "select");
}

void read_update(Words words, LintStatement& out) {
  out.kind = LintStatementKind::update;
  if (take(words, {"or"}) && !words.empty()) words = words.subspan(1);
  while (take(words, {"low_priority"}) || take(words, {"ignore"}) || take(words, {"only"})) {
  }
  out.at = words.first(std::min<std::size_t>(words.size(), 1));
  out.table = out.name = take_name(words);
  words = words.subspan(std::min(find_word(words, "set"), words.size()));
  if (!take(words, {"set"})) return;
  words = words.first(std::min(find_word(words, "where"), words.size()));
  for (Words item : items_of(words)) out.targets.push_back(take_name(item));
}

void read_delete(Words words, LintStatement& out) {
  out.kind = LintStatementKind::remove;
  words = words.subspan(std::min(find_word(words, "from"), words.size()));
  if (!take(words, {"from"})) return;
  take(words, {"only"});
  out.at = words.first(std::min<std::size_t>(words.size(), 1));
  out.table = out.name = take_name(words);
}

void read_truncate(Words words, LintStatement& out) {
  out.kind = LintStatementKind::truncate;
  take(words, {"table"});
  take(words, {"only"});
  out.at = words.first(std::min<std::size_t>(words.size(), 1));
  out.table = out.name = take_name(words);
}

void read_kind(Words words, Engine engine, LintStatement& out) {
  if (take(words, {"create"})) return read_create(words, engine, out);
  if (take(words, {"alter"})) return read_alter(words, engine, out);
  if (take(words, {"drop"})) return read_drop(words, out);
  if (take(words, {"rename", "table"})) return read_rename_tables(words, out);
  if (take(words, {"truncate"})) return read_truncate(words, out);
  if (take(words, {"insert"}) || take(words, {"replace"})) return read_insert(words, out);
  if (take(words, {"update"})) return read_update(words, out);
  if (take(words, {"delete"})) return read_delete(words, out);
  if (!take(words, {"with"})) return;
  for (std::size_t i = 0; i < words.size();) {  // the statement behind its common tables
    const SqlWord& word = words[i];
    if (word.is("insert")) return read_insert(words.subspan(i), out);
    if (word.is("update")) return read_update(words.subspan(i + 1), out);
    if (word.is("delete")) return read_delete(words.subspan(i), out);
    i += word.is("(") ? group_size(words.subspan(i)) : 1;
  }
}

}  // namespace

bool LintStatement::has(std::string_view word) const noexcept { return has_word(words, word); }

LintStatement read_lint_statement(const MigrationStatement& source, Engine engine,
                                  DoubleQuotes quotes) {
  LintStatement statement;
  statement.source = &source;
  statement.words = words_of_sql(source.text, dialect(engine).lexical, quotes);
  std::erase_if(statement.words, [](const SqlWord& word) {
    return word.kind == TokenKind::symbol && (word.text.starts_with("/*") || word.text == "*/");
  });
  read_kind(statement.words, engine, statement);
  return statement;
}

}  // namespace lockstep::detail

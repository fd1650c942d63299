// SPDX-License-Identifier: BSL-1.0
#include "migrate/lint/schema.hpp"

#include <algorithm>

namespace lockstep::detail {
namespace {

KnownColumn known(const LintColumn& column) {
  return {column.name, joined(column.type), column.not_null || column.primary_key,
          column.has_default() || column.counts || column.generated || column.identity ||
              joined(column.type).ends_with("serial"),
          column.not_null};
}

void put_column(KnownTable& table, const std::string& name, const LintColumn& column) {
  const auto found = std::ranges::find(table.columns, name, &KnownColumn::name);
  if (found == table.columns.end()) {
    table.columns.push_back(known(column));
  } else {
    *found = known(column);
  }
}

// Constraints that are written behind a column.
void put_column_keys(KnownTable& table, const LintColumn& column) {
  using Kind = KeyText::Kind;
  if (column.primary_key) table.keys.push_back({Kind::primary_key, {}, {column.name}, {}, {}});
  if (column.unique) table.keys.push_back({Kind::unique, {}, {column.name}, {}, {}});
  if (!column.references) return;
  Words rest = column.words.subspan(find_word(column.words, "references"));
  take(rest, {"references"});
  table.keys.push_back({Kind::foreign_key, {}, {column.name}, take_name(rest), {}});
}

}  // namespace

std::string joined(Words words) {
  std::string text;
  bool word = false;
  for (const SqlWord& w : words) {
    if (word && w.kind == TokenKind::word) text += ' ';
    text += w.text;
    word = w.kind == TokenKind::word || w.text == ")";
  }
  return text;
}

const KnownColumn* KnownTable::find(std::string_view column) const noexcept {
  const auto found = std::ranges::find(columns, column, &KnownColumn::name);
  return found == columns.end() ? nullptr : &*found;
}

const KnownTable* Schema::find(std::string_view table) const {
  const auto found = tables_.find(table);
  return found == tables_.end() ? nullptr : &found->second;
}

bool Schema::made_here(std::string_view table) const {
  const KnownTable* known = find(table);
  return known != nullptr && known->made_here;
}

std::string_view Schema::table_of_index(std::string_view index) const {
  const auto found = indexes_.find(index);
  return found == indexes_.end() ? std::string_view() : std::string_view(found->second);
}

void Schema::begin_script() {
  for (auto& [name, table] : tables_) table.made_here = false;
}

void Schema::apply(const LintStatement& statement) {
  switch (statement.kind) {
    case LintStatementKind::create_table:
      return create_table(statement);
    case LintStatementKind::create_index:
      indexes_[statement.name] = statement.table;
      if (const auto table = tables_.find(statement.table); table != tables_.end()) {
        for (const KeyText& key : statement.keys) add_key(table->second, key);
      }
      return;
    case LintStatementKind::alter_table:
      return alter(statement);
    case LintStatementKind::drop:
      if (statement.object == "table") {
        for (const std::string& name : statement.dropped) tables_.erase(name);
      } else if (statement.object == "index") {
        for (const std::string& name : statement.dropped) drop_index(name);
      }
      return;
    case LintStatementKind::insert:
      if (statement.from_select) return;
      if (const auto table = tables_.find(statement.table); table != tables_.end()) {
        table->second.seeded = true;
      }
      return;
    default:
      return;
  }
}

void Schema::drop_index(const std::string& name) {
  const auto index = indexes_.find(name);
  if (index == indexes_.end()) return;
  if (const auto table = tables_.find(index->second); table != tables_.end()) {
    std::erase_if(table->second.keys, [&](const KnownKey& key) { return key.name == name; });
  }
  indexes_.erase(index);
}

void Schema::create_table(const LintStatement& statement) {
  if (statement.guarded && tables_.contains(statement.table)) return;
  KnownTable table;
  table.made_here = true;
  table.temporary = statement.temporary;
  table.complete = !statement.from_select && !statement.columns.empty();
  for (const LintColumn& column : statement.columns) {
    table.columns.push_back(known(column));
    put_column_keys(table, column);
  }
  for (const KeyText& key : statement.keys) {
    add_key(table, key);
    if (key.kind == KeyText::Kind::index && !key.name.empty()) {
      indexes_[key.name] = statement.table;
    }
  }
  tables_[statement.table] = std::move(table);
}

void Schema::alter(const LintStatement& statement) {
  for (const AlterAction& action : statement.actions) {
    if (action.kind == ActionKind::rename_table) {
      rename(action.name.empty() ? statement.table : action.name, action.new_name);
    } else if (const auto found = tables_.find(statement.table); found != tables_.end()) {
      alter(found->second, action);
    }
  }
}

void Schema::alter(KnownTable& table, const AlterAction& action) {
  const auto column = std::ranges::find(table.columns, action.name, &KnownColumn::name);
  const bool there = column != table.columns.end();
  switch (action.kind) {
    case ActionKind::add_column:
      put_column(table, action.name, action.column);
      return put_column_keys(table, action.column);
    case ActionKind::change_column:
      return put_column(table, action.name, action.column);
    case ActionKind::drop_column:
      if (there) table.columns.erase(column);
      return;
    case ActionKind::rename_column:
      if (there) column->name = action.new_name;
      return;
    case ActionKind::change_type:
      if (there) column->type = joined(action.column.type);
      return;
    case ActionKind::set_not_null:
    case ActionKind::drop_not_null:
      if (there) column->not_null = action.kind == ActionKind::set_not_null;
      return;
    case ActionKind::add_key:
      return add_key(table, action.key);
    case ActionKind::drop_key:
      std::erase_if(table.keys, [&](const KnownKey& key) { return key.name == action.name; });
      return;
    case ActionKind::validate:
      for (KnownKey& key : table.keys) key.not_valid = key.not_valid && key.name != action.name;
      return;
    default:
      return;
  }
}

void Schema::rename(const std::string& from, const std::string& to) {
  auto node = tables_.extract(from);
  if (node.empty()) return;
  node.key() = to;
  tables_.erase(to);
  tables_.insert(std::move(node));
  for (auto& [index, table] : indexes_) {
    if (table == from) table = to;
  }
}

void Schema::add_key(KnownTable& table, const KeyText& key) {
  KnownKey known{key.kind, key.name, {}, key.parent, {}, key.not_valid};
  for (const KeyPart& part : key.parts) known.columns.push_back(part.column);
  if (key.kind == KeyText::Kind::check) {
    const std::size_t at = find_word(key.words, "check");
    if (at < key.words.size()) {
      const Words rest = key.words.subspan(at + 1);
      known.text = joined(rest.first(rest.empty() ? 0 : group_size(rest)));
    }
  }
  if (key.kind == KeyText::Kind::primary_key) {
    for (KnownColumn& column : table.columns) {
      if (std::ranges::find(known.columns, column.name) != known.columns.end()) {
        column.not_null = true;
      }
    }
  }
  table.keys.push_back(std::move(known));
}

}  // namespace lockstep::detail

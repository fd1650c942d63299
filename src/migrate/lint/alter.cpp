// SPDX-License-Identifier: BSL-1.0
// The clauses of ALTER TABLE.
#include <algorithm>

#include "migrate/lint/statement.hpp"

namespace lockstep::detail {
namespace {

void skip_guard(Words& words) {
  if (!take(words, {"if", "not", "exists"})) take(words, {"if", "exists"});
}

void read_add(Words words, Engine engine, AlterAction& action) {
  const bool says_column = take(words, {"column"});
  skip_guard(words);
  if (!says_column && is_key(words, engine)) {
    action.kind = ActionKind::add_key;
    action.key = read_key(words);
    action.name = action.key.name;
    return;
  }
  if (!says_column && (starts_with(words, {"partition"}) || words.empty())) return;
  action.kind = ActionKind::add_column;
  action.column = read_column(starts_with(words, {"("}) ? inside(words) : words);
  action.name = action.column.name;
}

void read_drop(Words words, AlterAction& action) {
  using Kind = KeyText::Kind;
  action.kind = ActionKind::drop_key;
  if (take(words, {"primary", "key"})) {
    action.key.kind = Kind::primary_key;
    return;
  }
  if (take(words, {"partition"})) {
    action.kind = ActionKind::other;
    return;
  }
  if (take(words, {"foreign", "key"})) {
    action.key.kind = Kind::foreign_key;
  } else if (take(words, {"check"})) {
    action.key.kind = Kind::check;
  } else if (take(words, {"index"}) || take(words, {"key"})) {
    action.key.kind = Kind::index;
  } else if (!take(words, {"constraint"})) {
    take(words, {"column"});
    action.kind = ActionKind::drop_column;
  }
  skip_guard(words);
  action.name = take_name(words);
}

void read_rename(Words words, AlterAction& action) {
  if (take(words, {"to"}) || take(words, {"as"})) {
    action.kind = ActionKind::rename_table;
    action.new_name = take_name(words);
    return;
  }
  if (starts_with(words, {"index"}) || starts_with(words, {"key"}) ||
      starts_with(words, {"constraint"})) {
    return;
  }
  take(words, {"column"});
  action.name = take_name(words);
  if (!take(words, {"to"})) return;
  action.kind = ActionKind::rename_column;
  action.new_name = take_name(words);
}

void read_alter_column(Words words, AlterAction& action) {
  take(words, {"column"});
  action.name = take_name(words);
  take(words, {"set", "data"});
  if (take(words, {"set", "not", "null"})) {
    action.kind = ActionKind::set_not_null;
  } else if (take(words, {"drop", "not", "null"})) {
    action.kind = ActionKind::drop_not_null;
  } else if (take(words, {"type"})) {
    action.kind = ActionKind::change_type;
    action.column.name = action.name;
    action.column.type = words.first(std::min(find_word(words, "using"), words.size()));
  }
}

void read_change(Words words, bool renames, AlterAction& action) {
  take(words, {"column"});
  skip_guard(words);
  action.kind = ActionKind::change_column;
  if (renames) action.name = take_name(words);
  action.column = read_column(words);
  if (!renames) action.name = action.column.name;
  action.new_name = action.column.name;
}

AlterAction read_action(Words words, Engine engine) {
  AlterAction action;
  action.words = words;
  if (take(words, {"add"})) {
    read_add(words, engine, action);
  } else if (take(words, {"drop"})) {
    read_drop(words, action);
  } else if (take(words, {"rename"})) {
    read_rename(words, action);
  } else if (take(words, {"alter"})) {
    read_alter_column(words, action);
  } else if (starts_with(words, {"modify"}) || starts_with(words, {"change"})) {
    read_change(words.subspan(1), words.front().is("change"), action);
  } else if (take(words, {"validate", "constraint"})) {
    action.kind = ActionKind::validate;
    action.name = take_name(words);
  } else if (starts_with(words, {"algorithm"}) || starts_with(words, {"lock"})) {
    action.kind = ActionKind::option;
  }
  return action;
}

}  // namespace

std::vector<AlterAction> read_actions(Words words, Engine engine) {
  std::vector<AlterAction> actions;
  for (const Words item : items_of(words)) {
    if (item.empty()) continue;
    Words list = item;
    const bool many = (take(list, {"add", "column"}) || take(list, {"add"})) &&
                      starts_with(list, {"("}) && engine == Engine::mysql;
    if (!many) {
      actions.push_back(read_action(item, engine));
      continue;
    }
    for (const Words column : items_of(inside(list.first(group_size(list))))) {
      AlterAction& action = actions.emplace_back();
      action.words = column;
      read_add(column, engine, action);
    }
  }
  return actions;
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "migrate/parity/create_text.hpp"

#include "migrate/parity/expression.hpp"

namespace lockstep::detail {
namespace {

// Before the list of a CREATE TABLE or CREATE INDEX, and behind it.
struct Create {
  std::vector<Words> items;
  Words rest;
};

Create split(Words words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (!words[i].is("(")) continue;
    const std::size_t size = group_size(words.subspan(i));
    return {items_of(inside(words.subspan(i, size))), words.subspan(i + size)};
  }
  return {};
}

// One column or expression of an index: "a", "a desc", "a(10)", "lower(a)".
std::string index_column(std::string_view text, Words item, const LexicalRules& rules) {
  if (item.empty()) return {};
  std::size_t end = 1;
  if (item.size() > 1 && item[1].is("(")) end += group_size(item.subspan(1));
  if (item.front().is("(")) end = group_size(item);
  std::string column = item.front().text;
  const bool first_characters = end == 4 && item[2].kind == TokenKind::number;
  if (first_characters) column += '(' + item[2].text + ')';
  if (end > 1 && !first_characters)
    column = normal_expression(written(text, item.first(end)), rules);
  for (const SqlWord& word : item.subspan(end)) {
    if (word.is("desc")) column += " desc";
  }
  return column;
}

std::vector<std::string> index_columns(std::string_view text, const std::vector<Words>& items,
                                       const LexicalRules& rules) {
  std::vector<std::string> columns;
  for (const Words item : items) columns.push_back(index_column(text, item, rules));
  return columns;
}

// A column with its constraints, or constraints of the table.
class Item {
 public:
  Item(std::string_view text, Words words, const Dialect& dialect, TableText& out)
      : text_(text), reader_(words), dialect_(dialect), out_(out) {}

  void read();

 private:
  using Kind = ConstraintText::Kind;
  [[nodiscard]] bool at_constraint() const;
  [[nodiscard]] bool at_index() const;
  [[nodiscard]] bool at_attribute() const;
  void read_column();
  void read_type();
  void read_attribute();
  void read_default();
  void read_generated();
  void read_unique();
  void read_index();
  void read_reference();
  std::string read_action();
  ConstraintText& add(Kind kind, std::vector<std::string> columns);
  std::vector<std::string> columns_here();
  std::vector<std::string> names_in_group();

  std::string_view text_;
  WordReader reader_;
  const Dialect& dialect_;
  TableText& out_;
  ColumnText column_;             // without a name: constraints of the table
  std::string name_;              // of the next constraint
  std::vector<std::string> key_;  // the columns of FOREIGN KEY, until its REFERENCES
};

bool Item::at_constraint() const {
  return reader_.at_any({"constraint", "primary", "unique", "check", "foreign"});
}

bool Item::at_index() const {
  return dialect_.engine == Engine::mysql &&
         reader_.at_any({"key", "index", "fulltext", "spatial"});
}

// What ends a type or a default.
bool Item::at_attribute() const {
  return at_constraint() ||
         reader_.at_any({"not", "null", "default", "references", "collate", "generated", "as",
                         "autoincrement", "auto_increment", "comment", "charset", "on", "after",
                         "first", "invisible", "key", "stored", "virtual", "persistent"});
}

void Item::read() {
  if (reader_.done()) return;
  if (at_index()) return read_index();
  if (!at_constraint()) read_column();
  while (!reader_.done()) read_attribute();
  if (!column_.name.empty()) out_.columns.push_back(std::move(column_));
}

void Item::read_column() {
  column_.name = reader_.name();
  read_type();
}

void Item::read_type() {
  std::string& type = column_.type;
  while (!reader_.done() && !at_attribute()) {
    if (reader_.accept({"character", "set"})) {  // of MySQL: its name follows
      reader_.take();
      continue;
    }
    if (reader_.at("(")) {
      type += '(';
      for (const SqlWord& word : reader_.group()) type += word.text;
      type += ')';
      continue;
    }
    const SqlWord& word = *reader_.take();
    const bool joined =
        type.empty() || word.kind == TokenKind::symbol || type.back() == '.' || type.back() == '[';
    type += (joined ? "" : " ") + word.text;
  }
}

void Item::read_attribute() {
  if (reader_.at("(")) {  // of what is not known
    reader_.group();
  } else if (reader_.accept("constraint")) {
    name_ = reader_.name();
  } else if (reader_.accept({"primary", "key"})) {
    add(Kind::primary_key, columns_here());
  } else if (reader_.accept("unique")) {
    read_unique();
  } else if (reader_.accept({"foreign", "key"})) {
    if (!reader_.at("(")) name_ = reader_.name();  // the index, on MySQL
    key_ = names_in_group();
  } else if (reader_.accept("references")) {
    read_reference();
  } else if (reader_.accept("check")) {
    add(Kind::check, {}).condition = written(text_, reader_.group());
  } else if (reader_.accept({"not", "null"})) {
    column_.nullable = false;
  } else if (reader_.accept("default")) {
    read_default();
  } else if (reader_.accept("generated") || reader_.at("as")) {
    read_generated();
  } else if (reader_.accept("collate")) {
    reader_.accept("=");
    column_.collation = reader_.name();
  } else if (reader_.accept({"on", "update"})) {
    column_.touched = true;
  } else if (const SqlWord* word = reader_.take()) {
    column_.counts = column_.counts || word->is("autoincrement") || word->is("auto_increment");
  }
}

void Item::read_default() {
  const Words all = reader_.rest();
  do {
    reader_.at("(") ? static_cast<void>(reader_.group()) : static_cast<void>(reader_.take());
  } while (!reader_.done() && !at_attribute());
  column_.default_text = written(text_, all.first(all.size() - reader_.rest().size()));
}

// ALWAYS AS (a + b) STORED, BY DEFAULT AS IDENTITY, and AS (a + b) alone.
void Item::read_generated() {
  while (!reader_.done() && !reader_.accept("as")) reader_.take();
  column_.counts = reader_.accept("identity");
  column_.generated = !column_.counts;
  if (reader_.at("(")) reader_.group();
}

void Item::read_unique() {
  const bool index = reader_.accept("key") || reader_.accept("index");
  if (index && column_.name.empty() && !reader_.at("(")) name_ = reader_.name();
  while (column_.name.empty() && !reader_.done() && !reader_.at("(")) reader_.take();
  add(Kind::unique, columns_here());
}

void Item::read_index() {
  IndexText index;
  while (reader_.at_any({"key", "index", "fulltext", "spatial"})) reader_.take();
  reader_.accept({"if", "not", "exists"});
  if (!reader_.at("(")) index.name = reader_.name();
  while (!reader_.done() && !reader_.at("(")) reader_.take();  // USING BTREE
  index.columns = index_columns(text_, items_of(reader_.group()), dialect_.lexical);
  out_.indexes.push_back(std::move(index));
}

ConstraintText& Item::add(Kind kind, std::vector<std::string> columns) {
  ConstraintText& constraint = out_.constraints.emplace_back();
  constraint.kind = kind;
  constraint.name = std::move(name_);
  constraint.columns = std::move(columns);
  name_.clear();
  return constraint;
}

void Item::read_reference() {
  ConstraintText& key =
      add(Kind::foreign_key, key_.empty() ? std::vector{column_.name} : std::move(key_));
  key_.clear();
  key.referenced_table = reader_.name();
  key.referenced_columns = names_in_group();
  for (;;) {
    if (reader_.accept({"on", "delete"})) {
      key.on_delete = read_action();
    } else if (reader_.accept({"on", "update"})) {
      key.on_update = read_action();
    } else if (reader_.accept("match")) {
      reader_.take();
    } else {
      return;
    }
  }
}

std::string Item::read_action() {
  const SqlWord* word = reader_.take();
  if (word == nullptr) return {};
  const bool two = word->is("set") || word->is("no");
  const SqlWord* second = two ? reader_.take() : nullptr;
  return word->text + (second == nullptr ? "" : ' ' + second->text);
}

std::vector<std::string> Item::columns_here() {
  return reader_.at("(") ? names_in_group() : std::vector{column_.name};
}

std::vector<std::string> Item::names_in_group() {
  std::vector<std::string> names;
  for (const Words item : items_of(reader_.group())) {
    if (!item.empty()) names.push_back(item.front().text);
  }
  return names;
}

}  // namespace

void read_table_item(std::string_view text, Words item, const Dialect& dialect, TableText& table) {
  Item(text, item, dialect, table).read();
}

TableText read_create_table(std::string_view text, const Dialect& dialect) {
  const std::vector<SqlWord> words = words_of_sql(text, dialect.lexical);
  const Create create = split(words);
  TableText table;
  for (const Words item : create.items) read_table_item(text, item, dialect, table);
  for (WordReader rest(create.rest); !rest.done();) {
    if (rest.accept("collate")) {
      rest.accept("=");
      table.collation = rest.name();
    } else {
      table.strict = rest.take()->is("strict") || table.strict;
    }
  }
  return table;
}

IndexText read_create_index(std::string_view text, const Dialect& dialect) {
  const std::vector<SqlWord> words = words_of_sql(text, dialect.lexical);
  const Create create = split(words);
  WordReader reader(words);
  IndexText index;
  reader.accept("create");
  index.unique = reader.accept("unique");
  while (!reader.done() && !reader.accept("index")) reader.take();
  reader.accept("concurrently");
  reader.accept({"if", "not", "exists"});
  if (!reader.at("on")) index.name = reader.name();
  while (!reader.done() && !reader.accept("on")) reader.take();  // USING BTREE, of MySQL
  reader.accept("only");
  index.table = reader.name();
  index.columns = index_columns(text, create.items, dialect.lexical);
  for (WordReader rest(create.rest); !rest.done(); rest.take()) {
    if (rest.accept("where")) {
      index.condition = written(text, rest.rest());
      break;
    }
  }
  return index;
}

}  // namespace lockstep::detail

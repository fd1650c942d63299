// SPDX-License-Identifier: BSL-1.0
#include "migrate/parity/create_text.hpp"

#include "migrate/parity/sql_words.hpp"

namespace lockstep::detail {
namespace {

// The words as they are written.
std::string written(std::string_view text, Words words) {
  if (words.empty()) return {};
  const std::size_t begin = words.front().offset;
  return std::string(text.substr(begin, words.back().offset + words.back().length - begin));
}

// The first list in parentheses, and what follows it.
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

// A column with its constraints, or constraints of the table.
class Item {
 public:
  Item(std::string_view text, Words words, TableText& out)
      : text_(text), words_(words), out_(out) {}

  void read();

 private:
  using Kind = ConstraintText::Kind;
  void read_word(const SqlWord& word);
  void add(Kind kind, std::vector<std::string> columns);
  void read_reference();
  std::vector<std::string> columns_here();
  // The group that comes now, without its parentheses.
  Words take_group() {
    const Words group = words_.subspan(at_, group_size(words_.subspan(at_)));
    at_ += group.size();
    return inside(group);
  }
  [[nodiscard]] bool at(std::string_view word) const {
    return at_ < words_.size() && words_[at_].is(word);
  }
  std::string take_name() { return at_ < words_.size() ? words_[at_++].text : std::string(); }

  std::string_view text_;
  Words words_;
  TableText& out_;
  std::size_t at_ = 0;
  std::string column_;            // empty: constraints of the table
  std::string name_;              // of the next constraint
  std::vector<std::string> key_;  // the columns of FOREIGN KEY, until its REFERENCES
};

void Item::read() {
  if (words_.empty()) return;
  const SqlWord& first = words_.front();
  const bool of_table = first.is("constraint") || first.is("primary") || first.is("unique") ||
                        first.is("check") || first.is("foreign");
  if (!of_table) column_ = take_name();
  while (at_ < words_.size()) read_word(words_[at_++]);
}

void Item::read_word(const SqlWord& word) {
  if (word.is("(")) {  // of a type, a default, a generated column
    --at_;
    take_group();
  } else if (word.is("constraint")) {
    name_ = take_name();
  } else if (word.is("primary") && at("key")) {
    ++at_;
    add(Kind::primary_key, columns_here());
  } else if (word.is("unique")) {
    add(Kind::unique, columns_here());
  } else if (word.is("foreign") && at("key")) {
    ++at_;
    key_ = columns_here();
  } else if (word.is("references")) {
    read_reference();
  } else if (word.is("check") && at("(")) {
    add(Kind::check, {});
    out_.constraints.back().condition = written(text_, take_group());
  } else if (word.is("autoincrement")) {
    out_.counting.push_back(column_);
  } else if (word.is("collate")) {
    out_.collations.emplace_back(column_, take_name());
  }
}

void Item::add(Kind kind, std::vector<std::string> columns) {
  out_.constraints.push_back({kind, std::move(name_), std::move(columns), {}, {}});
  name_.clear();
}

void Item::read_reference() {
  add(Kind::foreign_key, key_.empty() ? std::vector{column_} : std::move(key_));
  key_.clear();
  out_.constraints.back().referenced_table = take_name();
}

std::vector<std::string> Item::columns_here() {
  if (!at("(")) return {column_};
  std::vector<std::string> names;
  for (const Words item : items_of(take_group())) {
    if (!item.empty()) names.push_back(item.front().text);
  }
  return names;
}

}  // namespace

TableText read_create_table(std::string_view text, const LexicalRules& rules) {
  const std::vector<SqlWord> words = words_of_sql(text, rules);
  const Create create = split(words);
  TableText table;
  for (const Words item : create.items) Item(text, item, table).read();
  for (const SqlWord& word : create.rest) table.strict = table.strict || word.is("strict");
  return table;
}

IndexText read_create_index(std::string_view text, const LexicalRules& rules) {
  const std::vector<SqlWord> words = words_of_sql(text, rules);
  const Create create = split(words);
  IndexText index;
  for (Words item : create.items) {
    if (!item.empty() && (item.back().is("asc") || item.back().is("desc"))) {
      item = item.first(item.size() - 1);
    }
    index.columns.push_back(written(text, item));
  }
  if (!create.rest.empty() && create.rest.front().is("where")) {
    index.condition = written(text, create.rest.subspan(1));
  }
  return index;
}

}  // namespace lockstep::detail

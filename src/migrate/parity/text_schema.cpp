// SPDX-License-Identifier: BSL-1.0
#include "migrate/parity/text_schema.hpp"

#include <algorithm>

#include "migrate/parity/text_tables.hpp"
#include "migrate/set_order.hpp"

namespace lockstep::detail {
namespace {

// Applies statements to tables. What it does not read it answers with its first words.
class Reader {
 public:
  explicit Reader(TextTables& tables) : tables_(tables) {}

  // Empty if the statement was read, or makes no difference to tables.
  std::string read(std::string_view text);

 private:
  bool create(WordReader reader);
  bool create_table(WordReader reader);
  bool create_trigger(WordReader reader);
  bool drop(WordReader reader);
  bool drop_index(WordReader reader);
  bool rename(WordReader reader);
  bool alter(WordReader reader);
  bool alter_index(WordReader reader);
  bool change(SchemaTable& table, Words words);
  bool add(SchemaTable& table, WordReader reader);
  bool drop_part(SchemaTable& table, WordReader reader);
  bool rename_part(SchemaTable& table, WordReader reader);
  bool alter_column(SchemaTable& table, WordReader reader);
  bool modify_column(SchemaTable& table, WordReader reader, bool renames);
  [[nodiscard]] TableText item(Words words) const;

  TextTables& tables_;
  std::string_view text_;
};

// What else begins so changes no table: rows, views, types, rights, settings.
bool is_harmless(const WordReader& reader) {
  return reader.at_any({"insert",  "update",  "delete",  "replace",  "merge",   "with",
                        "select",  "set",     "create",  "drop",     "comment", "grant",
                        "revoke",  "alter",   "analyze", "truncate", "vacuum",  "pragma",
                        "reindex", "refresh", "lock",    "unlock",   "begin",   "commit",
                        "start",   "end",     "reset",   "use",      "optimize"});
}

std::string Reader::read(std::string_view text) {
  text_ = text;
  const std::vector<SqlWord> words = words_of_sql(text, tables_.dialect().lexical);
  WordReader reader(words);
  if (reader.done()) return {};
  bool read = is_harmless(reader);
  const std::string first = reader.rest().front().text;
  if (reader.accept("create")) read = create(reader);
  if (reader.accept("drop")) read = drop(reader);
  if (reader.accept({"rename", "table"})) read = rename(reader);
  if (reader.accept("alter")) read = alter(reader);
  if (read) return {};
  std::string told = first;
  for (std::size_t i = 1; i < std::min<std::size_t>(words.size(), 3); ++i) {
    told += ' ' + words[i].text;
  }
  return told;
}

bool Reader::create(WordReader reader) {
  reader.accept({"or", "replace"});
  while (reader.accept("global") || reader.accept("local") || reader.accept("unlogged")) {
  }
  if (reader.at_any({"temporary", "temp"})) return true;
  if (reader.accept("table")) return create_table(reader);
  if (reader.accept("constraint") || reader.at("trigger")) return create_trigger(reader);
  if (reader.at_any({"unique", "index"})) {
    tables_.add_index(read_create_index(text_, tables_.dialect()));
  }
  return true;
}

bool Reader::create_table(WordReader reader) {
  reader.accept({"if", "not", "exists"});
  std::string name = reader.name();
  if (!reader.at("(")) return false;  // AS SELECT, LIKE, PARTITION OF
  const TableText table = read_create_table(text_, tables_.dialect());
  const bool copied = std::ranges::any_of(
      table.columns, [](const ColumnText& column) { return column.name == "like"; });
  if (!copied) tables_.create(std::move(name), table);
  return !copied;
}

bool Reader::create_trigger(WordReader reader) {
  reader.accept("trigger");
  reader.accept({"if", "not", "exists"});
  std::string name = reader.name();
  while (!reader.done() && !reader.accept("on")) reader.take();
  if (SchemaTable* table = tables_.find(reader.name())) table->triggers.push_back(std::move(name));
  return true;
}

bool Reader::drop(WordReader reader) {
  if (reader.accept("index")) return drop_index(reader);
  const bool table = reader.accept("table");
  if (!table && !reader.accept("trigger")) return true;
  reader.accept({"if", "exists"});
  do {
    const std::string name = reader.name();
    table ? tables_.drop(name) : tables_.drop_trigger(name);
  } while (reader.accept(","));
  return true;
}

bool Reader::drop_index(WordReader reader) {
  reader.accept("concurrently");
  reader.accept({"if", "exists"});
  do {
    const std::string name = reader.name();
    if (reader.accept("on")) {
      if (SchemaTable* table = tables_.find(reader.name())) TextTables::drop_part(*table, name);
    } else {
      tables_.drop_index(name);
    }
  } while (reader.accept(","));
  return true;
}

bool Reader::rename(WordReader reader) {
  do {
    const std::string name = reader.name();
    if (!reader.accept("to")) return false;
    tables_.rename(name, reader.name());
  } while (reader.accept(","));
  return true;
}

bool Reader::alter(WordReader reader) {
  if (reader.accept("index")) return alter_index(reader);
  if (!reader.accept("table")) return true;
  reader.accept({"if", "exists"});
  reader.accept("only");
  const std::string name = reader.name();
  reader.accept("*");
  for (const Words words : items_of(reader.rest())) {
    SchemaTable* table = tables_.find(name);
    if (table == nullptr || !change(*table, words)) return false;
  }
  return true;
}

bool Reader::alter_index(WordReader reader) {
  reader.accept({"if", "exists"});
  const std::string name = reader.name();
  if (!reader.accept({"rename", "to"})) return true;
  tables_.rename_index(name, reader.name());
  return true;
}

bool Reader::change(SchemaTable& table, Words words) {
  WordReader reader(words);
  if (reader.accept("add")) return add(table, reader);
  if (reader.accept("drop")) return drop_part(table, reader);
  if (reader.accept("rename")) return rename_part(table, reader);
  if (reader.accept("alter")) return alter_column(table, reader);
  if (reader.accept("modify")) return modify_column(table, reader, false);
  if (reader.accept("change")) return modify_column(table, reader, true);
  return reader.at_any({"owner", "enable", "disable", "validate", "set", "reset", "engine",
                        "auto_increment", "comment", "algorithm", "lock", "cluster", "replica",
                        "force", "no"});
}

TableText Reader::item(Words words) const {
  TableText text;
  read_table_item(text_, words, tables_.dialect(), text);
  return text;
}

bool Reader::add(SchemaTable& table, WordReader reader) {
  const bool column = reader.accept("column");
  reader.accept({"if", "not", "exists"});
  if (reader.at("(")) {
    for (const Words words : items_of(reader.group())) tables_.add(table, item(words));
    return true;
  }
  if (!column && reader.at_any({"partition", "period", "system", "generated"})) return false;
  const Words words = reader.rest();
  const std::size_t before = table.columns.size();
  tables_.add(table, item(words));
  if (table.columns.size() == before || words.size() < 2) return true;
  const auto last = table.columns.end() - 1;
  if (words.back().is("first")) std::rotate(table.columns.begin(), last, table.columns.end());
  if (words[words.size() - 2].is("after")) {
    const auto at = std::ranges::find(table.columns, words.back().text, &SchemaColumn::name);
    if (at < last) std::rotate(at + 1, last, table.columns.end());
  }
  return true;
}

bool Reader::drop_part(SchemaTable& table, WordReader reader) {
  if (reader.accept({"primary", "key"})) {
    table.primary_key = {};
    return true;
  }
  const bool part = reader.accept("constraint") || reader.accept({"foreign", "key"}) ||
                    reader.accept("index") || reader.accept("key") || reader.accept("check");
  if (!part) reader.accept("column");
  reader.accept({"if", "exists"});
  const std::string name = reader.name();
  part ? TextTables::drop_part(table, name) : TextTables::drop_column(table, name);
  return true;
}

bool Reader::rename_part(SchemaTable& table, WordReader reader) {
  if (reader.accept("to") || reader.accept("as")) {
    const std::string name = table.name;  // which is about to change
    tables_.rename(name, reader.name());
    return true;
  }
  const bool part = reader.accept("constraint") || reader.accept("index") || reader.accept("key");
  if (!part) reader.accept("column");
  const std::string name = reader.name();
  if (!reader.accept("to")) return false;
  part ? TextTables::rename_part(table, name, reader.name())
       : TextTables::rename_column(table, name, reader.name());
  return true;
}

bool Reader::alter_column(SchemaTable& table, WordReader reader) {
  if (reader.at_any({"index", "constraint", "check"})) return true;
  reader.accept("column");
  const std::string name = reader.name();
  const auto column = std::ranges::find(table.columns, name, &SchemaColumn::name);
  if (column == table.columns.end()) return false;
  if (reader.accept({"set", "not", "null"})) {
    column->nullable = false;
  } else if (reader.accept({"drop", "not", "null"})) {
    column->nullable = true;
  } else if (reader.accept({"drop", "default"}) || reader.accept({"drop", "identity"})) {
    column->default_value.clear();
  } else if (reader.accept({"set", "default"})) {
    tables_.set_default(*column, written(text_, reader.rest()));
  } else if (reader.accept({"set", "data", "type"}) || reader.accept("type")) {
    Words words = reader.rest();
    const auto end = std::ranges::find_if(words, [](const SqlWord& w) { return w.is("using"); });
    words = words.first(static_cast<std::size_t>(end - words.begin()));
    std::vector<SqlWord> told{{TokenKind::word, name, 0, 0}};
    told.insert(told.end(), words.begin(), words.end());
    column->type = tables_.type_of(item(told).columns.front());
  } else if (reader.at("add")) {
    column->default_value = "identity";
  } else {
    return reader.at_any({"set", "reset", "restart"});
  }
  return true;
}

bool Reader::modify_column(SchemaTable& table, WordReader reader, bool renames) {
  reader.accept("column");
  reader.accept({"if", "exists"});
  WordReader ahead = reader;
  const std::string name = ahead.name();
  tables_.replace_column(table, name, item(renames ? ahead.rest() : reader.rest()));
  return true;
}

}  // namespace

TextSchema schema_of_texts(const MigrationSet& set) {
  TextTables tables(dialect(set.engine()));
  Reader reader(tables);
  TextSchema result;
  for (const Migration* migration : in_order(set)) {
    if (migration->code) result.unread.push_back(migration->up_file + ": C++");
    for (const MigrationStatement& statement : migration->up_statements) {
      const std::string unread = reader.read(statement.text);
      if (unread.empty()) continue;
      result.unread.push_back(migration->up_file + ':' + std::to_string(statement.line) + ": " +
                              unread);
    }
  }
  result.schema = tables.finish();
  return result;
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "migrate/parity/text_tables.hpp"

#include <algorithm>

#include "migrate/parity/complete.hpp"
#include "migrate/parity/expression.hpp"

namespace lockstep::detail {
namespace {

// What people write, and what the catalog would tell: the word before "(".
constexpr auto postgres_spellings =
    std::to_array<Translation>({{"int", "integer"},
                                {"int4", "integer"},
                                {"int8", "bigint"},
                                {"int2", "smallint"},
                                {"serial", "integer"},
                                {"serial4", "integer"},
                                {"bigserial", "bigint"},
                                {"serial8", "bigint"},
                                {"smallserial", "smallint"},
                                {"bool", "boolean"},
                                {"varchar", "character varying"},
                                {"char", "character"},
                                {"decimal", "numeric"},
                                {"float8", "double precision"},
                                {"float4", "real"},
                                {"timestamp", "timestamp without time zone"}});
constexpr auto mysql_spellings = std::to_array<Translation>({{"integer", "int"},
                                                             {"bool", "tinyint(1)"},
                                                             {"boolean", "tinyint(1)"},
                                                             {"dec", "decimal"},
                                                             {"character", "char"},
                                                             {"character varying", "varchar"},
                                                             {"double precision", "double"}});

std::string catalog_spelling(Engine engine, const std::string& type) {
  const std::size_t at = std::min(type.find('('), type.size());
  const std::string word = type.substr(0, at);
  const std::string rest = type.substr(at);
  if (engine == Engine::postgres && word == "timestamptz")
    return "timestamp" + rest + " with time zone";
  const std::span<const Translation> words =
      engine == Engine::mysql ? std::span<const Translation>(mysql_spellings) : postgres_spellings;
  const auto found = std::ranges::find(words, word, &Translation::from);
  return found == words.end() ? type : std::string(found->to) + rest;
}

bool is_exact(Engine engine, std::string_view collation) {
  if (engine == Engine::mysql) return collation.ends_with("_bin");
  return collation == "C" || collation == "POSIX";
}

template <class T>
bool holds(const std::vector<std::string>& columns, const T& name) {
  return std::ranges::find(columns, name) != columns.end();
}

std::string joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += name + '_';
  return text;
}

// Where the engine gives one, it is this.
void name_index(Engine engine, const std::string& table, SchemaIndex& index, bool constraint) {
  if (!index.name.empty() || index.columns.empty()) return;
  if (engine == Engine::mysql) index.name = index.columns.front();
  if (engine == Engine::postgres) {
    index.name = table + '_' + joined(index.columns) + (constraint ? "key" : "idx");
  }
}

}  // namespace

TextTables::TextTables(const Dialect& dialect)
    : dialect_(dialect),
      catalog_(dialect.engine == Engine::postgres ? postgres_catalog
               : dialect.engine == Engine::mysql  ? mariadb_catalog
                                                  : sqlite_catalog) {
  schema_.engine = dialect.engine;
  schema_.name = dialect.name;
}

SchemaTable* TextTables::find(std::string_view name) {
  const auto found = std::ranges::find(schema_.tables, name, &SchemaTable::name);
  return found == schema_.tables.end() ? nullptr : &*found;
}

std::string TextTables::normal(const std::string& text) const {
  return normal_expression(text, dialect_.lexical);
}

void TextTables::create(std::string name, const TableText& text) {
  if (name.empty() || find(name) != nullptr) return;
  SchemaTable& table = schema_.tables.emplace_back();
  table.name = std::move(name);
  collations_.emplace_back(table.name, text.collation);
  add(table, text);
}

void TextTables::add(SchemaTable& table, const TableText& text) {
  const auto told =
      std::ranges::find(collations_, table.name, &std::pair<std::string, std::string>::first);
  for (ColumnText column : text.columns) {
    if (column.collation.empty() && told != collations_.end()) column.collation = told->second;
    table.columns.push_back(column_of(column));
    if (column.touched) table.triggers.push_back("trg_" + table.name + '_' + column.name);
  }
  for (const ConstraintText& constraint : text.constraints) add_constraint(table, constraint);
  for (IndexText index : text.indexes) {
    index.table = table.name;
    add_index(index);
  }
}

std::string TextTables::type_of(const ColumnText& column) const {
  return model_type(catalog_, catalog_spelling(dialect_.engine, column.type),
                    is_exact(dialect_.engine, column.collation));
}

SchemaColumn TextTables::column_of(const ColumnText& text) const {
  SchemaColumn column{text.name, type_of(text), text.nullable, ""};
  const bool serial = text.type.ends_with("serial") || text.type.starts_with("serial");
  if (serial || text.counts) {
    column.nullable = false;
    column.default_value = "identity";
  } else if (text.generated) {
    column.default_value = "generated";
  } else if (text.default_text) {
    set_default(column, *text.default_text);
  }
  return column;
}

void TextTables::set_default(SchemaColumn& column, const std::string& text) const {
  column.default_value = model_default(catalog_, normal(text));
}

std::string TextTables::constraint_name(const SchemaTable& table,
                                        const ConstraintText& text) const {
  if (!text.name.empty() || dialect_.engine != Engine::postgres) return text.name;
  if (text.kind == ConstraintText::Kind::primary_key) return table.name + "_pkey";
  const bool key = text.kind == ConstraintText::Kind::foreign_key;
  return table.name + '_' + joined(text.columns) + (key ? "fkey" : "check");
}

void TextTables::add_constraint(SchemaTable& table, const ConstraintText& text) {
  using Kind = ConstraintText::Kind;
  const std::string name = constraint_name(table, text);
  if (text.kind == Kind::primary_key) {
    table.primary_key.columns = text.columns;
    if (dialect_.engine == Engine::postgres) table.primary_key.name = name;
    for (SchemaColumn& column : table.columns) {
      if (holds(text.columns, column.name)) column.nullable = false;
    }
  } else if (text.kind == Kind::unique) {
    table.indexes.push_back({text.name, true, text.columns, ""});
    name_index(dialect_.engine, table.name, table.indexes.back(), true);
  } else if (text.kind == Kind::check) {
    table.checks.push_back({name, normal(text.condition)});
  } else {
    const auto action = [this](const std::string& word) {
      const bool refuses = word == "no action" || word == "restrict";
      return refuses && !catalog_.tells_all_actions ? std::string("refuse") : word;
    };
    table.foreign_keys.push_back({name, text.columns, text.referenced_table,
                                  text.referenced_columns, action(text.on_delete),
                                  action(text.on_update)});
  }
}

void TextTables::add_index(const IndexText& text) {
  SchemaTable* table = find(text.table);
  if (table == nullptr) return;
  SchemaIndex index{text.name, text.unique, text.columns,
                    text.condition.empty() ? "" : normal(text.condition)};
  name_index(dialect_.engine, table->name, index, false);
  table->indexes.push_back(std::move(index));
}

void TextTables::replace_column(SchemaTable& table, std::string_view name, const TableText& text) {
  const auto found = std::ranges::find(table.columns, name, &SchemaColumn::name);
  if (found == table.columns.end() || text.columns.empty()) return;
  const auto place = found - table.columns.begin();
  if (text.columns.front().name != name) rename_column(table, name, text.columns.front().name);
  std::erase(table.triggers, "trg_" + table.name + '_' + std::string(name));
  table.columns.erase(table.columns.begin() + place);
  add(table, text);
  std::rotate(table.columns.begin() + place, table.columns.end() - 1, table.columns.end());
}

void TextTables::drop(std::string_view table) {
  std::erase_if(schema_.tables, [&](const SchemaTable& each) { return each.name == table; });
  std::erase_if(collations_, [&](const auto& each) { return each.first == table; });
}

void TextTables::drop_column(SchemaTable& table, std::string_view name) {
  const auto of_column = [&](const auto& part) { return holds(part.columns, name); };
  std::erase_if(table.columns, [&](const SchemaColumn& each) { return each.name == name; });
  std::erase_if(table.indexes, of_column);
  std::erase_if(table.foreign_keys, of_column);
  if (of_column(table.primary_key)) table.primary_key = {};
  std::erase(table.triggers, "trg_" + table.name + '_' + std::string(name));
}

void TextTables::drop_part(SchemaTable& table, std::string_view name) {
  const auto named = [&](const auto& part) { return part.name == name; };
  std::erase_if(table.indexes, named);
  std::erase_if(table.foreign_keys, named);
  std::erase_if(table.checks, named);
  if (table.primary_key.name == name) table.primary_key = {};
}

void TextTables::drop_index(std::string_view name) {
  for (SchemaTable& table : schema_.tables) {
    std::erase_if(table.indexes, [&](const SchemaIndex& each) { return each.name == name; });
  }
}

void TextTables::rename(std::string_view table, const std::string& to) {
  for (SchemaTable& each : schema_.tables) {
    if (each.name == table) each.name = to;
    for (SchemaForeignKey& key : each.foreign_keys) {
      if (key.referenced_table == table) key.referenced_table = to;
    }
  }
  for (auto& each : collations_) {
    if (each.first == table) each.first = to;
  }
}

void TextTables::rename_column(SchemaTable& table, std::string_view name, const std::string& to) {
  const auto rename = [&](std::vector<std::string>& columns) {
    std::ranges::replace(columns, std::string(name), to);
  };
  for (SchemaColumn& column : table.columns) {
    if (column.name == name) column.name = to;
  }
  rename(table.primary_key.columns);
  for (SchemaIndex& index : table.indexes) {
    for (std::string& column : index.columns) {  // "a", "a desc", "a(10)"
      const std::string_view word = std::string_view(column).substr(0, column.find_first_of(" ("));
      if (word == name) column.replace(0, word.size(), to);
    }
  }
  for (SchemaForeignKey& key : table.foreign_keys) rename(key.columns);
}

void TextTables::rename_part(SchemaTable& table, std::string_view name, const std::string& to) {
  const auto rename = [&](auto& parts) {
    for (auto& part : parts) {
      if (part.name == name) part.name = to;
    }
  };
  rename(table.indexes);
  rename(table.foreign_keys);
  rename(table.checks);
  if (table.primary_key.name == name) table.primary_key.name = to;
}

void TextTables::rename_index(std::string_view name, const std::string& to) {
  for (SchemaTable& table : schema_.tables) {
    for (SchemaIndex& index : table.indexes) {
      if (index.name == name) index.name = to;
    }
  }
}

void TextTables::drop_trigger(std::string_view name) {
  for (SchemaTable& table : schema_.tables) std::erase(table.triggers, name);
}

Schema TextTables::finish() {
  for (SchemaTable& table : schema_.tables) {
    for (SchemaForeignKey& key : table.foreign_keys) {
      const SchemaTable* parent = schema_.find(key.referenced_table);
      if (key.referenced_columns.empty() && parent != nullptr) {
        key.referenced_columns = parent->primary_key.columns;
      }
    }
  }
  sort_schema(schema_);
  return std::move(schema_);
}

}  // namespace lockstep::detail

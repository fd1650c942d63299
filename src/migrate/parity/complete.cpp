// SPDX-License-Identifier: BSL-1.0
#include "migrate/parity/complete.hpp"

#include <algorithm>

#include "migrate/parity/create_text.hpp"
#include "migrate/parity/expression.hpp"

namespace lockstep::detail {
namespace {

struct CreateRow {
  std::string table_name;
  std::string name;
  std::string type;
  std::string text;
  static constexpr void columns(auto&& column) {
    column("table_name", &CreateRow::table_name);
    column("name", &CreateRow::name);
    column("type", &CreateRow::type);
    column("text", &CreateRow::text);
  }
};

SchemaColumn* find_column(SchemaTable& table, std::string_view name) {
  const auto found = std::ranges::find(table.columns, name, &SchemaColumn::name);
  return found == table.columns.end() ? nullptr : &*found;
}

void name_constraint(SchemaTable& table, const ConstraintText& constraint) {
  if (constraint.kind == ConstraintText::Kind::primary_key) {
    table.primary_key.name = constraint.name;
  } else if (constraint.kind == ConstraintText::Kind::unique) {
    for (SchemaIndex& index : table.indexes) {
      const bool own = index.unique && index.name.empty() && index.condition.empty();
      if (own && index.columns == constraint.columns) index.name = constraint.name;
    }
  } else {
    for (SchemaForeignKey& key : table.foreign_keys) {
      const bool own = key.name.empty() && key.referenced_table == constraint.referenced_table;
      if (own && key.columns == constraint.columns) {
        key.name = constraint.name;
        return;
      }
    }
  }
}

void complete_table(SchemaTable& table, std::string_view text, const LexicalRules& rules) {
  const TableText read = read_create_table(text, rules);
  table.keeps_types = read.strict;
  for (const ConstraintText& constraint : read.constraints) {
    if (constraint.kind == ConstraintText::Kind::check) {
      table.checks.push_back({constraint.name, normal_expression(constraint.condition, rules)});
    } else {
      name_constraint(table, constraint);
    }
  }
  for (const std::string& name : read.counting) {
    if (SchemaColumn* column = find_column(table, name)) column->default_value = "identity";
  }
  for (const auto& [name, collation] : read.collations) {
    SchemaColumn* column = find_column(table, name);
    if (column != nullptr && collation != "binary") column->type += " collate " + collation;
  }
}

void complete_index(SchemaTable& table, std::string_view name, std::string_view text,
                    const LexicalRules& rules) {
  const auto index = std::ranges::find(table.indexes, name, &SchemaIndex::name);
  if (index == table.indexes.end()) return;
  const IndexText read = read_create_index(text, rules);
  if (!read.condition.empty()) index->condition = normal_expression(read.condition, rules);
  for (std::size_t i = 0; i < std::min(index->columns.size(), read.columns.size()); ++i) {
    std::string& column = index->columns[i];
    // An expression has no name there, at most a direction.
    if (column.empty() || column == " desc") {
      column.insert(0, normal_expression(read.columns[i], rules));
    }
  }
}

}  // namespace

void complete(Executor& db, std::string_view query, Schema& schema) {
  const LexicalRules& rules = db.dialect().lexical;
  for (const CreateRow& row : db.fetch_all<CreateRow>(query)) {
    const auto table = std::ranges::find(schema.tables, row.table_name, &SchemaTable::name);
    if (table == schema.tables.end()) continue;
    if (row.type == "table") complete_table(*table, row.text, rules);
    if (row.type == "index") complete_index(*table, row.name, row.text, rules);
  }
}

void sort_schema(Schema& schema) {
  const auto by_name = [](auto& parts) {
    std::ranges::stable_sort(
        parts, {}, [](const auto& part) -> const auto& { return part.name; });
  };
  by_name(schema.tables);
  for (SchemaTable& table : schema.tables) {
    by_name(table.indexes);
    by_name(table.foreign_keys);
    by_name(table.checks);
    std::ranges::sort(table.triggers);
  }
}

}  // namespace lockstep::detail

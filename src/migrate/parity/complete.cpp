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

void complete_table(SchemaTable& table, std::string_view text, const Dialect& dialect) {
  const TableText read = read_create_table(text, dialect);
  table.keeps_types = read.strict;
  for (const ConstraintText& constraint : read.constraints) {
    if (constraint.kind == ConstraintText::Kind::check) {
      table.checks.push_back(
          {constraint.name, normal_expression(constraint.condition, dialect.lexical)});
    } else {
      name_constraint(table, constraint);
    }
  }
  for (const ColumnText& told : read.columns) {
    SchemaColumn* column = find_column(table, told.name);
    if (column == nullptr) continue;
    if (told.counts) column->default_value = "identity";
    if (!told.collation.empty() && told.collation != "binary") {
      column->type += " collate " + told.collation;
    }
  }
}

void complete_index(SchemaTable& table, std::string_view name, std::string_view text,
                    const Dialect& dialect) {
  const auto index = std::ranges::find(table.indexes, name, &SchemaIndex::name);
  if (index == table.indexes.end()) return;
  const IndexText read = read_create_index(text, dialect);
  if (!read.condition.empty()) {
    index->condition = normal_expression(read.condition, dialect.lexical);
  }
  for (std::size_t i = 0; i < std::min(index->columns.size(), read.columns.size()); ++i) {
    std::string& column = index->columns[i];
    // An expression has no name there, at most a direction.
    if (column.empty() || column == " desc") column = read.columns[i];
  }
}

}  // namespace

void complete(Executor& db, std::string_view query, Schema& schema) {
  for (const CreateRow& row : db.fetch_all<CreateRow>(query)) {
    const auto table = std::ranges::find(schema.tables, row.table_name, &SchemaTable::name);
    if (table == schema.tables.end()) continue;
    if (row.type == "table") complete_table(*table, row.text, db.dialect());
    if (row.type == "index") complete_index(*table, row.name, row.text, db.dialect());
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

// SPDX-License-Identifier: BSL-1.0
#include <algorithm>

#include "lockstep/schema.hpp"
#include "migrate/ledger_sql.hpp"
#include "migrate/parity/catalog_sql.hpp"
#include "migrate/parity/complete.hpp"
#include "migrate/parity/expression.hpp"
#include "migrate/parity/seed_rows.hpp"

namespace lockstep {
namespace detail {
namespace {

struct ColumnRow {
  std::string table_name;
  std::string column_name;
  std::string type;
  bool nullable = true;
  std::optional<std::string> default_text;
  bool exact = false;   // compared by its bytes
  bool counts = false;  // numbers the rows by itself
  bool generated = false;
  bool touched = false;  // set to the time of an UPDATE by the engine
  static constexpr void columns(auto&& column) {
    column("table_name", &ColumnRow::table_name);
    column("column_name", &ColumnRow::column_name);
    column("type", &ColumnRow::type);
    column("nullable", &ColumnRow::nullable);
    column("default_text", &ColumnRow::default_text);
    column("exact", &ColumnRow::exact);
    column("counts", &ColumnRow::counts);
    column("generated", &ColumnRow::generated);
    column("touched", &ColumnRow::touched);
  }
};

struct IndexRow {
  std::string table_name;
  std::string id;
  std::optional<std::string> name;  // none: the engine does not keep it
  bool is_primary = false;
  bool is_unique = false;
  std::int64_t ordinal = 0;
  std::optional<std::string> column_name;  // none: an expression
  std::optional<std::string> expression;
  bool descending = false;
  std::optional<std::string> condition_text;
  static constexpr void columns(auto&& column) {
    column("table_name", &IndexRow::table_name);
    column("id", &IndexRow::id);
    column("name", &IndexRow::name);
    column("is_primary", &IndexRow::is_primary);
    column("is_unique", &IndexRow::is_unique);
    column("ordinal", &IndexRow::ordinal);
    column("column_name", &IndexRow::column_name);
    column("expression", &IndexRow::expression);
    column("descending", &IndexRow::descending);
    column("condition_text", &IndexRow::condition_text);
  }
};

struct ForeignKeyRow {
  std::string table_name;
  std::string id;
  std::string name;
  std::string column_name;
  std::string referenced_table;
  std::optional<std::string> referenced_column;  // none: the primary key's
  std::string on_delete;
  std::string on_update;
  static constexpr void columns(auto&& column) {
    column("table_name", &ForeignKeyRow::table_name);
    column("id", &ForeignKeyRow::id);
    column("name", &ForeignKeyRow::name);
    column("column_name", &ForeignKeyRow::column_name);
    column("referenced_table", &ForeignKeyRow::referenced_table);
    column("referenced_column", &ForeignKeyRow::referenced_column);
    column("on_delete", &ForeignKeyRow::on_delete);
    column("on_update", &ForeignKeyRow::on_update);
  }
};

struct CheckRow {
  std::string table_name;
  std::string name;
  std::string condition_text;
  static constexpr void columns(auto&& column) {
    column("table_name", &CheckRow::table_name);
    column("name", &CheckRow::name);
    column("condition_text", &CheckRow::condition_text);
  }
};

struct TriggerRow {
  std::string table_name;
  std::string name;
  static constexpr void columns(auto&& column) {
    column("table_name", &TriggerRow::table_name);
    column("name", &TriggerRow::name);
  }
};

const Catalog& catalog_of(Executor& db) {
  switch (db.dialect().engine) {
    case Engine::sqlite:
      return sqlite_catalog;
    case Engine::postgres:
      return postgres_catalog;
    case Engine::mysql:
      break;
  }
  const bool tells = db.fetch_value<std::int64_t>(mariadb_catalog.feature) == 1;
  return tells ? mariadb_catalog : mysql_catalog;
}

// Reads one catalog into a Schema. Borrows the executor.
class SchemaReader {
 public:
  explicit SchemaReader(Executor& db) : db_(db), catalog_(catalog_of(db)) {}

  Schema read();

 private:
  void read_columns();
  void read_indexes();
  void read_foreign_keys();
  void read_checks();
  void read_triggers();
  // Null for a table of the ledger, a view, and the like.
  SchemaTable* table(std::string_view name);
  [[nodiscard]] std::string normal(std::string text) const;
  [[nodiscard]] std::string default_of(const ColumnRow& row) const;
  [[nodiscard]] std::string action(std::string_view text) const;

  Executor& db_;
  const Catalog& catalog_;
  Schema schema_;
};

SchemaTable* SchemaReader::table(std::string_view name) {
  const auto found = std::ranges::find(schema_.tables, name, &SchemaTable::name);
  return found == schema_.tables.end() ? nullptr : &*found;
}

std::string SchemaReader::normal(std::string text) const {
  if (catalog_.backslashed_quotes) {
    for (std::size_t at = text.find("\\'"); at != text.npos; at = text.find("\\'", at)) {
      text.erase(at, 1);
    }
  }
  return normal_expression(text, db_.dialect().lexical);
}

std::string SchemaReader::default_of(const ColumnRow& row) const {
  if (row.counts) return "identity";
  if (row.generated) return "generated";
  return row.default_text ? model_default(catalog_, normal(*row.default_text)) : std::string();
}

std::string SchemaReader::action(std::string_view text) const {
  std::string word = lower_case(text);
  const bool refuses = word == "no action" || word == "restrict";
  return refuses && !catalog_.tells_all_actions ? "refuse" : word;
}

void SchemaReader::read_columns() {
  for (ColumnRow& row : db_.fetch_all<ColumnRow>(catalog_.columns)) {
    if (row.table_name == ledger_table || row.table_name == log_table) continue;
    if (schema_.tables.empty() || schema_.tables.back().name != row.table_name) {
      schema_.tables.emplace_back().name = row.table_name;
    }
    SchemaTable& table = schema_.tables.back();
    table.columns.push_back({row.column_name, model_type(catalog_, row.type, row.exact),
                             row.nullable, default_of(row)});
    if (row.touched) table.triggers.push_back("trg_" + table.name + '_' + row.column_name);
  }
}

void SchemaReader::read_indexes() {
  std::string last;
  for (const IndexRow& row : db_.fetch_all<IndexRow>(catalog_.indexes)) {
    SchemaTable* at = table(row.table_name);
    if (at == nullptr) continue;
    std::string column = row.column_name.value_or(row.expression ? normal(*row.expression) : "");
    if (row.is_primary) {
      at->primary_key.name = row.name;
      at->primary_key.columns.push_back(std::move(column));
      continue;
    }
    if (row.descending) column += " desc";
    const std::string id = row.table_name + '\n' + row.id;
    if (id != last) {
      at->indexes.push_back({row.name.value_or(""),
                             row.is_unique,
                             {},
                             row.condition_text ? normal(*row.condition_text) : ""});
      last = id;
    }
    at->indexes.back().columns.push_back(std::move(column));
  }
}

void SchemaReader::read_foreign_keys() {
  std::string last;
  for (ForeignKeyRow& row : db_.fetch_all<ForeignKeyRow>(catalog_.foreign_keys)) {
    SchemaTable* at = table(row.table_name);
    if (at == nullptr) continue;
    const std::string id = row.table_name + '\n' + row.id;
    if (id != last) {
      at->foreign_keys.push_back(
          {row.name, {}, row.referenced_table, {}, action(row.on_delete), action(row.on_update)});
      last = id;
    }
    SchemaForeignKey& key = at->foreign_keys.back();
    key.columns.push_back(std::move(row.column_name));
    if (row.referenced_column) key.referenced_columns.push_back(std::move(*row.referenced_column));
  }
  for (SchemaTable& each : schema_.tables) {
    for (SchemaForeignKey& key : each.foreign_keys) {
      const SchemaTable* parent = schema_.find(key.referenced_table);
      if (key.referenced_columns.empty() && parent != nullptr) {
        key.referenced_columns = parent->primary_key.columns;
      }
    }
  }
}

void SchemaReader::read_checks() {
  if (catalog_.checks.empty()) return;
  for (CheckRow& row : db_.fetch_all<CheckRow>(catalog_.checks)) {
    SchemaTable* at = table(row.table_name);
    if (at != nullptr) at->checks.push_back({std::move(row.name), normal(row.condition_text)});
  }
}

void SchemaReader::read_triggers() {
  for (TriggerRow& row : db_.fetch_all<TriggerRow>(catalog_.triggers)) {
    SchemaTable* at = table(row.table_name);
    if (at != nullptr) at->triggers.push_back(std::move(row.name));
  }
}

Schema SchemaReader::read() {
  schema_.engine = db_.dialect().engine;
  schema_.name = db_.dialect().name;
  read_columns();
  read_indexes();
  read_foreign_keys();
  read_checks();
  read_triggers();
  if (!catalog_.create_texts.empty()) complete(db_, catalog_.create_texts, schema_);
  sort_schema(schema_);
  return std::move(schema_);
}

}  // namespace
}  // namespace detail

const SchemaTable* Schema::find(std::string_view table) const noexcept {
  const auto found = std::ranges::find(tables, table, &SchemaTable::name);
  return found == tables.end() ? nullptr : &*found;
}

Schema read_schema(Executor& db, std::size_t row_limit) {
  Schema schema = detail::SchemaReader(db).read();
  if (row_limit == 0) return schema;
  for (SchemaTable& table : schema.tables) detail::read_seed_rows(db, table, row_limit);
  return schema;
}

}  // namespace lockstep

// SPDX-License-Identifier: BSL-1.0
// TextTables: a schema that is changed as statements change it.
#pragma once

#include "lockstep/schema.hpp"
#include "migrate/parity/catalog_sql.hpp"
#include "migrate/parity/create_text.hpp"

namespace lockstep::detail {

// Names that are not there are passed over: nobody has checked the texts.
class TextTables {
 public:
  explicit TextTables(const Dialect& dialect);

  [[nodiscard]] const Dialect& dialect() const noexcept { return dialect_; }
  [[nodiscard]] SchemaTable* find(std::string_view name);
  void create(std::string name, const TableText& text);
  void add(SchemaTable& table, const TableText& text);
  void add_index(const IndexText& index);
  // The column keeps its place.
  void replace_column(SchemaTable& table, std::string_view name, const TableText& text);
  void set_default(SchemaColumn& column, const std::string& text) const;
  [[nodiscard]] std::string type_of(const ColumnText& column) const;
  void drop(std::string_view table);
  static void drop_column(SchemaTable& table, std::string_view name);
  // A constraint or an index of the table.
  static void drop_part(SchemaTable& table, std::string_view name);
  void drop_index(std::string_view name);
  void rename(std::string_view table, const std::string& to);
  static void rename_column(SchemaTable& table, std::string_view name, const std::string& to);
  static void rename_part(SchemaTable& table, std::string_view name, const std::string& to);
  void rename_index(std::string_view name, const std::string& to);
  void drop_trigger(std::string_view name);
  // Sorted, with the columns that foreign keys refer to.
  [[nodiscard]] Schema finish();

 private:
  [[nodiscard]] SchemaColumn column_of(const ColumnText& text) const;
  void add_constraint(SchemaTable& table, const ConstraintText& text);
  [[nodiscard]] std::string constraint_name(const SchemaTable& table,
                                            const ConstraintText& text) const;
  [[nodiscard]] std::string normal(const std::string& text) const;

  const Dialect& dialect_;
  const Catalog& catalog_;
  Schema schema_;
  // The collation of each table's text, on MySQL.
  std::vector<std::pair<std::string, std::string>> collations_;
};

}  // namespace lockstep::detail

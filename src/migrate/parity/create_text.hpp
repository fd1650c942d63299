// SPDX-License-Identifier: BSL-1.0
// What the texts of CREATE and ALTER TABLE and of CREATE INDEX tell.
#pragma once

#include <optional>

#include "lockstep/dialect.hpp"
#include "migrate/parity/word_reader.hpp"

namespace lockstep::detail {

struct ColumnText {
  std::string name;
  std::string type;                         // "varchar(255)", in lower case
  std::string collation;                    // empty: none is told
  bool nullable = true;                     // false: NOT NULL
  bool counts = false;                      // numbers the rows by itself
  bool generated = false;                   // from other columns
  bool touched = false;                     // set to the time of an UPDATE by the engine
  std::optional<std::string> default_text;  // as it is written
};

struct IndexText {
  std::string name;  // empty: it was not given one
  std::string table;
  bool unique = false;
  std::vector<std::string> columns;  // as SchemaIndex has them
  std::string condition;             // as it is written; empty: there is none
};

struct ConstraintText {
  enum class Kind : std::uint8_t { primary_key, unique, foreign_key, check };
  Kind kind = Kind::check;
  std::string name;                  // empty: it was not given one
  std::vector<std::string> columns;  // not of a check
  std::string referenced_table;
  std::vector<std::string> referenced_columns;  // empty: the primary key's
  std::string on_delete = "no action";
  std::string on_update = "no action";
  std::string condition;  // of a check, as it is written
};

struct TableText {
  std::vector<ColumnText> columns;
  std::vector<ConstraintText> constraints;  // of columns too
  std::vector<IndexText> indexes;           // MySQL's, inside the table
  std::string collation;                    // of the table's text, on MySQL
  bool strict = false;
};

// Of "CREATE TABLE name (...) ...". Empty for what has no list in parentheses.
[[nodiscard]] TableText read_create_table(std::string_view text, const Dialect& dialect);

// Adds what an item of that list tells, or of an ALTER TABLE ... ADD: a column with its
// constraints, a constraint, an index. `text` is what the words are of.
void read_table_item(std::string_view text, Words item, const Dialect& dialect, TableText& table);

// Of "CREATE INDEX name ON table (...) WHERE ...".
[[nodiscard]] IndexText read_create_index(std::string_view text, const Dialect& dialect);

}  // namespace lockstep::detail

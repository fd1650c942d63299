// SPDX-License-Identifier: BSL-1.0
// The tables of the domains, as they are exported.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lockstep::cli {

enum class ColumnType { plain, boolean, time, json };

struct Column {
  std::string_view name;
  ColumnType type = ColumnType::plain;  // plain: text or a number, as the engine has it
};

struct ExportTable {
  std::string_view domain;
  std::string_view name;
  std::string_view key;  // columns of the primary key, separated by blanks
  std::string_view
      columns;  // in the order of the table, separated by blanks: "name" or "name:type"

  [[nodiscard]] std::vector<Column> column_list() const;
  [[nodiscard]] std::vector<std::string_view> key_list() const;
};

// All of them, for people.
[[nodiscard]] std::string table_names();

// InvalidArgument, with the nearest name, if there is no such table.
[[nodiscard]] const ExportTable& find_table(std::string_view name);

}  // namespace lockstep::cli

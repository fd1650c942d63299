// SPDX-License-Identifier: BSL-1.0
// lockstep export
#include <charconv>
#include <fstream>
#include <iostream>

#include "cli/commands.hpp"
#include "cli/tables.hpp"
#include "cli/terminal.hpp"
#include "lockstep/detail/row_text.hpp"
#include "upkeep/new_file.hpp"

namespace lockstep::cli {
namespace {

using detail::Fit;

[[noreturn]] void refuse(const Column& column) {
  raise(ErrorKind::corrupt_data,
        "export: what is stored as " + std::string(column.name) + " cannot be read");
}

// The shortest text that is read back as the same number.
std::string number_text(double number) {
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
  return {text.data(), end};
}

// The text of a cell that is not null; the same on every engine.
std::string cell_text(const Column& column, const Value& cell) {
  if (column.type == ColumnType::boolean) {
    bool flag = false;
    if (detail::decode_boolean(cell, flag) != Fit::ok) refuse(column);
    return flag ? "true" : "false";
  }
  if (column.type == ColumnType::time) {
    Timestamp time;
    if (detail::decode_timestamp(cell, time) != Fit::ok) refuse(column);
    return detail::instant_text(time);
  }
  switch (cell.type()) {
    case ValueType::integer:
      return std::to_string(cell.as_integer());
    case ValueType::real:
      return number_text(cell.as_real());
    case ValueType::text:
    case ValueType::decimal:
      return std::string(cell.as_text());
    default:
      refuse(column);
  }
}

bool is_bare(const Column& column, const Value& cell) {
  return column.type == ColumnType::boolean || cell.type() == ValueType::integer ||
         cell.type() == ValueType::real || cell.type() == ValueType::decimal;
}

void append_json(std::string& out, const std::vector<Column>& columns, const Row& row) {
  char before = '{';
  for (std::size_t i = 0; i < columns.size(); ++i) {
    out += std::exchange(before, ',');
    detail::append_json_string(out, columns[i].name);
    out += ':';
    if (row.cells[i].is_null()) {
      out += "null";
    } else if (columns[i].type == ColumnType::json) {
      detail::append_json_text(out, columns[i].name, cell_text(columns[i], row.cells[i]));
    } else if (is_bare(columns[i], row.cells[i])) {
      out += cell_text(columns[i], row.cells[i]);
    } else {
      detail::append_json_string(out, cell_text(columns[i], row.cells[i]));
    }
  }
  out += '}';
}

void append_csv(std::string& out, const std::vector<Column>& columns, const Row& row) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += ',';
    if (row.cells[i].is_null()) continue;
    detail::append_csv_field(out, cell_text(columns[i], row.cells[i]));
  }
  out += "\r\n";
}

void append_csv_header(std::string& out, const std::vector<Column>& columns) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (i > 0) out += ',';
    detail::append_csv_field(out, columns[i].name);
  }
  out += "\r\n";
}

std::string quoted_list(const std::vector<std::string_view>& names) {
  std::string text;
  for (const std::string_view name : names) {
    text += (text.empty() ? "\"" : ", \"") + std::string(name) + '"';
  }
  return text;
}

std::string select_text(const ExportTable& table) {
  std::vector<std::string_view> names;
  for (const Column& column : table.column_list()) names.push_back(column.name);
  return "SELECT " + quoted_list(names) + " FROM \"" + std::string(table.name) + "\" ORDER BY " +
         quoted_list(table.key_list());
}

void put(std::ostream& out, std::string_view text) {
  out.write(text.data(), static_cast<std::streamsize>(text.size()));
  if (!out) raise(ErrorKind::io_error, "export: what was written could not be kept");
}

// In constant memory, however many rows there are.
std::uint64_t write(Database& db, const ExportTable& table, bool csv, std::ostream& out) {
  const auto columns = table.column_list();
  std::string line;
  if (csv) {
    append_csv_header(line, columns);
  } else {
    line = "{\"format\":1,\"table\":\"" + std::string(table.name) + "\",\"rows\":[";
  }
  put(out, line);
  std::uint64_t count = 0;
  for (const Row& row : db.stream<Row>(select_text(table))) {
    line.clear();
    if (csv) {
      append_csv(line, columns, row);
    } else {
      line = count == 0 ? "\n" : ",\n";
      append_json(line, columns, row);
    }
    put(out, line);
    ++count;
  }
  if (!csv) put(out, count == 0 ? "]}\n" : "\n]}\n");
  out.flush();
  put(out, "");
  return count;
}

}  // namespace

int export_table(const Options& options, const DatabaseChoice& choice) {
  const ExportTable& table = find_table(options.table);
  Database db = Database::open(without_creating(choice.url), choice.options);
  if (options.output.empty()) {
    write(db, table, options.csv, std::cout);
    return exit_done;
  }
  detail::NewFile file(options.output, options.force);
  std::ofstream out(file.temporary(), std::ios::binary);
  const std::uint64_t count = write(db, table, options.csv, out);
  out.close();
  if (!out) raise(ErrorKind::io_error, "export: what was written could not be kept");
  file.publish();
  message(std::to_string(count) + " rows in " + options.output);
  return exit_done;
}

}  // namespace lockstep::cli

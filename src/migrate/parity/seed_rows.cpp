// SPDX-License-Identifier: BSL-1.0
#include "migrate/parity/seed_rows.hpp"

#include <algorithm>
#include <charconv>

#include "migrate/checksum.hpp"

namespace lockstep::detail {
namespace {

// How the values of a type are read; what is `none` is left out of the hash.
enum class Reading : std::uint8_t { none, text, integer, boolean, number, time };

Reading reading_of(const SchemaColumn& column) {
  if (column.default_value == "now" || column.default_value == "generated") return Reading::none;
  const std::string_view type = std::string_view(column.type).substr(0, column.type.find('('));
  if (type == "key" || type == "varchar" || type == "text") return Reading::text;
  if (type == "boolean") return Reading::boolean;
  if (type == "smallint" || type == "integer" || type == "bigint") return Reading::integer;
  if (type == "double" || type == "real") return Reading::number;
  return type == "timestamp" ? Reading::time : Reading::none;
}

// ANSI quotes: the facade sets them on MySQL.
std::string quoted(std::string_view name) {
  std::string out = "\"";
  for (const char c : name) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + '"';
}

std::string printed(const std::string& value) { return value; }
std::string printed(std::int64_t value) { return std::to_string(value); }
std::string printed(bool value) { return value ? "1" : "0"; }
std::string printed(Timestamp value) { return format_timestamp(value); }
std::string printed(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  return {buffer.data(), end};
}

// One cell of each row, with its length, so that no two rows are written alike.
template <class T>
void append(Executor& db, const std::string& query, std::vector<std::string>& rows) {
  const auto cells = db.fetch_all<std::optional<T>>(query);
  rows.resize(std::max(rows.size(), cells.size()));
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string text = cells[i] ? printed(*cells[i]) : "";
    rows[i] += cells[i] ? std::to_string(text.size()) + ':' + text + ';' : "null;";
  }
}

void append(Executor& db, Reading reading, const std::string& query,
            std::vector<std::string>& rows) {
  switch (reading) {
    case Reading::none:
      return;
    case Reading::text:
      return append<std::string>(db, query, rows);
    case Reading::integer:
      return append<std::int64_t>(db, query, rows);
    case Reading::boolean:
      return append<bool>(db, query, rows);
    case Reading::number:
      return append<double>(db, query, rows);
    case Reading::time:
      return append<Timestamp>(db, query, rows);
  }
}

}  // namespace

void read_seed_rows(Executor& db, SchemaTable& table, std::size_t limit) {
  const std::string from = " FROM " + quoted(table.name);
  const std::size_t count =
      db.fetch_all<std::int64_t>("SELECT 1 AS n" + from + " LIMIT " + std::to_string(limit + 1))
          .size();
  if (count > limit) return;
  table.row_count = count;
  std::vector<const SchemaColumn*> columns;
  for (const SchemaColumn& column : table.columns) {
    if (reading_of(column) != Reading::none) columns.push_back(&column);
  }
  if (count == 0 || columns.empty()) return;
  // Every query gives the rows in the same order; rows that it does not tell apart are alike.
  std::string order;
  for (const SchemaColumn* column : columns) {
    order += (order.empty() ? " ORDER BY " : ", ") + quoted(column->name);
  }
  std::vector<std::string> rows;
  std::string names;
  for (const SchemaColumn* column : columns) {
    names.append(column->name).append(",");
    append(db, reading_of(*column), "SELECT " + quoted(column->name) + from + order, rows);
  }
  std::ranges::sort(rows);  // the engines sort in different ways
  for (const std::string& row : rows) names += '\n' + row;
  table.rows_sha = sha256(names);
}

}  // namespace lockstep::detail

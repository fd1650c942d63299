// SPDX-License-Identifier: BSL-1.0
#include "core/mapping.hpp"

#include <algorithm>

#include "core/query_error.hpp"

namespace lockstep::detail {
namespace {

std::string quote_list(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) {
    text += text.empty() ? "" : ", ";
    text += name;
  }
  return text.empty() ? "none" : text;
}

std::string quote_list(std::span<const std::string> names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  return quote_list(std::span<const std::string_view>(views));
}

[[noreturn]] void raise_mismatch(const Query& query, std::span<const std::string> columns,
                                 const Shape& shape) {
  const std::string expected = shape.names.empty() ? std::to_string(shape.width) + " columns"
                                                   : "columns " + quote_list(shape.names);
  raise_about(query, ErrorKind::mapping_error,
              "result has columns " + quote_list(columns) + "; the type needs " + expected);
}

// Index of each of the shape's columns in the result; raises unless both sides match one to one.
std::vector<std::uint16_t> match(const Query& query, std::span<const std::string> columns,
                                 const Shape& shape) {
  if (shape.width == 0) return {};
  if (columns.size() != shape.width) raise_mismatch(query, columns, shape);
  std::vector<std::uint16_t> map(shape.width);
  for (std::size_t i = 0; i < shape.width; ++i) {
    std::size_t at = i;
    if (!shape.names.empty()) {
      const auto is_name = [&](const std::string& column) { return column == shape.names[i]; };
      const auto it = std::find_if(columns.begin(), columns.end(), is_name);
      if (it == columns.end() || std::find_if(it + 1, columns.end(), is_name) != columns.end()) {
        raise_mismatch(query, columns, shape);
      }
      at = static_cast<std::size_t>(it - columns.begin());
    }
    map[i] = static_cast<std::uint16_t>(at);
  }
  return map;
}

}  // namespace

void map_anew(Prepared& prepared, const Shape& shape, const Query& query) {
  const Statement& statement = *prepared.statement;
  prepared.shape = nullptr;
  prepared.map = prepared.emulated ? std::vector<std::uint16_t>{0}
                                   : match(query, statement.columns(), shape);
  prepared.columns_version = statement.columns_version();
  prepared.shape = &shape;
}

void refuse_rows(Prepared& prepared, const Query& query, ErrorKind kind, std::string what) {
  prepared.seen.error = kind;
  raise_about(query, kind, std::move(what));
}

std::span<const std::string> CurrentRow::names() const noexcept {
  return prepared_->statement->columns();
}

void CurrentRow::misfit(std::size_t column, Fit fit) const {
  const auto columns = names();
  std::string what = column < columns.size() ? "column " + columns[column] : "column";
  ErrorKind kind = ErrorKind::mapping_error;
  switch (fit) {
    case Fit::null:
      what += " is null, and the member cannot be: make it optional";
      break;
    case Fit::range:
      kind = ErrorKind::out_of_range;
      what += ": value does not fit the member";
      break;
    case Fit::malformed:
      kind = ErrorKind::corrupt_data;
      what += ": stored value cannot be read";
      break;
    default:
      what += " has type " + std::string(to_string(cells_[column].type()));
      what += ", which the member cannot take";
  }
  refuse_rows(*prepared_, *query_, kind, std::move(what));
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "dialects/mysql/bulk.hpp"

#ifdef LOCKSTEP_MYSQL_ARRAYS

#include <bit>

#include "dialects/mysql/cells.hpp"

namespace lockstep::detail {
namespace {

// Longer arrays gain nothing.
constexpr std::size_t most_rows = 20'000;

enum_field_types type_of(const Value& value) {
  switch (value.type()) {
    case ValueType::null:
      break;
    case ValueType::boolean:
    case ValueType::integer:
      return MYSQL_TYPE_LONGLONG;
    case ValueType::real:
      return MYSQL_TYPE_DOUBLE;
    case ValueType::timestamp:
      return MYSQL_TYPE_DATETIME;
    case ValueType::bytes:
      return MYSQL_TYPE_BLOB;
    case ValueType::decimal:
    case ValueType::text:
      return MYSQL_TYPE_STRING;
  }
  return MYSQL_TYPE_NULL;
}

// What a value takes in the packet, behind its indicator, at most.
std::size_t size_of(const Value& value) {
  const bool has_text = value.type() == ValueType::bytes || value.type() == ValueType::decimal ||
                        value.type() == ValueType::text;
  return has_text ? 9 + value.as_text().size() : 12;
}

}  // namespace

MysqlArrays::MysqlArrays(std::size_t columns, std::size_t most_bytes)
    : most_bytes_(most_bytes), columns_(columns), binds_(columns) {
  clear();
}

// A head, two bytes per type.
void MysqlArrays::clear() {
  rows_ = 0;
  bytes_ = 11 + 2 * columns_.size();
  text_.assign(1, '\0');
  times_.clear();
  for (Column& column : columns_) {
    column.type = MYSQL_TYPE_NULL;
    column.indicators.clear();
    column.words.clear();
    column.sizes.clear();
  }
}

bool MysqlArrays::add(std::span<const Value> row) {
  std::size_t bytes = bytes_ + row.size();
  for (std::size_t i = 0; i < row.size(); ++i) {
    const enum_field_types type = type_of(row[i]);
    const enum_field_types before = columns_[i].type;
    const bool fits = type == before || type == MYSQL_TYPE_NULL || before == MYSQL_TYPE_NULL;
    if (!fits) return false;
    bytes += size_of(row[i]);
  }
  if (rows_ > 0 && (bytes > most_bytes_ || rows_ == most_rows)) return false;
  for (std::size_t i = 0; i < row.size(); ++i) add(columns_[i], row[i]);
  bytes_ = bytes;
  ++rows_;
  return true;
}

void MysqlArrays::add(Column& column, const Value& value) {
  const enum_field_types type = type_of(value);
  const bool null = type == MYSQL_TYPE_NULL;
  if (!null) column.type = type;
  column.indicators.push_back(null ? STMT_INDICATOR_NULL : STMT_INDICATOR_NONE);
  std::uint64_t word = 0;
  unsigned long size = 0;
  switch (value.type()) {
    case ValueType::null:
      break;
    case ValueType::boolean:
      word = value.as_boolean() ? 1 : 0;
      break;
    case ValueType::integer:
      word = static_cast<std::uint64_t>(value.as_integer());
      break;
    case ValueType::real:
      word = std::bit_cast<std::uint64_t>(value.as_real());
      break;
    case ValueType::timestamp:
      word = times_.size();
      times_.push_back(mysql_time_of(value.as_timestamp()));
      break;
    case ValueType::bytes:
    case ValueType::decimal:
    case ValueType::text:
      word = text_.size();
      size = value.as_text().size();
      text_.insert(text_.end(), value.as_text().begin(), value.as_text().end());
      break;
  }
  column.words.push_back(word);
  column.sizes.push_back(size);
}

// Numbers stand in the array; for everything else it holds addresses.
void MysqlArrays::point(Column& column, MYSQL_BIND& bind) {
  bind = {};
  bind.u.indicator = column.indicators.data();
  bind.buffer_type = column.type == MYSQL_TYPE_NULL ? MYSQL_TYPE_STRING : column.type;
  bind.length = column.sizes.data();
  if (column.type == MYSQL_TYPE_LONGLONG || column.type == MYSQL_TYPE_DOUBLE) {
    bind.buffer = column.words.data();
    return;
  }
  column.addresses.resize(rows_);
  for (std::size_t i = 0; i < rows_; ++i) {
    const bool here = column.indicators[i] == STMT_INDICATOR_NONE;
    if (column.type == MYSQL_TYPE_DATETIME && here) {
      column.addresses[i] = &times_[column.words[i]];
    } else {
      column.addresses[i] = text_.data() + (here ? column.words[i] : 0);
    }
  }
  bind.buffer = column.addresses.data();
}

bool MysqlArrays::bind(MYSQL_STMT* statement) {
  for (std::size_t i = 0; i < columns_.size(); ++i) point(columns_[i], binds_[i]);
  const auto rows = static_cast<unsigned int>(rows_);
  return mysql_stmt_attr_set(statement, STMT_ATTR_ARRAY_SIZE, &rows) == 0 &&
         mysql_stmt_bind_param(statement, binds_.data()) == 0;
}

}  // namespace lockstep::detail

#endif

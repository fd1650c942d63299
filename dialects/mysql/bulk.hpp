// SPDX-License-Identifier: BSL-1.0
// Rows of arguments as arrays, one per placeholder: MariaDB's client sends them in one packet.
#pragma once

#include "dialects/mysql/mysql.hpp"

#if defined(MARIADB_PACKAGE_VERSION_ID) && MARIADB_PACKAGE_VERSION_ID >= 30000
#define LOCKSTEP_MYSQL_ARRAYS 1

namespace lockstep::detail {

// Some rows of arguments, copied.
class MysqlArrays {
 public:
  // `most_bytes`: of the packet; a single row may be larger.
  MysqlArrays(std::size_t columns, std::size_t most_bytes);

  [[nodiscard]] std::size_t rows() const noexcept { return rows_; }
  // Of the packet that executes the statement.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }
  // Adds a row. False, and nothing is added, if it is too large for those before it, or has a value
  // of another type: an array has one.
  bool add(std::span<const Value> row);
  void clear();
  // Until clear(). False if the client refuses.
  bool bind(MYSQL_STMT* statement);

 private:
  struct Column {
    enum_field_types type = MYSQL_TYPE_NULL;  // as long as every value is null
    std::vector<char> indicators;
    std::vector<std::uint64_t> words;    // a number, or where text_ or times_ hold the value
    std::vector<unsigned long> sizes;    // of text and bytes
    std::vector<const void*> addresses;  // of text, bytes and instants
  };

  void add(Column& column, const Value& value);
  void point(Column& column, MYSQL_BIND& bind);

  const std::size_t most_bytes_;
  std::vector<Column> columns_;
  std::vector<MYSQL_BIND> binds_;
  std::vector<char> text_;
  std::vector<MYSQL_TIME> times_;
  std::size_t rows_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace lockstep::detail

#endif

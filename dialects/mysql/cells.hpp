// SPDX-License-Identifier: BSL-1.0
// Between Values and the buffers of the client library.
#pragma once

#include "dialects/mysql/mysql.hpp"

namespace lockstep::detail {

// my_bool in MariaDB's client, bool in Oracle's.
using MysqlFlag = std::remove_pointer_t<decltype(MYSQL_BIND::is_null)>;

MYSQL_TIME mysql_time_of(Timestamp t);
NativeError mysql_wrong_arguments(std::size_t wanted, std::size_t given);

// The arguments of one statement. Text and bytes are borrowed until the statement was executed.
class MysqlArguments {
 public:
  explicit MysqlArguments(std::size_t count) : slots_(count), binds_(count) {}

  // Binds; returns the size of the packet that executes the statement.
  std::size_t set(MYSQL_STMT* statement, std::span<const Value> values);
  // Something else was bound to the statement.
  void unbind() noexcept { changed_ = true; }

 private:
  struct Slot {
    std::int64_t integer = 0;
    double real = 0;
    signed char small = 0;
    MYSQL_TIME time{};
    unsigned long size = 0;
  };

  // Returns the bytes that the value takes in the packet.
  std::size_t set(std::size_t i, const Value& value);
  void point(std::size_t i, enum_field_types type, const void* buffer, std::size_t size);

  std::vector<Slot> slots_;
  std::vector<MYSQL_BIND> binds_;
  bool changed_ = true;  // types or addresses since the last bind
};

// The current row of a result. Buffers of text grow with the largest value and are kept for the
// next row.
class MysqlCells {
 public:
  // Before each result.
  void describe(std::span<const MYSQL_FIELD> fields);
  // Before each fetch. False if the client refuses, as in all of these.
  bool bind(MYSQL_STMT* statement);
  // After a fetch; `truncated`: it said so.
  bool read(MYSQL_STMT* statement, bool truncated, std::vector<Value>& row);
  // The client has forgotten the buffers.
  void unbind() noexcept { bound_ = false; }
  // Gives large buffers back.
  void trim();

 private:
  enum class Kind : std::uint8_t {
    null,
    integer,
    unsigned_integer,
    bits,
    single,
    real,
    decimal,
    text,
    bytes,
    timestamp
  };
  struct Cell {
    Kind kind = Kind::null;
    std::uint64_t integer = 0;
    double real = 0;
    float single = 0;
    MYSQL_TIME time{};
    std::string buffer;  // the client writes text and bytes here
    std::string spare;   // the text of a value that has another form in the client
    unsigned long size = 0;
    MysqlFlag is_null = 0;
    MysqlFlag is_cut = 0;
  };

  static Kind kind_of(const MYSQL_FIELD& field) noexcept;
  static bool has_buffer(Kind kind) noexcept {
    return kind == Kind::bits || kind == Kind::decimal || kind == Kind::text || kind == Kind::bytes;
  }
  void point(std::size_t i);
  bool grow(MYSQL_STMT* statement);
  static Value value_of(Cell& cell);

  std::vector<Cell> cells_;
  std::vector<MYSQL_BIND> binds_;
  bool bound_ = false;
};

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "dialects/mysql/cells.hpp"

#include <algorithm>
#include <limits>

namespace lockstep::detail {
namespace {

// Buffers of text begin with `first_size` and are given back above `kept_size`.
constexpr std::size_t first_size = 256;
constexpr std::size_t kept_size = 65'536;

constexpr unsigned int binary_charset = 63;

// False for what is no instant, like the zero date.
bool from_mysql(const MYSQL_TIME& t, Timestamp& out) {
  using namespace std::chrono;
  const year_month_day date(year(static_cast<int>(t.year)), month(t.month), day(t.day));
  if (t.year < 1 || t.year > 9999 || !date.ok()) return false;
  out = sys_days(date) + hours(t.hour) + minutes(t.minute) + seconds(t.second) +
        microseconds(t.second_part);
  return true;
}

// "YYYY-MM-DD HH:MM:SS", for the core to refuse.
std::string text_of(const MYSQL_TIME& t) {
  const auto digits = [](unsigned int number, std::size_t width) {
    std::string text = std::to_string(number);
    return text.insert(0, width - std::min(width, text.size()), '0');
  };
  return digits(t.year, 4) + "-" + digits(t.month, 2) + "-" + digits(t.day, 2) + " " +
         digits(t.hour, 2) + ":" + digits(t.minute, 2) + ":" + digits(t.second, 2);
}

// An unsigned number; as decimal where it does not fit an integer. `spare` holds its text then.
Value to_value(std::uint64_t number, std::string& spare) {
  if (number <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return Value::integer(static_cast<std::int64_t>(number));
  }
  spare = std::to_string(number);
  return Value::decimal(spare);
}

}  // namespace

MYSQL_TIME mysql_time_of(Timestamp t) {
  using namespace std::chrono;
  const auto day = floor<days>(t);
  const year_month_day date(day);
  const hh_mm_ss time(t - day);
  MYSQL_TIME out{};
  out.year = static_cast<unsigned int>(static_cast<int>(date.year()));
  out.month = static_cast<unsigned int>(date.month());
  out.day = static_cast<unsigned int>(date.day());
  out.hour = static_cast<unsigned int>(time.hours().count());
  out.minute = static_cast<unsigned int>(time.minutes().count());
  out.second = static_cast<unsigned int>(time.seconds().count());
  out.second_part = static_cast<unsigned long>(time.subseconds().count());
  out.time_type = MYSQL_TIMESTAMP_DATETIME;
  return out;
}

NativeError mysql_wrong_arguments(std::size_t wanted, std::size_t given) {
  return describe_mysql_error(2031, "HY000",
                              "the statement takes " + std::to_string(wanted) +
                                  " arguments, not " + std::to_string(given));
}

std::size_t MysqlArguments::set(MYSQL_STMT* statement, std::span<const Value> values) {
  if (values.size() != slots_.size()) {
    throw mysql_wrong_arguments(slots_.size(), values.size());
  }
  // Head of COM_STMT_EXECUTE, one bit per NULL, two bytes per type.
  std::size_t bytes = 11 + (values.size() + 7) / 8 + 2 * values.size();
  for (std::size_t i = 0; i < values.size(); ++i) bytes += set(i, values[i]);
  if (changed_ && !values.empty() && mysql_stmt_bind_param(statement, binds_.data()) != 0) {
    throw describe_mysql_error(static_cast<int>(mysql_stmt_errno(statement)),
                               mysql_stmt_sqlstate(statement), mysql_stmt_error(statement));
  }
  changed_ = false;
  return bytes;
}

std::size_t MysqlArguments::set(std::size_t i, const Value& value) {
  Slot& slot = slots_[i];
  switch (value.type()) {
    case ValueType::null:
      point(i, MYSQL_TYPE_NULL, nullptr, 0);
      return 0;
    case ValueType::boolean:
      slot.small = value.as_boolean() ? 1 : 0;
      point(i, MYSQL_TYPE_TINY, &slot.small, 0);
      return 1;
    case ValueType::integer:
      slot.integer = value.as_integer();
      point(i, MYSQL_TYPE_LONGLONG, &slot.integer, 0);
      return 8;
    case ValueType::real:
      slot.real = value.as_real();
      point(i, MYSQL_TYPE_DOUBLE, &slot.real, 0);
      return 8;
    case ValueType::timestamp:
      slot.time = mysql_time_of(value.as_timestamp());
      point(i, MYSQL_TYPE_DATETIME, &slot.time, 0);
      return 12;
    case ValueType::bytes:
      point(i, MYSQL_TYPE_BLOB, value.as_text().data(), value.as_text().size());
      break;
    case ValueType::decimal:
    case ValueType::text:
      point(i, MYSQL_TYPE_STRING, value.as_text().data(), value.as_text().size());
      break;
  }
  return 9 + value.as_text().size();
}

void MysqlArguments::point(std::size_t i, enum_field_types type, const void* buffer,
                           std::size_t size) {
  // A null pointer would mean NULL.
  static char empty = 0;
  void* where = buffer == nullptr ? &empty : const_cast<void*>(buffer);
  MYSQL_BIND& bind = binds_[i];
  slots_[i].size = size;
  if (bind.buffer == where && bind.buffer_type == type && bind.buffer_length == size) return;
  bind.buffer = where;
  bind.buffer_type = type;
  bind.buffer_length = size;
  bind.length = &slots_[i].size;
  changed_ = true;
}

MysqlCells::Kind MysqlCells::kind_of(const MYSQL_FIELD& field) noexcept {
  const bool is_unsigned = (field.flags & UNSIGNED_FLAG) != 0;
  switch (static_cast<int>(field.type)) {
    case MYSQL_TYPE_NULL:
      return Kind::null;
    case MYSQL_TYPE_TINY:
    case MYSQL_TYPE_SHORT:
    case MYSQL_TYPE_INT24:
    case MYSQL_TYPE_LONG:
    case MYSQL_TYPE_LONGLONG:
    case MYSQL_TYPE_YEAR:
      return is_unsigned ? Kind::unsigned_integer : Kind::integer;
    case MYSQL_TYPE_BIT:
      return Kind::bits;
    case MYSQL_TYPE_FLOAT:
      return Kind::single;
    case MYSQL_TYPE_DOUBLE:
      return Kind::real;
    case MYSQL_TYPE_DECIMAL:
    case MYSQL_TYPE_NEWDECIMAL:
      return Kind::decimal;
    case MYSQL_TYPE_DATETIME:
    case MYSQL_TYPE_TIMESTAMP:
      return Kind::timestamp;
    case MYSQL_TYPE_DATE:
    case MYSQL_TYPE_NEWDATE:
    case MYSQL_TYPE_TIME:
    case MYSQL_TYPE_JSON:  // MySQL calls its character set binary
      return Kind::text;
    default:
      return field.charsetnr == binary_charset ? Kind::bytes : Kind::text;
  }
}

void MysqlCells::describe(std::span<const MYSQL_FIELD> fields) {
  const auto same = [](const Cell& cell, const MYSQL_FIELD& field) {
    return cell.kind == kind_of(field);
  };
  if (std::equal(cells_.begin(), cells_.end(), fields.begin(), fields.end(), same)) return;
  cells_ = std::vector<Cell>(fields.size());
  binds_.assign(fields.size(), {});
  for (std::size_t i = 0; i < fields.size(); ++i) {
    cells_[i].kind = kind_of(fields[i]);
    if (has_buffer(cells_[i].kind)) cells_[i].buffer.resize(first_size);
    point(i);
  }
  bound_ = false;
}

void MysqlCells::point(std::size_t i) {
  Cell& cell = cells_[i];
  MYSQL_BIND& bind = binds_[i];
  bind.is_null = &cell.is_null;
  bind.error = &cell.is_cut;
  bind.length = &cell.size;
  const auto to = [&bind](enum_field_types type, auto& buffer) {
    bind.buffer_type = type;
    bind.buffer = &buffer;
    bind.buffer_length = sizeof buffer;
  };
  switch (cell.kind) {
    case Kind::null:
    case Kind::integer:
    case Kind::unsigned_integer:
      to(MYSQL_TYPE_LONGLONG, cell.integer);
      bind.is_unsigned = static_cast<MysqlFlag>(cell.kind == Kind::unsigned_integer ? 1 : 0);
      return;
    case Kind::single:
      return to(MYSQL_TYPE_FLOAT, cell.single);
    case Kind::real:
      return to(MYSQL_TYPE_DOUBLE, cell.real);
    case Kind::timestamp:
      return to(MYSQL_TYPE_DATETIME, cell.time);
    case Kind::bits:
    case Kind::bytes:
    case Kind::decimal:
    case Kind::text:
      bind.buffer_type =
          cell.kind == Kind::bits || cell.kind == Kind::bytes ? MYSQL_TYPE_BLOB : MYSQL_TYPE_STRING;
      bind.buffer = cell.buffer.data();
      bind.buffer_length = cell.buffer.size();
      return;
  }
}

bool MysqlCells::bind(MYSQL_STMT* statement) {
  if (!bound_) bound_ = mysql_stmt_bind_result(statement, binds_.data()) == 0;
  return bound_;
}

bool MysqlCells::read(MYSQL_STMT* statement, bool truncated, std::vector<Value>& row) {
  if (truncated && !grow(statement)) return false;
  row.resize(cells_.size());
  // In its place: a copy of what was just written in parts waits for the stores.
  for (std::size_t i = 0; i < cells_.size(); ++i) ::new (&row[i]) Value(value_of(cells_[i]));
  return true;
}

// Fetches again what did not fit, into buffers that it fits.
bool MysqlCells::grow(MYSQL_STMT* statement) {
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    Cell& cell = cells_[i];
    if (cell.is_null || !has_buffer(cell.kind) || cell.size <= cell.buffer.size()) continue;
    cell.buffer = std::string(std::max<std::size_t>(cell.size, 2 * cell.buffer.size()), '\0');
    point(i);
    if (mysql_stmt_fetch_column(statement, &binds_[i], static_cast<unsigned int>(i), 0) != 0) {
      return false;
    }
    bound_ = false;
  }
  return true;
}

Value MysqlCells::value_of(Cell& cell) {
  if (cell.is_null) return {};
  const auto text = [&cell] { return std::string_view(cell.buffer.data(), cell.size); };
  switch (cell.kind) {
    case Kind::null:
      return {};
    case Kind::integer:
      return Value::integer(static_cast<std::int64_t>(cell.integer));
    case Kind::unsigned_integer:
      return to_value(cell.integer, cell.spare);
    case Kind::bits:  // at most eight bytes, the highest first
      cell.integer = 0;
      for (const char c : text()) cell.integer = cell.integer << 8U | static_cast<unsigned char>(c);
      return to_value(cell.integer, cell.spare);
    case Kind::single:
      return Value::real(static_cast<double>(cell.single));
    case Kind::real:
      return Value::real(cell.real);
    case Kind::decimal:
      return Value::decimal(text());
    case Kind::text:
      return Value::text(text());
    case Kind::bytes:
      return Value::bytes(std::as_bytes(std::span(cell.buffer.data(), cell.size)));
    case Kind::timestamp:
      break;
  }
  Timestamp time;
  if (from_mysql(cell.time, time)) return Value::timestamp(time);
  cell.spare = text_of(cell.time);
  return Value::text(cell.spare);
}

void MysqlCells::trim() {
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    if (cells_[i].buffer.size() <= kept_size) continue;
    cells_[i].buffer = std::string(first_size, '\0');
    point(i);
    bound_ = false;
  }
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// What the error numbers mean. Server numbers below 2000 are shared by MariaDB and MySQL; 2000 to
// 2999 are the client library's; above, each server has its own.
#include <algorithm>
#include <charconv>

#include "dialects/mysql/mysql.hpp"

namespace lockstep::detail {

constinit const std::array<ErrorCode, mysql_error_count> mysql_error_codes{{
    {1062, {}, ErrorKind::duplicate, {}},
    {1586, {}, ErrorKind::duplicate, {}},
    {1169, {}, ErrorKind::duplicate, {}},
    {1451, {}, ErrorKind::foreign_key, "a row that is still referenced"},
    {1452, {}, ErrorKind::foreign_key, "a reference to no row"},
    {1216, {}, ErrorKind::foreign_key, {}},
    {1217, {}, ErrorKind::foreign_key, {}},
    {1048, {}, ErrorKind::not_null, {}},
    {1364, {}, ErrorKind::not_null, "no value and no default"},
    {4025, {}, ErrorKind::check, "MariaDB; also text that is not JSON in a JSON column"},
    {3819, {}, ErrorKind::check, "MySQL"},
    {1020, {}, ErrorKind::serialization, "MariaDB, innodb_snapshot_isolation"},
    {1213, {}, ErrorKind::deadlock, "the server has rolled back"},
    {1205, {}, ErrorKind::busy, "wait for a row lock; on MariaDB also NOWAIT"},
    {3572, {}, ErrorKind::busy, "MySQL, NOWAIT"},
    {1969, {}, ErrorKind::timeout, "MariaDB, max_statement_time"},
    {3024, {}, ErrorKind::timeout, "MySQL, max_execution_time"},
    {1317, {}, ErrorKind::cancelled, "timeout if our deadline sent the KILL QUERY"},
    {2002, {}, ErrorKind::connection_lost, {}},
    {2003, {}, ErrorKind::connection_lost, {}},
    {2005, {}, ErrorKind::connection_lost, "the host has no address"},
    {2006, {}, ErrorKind::connection_lost, "timeout if our watchdog shut the socket down"},
    {2013, {}, ErrorKind::connection_lost, "timeout if our watchdog shut the socket down"},
    {2055, {}, ErrorKind::connection_lost, {}},
    {1927, {}, ErrorKind::connection_lost, "MariaDB, the connection was killed"},
    {1053, {}, ErrorKind::connection_lost, "the server is shutting down"},
    {1047, {}, ErrorKind::connection_lost, "Galera, the node is not in the primary component"},
    {1045, {}, ErrorKind::unauthenticated, {}},
    {1698, {}, ErrorKind::unauthenticated, "MariaDB, the account has no password"},
    {1130, {}, ErrorKind::unauthenticated, "no account for this host"},
    {1142, {}, ErrorKind::permission_denied, {}},
    {1143, {}, ErrorKind::permission_denied, {}},
    {1044, {}, ErrorKind::permission_denied, {}},
    {1227, {}, ErrorKind::permission_denied, {}},
    {1792, {}, ErrorKind::read_only, "a read-only transaction"},
    {1290, {}, ErrorKind::read_only, "a read-only server"},
    {1064, {}, ErrorKind::syntax, {}},
    {1146, {}, ErrorKind::undefined_object, "table"},
    {1051, {}, ErrorKind::undefined_object, "table, to be dropped"},
    {1054, {}, ErrorKind::undefined_object, "column"},
    {1305, {}, ErrorKind::undefined_object, "function, procedure or savepoint"},
    {1049, {}, ErrorKind::undefined_object, "database"},
    {1008, {}, ErrorKind::undefined_object, "database, to be dropped"},
    {1007, {}, ErrorKind::already_exists, "database"},
    {1050, {}, ErrorKind::already_exists, "table"},
    {1060, {}, ErrorKind::already_exists, "column"},
    {1061, {}, ErrorKind::already_exists, "index"},
    {1264, {}, ErrorKind::out_of_range, {}},
    {1690, {}, ErrorKind::out_of_range, {}},
    {1406, {}, ErrorKind::too_long, "longer than the column"},
    {1153, {}, ErrorKind::too_long, "longer than max_allowed_packet; refused before it is sent"},
    {1366, {}, ErrorKind::invalid_text, {}},
    {1292, {}, ErrorKind::invalid_text, {}},
    {3140, {}, ErrorKind::invalid_text, "MySQL, not JSON"},
    {1365, {}, ErrorKind::division_by_zero, "when stored; NULL in a SELECT"},
    {1242, {}, ErrorKind::cardinality, "a subquery with more than one row"},
    {1136, {}, ErrorKind::cardinality, "as many values as columns"},
    {1021, {}, ErrorKind::disk_full, {}},
    {1114, {}, ErrorKind::disk_full, {}},
    {1034, {}, ErrorKind::corrupt, {}},
    {1194, {}, ErrorKind::corrupt, {}},
    {1030, {}, ErrorKind::io_error, {}},
    {1040, {}, ErrorKind::too_many_connections, {}},
    {1203, {}, ErrorKind::too_many_connections, "of this user"},
    {1226, {}, ErrorKind::too_many_connections, "of this user's resources"},
    {1615, {}, ErrorKind::stale_plan, "also when we see that the columns of a result have changed"},
    {2026, {}, ErrorKind::configuration, "no TLS as the DSN asks for it; connection_lost later on"},
    {0, "45000", ErrorKind::user_raised, "SIGNAL, with any number"},
}};

namespace {

// After these the connection cannot be used any more, whatever their kind.
constexpr std::array<int, 12> lost_codes{2002, 2003, 2005, 2006, 2013, 2055,
                                         1927, 1047, 1053, 2014, 2026, 2027};

// The texts can be in any language: only what stands in quotes is read.

// The n-th text between two single quotes.
std::string_view quoted(std::string_view text, std::size_t n) {
  for (;; --n) {
    const auto begin = text.find('\'');
    const auto end = begin == std::string_view::npos ? begin : text.find('\'', begin + 1);
    if (end == std::string_view::npos) return {};
    if (n == 0) return text.substr(begin + 1, end - begin - 1);
    text.remove_prefix(end + 1);
  }
}

std::string_view last_quoted(std::string_view text) {
  const auto end = text.rfind('\'');
  if (end == std::string_view::npos || end == 0) return {};
  const auto begin = text.rfind('\'', end - 1);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin + 1, end - begin - 1);
}

// Takes a quoted name from the front of `text`. Names stand in backticks, or in double quotes under
// ANSI_QUOTES; the quote itself is doubled in them.
std::string take_name(std::string_view& text) {
  std::string name;
  text.remove_prefix(std::min(text.find_first_of("`\""), text.size()));
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == text.front()) {
      if (i + 1 == text.size() || text[i + 1] != text.front()) {
        text.remove_prefix(i + 1);
        return name;
      }
      ++i;
    }
    name += text[i];
  }
  text = {};
  return {};
}

// "... for key 'uq_x'" on MariaDB, "... for key 'table.uq_x'" on MySQL. The value before it can
// hold quotes.
void read_duplicate(NativeError& error) {
  std::string_view key = last_quoted(error.message);
  if (const auto dot = key.find('.'); dot != std::string_view::npos) {
    error.table = key.substr(0, dot);
    key.remove_prefix(dot + 1);
  }
  error.constraint = key;
}

// "... ("db"."child", CONSTRAINT "fk_x" FOREIGN KEY ("a", "b") REFERENCES "parent" ("id") ...)"
void read_foreign_key(NativeError& error) {
  const std::string_view text = error.message;
  const auto constraint = text.find(", CONSTRAINT ");
  if (constraint == std::string_view::npos) return;
  std::string_view before = text.substr(0, constraint);
  for (std::string name = take_name(before); !name.empty(); name = take_name(before)) {
    error.table = std::move(name);
  }
  std::string_view after = text.substr(constraint);
  error.constraint = take_name(after);
  std::string_view columns = after.substr(0, after.find(" REFERENCES "));
  for (std::string name = take_name(columns); !name.empty(); name = take_name(columns)) {
    error.columns.push_back(std::move(name));
  }
}

// "CONSTRAINT `ck_x` failed for `db`.`table`"; the name of a column's own check is `table.column`.
void read_check(NativeError& error) {
  std::string_view rest = error.message;
  error.constraint = take_name(rest);
  take_name(rest);
  error.table = take_name(rest);
  if (error.table.empty() || !error.constraint.starts_with(error.table + ".")) return;
  error.constraint.erase(0, error.table.size() + 1);
  error.columns.push_back(error.constraint);
}

void read_names(NativeError& error) {
  switch (error.code) {
    case 1062:
    case 1586:
      return read_duplicate(error);
    case 1451:
    case 1452:
      return read_foreign_key(error);
    case 4025:
      return read_check(error);
    case 3819:
      error.constraint = last_quoted(error.message);
      return;
    case 1048:
    case 1364:
    case 1264:
    case 1406:
      if (const auto column = quoted(error.message, 0); !column.empty()) {
        error.columns.emplace_back(column);
      }
      return;
    default:
      return;
  }
}

}  // namespace

ErrorKind classify_mysql(const NativeError& error) noexcept {
  if (error.interruption == NativeError::Interruption::deadline) return ErrorKind::timeout;
  if (error.interruption == NativeError::Interruption::cancel) return ErrorKind::cancelled;
  const auto means = [&error](const ErrorCode& entry) {
    return entry.sqlstate.empty() ? entry.code == error.code : entry.sqlstate == error.sqlstate;
  };
  if (error.code == 2026 && !error.connecting) return ErrorKind::connection_lost;
  // The SQLSTATE of SIGNAL comes first: the number beside it is free.
  if (means(mysql_error_codes.back())) return mysql_error_codes.back().kind;
  const auto it = std::find_if(mysql_error_codes.begin(), mysql_error_codes.end(), means);
  return it == mysql_error_codes.end() ? ErrorKind::unknown : it->kind;
}

NativeError describe_mysql_error(int code, std::string sqlstate, std::string message) {
  NativeError error;
  error.code = code;
  if (sqlstate != "00000") error.sqlstate = std::move(sqlstate);
  error.message = message.empty() ? "unknown error" : std::move(message);
  error.link_lost = std::find(lost_codes.begin(), lost_codes.end(), code) != lost_codes.end();
  read_names(error);
  return error;
}

// The message quotes what follows, cut short; it is translated, so that only the number at its end
// and the last quotes are sure. Without both nothing is told.
std::optional<std::size_t> mysql_error_offset(std::string_view message, std::string_view text) {
  const auto digits = message.find_last_not_of("0123456789") + 1;
  std::size_t line = 0;
  std::from_chars(message.data() + digits, message.data() + message.size(), line);
  if (line == 0) return std::nullopt;
  std::size_t begin = 0;
  for (; line > 1; --line) {
    begin = text.find('\n', begin);
    if (begin++ == std::string_view::npos) return std::nullopt;
  }
  const auto open = message.find('\'');
  const auto close = message.rfind('\'', digits);
  if (open == std::string_view::npos || close <= open) return begin;
  const auto near = text.find(message.substr(open + 1, close - open - 1), begin);
  return near == std::string_view::npos || near >= text.size() ? begin : near;
}

NativeError mysql_error_of(MYSQL* connection) {
  return describe_mysql_error(static_cast<int>(mysql_errno(connection)), mysql_sqlstate(connection),
                              mysql_error(connection));
}

}  // namespace lockstep::detail

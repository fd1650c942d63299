// SPDX-License-Identifier: BSL-1.0
// What a migrator asks of a session: its lock, and the server's warnings.
#include "dialects/mysql/mysql.hpp"

namespace lockstep::detail {

// The first cell of the answer; none for NULL.
std::optional<std::string> MysqlSession::ask(const std::string& question) {
  start();
  Row row;
  try {
    row = first_row(question);
  } catch (NativeError& e) {
    fail(std::move(e));
  }
  finish();
  return row.empty() ? std::nullopt : std::move(row.front());
}

// NULL is an error of the server, and no lock, as it is for a negative timeout on MariaDB.
bool MysqlSession::try_migration_lock(std::string_view key) {
  const auto answer = ask("SELECT GET_LOCK(" + quoted(key) + ", 0)");
  if (!answer) throw describe_mysql_error(0, {}, "GET_LOCK answered NULL: the server gave no lock");
  const bool taken = *answer == "1";
  holds_lock_ = holds_lock_ || taken;
  return taken;
}

bool MysqlSession::holds_migration_lock(std::string_view key) {
  return ask("SELECT IS_USED_LOCK(" + quoted(key) + ") = CONNECTION_ID()") == "1";
}

void MysqlSession::migration_unlock(std::string_view key) noexcept {
  try {
    const OwnLimit limit(*this);
    arm();
    try {
      command("DO RELEASE_LOCK(" + quoted(key) + ")");
    } catch (NativeError& e) {
      fail(std::move(e));
    }
    finish();
    holds_lock_ = false;
  } catch (...) {  // the lock ends with the connection, which reset() drops
  }
}

void MysqlSession::tell_warnings() {
  if (mysql_query(connection_, "SHOW WARNINGS") != 0) throw mysql_error_of(connection_);
  const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(
      mysql_store_result(connection_), mysql_free_result);
  if (result == nullptr) throw mysql_error_of(connection_);
  while (const MYSQL_ROW row = mysql_fetch_row(result.get())) {
    std::string line(row[0]);
    line.front() = static_cast<char>(line.front() | 0x20);  // Note, Warning, Error
    told_(line + ": " + row[2] + " [" + row[1] + ']');
  }
}

}  // namespace lockstep::detail

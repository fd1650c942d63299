// SPDX-License-Identifier: BSL-1.0
// OwnDatabase: a database that is made beside another one, and removed again.
#pragma once

#include "lockstep/database.hpp"

namespace lockstep::detail {

inline constexpr std::string_view in_memory_url = "sqlite::memory:";

// Called <prefix><process>_<number>: a name that was free.
class OwnDatabase {
 public:
  // "sqlite::memory:" is a database in memory. Any other `url` is only the way in: on a server the
  // database is made with the rights of its user, for SQLite a file in the same folder. Throws what
  // CREATE DATABASE and opening throw, and leaves nothing then.
  OwnDatabase(std::string_view url, std::string_view prefix, DatabaseOptions options);
  OwnDatabase(const OwnDatabase&) = delete;
  OwnDatabase& operator=(const OwnDatabase&) = delete;
  // Closes and removes it. If that fails it stays, and options.warning is told.
  ~OwnDatabase();

  [[nodiscard]] Database& db() noexcept { return *db_; }
  [[nodiscard]] const std::string& url() const noexcept { return url_; }  // may hold a password

 private:
  [[nodiscard]] bool create(std::string name);
  void remove() noexcept;

  std::string way_in_;
  std::string url_;
  std::string name_;  // empty: it is in memory, and goes with its connection
  std::function<void(std::string_view)> warning_;
  std::optional<Database> db_;
};

// `url` with another database: the last part of SQLite's path, the whole path of a server's URL.
// Options after '?' stay. InvalidArgument for a server that is not named by a URL.
[[nodiscard]] std::string with_database(std::string_view url, std::string_view name);

// The name of the database in a server's URL, decoded; empty if it names none.
[[nodiscard]] std::string database_name(std::string_view url);

// The path of a SQLite URL, without its options.
[[nodiscard]] std::string sqlite_file(std::string_view url);

// Removes a SQLite file, and what the engine has put beside it.
void remove_sqlite_file(const std::string& path);

// Runs one statement on a connection of its own.
void run_on_server(std::string_view url, const std::string& sql);

}  // namespace lockstep::detail

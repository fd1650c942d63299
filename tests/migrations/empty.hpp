// SPDX-License-Identifier: BSL-1.0
// Databases without any table, for tests of the migrator itself.
#pragma once

#include "lockstep/migrate.hpp"
#include "support/target.hpp"

namespace lockstep::tests {

// A new, empty database on the target. It is removed at the end.
class Empty {
 public:
  explicit Empty(DatabaseOptions options = {});
  Empty(const Empty&) = delete;
  Empty& operator=(const Empty&) = delete;
  ~Empty();

  // Whether a second Database can open it.
  [[nodiscard]] bool shared() const { return url_ != "sqlite::memory:"; }
  // May hold a password.
  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] Database open_again(DatabaseOptions options = {}) const {
    return Database::open(url_, std::move(options));
  }
  // By one who may read the tables that are there, and no more. Where it is shared.
  [[nodiscard]] Database open_to_read();

 private:
  std::string name_;
  std::string url_;
  std::optional<Database> database_;

 public:
  Database& db;
};

// A set in memory, of one engine.
class Files {
 public:
  Files& add(std::string_view domain, std::string file_name, std::string text) {
    files_.emplace_back(domain, std::move(file_name), std::move(text));
    return *this;
  }
  [[nodiscard]] MigrationSet set(const Executor& db) const {
    std::vector<MigrationFile> views;
    for (const auto& [domain, name, text] : files_) views.push_back({domain, name, text});
    return {db.dialect().engine, views};
  }

 private:
  std::vector<std::tuple<std::string, std::string, std::string>> files_;
};

// "CREATE TABLE <name> ..." in words that all engines read alike.
[[nodiscard]] inline std::string create(const std::string& table) {
  return "CREATE TABLE " + table + " (id INTEGER NOT NULL PRIMARY KEY);\n";
}

// Every table, column, constraint, index, trigger and routine but the ledger's, a line each,
// sorted.
[[nodiscard]] std::vector<std::string> catalog(Database& db);
[[nodiscard]] bool has_table(Database& db, const std::string& name);

}  // namespace lockstep::tests

// SPDX-License-Identifier: BSL-1.0
// A database file of SQLite, and what the command-line client of SQLite says about it.
#pragma once

#include "chaos/process.hpp"
#include "lockstep/database.hpp"

namespace lockstep::chaos {

class SqliteFile {
 public:
  explicit SqliteFile(std::string path) : path_(std::move(path)) {}

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  // `options`: "synchronous=normal".
  [[nodiscard]] std::string url(std::string_view options = {}) const;
  // What the client prints for `sql`: a line per row.
  [[nodiscard]] std::string raw(std::string_view sql) const;
  [[nodiscard]] std::vector<long long> raw_numbers(std::string_view sql) const;
  [[nodiscard]] long long raw_number(std::string_view sql) const;
  // Whether the client finds nothing wrong in the file.
  [[nodiscard]] bool intact() const;
  // With what SQLite keeps beside it.
  void remove() const;

 private:
  std::string path_;
};

// How this program runs one of workers().
[[nodiscard]] Command worker_command(std::string_view name, std::vector<std::string> arguments);

// Tables of orders and of their lines: each transaction of a writer fills both.
void create_orders(Database& db);
void place_order(Transaction& tx, std::int64_t id, std::string_view text);
// Orders without a line and lines without an order, counted by the client.
[[nodiscard]] long long half_orders(const SqliteFile& file);

}  // namespace lockstep::chaos

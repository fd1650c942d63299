// SPDX-License-Identifier: BSL-1.0
#include "chaos/sqlite_file.hpp"

#include <filesystem>
#include <stdexcept>

namespace lockstep::chaos {
namespace {

constexpr Sql insert_order{"chaos.insert_order", "INSERT INTO orders (id, text) VALUES (?, ?)"};
constexpr Sql insert_line{"chaos.insert_line", "INSERT INTO lines (order_id) VALUES (?)"};

}  // namespace

std::string SqliteFile::url(std::string_view options) const {
  return "sqlite://" + path_ + (options.empty() ? "" : "?" + std::string(options));
}

// Ten seconds for locks: other processes may still end their transactions.
std::string SqliteFile::raw(std::string_view sql) const {
  return output_of({"sqlite3", "-batch", "-init", "/dev/null", "-cmd", ".timeout 10000", path_,
                    std::string(sql)});
}

std::vector<long long> SqliteFile::raw_numbers(std::string_view sql) const {
  return numbers_of(raw(sql));
}

long long SqliteFile::raw_number(std::string_view sql) const {
  const std::vector<long long> numbers = raw_numbers(sql);
  if (numbers.size() != 1) throw std::runtime_error("not one number: " + std::string(sql));
  return numbers.front();
}

bool SqliteFile::intact() const { return raw("PRAGMA integrity_check") == "ok\n"; }

void SqliteFile::remove() const {
  for (const char* const suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path_ + suffix);
}

Command worker_command(std::string_view name, std::vector<std::string> arguments) {
  Command command{std::filesystem::read_symlink("/proc/self/exe").string(), "worker",
                  std::string(name)};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return command;
}

void create_orders(Database& db) {
  db.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
  db.execute("CREATE TABLE lines (order_id INTEGER PRIMARY KEY REFERENCES orders (id))");
}

void place_order(Transaction& tx, std::int64_t id, std::string_view text) {
  tx.execute(insert_order, id, text);
  tx.execute(insert_line, id);
}

long long half_orders(const SqliteFile& file) {
  return file.raw_number(
      "SELECT (SELECT COUNT(*) FROM orders WHERE id NOT IN (SELECT order_id FROM lines)) + "
      "(SELECT COUNT(*) FROM lines WHERE order_id NOT IN (SELECT id FROM orders))");
}

}  // namespace lockstep::chaos

// SPDX-License-Identifier: BSL-1.0
// The jobs of the scheduler with SQLite's own interface, as tightly as it can be written: the floor
// that lockstep is measured against. Errors throw std::runtime_error.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/scheduler/job.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace lockstep::benchmarks::raw {

struct SqliteClose {
  void operator()(sqlite3* handle) const noexcept;
  void operator()(sqlite3_stmt* statement) const noexcept;
};
using SqliteStatement = std::unique_ptr<sqlite3_stmt, SqliteClose>;

class SqliteJobs {
 public:
  // A database in memory, without a mutex for each call: it belongs to one thread, as a connection
  // of lockstep does. `schema` creates its tables.
  explicit SqliteJobs(const std::string& schema);

  void run(const std::string& sql);
  void insert(const scheduler::Job& job);
  // The one with this id; an error if there were two, as lockstep tells it.
  [[nodiscard]] scheduler::Job get(std::string_view id);
  // The first `count`.
  [[nodiscard]] std::vector<scheduler::Job> list(int count);

 private:
  SqliteStatement prepare(std::string_view sql);

  std::unique_ptr<sqlite3, SqliteClose> handle_;
  SqliteStatement insert_;
  SqliteStatement get_;
  SqliteStatement list_;
};

}  // namespace lockstep::benchmarks::raw

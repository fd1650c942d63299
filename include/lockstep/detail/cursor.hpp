// SPDX-License-Identifier: BSL-1.0
// One execution of a statement, as the verbs of an executor read it.
#pragma once

#include <memory>

#include "lockstep/columns.hpp"
#include "lockstep/dialect.hpp"
#include "lockstep/sql.hpp"

namespace lockstep::detail {

class Connection;
class Pool;
struct Prepared;

// A connection on loan: given back, clean, when the lease ends. A lease without a pool only refers
// to the connection of a transaction.
class Lease {
 public:
  Lease() = default;
  explicit Lease(Connection& borrowed) noexcept : connection_(&borrowed) {}
  Lease(std::shared_ptr<Pool> pool, Connection& connection) noexcept
      : pool_(std::move(pool)), connection_(&connection) {}
  Lease(Lease&& other) noexcept
      : pool_(std::move(other.pool_)), connection_(std::exchange(other.connection_, nullptr)) {}
  Lease& operator=(Lease&& other) noexcept;
  ~Lease() {
    if (pool_ != nullptr) give_back();
  }

  [[nodiscard]] Connection* operator->() const noexcept { return connection_; }
  [[nodiscard]] Connection& operator*() const noexcept { return *connection_; }
  [[nodiscard]] explicit operator bool() const noexcept { return connection_ != nullptr; }
  [[nodiscard]] const std::shared_ptr<Pool>& pool() const noexcept { return pool_; }
  void release() noexcept {
    if (pool_ != nullptr) give_back();
    connection_ = nullptr;
  }

 private:
  void give_back() noexcept;

  // Shared, because a transaction may outlive its Database: its connection is then closed on return.
  std::shared_ptr<Pool> pool_;
  Connection* connection_ = nullptr;
};

// Owns the execution: the statement is reset and the connection given back when the cursor ends. A
// streamed one ends with its last row, or with the transaction that it reads in.
class Cursor {
 public:
  Cursor(Lease lease, Prepared& prepared, const Query& query, Fetch fetch) noexcept;
  Cursor(Cursor&& other) noexcept;
  Cursor& operator=(Cursor&&) = delete;
  ~Cursor();

  // Moves to the next row; false after the last. Throws Error.
  bool next();
  [[nodiscard]] std::span<const Value> row() const noexcept { return row_; }
  // Names of the result's columns, while there are rows.
  [[nodiscard]] std::span<const std::string> names() const noexcept;
  // Rows of the result if the client knows them in advance, else those of the last time.
  [[nodiscard]] std::size_t row_count() const noexcept;
  // Index of the result's column for each column of `shape`; checked once per statement and shape.
  // MappingError names both sides if a column is missing, surplus or doubled.
  [[nodiscard]] std::span<const std::uint16_t> map(const Shape& shape);
  // Reads what is left and returns the number of rows matched.
  std::uint64_t finish();

  // Throw for a cell that does not fit, a missing row, a second row.
  [[noreturn]] void misfit(std::size_t column, Fit fit) const;
  [[noreturn]] void no_row() const;
  [[noreturn]] void many_rows() const;

 private:
  friend class Connection;
  [[noreturn]] void fail(ErrorKind kind, std::string what) const;
  void end() noexcept;
  // The connection has ended the execution: the cursor only remembers that.
  void detach() noexcept;

  Lease lease_;
  Prepared* prepared_;
  Query query_;
  bool streamed_ = false;
  bool detached_ = false;
  std::span<const Value> row_;
  bool emulated_ = false;  // the one row of an emulated RETURNING was read
  Value inserted_id_;      // that row
};

}  // namespace lockstep::detail

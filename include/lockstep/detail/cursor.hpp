// SPDX-License-Identifier: BSL-1.0
// A connection on loan, and a stream that reads from one.
#pragma once

#include <memory>

#include "lockstep/detail/row_reader.hpp"

namespace lockstep::detail {

class Connection;
class Pool;

// A connection on loan: given back, clean, when the lease ends. A lease without a pool only refers
// to the connection of another one.
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

// Owns the execution of a stream: the statement is reset and the connection given back when the
// cursor ends, with its last row, or with the transaction that it reads in.
class Cursor {
 public:
  Cursor(Lease lease, Prepared& prepared, const Query& query) noexcept;
  Cursor(Cursor&& other) noexcept;
  Cursor& operator=(Cursor&&) = delete;
  ~Cursor();

  // Moves to the next row; false after the last. Throws Error.
  bool next();
  // Where it stands, until next() is called again.
  [[nodiscard]] CurrentRow row() const noexcept;
  // See map_columns.
  [[nodiscard]] std::span<const std::uint16_t> map(const Shape& shape);

 private:
  friend class Connection;
  void end() noexcept;
  // The connection has ended the execution: the cursor only remembers that.
  void detach() noexcept;

  Lease lease_;
  Prepared* prepared_;
  Query query_;
  bool detached_ = false;
  std::span<const Value> cells_;
};

}  // namespace lockstep::detail

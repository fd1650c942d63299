// SPDX-License-Identifier: BSL-1.0
// The rows of a call, on their way from the statement into what the caller wants.
#pragma once

#include "lockstep/columns.hpp"
#include "lockstep/sql.hpp"

namespace lockstep::detail {

struct Prepared;

// The row that a statement stands at.
class CurrentRow {
 public:
  CurrentRow(Prepared& prepared, const Query& query) noexcept
      : prepared_(&prepared), query_(&query) {}

  void stand_at(std::span<const Value> cells) noexcept { cells_ = cells; }
  [[nodiscard]] std::span<const Value> cells() const noexcept { return cells_; }
  // Names of the result's columns.
  [[nodiscard]] std::span<const std::string> names() const noexcept;
  // Throws for a cell that does not fit its member.
  [[noreturn]] void misfit(std::size_t column, Fit fit) const;

 private:
  Prepared* prepared_;
  const Query* query_;
  std::span<const Value> cells_;
};

// Takes the rows of a call, one after the other.
class RowReader {
 public:
  explicit RowReader(const Shape& shape) noexcept : shape_(shape) {}
  RowReader(const RowReader&) = delete;
  RowReader& operator=(const RowReader&) = delete;

  // What the result must look like.
  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
  // Before the first row: how many there are, as far as that is known.
  virtual void expect(std::size_t /*rows*/) {}
  // `map`: the result's column for each column of the shape.
  virtual void read(const CurrentRow& row, std::span<const std::uint16_t> map) = 0;

 protected:
  ~RowReader() = default;

 private:
  const Shape& shape_;
};

}  // namespace lockstep::detail

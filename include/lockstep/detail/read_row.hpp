// SPDX-License-Identifier: BSL-1.0
// From the cells of a row to members, tuples and scalars.
#pragma once

#include "lockstep/detail/row_reader.hpp"
#include "lockstep/row.hpp"

namespace lockstep::detail {

// Whatever columns there are.
template <>
struct ShapeOf<Row> {
  static constexpr std::array<std::string_view, 0> names{};
  static constexpr Shape value{names, 0};
};

template <class M>
void read_cell(const CurrentRow& row, std::size_t column, M& out) {
  if (const Fit fit = decode(row.cells()[column], out); fit != Fit::ok) row.misfit(column, fit);
}

// In one piece, as ArgumentList is made.
template <class T>
[[gnu::flatten]] void read_row(const CurrentRow& row, std::span<const std::uint16_t> map, T& out) {
  if constexpr (std::is_same_v<T, Row>) {
    out = {row.names(), row.cells()};
  } else if constexpr (Described<T>) {
    std::size_t i = 0;
    Columns<T>::each([&](std::string_view, auto member) { read_cell(row, map[i++], out.*member); });
  } else if constexpr (is_tuple<T>) {
    std::size_t i = 0;
    std::apply([&](auto&... members) { (read_cell(row, map[i++], members), ...); }, out);
  } else {
    read_cell(row, map[0], out);
  }
}

template <class T>
inline constexpr bool outlives_its_row = !std::is_same_v<T, Row>;  // a Row only where it is streamed

// One row into a value.
template <class T>
class OneReader final : public RowReader {
 public:
  explicit OneReader(T& out) noexcept : RowReader(ShapeOf<T>::value), out_(out) {
    static_assert(outlives_its_row<T>, "a Row does not outlive its statement: use stream");
  }
  void read(const CurrentRow& row, std::span<const std::uint16_t> map) override {
    read_row(row, map, out_);
  }

 private:
  T& out_;
};

// A row, if there is one.
template <class T>
class OptionalReader final : public RowReader {
 public:
  explicit OptionalReader(std::optional<T>& out) noexcept
      : RowReader(ShapeOf<T>::value), out_(out) {
    static_assert(outlives_its_row<T>, "a Row does not outlive its statement: use stream");
  }
  void read(const CurrentRow& row, std::span<const std::uint16_t> map) override {
    read_row(row, map, out_.emplace());
  }

 private:
  std::optional<T>& out_;
};

// All rows, behind each other.
template <class T>
class ListReader final : public RowReader {
 public:
  explicit ListReader(std::vector<T>& out) noexcept : RowReader(ShapeOf<T>::value), out_(out) {
    static_assert(outlives_its_row<T>, "a Row does not outlive the next one: use stream");
  }
  void expect(std::size_t rows) override { out_.reserve(rows); }
  void read(const CurrentRow& row, std::span<const std::uint16_t> map) override {
    if constexpr (std::is_same_v<T, bool>) {  // a vector<bool> has no elements to read into
      bool element = false;
      read_row(row, map, element);
      out_.push_back(element);
    } else {
      read_row(row, map, out_.emplace_back());
    }
  }

 private:
  std::vector<T>& out_;
};

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// Many rows of arguments for one statement, taken one at a time.
#pragma once

#include "lockstep/detail/arguments.hpp"

namespace lockstep::detail {

// Rows of arguments as the caller has them.
class RowSource {
 public:
  RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;
  virtual ~RowSource() = default;
  // The next row, valid until the next call; null after the last.
  virtual const Arguments* next() = 0;
};

// The arguments of a row, made in their place.
template <class Row>
struct RowArguments {
  std::optional<ArgumentList<Row>> list;
  void hold(const Row& row) { list.emplace(row); }
};

template <class... M>
struct RowArguments<std::tuple<M...>> {
  std::optional<ArgumentList<M...>> list;
  void hold(const std::tuple<M...>& row) {
    std::apply([this](const M&... members) { list.emplace(members...); }, row);
  }
};

// The elements of a range: structs with a descriptor, tuples, or scalars. Borrows the range.
template <class Range>
class RangeSource final : public RowSource {
 public:
  explicit RangeSource(const Range& range) : at_(std::begin(range)), end_(std::end(range)) {}

  const Arguments* next() override {
    if (at_ == end_) return nullptr;
    if constexpr (std::is_lvalue_reference_v<decltype(*at_)>) {
      arguments_.hold(*at_);
    } else {  // made by the iterator: kept while the arguments refer to it
      row_.emplace(*at_);
      arguments_.hold(*row_);
    }
    ++at_;
    view_ = arguments_.list->view();
    return &view_;
  }

 private:
  using Iterator = decltype(std::begin(std::declval<const Range&>()));
  using Row = std::remove_cvref_t<decltype(*std::declval<Iterator>())>;

  Iterator at_;
  decltype(std::end(std::declval<const Range&>())) end_;
  std::optional<Row> row_;
  RowArguments<Row> arguments_;
  Arguments view_;
};

}  // namespace lockstep::detail

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

template <class Row>
struct RowArguments {
  static ArgumentList<Row> list(const Row& row) { return ArgumentList<Row>(row); }
};

template <class... M>
struct RowArguments<std::tuple<M...>> {
  static ArgumentList<M...> list(const std::tuple<M...>& row) {
    return std::apply([](const M&... members) { return ArgumentList<M...>(members...); }, row);
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
      list_.emplace(RowArguments<Row>::list(*at_));
    } else {  // made by the iterator: kept while the arguments refer to it
      row_.emplace(*at_);
      list_.emplace(RowArguments<Row>::list(*row_));
    }
    ++at_;
    view_ = list_->view();
    return &view_;
  }

 private:
  using Iterator = decltype(std::begin(std::declval<const Range&>()));
  using Row = std::remove_cvref_t<decltype(*std::declval<Iterator>())>;

  Iterator at_;
  decltype(std::end(std::declval<const Range&>())) end_;
  std::optional<Row> row_;
  std::optional<decltype(RowArguments<Row>::list(std::declval<const Row&>()))> list_;
  Arguments view_;
};

}  // namespace lockstep::detail

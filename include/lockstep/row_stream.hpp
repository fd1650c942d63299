// SPDX-License-Identifier: BSL-1.0
// RowStream: the rows of a result one at a time, in constant memory.
//
//     for (const Job& job : db.stream<Job>(jobs_all)) visit(job);
//
// The stream holds its connection until it was read to the end or is destroyed. A Database leases
// another one for other calls meanwhile; a Transaction has only the one, and every other call on
// it is a LogicError until the stream ends. Ending a transaction ends its stream.
//
// Thread rule: one thread at a time.
#pragma once

#include <iterator>

#include "lockstep/detail/cursor.hpp"
#include "lockstep/detail/read_row.hpp"

namespace lockstep {

template <class T>
class RowStream {
 public:
  // Reads forward, once.
  class Iterator {
   public:
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using iterator_concept = std::input_iterator_tag;

    Iterator() = default;
    explicit Iterator(RowStream& stream) : stream_(&stream) {}
    [[nodiscard]] const T& operator*() const noexcept { return stream_->row_; }
    [[nodiscard]] const T* operator->() const noexcept { return &stream_->row_; }
    Iterator& operator++() {
      stream_->advance();
      return *this;
    }
    void operator++(int) { stream_->advance(); }
    [[nodiscard]] bool operator==(std::default_sentinel_t) const noexcept { return stream_->done_; }

   private:
    RowStream* stream_ = nullptr;
  };

  explicit RowStream(detail::Cursor cursor)
      : cursor_(std::move(cursor)), map_(cursor_.map(detail::ShapeOf<T>::value)) {}

  // Reads the first row. Throws what reading throws, as ++ does; call it once.
  [[nodiscard]] Iterator begin() {
    advance();
    return Iterator(*this);
  }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  void advance() {
    done_ = !cursor_.next();
    if (!done_) detail::read_row(cursor_.row(), map_, row_);
  }

  detail::Cursor cursor_;
  std::span<const std::uint16_t> map_;
  T row_{};
  bool done_ = false;
};

}  // namespace lockstep

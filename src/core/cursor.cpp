// SPDX-License-Identifier: BSL-1.0
#include "lockstep/detail/cursor.hpp"

#include "core/connection.hpp"
#include "core/mapping.hpp"
#include "core/pool.hpp"
#include "core/query_error.hpp"

namespace lockstep::detail {

Lease& Lease::operator=(Lease&& other) noexcept {
  if (this != &other) {
    release();
    pool_ = std::move(other.pool_);
    connection_ = std::exchange(other.connection_, nullptr);
  }
  return *this;
}

void Lease::give_back() noexcept {
  if (connection_ != nullptr) pool_->release(*connection_);
  pool_.reset();
}

Cursor::Cursor(Lease lease, Prepared& prepared, const Query& query) noexcept
    : lease_(std::move(lease)), prepared_(&prepared), query_(query) {
  lease_->attach_stream(this);
}

Cursor::Cursor(Cursor&& other) noexcept
    : lease_(std::move(other.lease_)),
      prepared_(std::exchange(other.prepared_, nullptr)),
      query_(other.query_),
      detached_(other.detached_),
      cells_(other.cells_) {
  if (prepared_ != nullptr) lease_->attach_stream(this);
}

Cursor::~Cursor() { end(); }

void Cursor::end() noexcept {
  if (prepared_ == nullptr) return;
  lease_->attach_stream(nullptr);
  lease_->finish(*std::exchange(prepared_, nullptr));
  cells_ = {};
  lease_.release();
}

void Cursor::detach() noexcept {
  prepared_ = nullptr;
  detached_ = true;
  cells_ = {};
  lease_.release();
}

bool Cursor::next() {
  if (prepared_ == nullptr) {
    if (!detached_) return false;
    raise_about(query_, ErrorKind::logic_error, "the transaction of this stream has ended");
  }
  const bool more = lease_->next(*prepared_, query_);
  if (!more) {
    end();
    return false;
  }
  cells_ = prepared_->statement->row();
  return true;
}

CurrentRow Cursor::row() const noexcept {
  CurrentRow row(*prepared_, query_);
  row.stand_at(cells_);
  return row;
}

std::span<const std::uint16_t> Cursor::map(const Shape& shape) {
  return map_columns(*prepared_, shape, query_);
}

}  // namespace lockstep::detail

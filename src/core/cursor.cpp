// SPDX-License-Identifier: BSL-1.0
#include "lockstep/detail/cursor.hpp"

#include <algorithm>

#include "core/connection.hpp"
#include "core/pool.hpp"
#include "core/query_error.hpp"

namespace lockstep::detail {
namespace {

std::string quote_list(std::span<const std::string_view> names) {
  std::string text;
  for (const std::string_view name : names) {
    text += text.empty() ? "" : ", ";
    text += name;
  }
  return text.empty() ? "none" : text;
}

std::string quote_list(std::span<const std::string> names) {
  const std::vector<std::string_view> views(names.begin(), names.end());
  return quote_list(std::span<const std::string_view>(views));
}

[[noreturn]] void raise_mismatch(const Query& query, std::span<const std::string> columns,
                                 const Shape& shape) {
  const std::string expected = shape.names.empty() ? std::to_string(shape.width) + " columns"
                                                   : "columns " + quote_list(shape.names);
  raise_about(query, ErrorKind::mapping_error,
              "result has columns " + quote_list(columns) + "; the type needs " + expected);
}

// Index of each of the shape's columns in the result; raises unless both sides match one to one.
std::vector<std::uint16_t> match(const Query& query, std::span<const std::string> columns,
                                 const Shape& shape) {
  if (shape.width == 0) return {};
  if (columns.size() != shape.width) raise_mismatch(query, columns, shape);
  std::vector<std::uint16_t> map(shape.width);
  for (std::size_t i = 0; i < shape.width; ++i) {
    std::size_t at = i;
    if (!shape.names.empty()) {
      const auto is_name = [&](const std::string& column) { return column == shape.names[i]; };
      const auto it = std::find_if(columns.begin(), columns.end(), is_name);
      if (it == columns.end() || std::find_if(it + 1, columns.end(), is_name) != columns.end()) {
        raise_mismatch(query, columns, shape);
      }
      at = static_cast<std::size_t>(it - columns.begin());
    }
    map[i] = static_cast<std::uint16_t>(at);
  }
  return map;
}

}  // namespace

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

Cursor::Cursor(Lease lease, Prepared& prepared, const Query& query, Fetch fetch) noexcept
    : lease_(std::move(lease)),
      prepared_(&prepared),
      query_(query),
      streamed_(fetch == Fetch::streamed) {
  if (streamed_) lease_->attach_stream(this);
}

Cursor::Cursor(Cursor&& other) noexcept
    : lease_(std::move(other.lease_)),
      prepared_(std::exchange(other.prepared_, nullptr)),
      query_(other.query_),
      streamed_(other.streamed_),
      detached_(other.detached_),
      row_(other.emulated_ ? std::span<const Value>(&inserted_id_, 1) : other.row_),
      emulated_(other.emulated_),
      inserted_id_(other.inserted_id_) {
  if (streamed_ && prepared_ != nullptr) lease_->attach_stream(this);
}

Cursor::~Cursor() { end(); }

void Cursor::end() noexcept {
  if (prepared_ == nullptr) return;
  if (streamed_) lease_->attach_stream(nullptr);
  lease_->finish(*std::exchange(prepared_, nullptr));
  row_ = {};
  lease_.release();
}

void Cursor::detach() noexcept {
  prepared_ = nullptr;
  detached_ = true;
  row_ = {};
  lease_.release();
}

bool Cursor::next() {
  if (prepared_ == nullptr) {
    if (!detached_) return false;
    raise_about(query_, ErrorKind::logic_error, "the transaction of this stream has ended");
  }
  if (prepared_->emulated) {
    const bool first = !std::exchange(emulated_, true);
    if (first) {
      lease_->next(*prepared_, query_);
      inserted_id_ = Value::integer(lease_->last_insert_id());
      row_ = std::span<const Value>(&inserted_id_, 1);
    }
    return first;
  }
  const bool more = lease_->next(*prepared_, query_);
  row_ = more ? prepared_->statement->row() : std::span<const Value>{};
  if (!more && streamed_) end();
  return more;
}

std::span<const std::string> Cursor::names() const noexcept {
  return prepared_->statement->columns();
}

std::size_t Cursor::row_count() const noexcept {
  const std::size_t known = prepared_->statement->row_count();
  return known > 0 ? known : prepared_->last_rows;
}

std::span<const std::uint16_t> Cursor::map(const Shape& shape) {
  const Statement& statement = *prepared_->statement;
  if (prepared_->shape != &shape || prepared_->columns_version != statement.columns_version()) {
    prepared_->shape = nullptr;
    prepared_->map = prepared_->emulated ? std::vector<std::uint16_t>{0}
                                         : match(query_, statement.columns(), shape);
    prepared_->columns_version = statement.columns_version();
    prepared_->shape = &shape;
  }
  return prepared_->map;
}

std::uint64_t Cursor::finish() {
  while (next()) {
  }
  return prepared_->statement->rows_affected();
}

void Cursor::fail(ErrorKind kind, std::string what) const {
  if (prepared_ != nullptr) prepared_->seen.error = kind;
  raise_about(query_, kind, std::move(what));
}

void Cursor::misfit(std::size_t column, Fit fit) const {
  const auto columns = prepared_->statement->columns();
  const std::string name = column < columns.size() ? "column " + columns[column] : "column";
  const std::string type(to_string(row_[column].type()));
  switch (fit) {
    case Fit::null:
      fail(ErrorKind::mapping_error, name + " is null, and the member cannot be: make it optional");
    case Fit::range:
      fail(ErrorKind::out_of_range, name + ": value does not fit the member");
    case Fit::malformed:
      fail(ErrorKind::corrupt_data, name + ": stored value cannot be read");
    default:
      fail(ErrorKind::mapping_error, name + " has type " + type + ", which the member cannot take");
  }
}

void Cursor::no_row() const { fail(ErrorKind::not_found, {}); }

void Cursor::many_rows() const { fail(ErrorKind::too_many_rows, {}); }

}  // namespace lockstep::detail

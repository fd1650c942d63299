// SPDX-License-Identifier: BSL-1.0
// From the columns of a result to the members that they are read into.
#pragma once

#include "core/statement_cache.hpp"
#include "lockstep/detail/row_reader.hpp"

namespace lockstep::detail {

// Finds out what map_columns answers. MappingError names both sides if a column is missing, surplus or
// doubled.
void map_anew(Prepared& prepared, const Shape& shape, const Query& query);

// Index of the result's column for each column of `shape`; found once per statement and shape.
[[nodiscard]] inline std::span<const std::uint16_t> map_columns(Prepared& prepared,
                                                                const Shape& shape,
                                                                const Query& query) {
  const bool known = prepared.shape == &shape &&
                     prepared.columns_version == prepared.statement->columns_version();
  if (!known) map_anew(prepared, shape, query);
  return prepared.map;
}

// Throws what is wrong with the rows of a statement that has run, and has the observer told.
[[noreturn]] void refuse_rows(Prepared& prepared, const Query& query, ErrorKind kind,
                              std::string what = {});

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// Row: a row of a result whose columns the program does not know. For tools; a struct with a
// descriptor is the better way where they are known.
//
//     for (const Row& row : db.stream<Row>(text)) write(row.names, row.cells);
#pragma once

#include <span>
#include <string>

#include "lockstep/value.hpp"

namespace lockstep {

// Borrows from the stream: it lasts until the next row.
struct Row {
  std::span<const std::string> names;  // of the columns, in the order of the result
  std::span<const Value> cells;        // as the engine has them: booleans may be integers
};

}  // namespace lockstep

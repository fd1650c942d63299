// SPDX-License-Identifier: BSL-1.0
// PostgreSQL's enumerations: a value cannot be used in the transaction that adds it.
#pragma once

#include <span>

#include "lockstep/migration_set.hpp"

namespace lockstep::detail {

struct AddedValueUse {
  std::size_t line = 1;        // of the statement that uses it
  std::size_t added_line = 1;  // of the one that adds it
  std::string value;           // as it is written, with its quotes
};

// The first use after ALTER TYPE ... ADD VALUE, by the text of the value. A type that the same
// statements create may be used at once.
// https://www.postgresql.org/docs/current/sql-altertype.html
[[nodiscard]] std::optional<AddedValueUse> find_added_value_use(
    std::span<const MigrationStatement> statements);

}  // namespace lockstep::detail

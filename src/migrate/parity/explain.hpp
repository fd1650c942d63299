// SPDX-License-Identifier: BSL-1.0
// Which differences an engine cannot help. Each question names exactly one reason of an allow file.
#pragma once

#include "lockstep/schema.hpp"

namespace lockstep::detail {

// The n of the check `length(column) <= n` that the table has; none if there is no such check.
[[nodiscard]] std::optional<std::string> checked_length(const SchemaTable& table,
                                                        std::string_view column);

// Whether `bounded` is key(n) and `column` of `table` a text that a check bounds by the same n.
[[nodiscard]] bool bounds_alike(const SchemaColumn& bounded, const SchemaTable& table,
                                const SchemaColumn& column);

// Whether the check does in its table what key(n) does in `reference`.
[[nodiscard]] bool is_length_check(const SchemaCheck& check, const SchemaTable& reference,
                                   const SchemaTable& table);

// Whether `whole` can stand for the partial index: not unique either, over the same columns, with
// at most columns of the condition before them.
[[nodiscard]] bool stands_for(const SchemaIndex& whole, const SchemaIndex& partial);

// Whether another index of the table begins with the columns of the partial one.
[[nodiscard]] bool has_stand_in(const SchemaTable& table, const SchemaIndex& partial);

// Whether the index is what MySQL makes for a foreign key without one: named as the key, of its
// columns.
[[nodiscard]] bool is_foreign_key_index(const SchemaTable& table, const SchemaIndex& index);

}  // namespace lockstep::detail

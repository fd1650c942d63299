// SPDX-License-Identifier: BSL-1.0
// What two databases of one engine have otherwise, object by object.
#pragma once

#include "lockstep/migration_checks.hpp"
#include "lockstep/schema_dump.hpp"

namespace lockstep::detail {

// All that is compared of a database. Tables without their rows.
struct Picture {
  SchemaObjects objects;
  Schema schema;  // for what differs inside a table
};

[[nodiscard]] Picture take_picture(Database& db);

// "name on table" for what is part of a table.
[[nodiscard]] std::string name_of(const SchemaObject& object);

// Sorted by kind and name.
[[nodiscard]] std::vector<ObjectDifference> differences(const Picture& wanted,
                                                        const Picture& found);

}  // namespace lockstep::detail

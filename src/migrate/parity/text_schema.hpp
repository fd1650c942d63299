// SPDX-License-Identifier: BSL-1.0
// The schema that migrations make, read from their texts where there is no server to run them.
#pragma once

#include "lockstep/migration_set.hpp"
#include "lockstep/schema.hpp"

namespace lockstep::detail {

struct TextSchema {
  Schema schema;  // without rows
  // What was passed over and may change tables: "0003_x.up.sql:12: DO".
  std::vector<std::string> unread;
};

// After all versions of the set. Reads CREATE, ALTER, RENAME and DROP of tables and indexes, and
// which triggers there are.
[[nodiscard]] TextSchema schema_of_texts(const MigrationSet& set);

}  // namespace lockstep::detail

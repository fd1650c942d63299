// SPDX-License-Identifier: BSL-1.0
// What an engine keeps only in the CREATE texts of its tables and indexes.
#pragma once

#include "lockstep/schema.hpp"

namespace lockstep::detail {

// Adds it to a schema that holds what the catalog has told. `query` gives table_name, name, type
// ("table" or "index") and text.
void complete(Executor& db, std::string_view query, Schema& schema);

// Everything by name, but for columns.
void sort_schema(Schema& schema);

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// The rows that migrations have brought, as a hash that the engines share.
#pragma once

#include "lockstep/schema.hpp"

namespace lockstep::detail {

// Sets row_count and rows_sha of a table that has at most `limit` rows.
void read_seed_rows(Executor& db, SchemaTable& table, std::size_t limit);

}  // namespace lockstep::detail

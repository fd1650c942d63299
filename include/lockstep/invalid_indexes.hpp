// SPDX-License-Identifier: BSL-1.0
// Indexes that PostgreSQL keeps and does not use: what CREATE INDEX CONCURRENTLY and REINDEX
// CONCURRENTLY leave when they fail. Other engines have none.
#pragma once

#include "lockstep/database.hpp"

namespace lockstep {

// Of the whole database, quoted, with their schema, sorted. Those that are being built are not
// among them.
[[nodiscard]] std::vector<std::string> invalid_indexes(Database& db);

// Drops them, one by one and while others work on their tables. Returns those that it has dropped.
std::vector<std::string> drop_invalid_indexes(Database& db);

}  // namespace lockstep

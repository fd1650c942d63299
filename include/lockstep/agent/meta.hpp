// SPDX-License-Identifier: BSL-1.0
// Settings of the store by name: rows of `meta`. A new database has schema_version "1", which this
// library writes once and does not read: migrations are counted in their own ledger. Shared rules:
// agent.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::agent {

[[nodiscard]] std::optional<std::string> find_meta(Executor& db, std::string_view key);

// NotFound if there is none.
[[nodiscard]] std::string get_meta(Executor& db, std::string_view key);

// Inserts the value, any text, or overwrites the one that is there.
void set_meta(Executor& db, std::string_view key, std::string_view value);

}  // namespace lockstep::agent

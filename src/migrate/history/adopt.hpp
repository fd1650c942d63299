// SPDX-License-Identifier: BSL-1.0
// From what another migrator has applied to rows of our ledger.
#pragma once

#include "lockstep/migration_history.hpp"
#include "migrate/history/change.hpp"

namespace lockstep::detail {

// Writes what the ledger lacks. Throws as MigrationHistory describes it.
[[nodiscard]] AdoptReport adopt(LedgerChange& change, const MigrationSet& set, MigrationTool tool);

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// What all that works on a ledger asks of its options.
#pragma once

#include "lockstep/migrate.hpp"

namespace lockstep::detail {

// Names the host where the options do not. InvalidArgument for an author that the ledger cannot
// hold, and for a set of another engine than the database's. InvalidData as in_order().
void prepare_options(const Database& db, const MigrationSet& set, MigratorOptions& options);

}  // namespace lockstep::detail

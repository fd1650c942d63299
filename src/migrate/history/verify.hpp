// SPDX-License-Identifier: BSL-1.0
// Where the files and the ledger differ.
#pragma once

#include "lockstep/migration_history.hpp"
#include "migrate/ledger.hpp"

namespace lockstep::detail {

struct VerifyInput {
  const MigrationSet& set;
  const std::vector<LedgerRow>& rows;  // by seq
  std::vector<DownText> down_texts;    // of the same rows
  bool strict = false;                 // a version ahead of the files is an error
};

// Sorted by domain and version. Pure: asks no database.
[[nodiscard]] std::vector<MigrationFinding> find_differences(const VerifyInput& input);

}  // namespace lockstep::detail

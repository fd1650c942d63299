// SPDX-License-Identifier: BSL-1.0
// Where the migrations of several engines differ, by their files.
#pragma once

#include "lockstep/migration_set.hpp"
#include "lockstep/parity.hpp"

namespace lockstep::detail {

enum class VersionGap : std::uint8_t { missing, name, down };

// A version that the other set lacks, names otherwise, or has without a down.
struct VersionDifference {
  VersionGap gap = VersionGap::missing;
  const Migration* here = nullptr;
  const Migration* there = nullptr;  // null if it is missing
};

// Borrows both. `names`: tells other names, too.
[[nodiscard]] std::vector<VersionDifference> version_differences(const MigrationSet& set,
                                                                 const MigrationSet& other,
                                                                 bool names);

// See SchemaDifference::place: in the set that differs, or else in the reference.
[[nodiscard]] std::string place_of(const SchemaDifference& difference,
                                   const MigrationSet& reference, const MigrationSet& other);

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
// In what order the migrations of several domains are applied.
#pragma once

#include "lockstep/migration_set.hpp"

namespace lockstep::detail {

// A version that another one depends on.
struct VersionName {
  std::string_view domain;
  std::string_view version;
};

// Of an entry of Migration::depends.
[[nodiscard]] VersionName dependency_of(const Migration& migration, std::string_view entry);

// That of the set, but for versions of other domains that one depends on: these come before it,
// each behind the lower ones of its domain. What the set lacks is not looked at. InvalidData for a
// version of its own domain that comes later, and for a circle.
[[nodiscard]] std::vector<const Migration*> in_order(const MigrationSet& set);

}  // namespace lockstep::detail

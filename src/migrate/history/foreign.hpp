// SPDX-License-Identifier: BSL-1.0
// The tables in which other migrators keep what they have applied.
#pragma once

#include "lockstep/migration_history.hpp"
#include "migrate/pinned.hpp"

namespace lockstep::detail {

// A version that the tool has applied.
struct ForeignVersion {
  std::string version;
  std::string name = {};    // empty: not told
  std::string script = {};  // the file's name; empty: not told
  std::optional<Timestamp> applied_at = {};
  std::string checksum = {};  // as the tool has it; empty: none
  bool repeatable = false;
};

struct ForeignHistory {
  MigrationTool tool = MigrationTool::detect;
  std::string table;
  std::vector<ForeignVersion> versions = {};  // in the order in which they were applied
  // All versions up to this one are applied, whether they are listed or not; empty: only those.
  std::string all_up_to = {};
  bool baseline = false;  // those were there before the tool was
};

// Of the tool, or of the only one that has a table in the current schema. InvalidState if there is
// none, or several, or if the table says that a run has failed.
[[nodiscard]] ForeignHistory read_foreign(Pinned& connection, MigrationTool tool);

// The checksum of a file as Flyway has it: the CRC-32 of its lines, without their ends, as a signed
// number.
[[nodiscard]] std::string flyway_checksum(std::string_view text);

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "migrate/foreign_keys.hpp"

#include <algorithm>

#include "lockstep/columns.hpp"

namespace lockstep::detail {

void ForeignKeyCheck::before() {
  if (!known_) known_ = find();
}

std::optional<std::string> ForeignKeyCheck::after() {
  std::vector<std::string> found = find();
  const auto added = std::ranges::find_if(found, [&](const std::string& finding) {
    return !std::ranges::binary_search(*known_, finding);
  });
  if (added != found.end()) return std::move(*added);
  known_ = std::move(found);
  return std::nullopt;
}

// Sorted. A foreign key that fits no parent is one finding: SQLite checks none of its table then.
std::vector<std::string> ForeignKeyCheck::find() {
  if (connection_.dialect().engine != Engine::sqlite) return {};
  std::vector<std::string> findings;
  try {
    findings = connection_.fetch_all<std::string>(
        "SELECT 'a row of ' || \"table\" || coalesce(' (rowid ' || rowid || ')', '') || ' has no '"
        " || 'parent in ' || parent FROM pragma_foreign_key_check");
  } catch (const Error& error) {
    if (error.native_code() != 1) throw;  // SQLITE_ERROR: "foreign key mismatch"
    findings = {error.server_message()};
  }
  std::ranges::sort(findings);
  return findings;
}

}  // namespace lockstep::detail

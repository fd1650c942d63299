// SPDX-License-Identifier: BSL-1.0
// Findings that are meant so.
#pragma once

#include <set>

#include "migrate/lint/rule.hpp"

namespace lockstep::detail {

// What the options allow, and whether there was something to allow.
class AllowedList {
 public:
  explicit AllowedList(const LintOptions& options) : options_(options) {}

  // Takes out those of the findings of a migration, from `first` on, that it or the options allow,
  // and tells which directives of it allow nothing.
  void apply(const Migration& migration, Engine engine, std::vector<LintFinding>& findings,
             std::size_t first);
  // Takes out what the options allow from `first` on, and tells which of them allow nothing.
  void finish(std::span<const MigrationSet> sets, std::vector<LintFinding>& findings,
              std::size_t first);

 private:
  [[nodiscard]] bool allows(const LintFinding& finding);

  const LintOptions& options_;
  std::set<const LintAllowed*> used_;
};

}  // namespace lockstep::detail

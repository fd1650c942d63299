// SPDX-License-Identifier: BSL-1.0
// Goals of several runs.
#include <algorithm>

#include "migrate/plan_parts.hpp"

namespace lockstep {

std::vector<MigrationStep> Migrator::go_to(const std::string& version) {
  const bool nothing = detail::same_version(version.substr(version.rfind('/') + 1), "0");
  const std::vector<detail::LedgerRow> none;
  if (!nothing) {  // that it can go up to it, before it goes down
    (void)detail::read_target({.set = set_, .rows = none, .down_text = {}}, detail::RowIndex(none),
                              {.version = version});
  }
  std::vector<MigrationStep> steps = down_to(version);
  if (!nothing) std::ranges::move(up_to(version), std::back_inserter(steps));
  return steps;
}

std::vector<MigrationStep> Migrator::redo(std::size_t count) {
  const MigrationGoal down{.direction = MigrationDirection::down, .count = count};
  for (const MigrationStep& step : plan(down)) {
    if (step.repeatable || set_.find(step.domain, step.version) != nullptr) continue;
    detail::refuse_migration(step.domain, step.version,
                             "it has no file, so that it could not be applied again");
  }
  std::vector<MigrationStep> steps = run(down);
  const std::size_t reverted = steps.size();
  for (std::size_t i = reverted; i-- > 0;) {
    if (steps[i].repeatable) continue;
    std::ranges::move(up_to(steps[i].domain + '/' + steps[i].version), std::back_inserter(steps));
  }
  return steps;
}

}  // namespace lockstep

// SPDX-License-Identifier: BSL-1.0
// How long executions are kept. Shared rules: workflow.hpp.
#pragma once

#include <stop_token>

#include "lockstep/database.hpp"

namespace lockstep::workflow {

// An execution goes if one of the two says so, and only if it has ended: what is pending or running
// stays, however old it is.
struct RetentionPolicy {
  // Those that ended longer ago than this; not negative. Null: age does not matter. For one that
  // does not tell when it ended, its start counts.
  std::optional<std::chrono::microseconds> max_age = {};
  // Those of a workflow that are not among its newest so many, running ones counted; not negative.
  // Null: number does not matter.
  std::optional<std::int64_t> keep_newest = {};
};

// How many executions were deleted, and for what; one that both say goes for its age.
struct RetentionResult {
  std::uint64_t too_old = 0;
  std::uint64_t too_many = 0;
  bool finished = true;  // false: `stop` was requested before all was deleted

  friend bool operator==(const RetentionResult&, const RetentionResult&) = default;
};

// Deletes what the policy lets go, with nodes and variables, in transactions of its own of some
// hundred executions each, retried when others are in the way, and looks at `stop` before each.
// After an error those that were committed stay deleted, and running it again goes on.
RetentionResult run_retention(Database& db, const RetentionPolicy& policy,
                              const std::stop_token& stop = {});

// What run_retention would delete now; changes nothing.
[[nodiscard]] RetentionResult count_retention(Executor& db, const RetentionPolicy& policy);

}  // namespace lockstep::workflow

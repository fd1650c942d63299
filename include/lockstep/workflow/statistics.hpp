// SPDX-License-Identifier: BSL-1.0
// How workflows fare, counted from their executions. Shared rules: workflow.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::workflow {

// Executions that started in [from, until). Null: no end on that side.
struct TimeWindow {
  std::optional<Timestamp> from = {};
  std::optional<Timestamp> until = {};
};

struct WorkflowStatistics {
  std::string workflow_id;
  std::int64_t total = 0;
  std::int64_t pending = 0;
  std::int64_t running = 0;
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::int64_t cancelled = 0;
  std::int64_t timed_out = 0;
  // Of those that have ended, the part that completed, 0 to 1. Null if none has ended.
  std::optional<double> success_rate = {};
  // From start to end, of those that have ended and tell when; null if there is none. p95 is the
  // shortest duration that at least 95 of 100 do not exceed (nearest rank).
  std::optional<std::chrono::microseconds> avg_duration = {};
  std::optional<std::chrono::microseconds> min_duration = {};
  std::optional<std::chrono::microseconds> max_duration = {};
  std::optional<std::chrono::microseconds> p95_duration = {};

  friend bool operator==(const WorkflowStatistics&, const WorkflowStatistics&) = default;
};

// Of one workflow; all is 0 or null for one without executions. InvalidArgument for a window whose
// `until` is before `from`. Reads the executions one by one: 8 bytes of memory for each that ended.
[[nodiscard]] WorkflowStatistics get_workflow_statistics(Executor& db, std::string_view workflow_id,
                                                         const TimeWindow& window = {});

// Of every workflow that has executions in the window, by workflow_id. Throws as above.
[[nodiscard]] std::vector<WorkflowStatistics> list_workflow_statistics(
    Executor& db, const TimeWindow& window = {});

}  // namespace lockstep::workflow

// SPDX-License-Identifier: BSL-1.0
#include "lockstep/workflow/statistics.hpp"

#include <algorithm>

#include "filter.hpp"
#include "lockstep/workflow/lifecycle.hpp"

namespace lockstep::workflow {
namespace {

using detail::statement;

constexpr Sql of_workflow_sql = statement("workflow.get_workflow_statistics", R"(
SELECT workflow_id, status, started_at, completed_at
FROM executions
WHERE workflow_id = :workflow_id AND started_at >= :from AND started_at <= :last)");

constexpr Sql of_all_sql = statement("workflow.list_workflow_statistics", R"(
SELECT workflow_id, status, started_at, completed_at
FROM executions
WHERE started_at >= :from AND started_at <= :last
ORDER BY workflow_id)");

// What is counted of an execution.
struct Outcome {
  std::string workflow_id;
  ExecutionStatus status = ExecutionStatus::pending;
  Timestamp started_at;
  std::optional<Timestamp> completed_at;

  static constexpr void columns(auto&& column) {
    column("workflow_id", &Outcome::workflow_id);
    column("status", &Outcome::status);
    column("started_at", &Outcome::started_at);
    column("completed_at", &Outcome::completed_at);
  }
};

std::int64_t& counter(WorkflowStatistics& statistics, ExecutionStatus status) {
  switch (status) {
    case ExecutionStatus::pending:
      return statistics.pending;
    case ExecutionStatus::running:
      return statistics.running;
    case ExecutionStatus::completed:
      return statistics.completed;
    case ExecutionStatus::failed:
      return statistics.failed;
    case ExecutionStatus::cancelled:
      return statistics.cancelled;
    case ExecutionStatus::timed_out:
      break;
  }
  return statistics.timed_out;
}

// The executions of one workflow, one after the other.
class Tally {
 public:
  explicit Tally(std::string workflow_id) { out_.workflow_id = std::move(workflow_id); }

  [[nodiscard]] const std::string& workflow_id() const noexcept { return out_.workflow_id; }

  void add(const Outcome& outcome) {
    ++out_.total;
    ++counter(out_, outcome.status);
    if (is_terminal(outcome.status) && outcome.completed_at) {
      durations_.push_back(*outcome.completed_at - outcome.started_at);
    }
  }

  [[nodiscard]] WorkflowStatistics finish() && {
    const std::int64_t ended = out_.total - out_.pending - out_.running;
    if (ended > 0) {
      out_.success_rate = static_cast<double>(out_.completed) / static_cast<double>(ended);
    }
    if (!durations_.empty()) measure();
    return std::move(out_);
  }

 private:
  void measure() {
    const auto [least, most] = std::ranges::minmax(durations_);
    out_.min_duration = least;
    out_.max_duration = most;
    double sum = 0;  // in double, since centuries do not add up in 64 bits
    for (const auto each : durations_) sum += static_cast<double>(each.count());
    out_.avg_duration = std::chrono::microseconds(
        static_cast<std::int64_t>(sum / static_cast<double>(durations_.size())));
    const std::size_t rank = (durations_.size() * 95 + 99) / 100;  // from 1
    const auto at = durations_.begin() + static_cast<std::ptrdiff_t>(rank) - 1;
    std::nth_element(durations_.begin(), at, durations_.end());
    out_.p95_duration = *at;
  }

  WorkflowStatistics out_;
  std::vector<std::chrono::microseconds> durations_;
};

}  // namespace

std::span<const Sql* const> detail::statistics_statements() noexcept {
  static constexpr std::array all{&of_workflow_sql, &of_all_sql};
  return all;
}

WorkflowStatistics get_workflow_statistics(Executor& db, std::string_view workflow_id,
                                           const TimeWindow& window) {
  require_key("execution.workflow_id", workflow_id);
  const auto [first, last] = detail::instants(window.from, window.until);
  Tally tally{std::string(workflow_id)};
  for (const Outcome& each : db.stream<Outcome>(of_workflow_sql, workflow_id, first, last)) {
    tally.add(each);
  }
  return std::move(tally).finish();
}

std::vector<WorkflowStatistics> list_workflow_statistics(Executor& db, const TimeWindow& window) {
  const auto [first, last] = detail::instants(window.from, window.until);
  std::vector<WorkflowStatistics> out;
  std::optional<Tally> tally;
  for (const Outcome& each : db.stream<Outcome>(of_all_sql, first, last)) {
    if (!tally || tally->workflow_id() != each.workflow_id) {
      if (tally) out.push_back(std::move(*tally).finish());
      tally.emplace(each.workflow_id);
    }
    tally->add(each);
  }
  if (tally) out.push_back(std::move(*tally).finish());
  return out;
}

}  // namespace lockstep::workflow

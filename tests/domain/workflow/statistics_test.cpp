// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::workflow;

int next_id = 0;

void save(Executor& ex, const std::string& workflow_id, Timestamp started_at,
          ExecutionStatus status, std::optional<std::chrono::microseconds> took = {}) {
  Execution row = execution("e-" + std::to_string(++next_id), workflow_id, started_at, status);
  row.completed_at.reset();
  if (took) row.completed_at = started_at + *took;
  save_execution(ex, row);
}

TEST_CASE_FIXTURE(Migrated, "get_workflow_statistics: counts, rate and durations") {
  on_both([&](Executor& ex) {
    save(ex, "wf", noon, ExecutionStatus::completed, 4s);
    save(ex, "wf", noon + 1h, ExecutionStatus::completed, 1s);
    save(ex, "wf", noon + 2h, ExecutionStatus::completed, 2s + 1us);
    save(ex, "wf", noon, ExecutionStatus::failed, 9s);
    save(ex, "wf", noon, ExecutionStatus::cancelled);
    save(ex, "wf", noon, ExecutionStatus::timed_out, 5s);
    save(ex, "wf", noon, ExecutionStatus::running, 99s);
    save(ex, "wf", noon, ExecutionStatus::pending);
    save(ex, "wf", noon, ExecutionStatus::pending);
    save(ex, "WF", noon, ExecutionStatus::completed, 1h);
    CHECK(get_workflow_statistics(ex, "wf") == WorkflowStatistics{.workflow_id = "wf",
                                                                  .total = 9,
                                                                  .pending = 2,
                                                                  .running = 1,
                                                                  .completed = 3,
                                                                  .failed = 1,
                                                                  .cancelled = 1,
                                                                  .timed_out = 1,
                                                                  .success_rate = 0.5,
                                                                  .avg_duration = 4'200'000us,
                                                                  .min_duration = 1s,
                                                                  .max_duration = 9s,
                                                                  .p95_duration = 9s});
  });
}

TEST_CASE_FIXTURE(Migrated, "get_workflow_statistics: p95 is the nearest rank") {
  on_both([&](Executor& ex) {
    const auto p95_of = [&](int n) {
      const std::string name = "wf-" + std::to_string(n);
      for (int i = n; i > 0; --i) save(ex, name, noon, ExecutionStatus::completed, i * 1s);
      return get_workflow_statistics(ex, name).p95_duration;
    };
    CHECK(p95_of(1) == 1s);
    CHECK(p95_of(19) == 19s);
    CHECK(p95_of(20) == 19s);
    CHECK(p95_of(21) == 20s);
    CHECK(p95_of(40) == 38s);
  });
}

TEST_CASE_FIXTURE(Migrated, "get_workflow_statistics: nothing to count") {
  on_both([&](Executor& ex) {
    CHECK(get_workflow_statistics(ex, "nobody") == WorkflowStatistics{.workflow_id = "nobody"});
    save(ex, "wf", noon, ExecutionStatus::running);
    CHECK(get_workflow_statistics(ex, "wf") ==
          WorkflowStatistics{.workflow_id = "wf", .total = 1, .running = 1});
    CHECK(list_workflow_statistics(ex, {.until = noon}).empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "workflow statistics: durations of centuries do not overflow") {
  on_both([&](Executor& ex) {
    const Timestamp first = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
    const auto took = std::chrono::days(3'000'000);
    for (int n = 0; n < 40; ++n) save(ex, "wf", first, ExecutionStatus::completed, took);
    CHECK(get_workflow_statistics(ex, "wf").avg_duration == took);
  });
}

TEST_CASE_FIXTURE(Migrated, "list_workflow_statistics: each workflow, by name, in the window") {
  on_both([&](Executor& ex) {
    save(ex, "b", noon, ExecutionStatus::failed, 1s);
    save(ex, "a", noon + 1h, ExecutionStatus::completed, 2s);
    save(ex, "B", noon, ExecutionStatus::running);
    save(ex, "b", noon + 2h, ExecutionStatus::completed, 3s);
    save(ex, "a", noon - 1us, ExecutionStatus::completed, 4s);
    const auto all = list_workflow_statistics(ex);
    REQUIRE(ids(all, &WorkflowStatistics::workflow_id) == Ids{"B", "a", "b"});
    for (const WorkflowStatistics& each : all) {
      CHECK(get_workflow_statistics(ex, each.workflow_id) == each);
    }
    CHECK(all[1].max_duration == 4s);
    const TimeWindow window{.from = noon, .until = noon + 2h};
    const auto some = list_workflow_statistics(ex, window);
    REQUIRE(ids(some, &WorkflowStatistics::workflow_id) == Ids{"B", "a", "b"});
    CHECK(some[1].total == 1);
    CHECK(some[1].max_duration == 2s);
    CHECK(some[2].success_rate == 0.0);
    CHECK(get_workflow_statistics(ex, "b", window) == some[2]);
    CHECK(list_workflow_statistics(ex, {.from = noon, .until = noon}).empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "workflow statistics: what cannot be asked is InvalidArgument") {
  on_both([&](Executor& ex) {
    const TimeWindow backwards{.from = noon, .until = noon - 1us};
    caught<InvalidArgument>(
        ex, [&](Executor& on) { static_cast<void>(list_workflow_statistics(on, backwards)); });
    caught<InvalidArgument>(
        ex, [&](Executor& on) { static_cast<void>(get_workflow_statistics(on, "wf", backwards)); });
    check_refuses_bad_keys(ex, "execution.workflow_id", [](Executor& on, const std::string& key) {
      static_cast<void>(get_workflow_statistics(on, key));
    });
  });
}

}  // namespace
}  // namespace lockstep::tests

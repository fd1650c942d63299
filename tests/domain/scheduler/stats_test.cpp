// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;

SchedulerStats period(std::string id, Timestamp start, Timestamp end) {
  return {.stats_period_id = std::move(id), .start_time = start, .end_time = end};
}

Ids overlapping(Executor& ex, Timestamp start, Timestamp end) {
  return ids(get_scheduler_stats(ex, start, end), &SchedulerStats::stats_period_id);
}

TEST_CASE_FIXTURE(Migrated, "create_scheduler_stats: every figure comes back as it went in") {
  on_both([&](Executor& ex) {
    SchedulerStats given = period("p-1", noon, noon + 1min);
    given.iterations = std::numeric_limits<std::int64_t>::max();
    given.run_jobs = 2;
    given.late_jobs = 3;
    given.time_passed_run_time = 1'500'000'001ns;
    given.missed_jobs = 4;
    given.time_passed_grace_period = 7ns;
    given.jobs_cancelled = 5;
    given.min_inbox_length = 0;
    given.max_inbox_length = 17;
    given.avg_inbox_length = 0.1 + 0.2;
    given.empty_inbox_time = std::chrono::nanoseconds::max();
    given.avg_time_in_inbox = std::chrono::duration<double, std::nano>(16777217.12);
    given.min_time_in_inbox = 0ns;
    given.max_time_in_inbox = 9ns;
    CHECK(create_scheduler_stats(ex, given) == given);
    const SchedulerStats bare = create_scheduler_stats(ex, period("p-2", noon + 1min, noon + 2min));
    CHECK(get_scheduler_stats(ex, noon, noon + 1h) == std::vector<SchedulerStats>{given, bare});
    CHECK(bare.iterations == 0);
    CHECK_FALSE(bare.avg_inbox_length.has_value());
  });
}

TEST_CASE_FIXTURE(Migrated, "create_scheduler_stats: a period that exists is Duplicate") {
  on_both([&](Executor& ex) {
    create_scheduler_stats(ex, period("p-1", noon, noon + 1min));
    const auto e = caught<Duplicate>(ex, [](Executor& on) {
      create_scheduler_stats(on, period("p-1", noon + 1min, noon + 2min));
    });
    CHECK(e.constraint() == "pk_scheduler_stats");
    CHECK(e.columns() == std::vector<std::string>{"stats_period_id"});
  });
}

TEST_CASE_FIXTURE(Migrated, "get_scheduler_stats: the two periods that overlap 90 minutes") {
  on_both([&](Executor& ex) {
    create_scheduler_stats(ex, period("first", noon, noon + 1h));
    create_scheduler_stats(ex, period("second", noon + 1h, noon + 2h));
    create_scheduler_stats(ex, period("third", noon + 2h, noon + 3h));
    CHECK(overlapping(ex, noon, noon + 90min) == Ids{"first", "second"});
    CHECK(overlapping(ex, noon + 15min, noon + 105min) == Ids{"first", "second"});
  });
}

TEST_CASE_FIXTURE(Migrated, "get_scheduler_stats: a period that encloses the window is found") {
  on_both([&](Executor& ex) {
    create_scheduler_stats(ex, period("day", noon - 12h, noon + 12h));
    CHECK(overlapping(ex, noon, noon + 1min) == Ids{"day"});
  });
}

TEST_CASE_FIXTURE(Migrated,
                  "get_scheduler_stats: periods that only touch the window are not in it") {
  on_both([&](Executor& ex) {
    create_scheduler_stats(ex, period("hour", noon, noon + 1h));
    CHECK(overlapping(ex, noon + 1h, noon + 2h).empty());
    CHECK(overlapping(ex, noon - 1h, noon).empty());
    CHECK(overlapping(ex, noon + 1h - 1us, noon + 2h) == Ids{"hour"});
    CHECK(overlapping(ex, noon - 1h, noon + 1us) == Ids{"hour"});
  });
}

TEST_CASE_FIXTURE(Migrated,
                  "get_scheduler_stats: by start, ties by id; a window backwards refused") {
  on_both([&](Executor& ex) {
    create_scheduler_stats(ex, period("c", noon, noon + 2h));
    create_scheduler_stats(ex, period("b", noon, noon + 1h));
    create_scheduler_stats(ex, period("z", noon - 1h, noon + 1h));
    CHECK(overlapping(ex, noon - 2h, noon + 2h) == Ids{"z", "b", "c"});
    caught<InvalidArgument>(
        ex, [](Executor& on) { static_cast<void>(get_scheduler_stats(on, noon, noon - 1us)); });
  });
}

TEST_CASE_FIXTURE(Migrated, "create_orchestrator_stats: three runs of a period, gone with it") {
  on_both([&](Executor& ex) {
    create_scheduler_stats(ex, period("p-1", noon, noon + 1min));
    for (const char* id : {"run-1", "run-2", "run-3"}) {
      const OrchestratorStats given{.run_id = id,
                                    .stats_period_id = "p-1",
                                    .runtime = 1'234'567'890'123ns,
                                    .constraints_checked = 4,
                                    .actions_taken = 1};
      CHECK(create_orchestrator_stats(ex, given) == given);
      CHECK(ex.fetch_one<OrchestratorStats>(
                "SELECT run_id, stats_period_id, runtime, constraints_checked, actions_taken "
                "FROM orchestrator_stats WHERE run_id = ?",
                id) == given);
    }
    CHECK(count(ex, "orchestrator_stats") == 3);
    ex.execute("DELETE FROM scheduler_stats");
    CHECK(count(ex, "orchestrator_stats") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "create_orchestrator_stats: Duplicate, and ForeignKey for no period") {
  on_both([&](Executor& ex) {
    create_scheduler_stats(ex, period("p-1", noon, noon + 1min));
    create_orchestrator_stats(ex, {.run_id = "run-1", .stats_period_id = "p-1"});
    const auto e = caught<Duplicate>(ex, [](Executor& on) {
      create_orchestrator_stats(on, {.run_id = "run-1", .stats_period_id = "p-1"});
    });
    CHECK(e.constraint() == "pk_orchestrator_stats");
    const auto orphan = caught<ForeignKey>(ex, [](Executor& on) {
      create_orchestrator_stats(on, {.run_id = "run-2", .stats_period_id = "nowhere"});
    });
    if (ex.capabilities().names_foreign_keys) {
      CHECK(orphan.constraint() == "fk_orchestrator_stats_stats_period_id");
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "stats: keys and figures are checked before sending") {
  on_both([&](Executor& ex) {
    check_refuses_bad_keys(ex, "scheduler_stats.stats_period_id",
                           [](Executor& on, std::string key) {
                             create_scheduler_stats(on, period(std::move(key), noon, noon + 1h));
                           });
    check_refuses_bad_keys(ex, "orchestrator_stats.run_id", [](Executor& on, std::string key) {
      create_orchestrator_stats(on, {.run_id = std::move(key), .stats_period_id = "p-1"});
    });
    check_refuses_bad_keys(
        ex, "orchestrator_stats.stats_period_id", [](Executor& on, std::string key) {
          create_orchestrator_stats(on, {.run_id = "run-1", .stats_period_id = std::move(key)});
        });
    SchedulerStats wrong = period("p-1", noon, noon + 1h);
    wrong.avg_inbox_length = std::numeric_limits<double>::quiet_NaN();
    caught<InvalidArgument>(ex, [&](Executor& on) { create_scheduler_stats(on, wrong); });
    CHECK(count(ex, "scheduler_stats") == 0);
  });
}

}  // namespace
}  // namespace lockstep::tests

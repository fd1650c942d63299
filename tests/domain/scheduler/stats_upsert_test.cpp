// SPDX-License-Identifier: BSL-1.0
// Statistics that several writers put into one period.
#include "rows.hpp"
#include "support/threads.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::scheduler;
using Average = std::chrono::duration<double, std::nano>;

SchedulerStats first_part() {
  return {.stats_period_id = "p-1",
          .start_time = noon,
          .end_time = noon + 1min,
          .iterations = 30,
          .run_jobs = 1,
          .late_jobs = 2,
          .time_passed_run_time = 3ns,
          .missed_jobs = 4,
          .time_passed_grace_period = 5ns,
          .jobs_cancelled = 6,
          .min_inbox_length = 2,
          .max_inbox_length = 9,
          .avg_inbox_length = 4.0,
          .empty_inbox_time = 100ns,
          .avg_time_in_inbox = Average(8.0),
          .min_time_in_inbox = 3ns,
          .max_time_in_inbox = 50ns};
}

SchedulerStats second_part() {
  return {.stats_period_id = "p-1",
          .start_time = noon - 1s,
          .end_time = noon + 2min,
          .iterations = 10,
          .run_jobs = 10,
          .late_jobs = 20,
          .time_passed_run_time = 30ns,
          .missed_jobs = 40,
          .time_passed_grace_period = 50ns,
          .jobs_cancelled = 60,
          .min_inbox_length = 0,
          .max_inbox_length = 7,
          .avg_inbox_length = 2.0,
          .empty_inbox_time = 11ns,
          .avg_time_in_inbox = Average(16.0),
          .min_time_in_inbox = 5ns,
          .max_time_in_inbox = 70ns};
}

SchedulerStats both_parts() {
  return {.stats_period_id = "p-1",
          .start_time = noon - 1s,
          .end_time = noon + 2min,
          .iterations = 40,
          .run_jobs = 11,
          .late_jobs = 22,
          .time_passed_run_time = 33ns,
          .missed_jobs = 44,
          .time_passed_grace_period = 55ns,
          .jobs_cancelled = 66,
          .min_inbox_length = 0,
          .max_inbox_length = 9,
          .avg_inbox_length = 3.5,
          .empty_inbox_time = 111ns,
          .avg_time_in_inbox = Average(10.0),
          .min_time_in_inbox = 3ns,
          .max_time_in_inbox = 70ns};
}

TEST_CASE_FIXTURE(Migrated, "upsert_scheduler_stats: inserts, then adds, in either order") {
  on_both([&](Executor& ex) {
    CHECK(upsert_scheduler_stats(ex, first_part()) == first_part());
    CHECK(upsert_scheduler_stats(ex, second_part()) == both_parts());
    CHECK(get_scheduler_stats(ex, noon, noon + 1h) == std::vector{both_parts()});
    ex.execute("DELETE FROM scheduler_stats");
    CHECK(upsert_scheduler_stats(ex, second_part()) == second_part());
    CHECK(upsert_scheduler_stats(ex, first_part()) == both_parts());
    CHECK(count(ex, "scheduler_stats") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_scheduler_stats: other periods stay as they are") {
  on_both([&](Executor& ex) {
    SchedulerStats other = first_part();
    other.stats_period_id = "p-2";
    create_scheduler_stats(ex, other);
    upsert_scheduler_stats(ex, first_part());
    upsert_scheduler_stats(ex, second_part());
    CHECK(get_scheduler_stats(ex, noon, noon + 1min) == std::vector{both_parts(), other});
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_scheduler_stats: of a null and a figure the figure stays") {
  on_both([&](Executor& ex) {
    const SchedulerStats bare{
        .stats_period_id = "p-1", .start_time = noon, .end_time = noon + 1min, .iterations = 10};
    CHECK(upsert_scheduler_stats(ex, bare) == bare);
    SchedulerStats expected = bare;
    expected.iterations = 20;
    CHECK(upsert_scheduler_stats(ex, bare) == expected);  // both null: null
    expected = first_part();
    expected.iterations = 50;
    CHECK(upsert_scheduler_stats(ex, first_part()) == expected);  // stored null
    expected.iterations = 60;
    CHECK(upsert_scheduler_stats(ex, bare) == expected);  // given null
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_scheduler_stats: averages of no iterations weigh alike") {
  on_both([&](Executor& ex) {
    SchedulerStats first = first_part();
    SchedulerStats second = second_part();
    first.iterations = second.iterations = 0;
    upsert_scheduler_stats(ex, first);
    const SchedulerStats stored = upsert_scheduler_stats(ex, second);
    CHECK(stored.avg_inbox_length == 3.0);
    CHECK(stored.avg_time_in_inbox == Average(12.0));
    CHECK(upsert_scheduler_stats(ex, first_part()).avg_inbox_length == 4.0);  // 30 outweigh none
    CHECK(upsert_scheduler_stats(ex, second).avg_inbox_length == 4.0);
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_scheduler_stats: refuses keys, negative iterations, NaN") {
  on_both([&](Executor& ex) {
    check_refuses_bad_keys(ex, "scheduler_stats.stats_period_id",
                           [](Executor& on, std::string key) {
                             SchedulerStats wrong = first_part();
                             wrong.stats_period_id = std::move(key);
                             upsert_scheduler_stats(on, wrong);
                           });
    SchedulerStats wrong = first_part();
    wrong.iterations = -1;
    const auto e =
        caught<InvalidArgument>(ex, [&](Executor& on) { upsert_scheduler_stats(on, wrong); });
    CHECK(std::string_view(e.what()).starts_with("scheduler_stats.iterations: "));
    wrong.iterations = 1;
    wrong.avg_inbox_length = std::numeric_limits<double>::quiet_NaN();
    caught<InvalidArgument>(ex, [&](Executor& on) { upsert_scheduler_stats(on, wrong); });
    CHECK(count(ex, "scheduler_stats") == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "upsert_scheduler_stats: a sum beyond int64 is refused, nothing lost") {
  on_both([&](Executor& ex) {
    SchedulerStats most = first_part();
    most.run_jobs = std::numeric_limits<std::int64_t>::max();
    upsert_scheduler_stats(ex, most);
    const auto e =
        caught<Error>(ex, [](Executor& on) { upsert_scheduler_stats(on, second_part()); });
    CHECK((e.kind() == ErrorKind::out_of_range || e.kind() == ErrorKind::type_mismatch));
    CHECK(get_scheduler_stats(ex, noon, noon + 1min) == std::vector{most});
  });
}

TEST_CASE_FIXTURE(Migrated, "write_orchestrator_stats: three runs, and their period with them") {
  on_both([&](Executor& ex) {
    const StatsPeriod period{"p-1", noon, noon + 1min};
    const auto stored = write_orchestrator_stats(
        ex, period,
        {{.run_id = "run-1", .stats_period_id = {}, .runtime = 7ns, .constraints_checked = 2},
         {.run_id = "run-2", .stats_period_id = "p-1", .actions_taken = 3},
         {.run_id = "run-3", .stats_period_id = {}}});
    REQUIRE(stored.size() == 3);
    CHECK(ids(stored, &OrchestratorStats::stats_period_id) == Ids{"p-1", "p-1", "p-1"});
    CHECK(ex.fetch_all<OrchestratorStats>(
              "SELECT run_id, stats_period_id, runtime, constraints_checked, actions_taken "
              "FROM orchestrator_stats ORDER BY run_id") == stored);
    CHECK(get_scheduler_stats(ex, noon, noon + 1h) ==
          std::vector<SchedulerStats>{
              {.stats_period_id = "p-1", .start_time = noon, .end_time = noon + 1min}});
    CHECK(upsert_scheduler_stats(ex, first_part()) == first_part());  // added to a row of nothing
    CHECK(write_orchestrator_stats(ex, {"p-1", noon - 1h, noon + 1h},
                                   {{.run_id = "run-4", .stats_period_id = {}}})
              .size() == 1);
    CHECK(get_scheduler_stats(ex, noon, noon + 1h) == std::vector{first_part()});
    CHECK(write_orchestrator_stats(ex, {"p-2", noon, noon + 1h}, {}).empty());
    CHECK(count(ex, "scheduler_stats") == 2);
  });
}

TEST_CASE_FIXTURE(Migrated, "write_orchestrator_stats: Duplicate leaves neither runs nor period") {
  on_both([&](Executor& ex) {
    write_orchestrator_stats(ex, {"p-1", noon, noon + 1h},
                             {{.run_id = "run-1", .stats_period_id = {}}});
    const auto e = caught<Duplicate>(ex, [](Executor& on) {
      write_orchestrator_stats(
          on, {"p-2", noon, noon + 1h},
          {{.run_id = "run-2", .stats_period_id = {}}, {.run_id = "run-1", .stats_period_id = {}}});
    });
    CHECK(e.constraint() == "pk_orchestrator_stats");
    CHECK(count(ex, "scheduler_stats") == 1);
    CHECK(count(ex, "orchestrator_stats") == 1);
  });
}

TEST_CASE_FIXTURE(Migrated, "write_orchestrator_stats: keys and periods are checked first") {
  on_both([&](Executor& ex) {
    check_refuses_bad_keys(ex, "scheduler_stats.stats_period_id",
                           [](Executor& on, std::string key) {
                             write_orchestrator_stats(on, {std::move(key), noon, noon + 1h},
                                                      {{.run_id = "run-1", .stats_period_id = {}}});
                           });
    check_refuses_bad_keys(ex, "orchestrator_stats.run_id", [](Executor& on, std::string key) {
      write_orchestrator_stats(on, {"p-1", noon, noon + 1h},
                               {{.run_id = std::move(key), .stats_period_id = {}}});
    });
    const auto e = caught<InvalidArgument>(ex, [](Executor& on) {
      write_orchestrator_stats(on, {"p-1", noon, noon + 1h},
                               {{.run_id = "run-1", .stats_period_id = "p-2"}});
    });
    CHECK(std::string_view(e.what()).starts_with("orchestrator_stats.stats_period_id: "));
    CHECK(count(ex, "scheduler_stats") == 0);
  });
}

TEST_SUITE_BEGIN("concurrent");

TEST_CASE_FIXTURE(Migrated, "upsert_scheduler_stats: ten threads, nothing is lost") {
  constexpr int threads = 10;
  constexpr int flushes = 10;
  constexpr std::array periods{"p-0", "p-1", "p-2"};
  const int errors = in_threads(db, threads, [&](Database& own, int t) {
    for (int i = 0; i < flushes; ++i) {
      for (std::size_t p = 0; p < periods.size(); ++p) {
        upsert_scheduler_stats(own, {.stats_period_id = periods[(p + std::size_t(t)) % 3],
                                     .start_time = noon - t * 1s,
                                     .end_time = noon + i * 1s,
                                     .iterations = t,
                                     .run_jobs = 1,
                                     .min_inbox_length = 10 - t,
                                     .max_inbox_length = i,
                                     .avg_inbox_length = 8.0,
                                     .empty_inbox_time = 1ns});
      }
    }
  });
  CHECK(errors == 0);
  const auto stored = get_scheduler_stats(db, noon - 1h, noon + 1h);
  REQUIRE(ids(stored, &SchedulerStats::stats_period_id) == Ids{"p-0", "p-1", "p-2"});
  for (const SchedulerStats& each : stored) {
    CAPTURE(each.stats_period_id);
    CHECK(each == SchedulerStats{.stats_period_id = each.stats_period_id,
                                 .start_time = noon - 9s,
                                 .end_time = noon + 9s,
                                 .iterations = 45 * flushes,
                                 .run_jobs = threads * flushes,
                                 .min_inbox_length = 1,
                                 .max_inbox_length = 9,
                                 .avg_inbox_length = 8.0,
                                 .empty_inbox_time = std::chrono::nanoseconds(threads * flushes)});
  }
}

TEST_CASE_FIXTURE(Migrated, "write_orchestrator_stats: ten threads ensure one period") {
  const int errors = in_threads(db, 10, [](Database& own, int t) {
    for (int i = 0; i < 5; ++i) {
      const std::string run_id = std::to_string(t) + "-" + std::to_string(i);
      write_orchestrator_stats(own, {"p-" + std::to_string(i), noon, noon + 1h},
                               {{.run_id = run_id, .stats_period_id = {}},
                                {.run_id = run_id + "-b", .stats_period_id = {}}});
      upsert_scheduler_stats(own, {.stats_period_id = "p-" + std::to_string(i),
                                   .start_time = noon,
                                   .end_time = noon + 1h,
                                   .iterations = 1});
    }
  });
  CHECK(errors == 0);
  CHECK(count(db, "orchestrator_stats") == 100);
  CHECK(db.fetch_all<std::int64_t>("SELECT iterations FROM scheduler_stats") ==
        std::vector<std::int64_t>(5, 10));
}

TEST_SUITE_END();

}  // namespace
}  // namespace lockstep::tests

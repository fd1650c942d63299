// SPDX-License-Identifier: BSL-1.0
#include <thread>

#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::workflow;

Timestamp second(int n) { return noon + std::chrono::seconds(n); }
Timestamp day(int n) { return noon + std::chrono::days(n); }

std::string numbered(int n) { return "e-" + std::to_string(1000 + n); }

// `n` executions of a workflow, one second after the other, from second `first` on.
void save_many(Executor& ex, int n, const std::string& workflow_id = "wf",
               ExecutionStatus status = ExecutionStatus::completed, int first = 0) {
  ex.atomically([&](Transaction& tx) {
    for (int i = first; i < first + n; ++i) {
      save_execution(tx, execution(numbered(i), workflow_id, second(i), status));
    }
  });
}

// The ids of a page, which must be in order and belong to `total` in all.
Ids page_of(Executor& ex, const ExecutionFilter& filter, const Page& page, std::int64_t total) {
  const ExecutionPage out = list_executions(ex, filter, page);
  CHECK(out.total_count == total);
  CHECK(out.limit == page.limit);
  CHECK(out.offset == page.offset);
  for (std::size_t i = 1; i < out.executions.size(); ++i) {
    CHECK(out.executions[i - 1].started_at >= out.executions[i].started_at);
  }
  return ids(out.executions);
}

std::int64_t total(Executor& ex, const ExecutionFilter& filter) {
  const ExecutionPage out = list_executions(ex, filter);
  CHECK(out.total_count == std::ssize(out.executions));
  return out.total_count;
}

TEST_CASE_FIXTURE(Migrated, "list_executions: pages of 25, newest first") {
  on_both([&](Executor& ex) {
    save_many(ex, 25);
    const auto page = [&](std::optional<std::int64_t> limit, std::int64_t offset) {
      return page_of(ex, {}, {.limit = limit, .offset = offset}, 25);
    };
    const Ids first = page(10, 0);
    CHECK(first.size() == 10);
    CHECK(first.front() == numbered(24));
    CHECK(first.back() == numbered(15));
    const Ids second_page = page(10, 10);
    CHECK(second_page.size() == 10);
    CHECK(second_page.front() == numbered(14));
    const Ids third = page(10, 20);
    CHECK(third.size() == 5);
    CHECK(third.back() == numbered(0));
    CHECK(page(10, 30).empty());
    CHECK(page(100, 0).size() == 25);
    CHECK(page({}, 0).size() == 25);
    CHECK(page({}, 20) == third);
    CHECK(page(0, 0).empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "list_executions: every member, and no nodes") {
  on_both([&](Executor& ex) {
    Execution given = execution("e-1", "nightly", noon, ExecutionStatus::failed);
    given.error_type = ErrorType::data;
    given.error_message = "no rows";
    given.error_node_id = "load";
    given.error_context = Json{"[1]"};
    given.return_value = Json{"{\"a\": 1}"};
    const Execution stored = save_execution(ex, given);
    const Execution bare = save_execution(ex, execution("e-2", "nightly", noon - 1s));
    using All = std::vector<Execution>;
    CHECK(list_executions(ex).executions == All{stored, bare});
    CHECK(list_executions_by_workflow(ex, "nightly") == All{stored, bare});
    CHECK(list_executions_by_status(ex, ExecutionStatus::failed) == All{stored});
  });
}

TEST_CASE_FIXTURE(Migrated, "list_executions: ties by id downwards, in every list") {
  on_both([&](Executor& ex) {
    for (const char* id : {"b", "d", "a", "c"}) save_execution(ex, execution(id));
    const Ids expected{"d", "c", "b", "a"};
    CHECK(page_of(ex, {}, {}, 4) == expected);
    CHECK(page_of(ex, {}, {.limit = 2, .offset = 1}, 4) == Ids{"c", "b"});
    CHECK(ids(list_executions_by_workflow(ex, "wf")) == expected);
    CHECK(ids(list_executions_by_status(ex, ExecutionStatus::running)) == expected);
  });
}

TEST_CASE_FIXTURE(Migrated, "list_executions: by status") {
  on_both([&](Executor& ex) {
    save_many(ex, 10, "wf", ExecutionStatus::completed, 0);
    save_many(ex, 5, "wf", ExecutionStatus::failed, 100);
    save_many(ex, 3, "wf", ExecutionStatus::running, 200);
    save_many(ex, 2, "wf", ExecutionStatus::cancelled, 300);
    save_many(ex, 5, "wf", ExecutionStatus::pending, 400);
    const auto check = [&](ExecutionStatus status, std::int64_t n) {
      CHECK(total(ex, {.status = status}) == n);
      CHECK(std::ssize(list_executions_by_status(ex, status)) == n);
      for (const Execution& each : list_executions(ex, {.status = status}).executions) {
        CHECK(each.status == status);
      }
    };
    check(ExecutionStatus::completed, 10);
    check(ExecutionStatus::failed, 5);
    check(ExecutionStatus::running, 3);
    check(ExecutionStatus::cancelled, 2);
    check(ExecutionStatus::pending, 5);
    check(ExecutionStatus::timed_out, 0);
    CHECK(list_executions_by_status(ex, ExecutionStatus::completed, 4).size() == 4);
    CHECK(list_executions_by_status(ex, ExecutionStatus::completed, 0).empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "list_executions: by workflow, exactly") {
  on_both([&](Executor& ex) {
    save_many(ex, 7, "workflow-1", ExecutionStatus::completed, 0);
    save_many(ex, 12, "workflow-2", ExecutionStatus::completed, 100);
    save_many(ex, 5, "Workflow-2", ExecutionStatus::completed, 200);
    const auto check = [&](const std::string& workflow_id, std::int64_t n) {
      CHECK(total(ex, {.workflow_id = workflow_id}) == n);
      CHECK(std::ssize(list_executions_by_workflow(ex, workflow_id)) == n);
    };
    check("workflow-1", 7);
    check("workflow-2", 12);
    check("Workflow-2", 5);
    check("workflow", 0);
    CHECK(ids(list_executions_by_workflow(ex, "workflow-1", 2)) == Ids{numbered(6), numbered(5)});
    CHECK(list_executions_by_workflow(ex, "workflow-1", 0).empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "list_executions: by time, from an instant to before another") {
  on_both([&](Executor& ex) {
    ex.atomically([&](Transaction& tx) {
      for (int i = 0; i < 30; ++i) save_execution(tx, execution(numbered(i), "wf", day(i)));
    });
    using Bound = std::optional<Timestamp>;
    const auto check = [&](Bound after, Bound before, std::int64_t n, int newest, int oldest) {
      const Ids found = page_of(ex, {.started_after = after, .started_before = before}, {}, n);
      REQUIRE(std::ssize(found) == n);
      if (n == 0) return;
      CHECK(found.front() == numbered(newest));
      CHECK(found.back() == numbered(oldest));
    };
    check(day(23), day(30), 7, 29, 23);
    check(day(10), day(20), 10, 19, 10);
    check({}, {}, 30, 29, 0);
    check(day(-10), day(0), 0, 0, 0);
    check(day(30), day(40), 0, 0, 0);
    check(day(15), {}, 15, 29, 15);
    check({}, day(10), 10, 9, 0);
    check(day(10), day(10), 0, 0, 0);
    check(day(10), day(10) + 1us, 1, 10, 10);
    check(day(10) + 1us, day(11) + 1us, 1, 11, 11);
  });
}

TEST_CASE_FIXTURE(Migrated, "list_executions: the ends of the calendar") {
  on_both([&](Executor& ex) {
    const Timestamp first = std::chrono::sys_days(std::chrono::year(1) / 1 / 1);
    const Timestamp last = std::chrono::sys_days(std::chrono::year(10000) / 1 / 1) - 1us;
    save_execution(ex, execution("first", "wf", first));
    save_execution(ex, execution("last", "wf", last));
    CHECK(page_of(ex, {}, {}, 2) == Ids{"last", "first"});
    CHECK(page_of(ex, {.started_before = last}, {}, 1) == Ids{"first"});
    CHECK(page_of(ex, {.started_after = last}, {}, 1) == Ids{"last"});
    CHECK(page_of(ex, {.started_before = first}, {}, 0).empty());
    caught<InvalidArgument>(ex, [&](Executor& on) {
      static_cast<void>(list_executions(on, {.started_before = last + 1us}));
    });
    caught<InvalidArgument>(ex, [&](Executor& on) {
      static_cast<void>(list_executions(on, {.started_after = first - 1us}));
    });
  });
}

TEST_CASE_FIXTURE(Migrated, "list_executions: a part of the workflow's name, in either case") {
  on_both([&](Executor& ex) {
    int n = 0;
    for (const char* name : {"data-pipeline-prod", "data-pipeline-dev", "Data-Import",
                             "email-notification", "user-DATA-export", "cleanup"}) {
      save_execution(ex, execution(numbered(n), name, second(n)));
      ++n;
    }
    const auto check = [&](const char* search, const Ids& expected) {
      CHECK(page_of(ex, {.workflow_name_search = search}, {}, std::ssize(expected)) == expected);
    };
    check("data", {numbered(4), numbered(2), numbered(1), numbered(0)});
    check("DATA", {numbered(4), numbered(2), numbered(1), numbered(0)});
    check("pipeline", {numbered(1), numbered(0)});
    check("email-notification", {numbered(3)});
    check("p", {numbered(5), numbered(4), numbered(2), numbered(1), numbered(0)});
    check("nothing", {});
    CHECK(total(ex, {.workflow_name_search = ""}) == 6);
  });
}

TEST_CASE_FIXTURE(Migrated, "list_executions: every character of a search is that character") {
  on_both([&](Executor& ex) {
    int n = 0;
    for (const char* name : {"a%b", "a_b", "a!b", "a\\b", "a'b", "axb", "\xC3\x89t\xC3\xA9"}) {
      save_execution(ex, execution(numbered(n), name, second(n)));
      ++n;
    }
    const auto check = [&](const std::string& search, const Ids& expected) {
      CHECK(page_of(ex, {.workflow_name_search = search}, {}, std::ssize(expected)) == expected);
    };
    check("a%b", {numbered(0)});
    check("%", {numbered(0)});
    check("_", {numbered(1)});
    check("!", {numbered(2)});
    check("!%", {});
    check("\\", {numbered(3)});
    check("'", {numbered(4)});
    check("\xC3\x89T\xC3\xA9", {numbered(6)});
    check(" ", {});
    check(std::string(255, 'a'), {});
    for (const std::string& bad :
         {std::string(256, 'a'), std::string("a\0b", 3), std::string("\xFF")}) {
      caught<InvalidArgument>(ex, [&](Executor& on) {
        static_cast<void>(list_executions(on, {.workflow_name_search = bad}));
      });
    }
  });
}

TEST_CASE_FIXTURE(Migrated, "list_executions: all conditions together") {
  on_both([&](Executor& ex) {
    save_many(ex, 10, "target-workflow", ExecutionStatus::completed, 0);
    save_many(ex, 5, "target-workflow", ExecutionStatus::failed, 20);
    save_many(ex, 20, "other-workflow", ExecutionStatus::completed, 40);
    const ExecutionFilter both{.workflow_id = "target-workflow",
                               .status = ExecutionStatus::completed};
    CHECK(total(ex, both) == 10);
    ExecutionFilter dated = both;
    dated.started_after = second(5);
    dated.started_before = second(10);
    CHECK(total(ex, dated) == 5);
    CHECK(page_of(ex, {.status = ExecutionStatus::completed}, {.limit = 15}, 30).size() == 15);
    CHECK(total(ex, {.workflow_id = "target-workflow", .workflow_name_search = "GET"}) == 15);
    CHECK(total(ex, {.status = ExecutionStatus::failed, .workflow_name_search = "target"}) == 5);
    dated.workflow_name_search = "target";
    CHECK(total(ex, dated) == 5);
    dated.workflow_name_search = "other";
    CHECK(total(ex, dated) == 0);
  });
}

TEST_CASE_FIXTURE(Migrated, "list_executions: of an empty store, nothing and no error") {
  on_both([&](Executor& ex) {
    CHECK(page_of(ex, {}, {}, 0).empty());
    CHECK(page_of(ex, {.workflow_id = "nightly", .status = ExecutionStatus::failed},
                  {.limit = 10, .offset = 5}, 0)
              .empty());
    CHECK(page_of(ex, {.started_after = noon, .workflow_name_search = "x"}, {}, 0).empty());
    CHECK(list_executions_by_workflow(ex, "nightly").empty());
    CHECK(list_executions_by_status(ex, ExecutionStatus::failed).empty());
  });
}

TEST_CASE_FIXTURE(Migrated, "list_executions: what cannot be asked is InvalidArgument") {
  on_both([&](Executor& ex) {
    const auto refuses = [&](const ExecutionFilter& filter, const Page& page = {}) {
      caught<InvalidArgument>(
          ex, [&](Executor& on) { static_cast<void>(list_executions(on, filter, page)); });
    };
    refuses({}, {.limit = -1});
    refuses({}, {.offset = -1});
    refuses({.started_after = noon, .started_before = noon - 1us});
    refuses({.status = static_cast<ExecutionStatus>(9)});
    check_refuses_bad_keys(ex, "filter.workflow_id", [](Executor& on, const std::string& key) {
      static_cast<void>(list_executions(on, {.workflow_id = key}));
    });
    check_refuses_bad_keys(ex, "execution.workflow_id", [](Executor& on, const std::string& key) {
      static_cast<void>(list_executions_by_workflow(on, key));
    });
    caught<InvalidArgument>(
        ex, [](Executor& on) { static_cast<void>(list_executions_by_workflow(on, "wf", -1)); });
    caught<InvalidArgument>(ex, [](Executor& on) {
      static_cast<void>(list_executions_by_status(on, ExecutionStatus::failed, -1));
    });
    caught<InvalidArgument>(ex, [](Executor& on) {
      static_cast<void>(list_executions_by_status(on, static_cast<ExecutionStatus>(9)));
    });
  });
}

TEST_SUITE_BEGIN("concurrent");

TEST_CASE_FIXTURE(Migrated, "list_executions: ten threads, twenty questions each") {
  save_many(db, 50, "workflow-0", ExecutionStatus::completed, 0);
  save_many(db, 50, "workflow-1", ExecutionStatus::failed, 50);
  std::atomic<int> wrong{0};
  const auto ask = [&](int n) {
    switch (n % 5) {
      case 0:
        return list_executions(db, {}, {.limit = 10, .offset = n}).total_count == 100;
      case 1:
        return list_executions(db, {.workflow_id = "workflow-1"}).total_count == 50;
      case 2:
        return list_executions(db, {.status = ExecutionStatus::failed}).total_count == 50;
      case 3:
        return load_execution(db, numbered(n)).execution.id == numbered(n);
      default:
        return list_executions(db, {.started_after = second(90)}).executions.size() == 10;
    }
  };
  std::vector<std::thread> threads;
  for (int t = 0; t < 10; ++t) {
    threads.emplace_back([&, t] {
      try {
        for (int i = 0; i < 20; ++i) wrong += ask(t + i) ? 0 : 1;
      } catch (const std::exception&) {
        ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
}

TEST_SUITE_END();

}  // namespace
}  // namespace lockstep::tests

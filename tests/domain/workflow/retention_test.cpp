// SPDX-License-Identifier: BSL-1.0
#include "rows.hpp"

namespace lockstep::tests {
namespace {

using namespace lockstep::workflow;

Ids kept(Database& db) { return ids(list_executions(db).executions); }

// Deletes what count_retention has announced.
RetentionResult purge(Database& db, const RetentionPolicy& policy) {
  const RetentionResult announced = count_retention(db, policy);
  const RetentionResult done = run_retention(db, policy);
  CHECK(announced == done);
  return done;
}

Timestamp hour(int n) { return noon + std::chrono::hours(n); }

TEST_CASE_FIXTURE(Migrated, "run_retention: by age, what has ended longer ago") {
  save_execution(db, execution("completed", "wf", hour(1), ExecutionStatus::completed));
  save_execution(db, execution("failed", "wf", hour(2), ExecutionStatus::failed));
  save_execution(db, execution("cancelled", "wf", hour(3), ExecutionStatus::cancelled));
  save_execution(db, execution("timed out", "wf", hour(4), ExecutionStatus::timed_out));
  save_execution(db, execution("running", "wf", hour(5), ExecutionStatus::running));
  save_execution(db, execution("pending", "wf", hour(6), ExecutionStatus::pending));
  Execution slow = execution("slow", "wf", hour(7), ExecutionStatus::completed);
  slow.completed_at = hour(20);
  save_execution(db, slow);
  Execution endless = execution("endless", "wf", hour(8), ExecutionStatus::cancelled);
  endless.completed_at.reset();
  save_execution(db, endless);
  save_execution(db, execution("at the edge", "wf", hour(10) - 1s, ExecutionStatus::completed));
  save_execution(db, execution("young", "wf", hour(11), ExecutionStatus::completed));
  clock.set(hour(20));
  CHECK(purge(db, {.max_age = 10h}) == RetentionResult{.too_old = 5});
  CHECK(kept(db) == Ids{"young", "at the edge", "slow", "pending", "running"});
  CHECK(purge(db, {.max_age = 10h}) == RetentionResult{});
  clock.advance(1us);
  CHECK(purge(db, {.max_age = 10h}) == RetentionResult{.too_old = 1});
  CHECK(kept(db) == Ids{"young", "slow", "pending", "running"});
}

TEST_CASE_FIXTURE(Migrated, "run_retention: by number, what is not among its workflow's newest") {
  for (const std::string name : {"a", "b"}) {
    for (int n = 0; n < 4; ++n) {
      save_execution(
          db, execution(name + std::to_string(n), name, hour(n), ExecutionStatus::completed));
    }
  }
  save_execution(db, execution("a-tie", "a", hour(1), ExecutionStatus::completed));
  save_execution(db, execution("b-old", "b", hour(-2), ExecutionStatus::running));
  save_execution(db, execution("b-new", "b", hour(9), ExecutionStatus::running));
  save_execution(db, execution("c0", "c", hour(-3), ExecutionStatus::failed));
  CHECK(purge(db, {.keep_newest = 3}) == RetentionResult{.too_many = 4});
  CHECK(kept(db) == Ids{"b-new", "b3", "a3", "b2", "a2", "a1", "b-old", "c0"});
  CHECK(purge(db, {.keep_newest = 0}) == RetentionResult{.too_many = 6});
  CHECK(kept(db) == Ids{"b-new", "b-old"});
}

TEST_CASE_FIXTURE(Migrated, "run_retention: either reason is enough, age is told first") {
  for (int n = 0; n < 6; ++n) {
    save_execution(db, execution("e-" + std::to_string(n), "wf", hour(n), ExecutionStatus::failed));
  }
  clock.set(hour(10));
  CHECK(purge(db, {.max_age = 8h, .keep_newest = 3}) ==
        RetentionResult{.too_old = 2, .too_many = 1});
  CHECK(kept(db) == Ids{"e-5", "e-4", "e-3"});
}

TEST_CASE_FIXTURE(Migrated, "run_retention: places are counted when the old ones are gone") {
  save_execution(db, execution("short", "wf", hour(5), ExecutionStatus::completed));
  Execution lasting = execution("long", "wf", hour(1), ExecutionStatus::completed);
  lasting.completed_at = hour(20);
  save_execution(db, lasting);
  clock.set(hour(21));
  CHECK(purge(db, {.max_age = 10h, .keep_newest = 1}) == RetentionResult{.too_old = 1});
  CHECK(kept(db) == Ids{"long"});
}

TEST_CASE_FIXTURE(Migrated,
                  "run_retention: stops before a batch, and goes on when it is called again") {
  save_execution(db, execution("old", "wf", noon, ExecutionStatus::completed));
  std::stop_source stop;
  stop.request_stop();
  const RetentionResult stopped =
      run_retention(db, {.max_age = 0us, .keep_newest = 0}, stop.get_token());
  CHECK(stopped == RetentionResult{.finished = false});
  CHECK(count(db, "executions") == 1);
  CHECK(purge(db, {.keep_newest = 0}) == RetentionResult{.too_many = 1});
}

TEST_CASE_FIXTURE(Migrated, "run_retention: nodes and variables go too; no reason, no deletion") {
  save_execution_with_nodes(db, execution("old", "wf", noon, ExecutionStatus::completed),
                            {node_of("old", "n-1")});
  save_variable_snapshot(db, change_of("old", "a"));
  CHECK(purge(db, {}) == RetentionResult{});
  CHECK(count(db, "executions") == 1);
  CHECK(purge(db, {.keep_newest = 0}) == RetentionResult{.too_many = 1});
  CHECK(count(db, "node_executions") == 0);
  CHECK(count(db, "variable_snapshots") == 0);
}

TEST_CASE_FIXTURE(Migrated, "run_retention: more than a batch") {
  using Row = std::tuple<std::string, Timestamp>;
  std::vector<Row> rows;
  for (int n = 0; n < 1'203; ++n) rows.emplace_back("e-" + std::to_string(n), noon + n * 1s);
  db.insert_all(
      "INSERT INTO executions (id, workflow_id, workflow_version, status, started_at) "
      "VALUES (?, 'wf', '1', 'completed', ?)",
      rows);
  CHECK(purge(db, {.keep_newest = 2}) == RetentionResult{.too_many = 1'201});
  CHECK(kept(db) == Ids{"e-1202", "e-1201"});
}

TEST_CASE_FIXTURE(Migrated, "run_retention: ages without end, and what cannot be meant") {
  save_execution(db, execution("old", "wf", noon - 24h, ExecutionStatus::completed));
  CHECK(purge(db, {.max_age = std::chrono::microseconds::max()}) == RetentionResult{});
  CHECK_THROWS_AS(run_retention(db, {.max_age = -1us}), InvalidArgument);
  CHECK_THROWS_AS(run_retention(db, {.keep_newest = -1}), InvalidArgument);
  CHECK_THROWS_AS((void)count_retention(db, {.max_age = -1us}), InvalidArgument);
  CHECK_THROWS_AS((void)count_retention(db, {.keep_newest = -1}), InvalidArgument);
  CHECK(count(db, "executions") == 1);
  clock.set(noon);
  CHECK(purge(db, {.max_age = 0us}) == RetentionResult{.too_old = 1});
}

}  // namespace
}  // namespace lockstep::tests

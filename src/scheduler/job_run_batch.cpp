// SPDX-License-Identifier: BSL-1.0
#include <map>

#include "lockstep/scheduler/job_run.hpp"
#include "schema.hpp"

namespace lockstep::scheduler {
namespace {

using detail::statement;

// Which of ten run_ids exist, without a lock: an UPDATE that finds nothing locks the gap on InnoDB,
// and two batches of new runs would meet in a deadlock.
constexpr Sql find_sql = statement("scheduler.upsert_job_runs.find", R"(
SELECT run_id, job_id, scheduled_at
FROM job_runs
WHERE run_id IN (:run_id, :run_1, :run_2, :run_3, :run_4, :run_5, :run_6, :run_7, :run_8,
                 :run_9)
ORDER BY run_id)");

// See update_job_run_status for the lease and the order.
constexpr Sql update_sql = statement("scheduler.upsert_job_runs.update", R"(
UPDATE job_runs
SET started_at = :started_at, completed_at = :completed_at, success = :success, error = :error,
    claimed_by = CASE WHEN status = :status THEN claimed_by END,
    lease_until = CASE WHEN status = :status THEN lease_until END,
    status = :status
WHERE run_id = :run_id)");

constexpr Sql insert_sql = statement("scheduler.upsert_job_runs", R"(
INSERT INTO job_runs (job_id, run_id, scheduled_at, started_at, completed_at, status, success,
                      error)
VALUES (:job_id, :run_id, :scheduled_at, :started_at, :completed_at, :status, :success, :error))");

// What never changes of a run.
struct RunIdentity {
  std::string run_id;
  std::string job_id;
  Timestamp scheduled_at = {};

  static constexpr void columns(auto&& column) {
    column("run_id", &RunIdentity::run_id);
    column("job_id", &RunIdentity::job_id);
    column("scheduled_at", &RunIdentity::scheduled_at);
  }
};

struct Write {
  const JobRun* run = nullptr;
  bool known = false;  // the run exists
};

// In the order of run_id, in which every batch takes its locks: without one, two batches of the
// same runs would meet in a deadlock.
using Writes = std::map<std::string_view, Write>;

Writes last_of_each(std::span<const JobRun> batch) {
  Writes writes;
  for (const JobRun& run : batch) {
    require_key("job_run.job_id", run.job_id);
    require_key("job_run.run_id", run.run_id);
    writes[run.run_id].run = &run;
  }
  return writes;
}

[[noreturn]] void refuse(ErrorKind kind, std::string what) {
  ErrorInfo info;
  info.kind = kind;
  info.what = std::move(what);
  info.table = "job_runs";
  info.statement = update_sql.name();
  if (kind == ErrorKind::duplicate) {
    info.constraint = "idx_job_runs_run_id";
    info.columns = {"run_id"};
  }
  raise(std::move(info));
}

void find_known(Executor& db, Writes& writes) {
  for (auto it = writes.begin(); it != writes.end();) {
    std::array<std::string_view, 10> ids;
    ids.fill(it->first);
    for (std::size_t i = 0; i < ids.size() && it != writes.end(); ++i, ++it) ids[i] = it->first;
    const auto found = std::apply(
        [&](const auto&... id) { return db.fetch_all<RunIdentity>(find_sql, id...); }, ids);
    for (const RunIdentity& each : found) {
      Write& write = writes.at(each.run_id);
      write.known = true;
      if (write.run->job_id != each.job_id || write.run->scheduled_at != each.scheduled_at) {
        refuse(ErrorKind::duplicate, "the run_id is that of a run of another job or time");
      }
    }
  }
}

// As many as follow each other and are alike, in one go; moves `it` behind them.
void write_some(Transaction& tx, const Writes& writes, Writes::const_iterator& it,
                UpsertedRuns& done) {
  const bool known = it->second.known;
  std::vector<JobRun> rows;
  for (; it != writes.end() && it->second.known == known; ++it) rows.push_back(*it->second.run);
  if (!known) {
    done.inserted += tx.insert_all(insert_sql, rows);
    return;
  }
  const std::uint64_t updated = tx.execute_all(update_sql, rows);
  if (updated != rows.size()) refuse(ErrorKind::serialization, "a run was deleted meanwhile");
  done.updated += updated;
}

}  // namespace

std::span<const Sql* const> detail::job_run_batch_statements() noexcept {
  static constexpr std::array all{&find_sql, &update_sql, &insert_sql};
  return all;
}

UpsertedRuns upsert_job_runs(Executor& db, std::span<const JobRun> batch) {
  Writes writes = last_of_each(batch);
  if (writes.empty()) return {};
  // Before the transaction: what it had read would be all that it sees on MySQL, and each run that
  // others have written since a conflict.
  find_known(db, writes);
  return db.atomically([&](Transaction& tx) {
    UpsertedRuns done;
    for (auto it = writes.cbegin(); it != writes.cend();) write_some(tx, writes, it, done);
    return done;
  });
}

}  // namespace lockstep::scheduler

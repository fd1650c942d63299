// SPDX-License-Identifier: BSL-1.0
#include <algorithm>

#include "lockstep/migrate.hpp"
#include "migrate/lock.hpp"
#include "migrate/options.hpp"
#include "migrate/runner.hpp"

namespace lockstep {
namespace {

using detail::Ledger;
using detail::LedgerRow;
using detail::Pinned;
using detail::Task;

std::vector<MigrationStep> steps_of(std::vector<Task> tasks) {
  std::vector<MigrationStep> steps;
  steps.reserve(tasks.size());
  for (Task& task : tasks) steps.push_back(std::move(task.step));
  return steps;
}

// One call of the migrator: a connection, and the ledger on it.
class Operation {
 public:
  Operation(Database& db, const MigrationSet& set, const MigratorOptions& options)
      : set_(set),
        options_(options),
        connection_(db),
        ledger_(connection_, {options.applied_by, options.host}) {}

  [[nodiscard]] std::vector<Task> plan(const MigrationGoal& goal);
  std::vector<MigrationStep> run(const MigrationGoal& goal);
  std::vector<MigrationStep> resume();

 private:
  [[nodiscard]] detail::PlanInput input(const std::vector<LedgerRow>& rows);
  [[nodiscard]] bool nothing_to_do(const MigrationGoal& goal);
  void prepare_ledger();
  std::vector<MigrationStep> run_locked(const MigrationGoal& goal);
  void require_unstopped(const MigrationStep& step);
  std::vector<MigrationStep> run_files(detail::Runner& runner, MigrationGoal goal);
  std::vector<MigrationStep> run_whole(detail::Runner& runner, const MigrationGoal& goal);
  std::vector<MigrationStep> run_once(detail::Runner& runner, const MigrationGoal& goal);

  const MigrationSet& set_;
  const MigratorOptions& options_;
  Pinned connection_;
  Ledger ledger_;
};

detail::PlanInput Operation::input(const std::vector<LedgerRow>& rows) {
  return {set_, rows, connection_.capabilities().transactional_ddl, options_.stored_down,
          [this](const LedgerRow& row) { return ledger_.down_text(row); },
          detail::name_server(set_.engine(), connection_.version()), options_.out_of_order,
          options_.strict};
}

std::vector<Task> Operation::plan(const MigrationGoal& goal) {
  const auto rows = ledger_.rows();
  return detail::make_plan(input(rows), goal);
}

// A ledger that does not fit may be one that another migrator is changing just now: it is judged
// under the lock.
bool Operation::nothing_to_do(const MigrationGoal& goal) {
  try {
    return plan(goal).empty();
  } catch (const InvalidState&) {
    return false;
  }
}

std::vector<MigrationStep> Operation::run(const MigrationGoal& goal) {
  if (nothing_to_do(goal)) return {};
  const bool transactional = connection_.capabilities().transactional_ddl;
  if (options_.dry_run && !transactional) return steps_of(plan(goal));
  if (options_.scope == TransactionScope::run && !transactional) {
    raise(ErrorKind::unsupported, "migrator: this engine has no transaction for all files");
  }
  detail::require_primary(connection_);
  if (options_.prepare_session) options_.prepare_session(connection_.soci());
  try {
    return run_locked(goal);
  } catch (const ReadOnly&) {  // of the ledger's own first write
    detail::raise_read_only("read-only");
  }
}

std::vector<MigrationStep> Operation::run_locked(const MigrationGoal& goal) {
  detail::MigrationLock lock(connection_, ledger_, options_);
  detail::Runner runner(connection_, ledger_, lock, options_, set_);
  const bool whole = options_.dry_run || options_.scope == TransactionScope::run;
  return whole ? run_whole(runner, goal) : run_files(runner, goal);
}

void Operation::require_unstopped(const MigrationStep& step) {
  detail::require_unstopped(options_, "before " + step.domain + '/' + step.version);
}

// Where no lock is held (SQLite), or it does not hold (behind a pooler), another migrator can come
// first at any file: then the ledger is read again.
std::vector<MigrationStep> Operation::run_files(detail::Runner& runner, MigrationGoal goal) {
  std::vector<MigrationStep> done;
  for (;;) {
    std::vector<Task> tasks = plan(goal);
    if (tasks.empty()) return done;
    if (!ledger_.ready()) prepare_ledger();
    const auto overtaken = std::ranges::find_if(tasks, [&](Task& task) {
      require_unstopped(task.step);
      if (!runner.run(task)) return true;
      done.push_back(std::move(task.step));
      if (goal.count) --*goal.count;
      return false;
    });
    if (overtaken == tasks.end()) return done;
  }
}

std::vector<MigrationStep> Operation::run_whole(detail::Runner& runner,
                                                const MigrationGoal& goal) {
  for (;;) {
    try {
      return run_once(runner, goal);
    } catch (const detail::RunAgain&) {
      // The runner counts how often.
    }
  }
}

std::vector<MigrationStep> Operation::run_once(detail::Runner& runner, const MigrationGoal& goal) {
  const detail::Undo undo(connection_);
  detail::begin_patiently(connection_, options_);
  std::vector<Task> tasks = plan(goal);
  runner.require_whole(tasks);
  if (!ledger_.ready()) ledger_.prepare();
  for (Task& task : tasks) {
    require_unstopped(task.step);
    if (runner.run(task)) continue;
    raise(ErrorKind::migration_locked,
          "migrator: another one was faster with " + task.step.domain + '/' + task.step.version);
  }
  if (!options_.dry_run && !tasks.empty()) runner.commit_whole(tasks);
  return steps_of(std::move(tasks));
}

// Under the lock, so that what is unfinished is not what another migrator is just doing.
std::vector<MigrationStep> Operation::resume() {
  if (ledger_.rows().empty()) return {};
  detail::require_primary(connection_);
  if (options_.prepare_session) options_.prepare_session(connection_.soci());
  detail::MigrationLock lock(connection_, ledger_, options_);
  detail::Runner runner(connection_, ledger_, lock, options_, set_);
  if (!ledger_.ready()) prepare_ledger();
  const auto rows = ledger_.rows();
  std::vector<MigrationStep> done;
  for (detail::Resumption& resumption : detail::plan_resume(input(rows))) {
    if (!runner.resume(resumption)) {
      raise(ErrorKind::migration_locked, "migration lock: another migrator is at work on it");
    }
    done.push_back(std::move(resumption.task.step));
  }
  return done;
}

void Operation::prepare_ledger() {
  const bool transactional = connection_.capabilities().transactional_ddl;
  try {
    if (transactional) detail::begin_patiently(connection_, options_);
    ledger_.prepare();
    if (transactional) connection_.commit();
  } catch (const Error& error) {
    connection_.rollback();
    const bool race =
        error.kind() == ErrorKind::already_exists || error.kind() == ErrorKind::duplicate;
    if (!race || !ledger_.ready()) throw;
  }
}

}  // namespace

Migrator::Migrator(Database& db, MigrationSet set, MigratorOptions options)
    : db_(&db), set_(std::move(set)), options_(std::move(options)) {
  detail::prepare_options(db, set_, options_);
}

std::vector<MigrationStep> Migrator::plan(const MigrationGoal& goal) {
  return steps_of(Operation(*db_, set_, options_).plan(goal));
}

std::vector<MigrationStep> Migrator::run(const MigrationGoal& goal) {
  return Operation(*db_, set_, options_).run(goal);
}

std::vector<MigrationStep> Migrator::resume() { return Operation(*db_, set_, options_).resume(); }

}  // namespace lockstep

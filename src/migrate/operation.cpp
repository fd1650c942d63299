// SPDX-License-Identifier: BSL-1.0
#include "migrate/operation.hpp"

#include <algorithm>

#include "migrate/plan_parts.hpp"

namespace lockstep::detail {
namespace {

Steps steps_of(std::vector<Task> tasks) {
  Steps steps;
  steps.reserve(tasks.size());
  for (Task& task : tasks) steps.push_back(std::move(task.step));
  return steps;
}

std::vector<MigrationGoal> goals_after(const Course& course, const Steps& done) {
  return course.then ? course.then(done) : std::vector<MigrationGoal>();
}

// The ledger as it would be after these.
void pretend(std::vector<LedgerRow>& rows, const std::vector<Task>& tasks) {
  for (const Task& task : tasks) {
    const MigrationStep& step = task.step;
    if (step.direction == MigrationDirection::down) {
      std::erase_if(rows, [&](const LedgerRow& row) {
        return row.domain == step.domain && same_version(row.version, step.version);
      });
    } else {
      LedgerRow& row = rows.emplace_back();
      row.domain = step.domain;
      row.version = step.version;
    }
  }
}

}  // namespace

Operation::Operation(Database& db, const MigrationSet& set, const MigratorOptions& options)
    : set_(set),
      options_(options),
      connection_(db),
      ledger_(connection_, {options.applied_by, options.host}) {}

PlanInput Operation::input(const std::vector<LedgerRow>& rows) {
  return {set_,
          rows,
          connection_.capabilities().transactional_ddl,
          options_.stored_down,
          [this](const LedgerRow& row) { return ledger_.down_text(row); },
          name_server(set_.engine(), connection_.version()),
          options_.out_of_order,
          options_.strict};
}

std::vector<Task> Operation::tasks_of(const std::vector<LedgerRow>& rows, const MigrationGoal& goal,
                                      bool needs_files) {
  std::vector<Task> tasks = make_plan(input(rows), goal);
  for (const Task& task : tasks) {
    const MigrationStep& step = task.step;
    if (!needs_files || step.repeatable || set_.find(step.domain, step.version) != nullptr)
      continue;
    refuse_migration(step.domain, step.version,
                     "it has no file, so that it could not be applied again");
  }
  return tasks;
}

std::vector<Task> Operation::all_tasks(const Course& course) {
  std::vector<LedgerRow> rows = ledger_.rows();
  std::vector<Task> tasks = tasks_of(rows, course.first, course.needs_files);
  if (!course.then) return tasks;
  pretend(rows, tasks);
  for (const MigrationGoal& goal : course.then(steps_of(tasks))) {
    std::vector<Task> next = tasks_of(rows, goal);
    pretend(rows, next);
    std::ranges::move(next, std::back_inserter(tasks));
  }
  return tasks;
}

Steps Operation::plan(const Course& course) { return steps_of(all_tasks(course)); }

// A ledger that does not fit may be one that another migrator is changing just now: it is judged
// under the lock.
bool Operation::nothing_to_do(const Course& course) {
  try {
    return all_tasks(course).empty();
  } catch (const InvalidState&) {
    return false;
  }
}

Steps Operation::run(const Course& course) {
  if (nothing_to_do(course)) return {};
  const bool transactional = connection_.capabilities().transactional_ddl;
  if (options_.dry_run && !transactional) return plan(course);
  if (options_.scope == TransactionScope::run && !transactional) {
    raise(ErrorKind::unsupported, "migrator: this engine has no transaction for all files");
  }
  require_primary(connection_);
  if (options_.prepare_session) options_.prepare_session(connection_.soci());
  try {
    return run_locked(course);
  } catch (const ReadOnly&) {  // of the ledger's own first write
    raise_read_only("read-only");
  }
}

Steps Operation::run_locked(const Course& course) {
  MigrationLock lock(connection_, ledger_, options_);
  Runner runner(connection_, ledger_, lock, options_);
  const bool whole = options_.dry_run || options_.scope == TransactionScope::run;
  return whole ? run_whole(runner, course) : run_files(runner, course);
}

void Operation::require_unstopped(const MigrationStep& step) {
  detail::require_unstopped(options_, "before " + step.domain + '/' + step.version);
}

Steps Operation::run_files(Runner& runner, const Course& course) {
  if (course.then) (void)all_tasks(course);  // or it throws, with nothing done
  Steps done;
  run_goal(runner, course.first, course.needs_files, done);
  for (const MigrationGoal& goal : goals_after(course, done)) run_goal(runner, goal, false, done);
  return done;
}

// Where no lock is held (SQLite), or it does not hold (behind a pooler), another migrator can come
// first at any file: then the ledger is read again.
void Operation::run_goal(Runner& runner, MigrationGoal goal, bool needs_files, Steps& done) {
  for (;;) {
    std::vector<Task> tasks = tasks_of(ledger_.rows(), goal, needs_files);
    if (tasks.empty()) return;
    if (!ledger_.ready()) prepare_ledger();
    const auto overtaken = std::ranges::find_if(tasks, [&](Task& task) {
      require_unstopped(task.step);
      if (!runner.run(task)) return true;
      done.push_back(std::move(task.step));
      if (goal.count) --*goal.count;
      return false;
    });
    if (overtaken == tasks.end()) return;
  }
}

Steps Operation::run_whole(Runner& runner, const Course& course) {
  for (;;) {
    try {
      return run_once(runner, course);
    } catch (const RunAgain&) {
      // The runner counts how often.
    }
  }
}

Steps Operation::run_once(Runner& runner, const Course& course) {
  const Undo undo(connection_);
  runner.prepare_whole(all_tasks(course));
  begin_patiently(connection_, options_);
  Steps done;
  run_goal_whole(runner, tasks_of(ledger_.rows(), course.first, course.needs_files), done);
  for (const MigrationGoal& goal : goals_after(course, done)) {
    run_goal_whole(runner, tasks_of(ledger_.rows(), goal), done);
  }
  if (!options_.dry_run && !done.empty()) runner.commit_whole(done);
  return done;
}

void Operation::run_goal_whole(Runner& runner, std::vector<Task> tasks, Steps& done) {
  runner.require_whole(tasks);
  if (!ledger_.ready()) ledger_.prepare();
  for (Task& task : tasks) {
    require_unstopped(task.step);
    if (!runner.run(task)) {
      raise(ErrorKind::migration_locked,
            "migrator: another one was faster with " + task.step.domain + '/' + task.step.version);
    }
    done.push_back(std::move(task.step));
  }
}

// Under the lock, so that what is unfinished is not what another migrator is just doing.
Steps Operation::resume() {
  if (ledger_.rows().empty()) return {};
  require_primary(connection_);
  if (options_.prepare_session) options_.prepare_session(connection_.soci());
  MigrationLock lock(connection_, ledger_, options_);
  Runner runner(connection_, ledger_, lock, options_);
  if (!ledger_.ready()) prepare_ledger();
  const auto rows = ledger_.rows();
  Steps done;
  for (Resumption& resumption : plan_resume(input(rows))) {
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
    if (transactional) begin_patiently(connection_, options_);
    ledger_.prepare();
    if (transactional) connection_.commit();
  } catch (const Error& error) {
    connection_.rollback();
    const bool race =
        error.kind() == ErrorKind::already_exists || error.kind() == ErrorKind::duplicate;
    if (!race || !ledger_.ready()) throw;
  }
}

}  // namespace lockstep::detail

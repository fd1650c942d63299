// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scheduler/action_run.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::scheduler {
namespace {

using detail::statement;

constexpr Sql create_sql = statement("scheduler.create_action_run", R"(
INSERT INTO action_runs (id, run_id, action_type_id, "trigger", constraint_violation_id,
                         executed_at, success, error, details)
VALUES (:id, :run_id, :action_type_id, :trigger, :constraint_violation_id,
        :executed_at, :success, :error, :details))");

constexpr Sql get_of_run_sql = statement("scheduler.get_action_runs", R"(
SELECT id, run_id, action_type_id, "trigger", constraint_violation_id, executed_at, success, error,
       details
FROM action_runs
WHERE run_id = :run_id
ORDER BY executed_at DESC, id DESC)");

constexpr Sql get_of_violation_sql = statement("scheduler.get_action_runs_by_violation", R"(
SELECT id, run_id, action_type_id, "trigger", constraint_violation_id, executed_at, success, error,
       details
FROM action_runs
WHERE constraint_violation_id = :constraint_violation_id
ORDER BY executed_at DESC, id DESC)");

}  // namespace

std::span<const Sql* const> detail::action_run_statements() noexcept {
  static constexpr std::array all{&create_sql, &get_of_run_sql, &get_of_violation_sql};
  return all;
}

ActionRun create_action_run(Executor& db, ActionRun run) {
  require_key("action_run.id", run.id);
  require_key("action_run.run_id", run.run_id);
  detail::check_key("action_run.constraint_violation_id", run.constraint_violation_id);
  detail::check_json("action_run.details", run.details);
  db.execute(create_sql, run);
  return run;
}

std::vector<ActionRun> get_action_runs(Executor& db, std::string_view run_id) {
  require_key("action_run.run_id", run_id);
  return db.fetch_all<ActionRun>(get_of_run_sql, run_id);
}

std::vector<ActionRun> get_action_runs_by_violation(Executor& db,
                                                    std::string_view constraint_violation_id) {
  require_key("action_run.constraint_violation_id", constraint_violation_id);
  return db.fetch_all<ActionRun>(get_of_violation_sql, constraint_violation_id);
}

}  // namespace lockstep::scheduler

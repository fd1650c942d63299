// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scheduler/constraint.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::scheduler {
namespace {

using detail::statement;

constexpr Sql create_sql = statement("scheduler.create_constraint", R"(
INSERT INTO constraints (id, max_concurrent_runs, catch_up, catch_up_window, max_expected_run_time,
                         max_allowed_run_time, pre_run_hook, post_run_hook,
                         require_previous_success, created_at, updated_at)
VALUES (:id, :max_concurrent_runs, :catch_up, :catch_up_window, :max_expected_run_time,
        :max_allowed_run_time, :pre_run_hook, :post_run_hook,
        :require_previous_success, :created_at, :updated_at))");

constexpr Sql get_sql = statement("scheduler.get_constraint", R"(
SELECT id, max_concurrent_runs, catch_up, catch_up_window, max_expected_run_time,
       max_allowed_run_time, pre_run_hook, post_run_hook,
       require_previous_success, created_at, updated_at
FROM constraints
WHERE id = :id)");

constexpr Sql update_sql = statement("scheduler.update_constraint", R"(
UPDATE constraints
SET max_concurrent_runs = :max_concurrent_runs, catch_up = :catch_up,
    catch_up_window = :catch_up_window, max_expected_run_time = :max_expected_run_time,
    max_allowed_run_time = :max_allowed_run_time, pre_run_hook = :pre_run_hook,
    post_run_hook = :post_run_hook, require_previous_success = :require_previous_success,
    updated_at = :updated_at
WHERE id = :id)");

// What ON DELETE SET NULL would do, with the store's time: MariaDB leaves updated_at as it was, the
// other engines would set it by their own clock.
constexpr Sql release_jobs_sql = statement("scheduler.delete_constraint.release_jobs", R"(
UPDATE jobs
SET constraint_id = NULL, updated_at = :now
WHERE constraint_id = :id)");

constexpr Sql delete_sql = statement("scheduler.delete_constraint", R"(
DELETE FROM constraints
WHERE id = :id)");

void check(Constraint& constraint) {
  require_key("constraint.id", constraint.id);
  detail::check_duration("constraint.catch_up_window", constraint.catch_up_window);
  detail::check_duration("constraint.max_expected_run_time", constraint.max_expected_run_time);
  detail::check_duration("constraint.max_allowed_run_time", constraint.max_allowed_run_time);
  detail::check_json("constraint.pre_run_hook", constraint.pre_run_hook);
  detail::check_json("constraint.post_run_hook", constraint.post_run_hook);
  detail::check_json("constraint.require_previous_success", constraint.require_previous_success);
}

}  // namespace

std::span<const Sql* const> detail::constraint_statements() noexcept {
  static constexpr std::array all{&create_sql, &get_sql, &update_sql, &release_jobs_sql,
                                  &delete_sql};
  return all;
}

Constraint create_constraint(Executor& db, Constraint constraint) {
  check(constraint);
  constraint.created_at = constraint.updated_at = db.now();
  db.execute(create_sql, constraint);
  return constraint;
}

Constraint get_constraint(Executor& db, std::string_view id) {
  require_key("constraint.id", id);
  return db.fetch_one<Constraint>(get_sql, id);
}

Constraint update_constraint(Executor& db, Constraint constraint) {
  check(constraint);
  constraint.updated_at = db.now();
  db.execute_one(update_sql, constraint);
  return db.fetch_one<Constraint>(get_sql, constraint.id);
}

void delete_constraint(Executor& db, std::string_view id) {
  require_key("constraint.id", id);
  db.atomically([&](Transaction& tx) {
    tx.execute(release_jobs_sql, tx.now(), id);
    tx.execute_one(delete_sql, id);
  });
}

}  // namespace lockstep::scheduler

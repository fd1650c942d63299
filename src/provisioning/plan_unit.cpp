// SPDX-License-Identifier: BSL-1.0
#include "lockstep/provisioning/plan_unit.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::provisioning {
namespace {

using detail::statement;

constexpr Sql create_sql = statement("provisioning.create_plan_unit", R"(
INSERT INTO plan_units (id, run_id, resource_type, resource_name, action, status, dependencies,
                        desired_state, actual_state, diff, started_at, completed_at, error,
                        retries, created_at, updated_at)
VALUES (:id, :run_id, :resource_type, :resource_name, :action, :status, :dependencies,
        :desired_state, :actual_state, :diff, :started_at, :completed_at, :error,
        :retries, :created_at, :updated_at))");

constexpr Sql get_sql = statement("provisioning.get_plan_unit", R"(
SELECT id, run_id, resource_type, resource_name, action, status, dependencies,
       desired_state, actual_state, diff, started_at, completed_at, error,
       retries, created_at, updated_at
FROM plan_units
WHERE id = :id)");

constexpr Sql update_status_sql = statement("provisioning.update_plan_unit_status", R"(
UPDATE plan_units
SET status = :status,
    actual_state = CASE WHEN :keep_actual_state THEN actual_state ELSE :actual_state END,
    error = :error, started_at = COALESCE(started_at, :started_at),
    completed_at = COALESCE(:completed_at, completed_at), updated_at = :now
WHERE id = :id)");

constexpr Sql increment_retries_sql = statement("provisioning.increment_plan_unit_retries", R"(
UPDATE plan_units
SET retries = retries + 1, updated_at = :now
WHERE id = :id)");

constexpr Sql list_by_run_sql = statement("provisioning.list_plan_units_by_run", R"(
SELECT id, run_id, resource_type, resource_name, action, status, dependencies,
       desired_state, actual_state, diff, started_at, completed_at, error,
       retries, created_at, updated_at
FROM plan_units
WHERE run_id = :run_id
ORDER BY created_at, id)");

constexpr Sql delete_sql = statement("provisioning.delete_plan_unit", R"(
DELETE FROM plan_units
WHERE id = :id)");

bool has_ended(UnitStatus status) {
  return status == UnitStatus::completed || status == UnitStatus::failed ||
         status == UnitStatus::skipped;
}

}  // namespace

std::span<const Sql* const> detail::plan_unit_statements() noexcept {
  static constexpr std::array all{&create_sql,        &get_sql,
                                  &update_status_sql, &increment_retries_sql,
                                  &list_by_run_sql,   &delete_sql};
  return all;
}

PlanUnit create_plan_unit(Executor& db, PlanUnit unit) {
  require_key("plan_unit.id", unit.id);
  require_key("plan_unit.run_id", unit.run_id);
  require_key("plan_unit.resource_type", unit.resource_type);
  require_key("plan_unit.resource_name", unit.resource_name);
  detail::check_json("plan_unit.dependencies", unit.dependencies, "[]");
  require_json("plan_unit.desired_state", unit.desired_state.text);
  detail::check_json("plan_unit.actual_state", unit.actual_state);
  detail::check_json("plan_unit.diff", unit.diff);
  const Timestamp now = db.now();
  unit.created_at = unit.created_at.value_or(now);
  unit.updated_at = unit.updated_at.value_or(now);
  db.execute(create_sql, unit);
  return unit;
}

PlanUnit get_plan_unit(Executor& db, std::string_view id) {
  require_key("plan_unit.id", id);
  return db.fetch_one<PlanUnit>(get_sql, id);
}

PlanUnit update_plan_unit_status(Executor& db, std::string_view id, UnitStatus status,
                                 UnitOutcome outcome) {
  require_key("plan_unit.id", id);
  if (outcome.keep_actual_state) outcome.actual_state.reset();
  detail::check_json("plan_unit.actual_state", outcome.actual_state);
  const Timestamp now = db.now();
  std::optional<Timestamp> started_at;
  if (status == UnitStatus::running) started_at = now;
  std::optional<Timestamp> completed_at;
  if (has_ended(status)) completed_at = now;
  db.execute_one(update_status_sql, named("status", status),
                 named("keep_actual_state", outcome.keep_actual_state),
                 named("actual_state", outcome.actual_state), named("error", outcome.error),
                 named("started_at", started_at), named("completed_at", completed_at),
                 named("now", now), named("id", id));
  return db.fetch_one<PlanUnit>(get_sql, id);
}

PlanUnit increment_plan_unit_retries(Executor& db, std::string_view id) {
  require_key("plan_unit.id", id);
  db.execute_one(increment_retries_sql, db.now(), id);
  return db.fetch_one<PlanUnit>(get_sql, id);
}

std::vector<PlanUnit> list_plan_units_by_run(Executor& db, std::string_view run_id) {
  require_key("plan_unit.run_id", run_id);
  return db.fetch_all<PlanUnit>(list_by_run_sql, run_id);
}

void delete_plan_unit(Executor& db, std::string_view id) {
  require_key("plan_unit.id", id);
  db.execute_one(delete_sql, id);
}

}  // namespace lockstep::provisioning

// SPDX-License-Identifier: BSL-1.0
#include "lockstep/scheduler/violation.hpp"

#include "checks.hpp"
#include "schema.hpp"

namespace lockstep::scheduler {
namespace {

using detail::statement;

constexpr Sql create_sql = statement("scheduler.create_constraint_violation", R"(
INSERT INTO constraint_violations (id, run_id, constraint_id, violation_time, action_taken, details)
VALUES (:id, :run_id, :constraint_id, :violation_time, :action_taken, :details))");

constexpr Sql get_of_run_sql = statement("scheduler.get_constraint_violations", R"(
SELECT id, run_id, constraint_id, violation_time, action_taken, details
FROM constraint_violations
WHERE run_id = :run_id
ORDER BY violation_time DESC, id DESC)");

constexpr Sql get_of_constraint_sql =
    statement("scheduler.get_constraint_violations_by_constraint", R"(
SELECT id, run_id, constraint_id, violation_time, action_taken, details
FROM constraint_violations
WHERE constraint_id = :constraint_id
ORDER BY violation_time DESC, id DESC
LIMIT :limit)");

}  // namespace

std::span<const Sql* const> detail::violation_statements() noexcept {
  static constexpr std::array all{&create_sql, &get_of_run_sql, &get_of_constraint_sql};
  return all;
}

ConstraintViolation create_constraint_violation(Executor& db, ConstraintViolation violation) {
  require_key("constraint_violation.id", violation.id);
  require_key("constraint_violation.run_id", violation.run_id);
  require_key("constraint_violation.constraint_id", violation.constraint_id);
  detail::check_key("constraint_violation.action_taken", violation.action_taken, 64);
  detail::check_json("constraint_violation.details", violation.details);
  db.execute(create_sql, violation);
  return violation;
}

std::vector<ConstraintViolation> get_constraint_violations(Executor& db, std::string_view run_id) {
  require_key("constraint_violation.run_id", run_id);
  return db.fetch_all<ConstraintViolation>(get_of_run_sql, run_id);
}

std::vector<ConstraintViolation> get_constraint_violations_by_constraint(
    Executor& db, std::string_view constraint_id, std::optional<std::int64_t> limit) {
  require_key("constraint_violation.constraint_id", constraint_id);
  return db.fetch_all<ConstraintViolation>(get_of_constraint_sql, constraint_id,
                                           detail::row_limit(limit));
}

}  // namespace lockstep::scheduler

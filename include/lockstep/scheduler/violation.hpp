// SPDX-License-Identifier: BSL-1.0
// Constraints that runs have violated, and what was done: rows of `constraint_violations`.
// Shared rules: scheduler.hpp.
#pragma once

#include "lockstep/executor.hpp"

namespace lockstep::scheduler {

struct ConstraintViolation {
  std::string id;
  std::string run_id;
  std::string constraint_id;
  Timestamp violation_time = {};
  std::optional<std::string> action_taken = {};  // a word such as "retry", 1 to 64 characters
  std::optional<Json> details = {};

  friend bool operator==(const ConstraintViolation&, const ConstraintViolation&) = default;
  static constexpr void columns(auto&& column) {
    column("id", &ConstraintViolation::id);
    column("run_id", &ConstraintViolation::run_id);
    column("constraint_id", &ConstraintViolation::constraint_id);
    column("violation_time", &ConstraintViolation::violation_time);
    column("action_taken", &ConstraintViolation::action_taken);
    column("details", &ConstraintViolation::details);
  }
};

// Inserts `violation` and returns it as stored. Duplicate if the id exists, ForeignKey if run_id
// names no run or constraint_id no constraint.
ConstraintViolation create_constraint_violation(Executor& db, ConstraintViolation violation);

// The run's violations, latest first, ties by id downwards. Empty for a run that does not exist.
[[nodiscard]] std::vector<ConstraintViolation> get_constraint_violations(Executor& db,
                                                                         std::string_view run_id);

// The constraint's violations, latest first, ties by id downwards. Empty for a constraint that does
// not exist.
[[nodiscard]] std::vector<ConstraintViolation> get_constraint_violations_by_constraint(
    Executor& db, std::string_view constraint_id, std::optional<std::int64_t> limit = {});

}  // namespace lockstep::scheduler

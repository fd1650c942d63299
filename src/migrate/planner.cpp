// SPDX-License-Identifier: BSL-1.0
#include "migrate/planner.hpp"

#include <algorithm>

#include "migrate/applied_text.hpp"
#include "migrate/checksum.hpp"
#include "migrate/plan_parts.hpp"
#include "migrate/plan_resume.hpp"
#include "migrate/version.hpp"

namespace lockstep::detail {
namespace {

void require_finished(const PlanInput& input) {
  for (const LedgerRow& row : input.rows) {
    if (row.state == MigrationState::applied || !has_domain(input.set, row.domain)) continue;
    refuse_migration(row.domain, row.version, describe_unfinished(input, row));
  }
}

void require_unchanged(const PlanInput& input) {
  for (const LedgerRow& row : input.rows) {
    const Migration* migration = input.set.find(row.domain, row.version);
    if (migration == nullptr || migration->repeatable) continue;
    if (compare_text(row, *migration, input.set.engine()) != TextChange::meaning) continue;
    refuse_migration(row.domain, row.version,
                     migration->up_file + " was changed after it was applied");
  }
}

void require_files(const PlanInput& input) {
  if (!input.set.complete() && !input.strict) return;
  for (const LedgerRow& row : input.rows) {
    if (!has_domain(input.set, row.domain) || input.set.find(row.domain, row.version)) continue;
    const std::string why = "it is applied, but its file is missing";
    refuse_migration(
        row.domain, row.version,
        is_ahead(input.set, row) ? why + ": the database is ahead of the files" : why);
  }
}

// ", and version 3 depends on it", if one that is pending does.
std::string dependent(const PlanInput& input, const RowIndex& index, const Migration& missing) {
  for (const Migration& other : input.set.migrations()) {
    if (other.domain != missing.domain || index.find(other.domain, other.version)) continue;
    for (const std::string& version : other.depends) {
      if (same_version(version, missing.version)) {
        return ", and version " + other.version + " depends on it";
      }
    }
  }
  return {};
}

// The applied version that a pending one comes after, though it is lower; null if there is none.
const LedgerRow* later_version(const RowIndex& index, const Migration& pending) {
  const LedgerRow* highest = pending.repeatable ? nullptr : index.highest(pending.domain);
  const bool late =
      highest != nullptr && std::is_gt(compare_versions(highest->version, pending.version));
  return late ? highest : nullptr;
}

// Whether one that comes late is to run.
bool admits(const PlanInput& input, const RowIndex& index, const Migration& pending,
            const LedgerRow& later) {
  if (pending.allow_out_of_order) return true;
  if (input.out_of_order != OutOfOrder::refuse) return input.out_of_order == OutOfOrder::apply;
  refuse_migration(pending.domain, pending.version,
                   pending.up_file + " is older than version " + later.version +
                       ", which is applied" + dependent(input, index, pending));
}

// A version may have been skipped.
void require_dependencies(const RowIndex& index, const std::vector<Task>& tasks,
                          const Migration& migration) {
  for (const std::string& version : migration.depends) {
    const bool planned = std::ranges::any_of(tasks, [&](const Task& task) {
      return task.step.domain == migration.domain && same_version(task.step.version, version);
    });
    if (planned || index.find(migration.domain, version) != nullptr) continue;
    refuse_migration(migration.domain, migration.version,
                     "it depends on version " + version + ", which is not applied");
  }
}

// Those of a domain that the goal takes as a whole, after its versions.
bool takes_repeatable(const Target& target, const Migration& migration, const LedgerRow* row) {
  if (!target.all) return false;
  return row == nullptr || row->text_sha != text_checksum(migration.up);
}

std::vector<Task> plan_up(const PlanInput& input, const MigrationGoal& goal) {
  const RowIndex index(input.rows);
  const Target target = read_target(input, index, goal);
  require_unchanged(input);
  require_files(input);
  std::vector<Task> tasks;
  for (const Migration& migration : input.set.migrations()) {
    if (goal.count && tasks.size() >= *goal.count) break;
    const LedgerRow* row = index.find(migration.domain, migration.version);
    const bool takes = migration.repeatable
                           ? takes_repeatable(target, migration, row)
                           : target.takes_up(migration.domain, migration.version) && row == nullptr;
    if (!takes) continue;
    const LedgerRow* later = later_version(index, migration);
    if (later != nullptr && !admits(input, index, migration, *later)) continue;
    require_dependencies(index, tasks, migration);
    tasks.push_back(make_up(input, migration));
    tasks.back().again = row != nullptr;
    tasks.back().out_of_order = later != nullptr;
  }
  return tasks;
}

}  // namespace

Task make_up(const PlanInput& input, const Migration& migration) {
  return {.step = make_step(input, migration, MigrationDirection::up), .up = &migration};
}

std::vector<Task> make_plan(const PlanInput& input, const MigrationGoal& goal) {
  require_finished(input);
  return goal.direction == MigrationDirection::up ? plan_up(input, goal) : plan_down(input, goal);
}

std::string describe_statement(const MigrationStep& step, std::size_t index) {
  return "statement " + std::to_string(index + 1) + " of " +
         std::to_string(step.statements.size()) + " (" + step.file + ':' +
         std::to_string(step.statements[index].line) + ')';
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "migrate/planner.hpp"

#include <algorithm>

#include "migrate/applied_text.hpp"
#include "migrate/checksum.hpp"
#include "migrate/plan_parts.hpp"
#include "migrate/plan_resume.hpp"
#include "migrate/set_order.hpp"
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
    refuse_migration(row.domain, row.version, describe_change(*migration));
  }
}

// Files may come after what it has made, and be made for it.
void require_code(const PlanInput& input) {
  for (const LedgerRow& row : input.rows) {
    const bool known = input.set.find(row.domain, row.version) != nullptr;
    if (row.kind != "code" || known || !has_domain(input.set, row.domain) ||
        is_ahead(input.set, row)) {
      continue;
    }
    refuse_migration(row.domain, row.version, describe_unknown_code(row));
  }
}

// Whether every applied version of the domain must have its file.
bool is_complete(const PlanInput& input, std::string_view domain) {
  return std::ranges::any_of(input.set.migrations(), [&](const Migration& migration) {
    return migration.domain == domain && (input.strict || input.set.source_of(migration).complete);
  });
}

void require_files(const PlanInput& input) {
  for (const LedgerRow& row : input.rows) {
    if (input.set.find(row.domain, row.version) || !is_complete(input, row.domain)) continue;
    const std::string why = "it is applied, but its file is missing";
    refuse_migration(
        row.domain, row.version,
        is_ahead(input.set, row) ? why + ": the database is ahead of the files" : why);
  }
}

// ", and version 3 depends on it", if one that is pending does.
std::string dependent(const PlanInput& input, const RowIndex& index, const Migration& missing) {
  for (const Migration& other : input.set.migrations()) {
    if (index.find(other.domain, other.version)) continue;
    if (depends_on(other, missing.domain, missing.version)) {
      return ", and version " + name_for(missing.domain, other) + " depends on it";
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
void require_dependencies(const PlanInput& input, const RowIndex& index,
                          const std::vector<Task>& tasks, const Migration& migration) {
  for (const std::string& entry : migration.depends) {
    const VersionName wanted = dependency_of(migration, entry);
    const bool planned = std::ranges::any_of(tasks, [&](const Task& task) {
      return task.step.domain == wanted.domain && same_version(task.step.version, wanted.version);
    });
    if (planned || index.find(wanted.domain, wanted.version) != nullptr) continue;
    const bool there = input.set.find(wanted.domain, wanted.version) != nullptr;
    refuse_migration(migration.domain, migration.version,
                     "it depends on version " + entry + ", which is not applied" +
                         (there ? "" : " and not among these migrations"));
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
  require_code(input);
  require_files(input);
  std::vector<Task> tasks;
  for (const Migration* each : in_order(input.set)) {
    if (goal.count && tasks.size() >= *goal.count) break;
    const Migration& migration = *each;
    const LedgerRow* row = index.find(migration.domain, migration.version);
    const bool takes = migration.repeatable
                           ? takes_repeatable(target, migration, row)
                           : target.takes_up(migration.domain, migration.version) && row == nullptr;
    if (!takes) continue;
    const LedgerRow* later = later_version(index, migration);
    if (later != nullptr && !admits(input, index, migration, *later)) continue;
    require_dependencies(input, index, tasks, migration);
    tasks.push_back(make_task(input, migration, MigrationDirection::up));
    tasks.back().again = row != nullptr;
    tasks.back().out_of_order = later != nullptr;
  }
  return tasks;
}

}  // namespace

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

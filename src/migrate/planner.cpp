// SPDX-License-Identifier: BSL-1.0
#include "migrate/planner.hpp"

#include <algorithm>

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
    if (row.text_sha == text_checksum(migration->up)) continue;
    refuse_migration(row.domain, row.version,
                     migration->up_file + " was changed after it was applied");
  }
}

void require_files(const PlanInput& input) {
  if (!input.set.complete()) return;
  for (const LedgerRow& row : input.rows) {
    if (!has_domain(input.set, row.domain) || input.set.find(row.domain, row.version)) continue;
    refuse_migration(row.domain, row.version, "it is applied, but its file is missing");
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

void require_in_order(const PlanInput& input, const RowIndex& index, const Migration& pending) {
  if (pending.repeatable || pending.allow_out_of_order) return;
  const LedgerRow* highest = index.highest(pending.domain);
  if (highest == nullptr) return;
  if (std::is_lt(compare_versions(highest->version, pending.version))) return;
  refuse_migration(pending.domain, pending.version,
                   pending.up_file + " is older than version " + highest->version +
                       ", which is applied" + dependent(input, index, pending));
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
    require_in_order(input, index, migration);
    tasks.push_back(make_up(input, migration));
    tasks.back().again = row != nullptr;
  }
  return tasks;
}

}  // namespace

Task make_up(const PlanInput& input, const Migration& migration) {
  return {make_step(input, migration, MigrationDirection::up),
          {.text_sha = text_checksum(migration.up), .down_text = migration.down}};
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

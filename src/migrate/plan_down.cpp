// SPDX-License-Identifier: BSL-1.0
#include <algorithm>

#include "migrate/applied_text.hpp"
#include "migrate/forms/directives.hpp"
#include "migrate/forms/settings.hpp"
#include "migrate/plan_parts.hpp"
#include "migrate/plan_resume.hpp"
#include "migrate/splitter.hpp"

namespace lockstep::detail {
namespace {

// The latest first, the domain lockstep last, and only if no other domain is left on it.
std::vector<LedgerRow> candidates_down(const PlanInput& input, const Target& target) {
  const bool others_stay = std::ranges::any_of(input.rows, [&](const LedgerRow& row) {
    return row.domain != own_domain && !has_domain(input.set, row.domain);
  });
  std::vector<LedgerRow> rows;
  for (const LedgerRow& row : input.rows) {
    const bool stays = target.all && others_stay && row.domain == own_domain;
    if (row.kind == "repeatable") continue;
    if (has_domain(input.set, row.domain) && !stays && target.takes_down(row.domain, row.version)) {
      rows.push_back(row);
    }
  }
  std::ranges::sort(rows, [](const LedgerRow& a, const LedgerRow& b) {
    const bool a_own = a.domain == own_domain;
    const bool b_own = b.domain == own_domain;
    return a_own != b_own ? b_own : a.seq > b.seq;
  });
  return rows;
}

[[noreturn]] void refuse_baseline(const LedgerRow& row) {
  refuse_migration(row.domain, row.version,
                   "it is of the baseline, which lockstep has not applied and does not revert");
}

// Code goes down by the code that is there: nothing else of it is anywhere.
Task make_code_down(const PlanInput& input, const LedgerRow& row, const Migration& migration) {
  if (row.kind == "baseline") refuse_baseline(row);
  if (compare_text(row, migration, input.set.engine()) != TextChange::none) {
    refuse_migration(row.domain, row.version, describe_change(migration));
  }
  if (!migration.down) refuse_migration(row.domain, row.version, "there is no down for it");
  return make_task(input, migration, MigrationDirection::down);
}

Task make_down(const PlanInput& input, const LedgerRow& row) {
  const Migration* migration = input.set.find(row.domain, row.version);
  if (migration != nullptr && migration->code) return make_code_down(input, row, *migration);
  if (row.kind == "code" && migration == nullptr) {
    refuse_migration(row.domain, row.version, describe_unknown_code(row));
  }
  const auto stored = input.down_text(row);
  if (migration != nullptr && migration->irreversible) {
    refuse_migration(row.domain, row.version, migration->up_file + " is marked irreversible");
  }
  if (row.kind == "baseline") refuse_baseline(row);
  if (input.stored_down) {
    if (!stored) refuse_migration(row.domain, row.version, "there is no down for it");
    return make_stored_down(input, row, *stored);
  }
  if (migration == nullptr) {
    refuse_migration(row.domain, row.version,
                     "it is not in the set; the ledger may have kept its down text");
  }
  if (!row.text_sha.empty() && !fits_down(*migration, stored)) {
    refuse_migration(row.domain, row.version,
                     "its down file is not the one that the ledger has kept");
  }
  if (!migration->down) refuse_migration(row.domain, row.version, "there is no down for it");
  return make_task(input, *migration, MigrationDirection::down);
}

// Takes the rows of repeatable migrations away from a domain of which something is reverted.
std::vector<Task> forget_repeatable(const PlanInput& input, const std::vector<Task>& downs) {
  std::vector<Task> tasks;
  for (const LedgerRow& row : input.rows) {
    const bool reverted = std::ranges::any_of(
        downs, [&](const Task& task) { return task.step.domain == row.domain; });
    if (row.kind != "repeatable" || !reverted) continue;
    Task& task = tasks.emplace_back();
    task.step.direction = MigrationDirection::down;
    task.step.domain = row.domain;
    task.step.version = row.version;
    task.step.name = row.name;
    task.step.repeatable = true;
    task.step.transactional = input.transactional;
    run_as(task, source_of_domain(input.set, row.domain));
  }
  return tasks;
}

// What is applied and stays must not depend on what is reverted.
void require_no_dependents(const PlanInput& input, const std::vector<Task>& downs) {
  const auto reverted = [&](std::string_view domain, std::string_view version) {
    return std::ranges::any_of(downs, [&](const Task& task) {
      return task.step.domain == domain && same_version(task.step.version, version);
    });
  };
  const RowIndex index(input.rows);
  for (const Migration& migration : input.set.migrations()) {
    if (migration.depends.empty() || reverted(migration.domain, migration.version) ||
        index.find(migration.domain, migration.version) == nullptr) {
      continue;
    }
    for (const Task& task : downs) {
      if (task.step.domain == migration.domain ||
          !depends_on(migration, task.step.domain, task.step.version)) {
        continue;
      }
      refuse_migration(task.step.domain, task.step.version,
                       name_for(task.step.domain, migration) +
                           " depends on it and is applied: revert that first");
    }
  }
}

}  // namespace

Task make_stored_down(const PlanInput& input, const LedgerRow& row, const std::string& text) {
  Task task;
  MigrationStep& step = task.step;
  step.direction = MigrationDirection::down;
  step.domain = row.domain;
  step.version = row.version;
  step.name = row.name;
  step.file = "the stored down text";
  const Engine engine = input.set.engine();
  const Migration* migration = input.set.find(row.domain, row.version);
  run_as(task, migration != nullptr ? input.set.source_of(*migration)
                                    : source_of_domain(input.set, row.domain));
  step.statements =
      split_statements(text, engine,
                       task.session.engine ? quotes_of_engine(engine) : DoubleQuotes::name)
          .statements;
  imply_own_transaction(step.statements, engine);
  step.foreign_keys_off = std::ranges::any_of(
      step.statements,
      [](const MigrationStatement& statement) { return turns_foreign_keys_off(statement.text); });
  step.settings = stored_settings(text, engine);
  skip_for_others(input, step);
  step.transactional = input.transactional && !is_marked_no_transaction(text, engine) &&
                       (migration == nullptr || migration->down_transactional);
  return task;
}

std::vector<Task> plan_down(const PlanInput& input, const MigrationGoal& goal) {
  std::vector<Task> downs;
  const Target target = read_target(input, RowIndex(input.rows), goal);
  for (const LedgerRow& row : candidates_down(input, target)) {
    if (goal.count && downs.size() >= *goal.count) break;
    downs.push_back(make_down(input, row));
  }
  require_no_dependents(input, downs);
  std::vector<Task> tasks = forget_repeatable(input, downs);
  std::ranges::move(downs, std::back_inserter(tasks));
  return tasks;
}

}  // namespace lockstep::detail

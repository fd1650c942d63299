// SPDX-License-Identifier: BSL-1.0
#include "migrate/plan_parts.hpp"

#include <algorithm>

#include "migrate/set_order.hpp"

namespace lockstep::detail {
namespace {

bool before(const LedgerRow& row, std::string_view domain, std::string_view version) {
  if (row.domain != domain) return row.domain < domain;
  return std::is_lt(compare_versions(row.version, version));
}

// The domain that a bare version is of.
std::string only_domain(const MigrationSet& set, std::string_view version) {
  auto domains = set.domains();
  if (domains.size() > 1) std::erase(domains, own_domain);
  if (domains.size() == 1) return domains.front();
  raise(ErrorKind::invalid_argument,
        "version " + std::string(version) + ": say of which domain, as in domain/version");
}

}  // namespace

void refuse_migration(std::string_view domain, std::string_view version, std::string why,
                      ErrorKind kind) {
  raise(kind,
        "migration " + std::string(domain) + '/' + std::string(version) + ": " + std::move(why));
}

bool has_domain(const MigrationSet& set, std::string_view domain) {
  return std::ranges::any_of(set.migrations(),
                             [&](const Migration& m) { return m.domain == domain; });
}

bool is_ahead(const MigrationSet& set, const LedgerRow& row) {
  if (row.kind == "repeatable") return false;
  return std::ranges::none_of(set.migrations(), [&](const Migration& migration) {
    return migration.domain == row.domain && !migration.repeatable &&
           std::is_gteq(compare_versions(migration.version, row.version));
  });
}

std::string describe_unknown_code(const LedgerRow& row) {
  return "it is C++ code (" + row.name +
         "), which this program does not have: use the one that has applied it";
}

Target read_target(const PlanInput& input, const RowIndex& index, const MigrationGoal& goal) {
  if (goal.version.empty()) return {};
  const auto slash = goal.version.rfind('/');
  const bool bare = slash == std::string::npos;
  Target target{false, bare ? only_domain(input.set, goal.version) : goal.version.substr(0, slash),
                bare ? goal.version : goal.version.substr(slash + 1)};
  const bool down = goal.direction == MigrationDirection::down;
  const bool known = input.set.find(target.domain, target.version) != nullptr ||
                     (down && index.find(target.domain, target.version) != nullptr) ||
                     (down && same_version(target.version, "0"));
  if (!has_domain(input.set, target.domain) || !known) {
    refuse_migration(target.domain, target.version, "there is no such version",
                     ErrorKind::invalid_argument);
  }
  return target;
}

MigrationStep make_step(const PlanInput& input, const Migration& migration,
                        MigrationDirection direction) {
  const bool up = direction == MigrationDirection::up;
  MigrationStep step;
  step.direction = direction;
  step.domain = migration.domain;
  step.version = migration.version;
  step.name = migration.name;
  step.file = up ? migration.up_file : migration.down_file;
  step.transactional =
      input.transactional && (up ? migration.up_transactional : migration.down_transactional);
  step.repeatable = migration.repeatable;
  step.code = migration.code.has_value();
  step.foreign_keys_off = up ? migration.up_foreign_keys_off : migration.down_foreign_keys_off;
  step.settings = up ? migration.up_settings : migration.down_settings;
  step.statements = up ? migration.up_statements : migration.down_statements;
  skip_for_others(input, step);
  return step;
}

Task make_task(const PlanInput& input, const Migration& migration, MigrationDirection direction) {
  Task task{.step = make_step(input, migration, direction)};
  if (migration.code) task.code = &*migration.code;
  run_as(task, input.set.source_of(migration));
  if (direction == MigrationDirection::up) task.up = &migration;
  return task;
}

void run_as(Task& task, const MigrationSource& source) {
  task.session = {source.engine_settings, source.foreign_keys};
}

const MigrationSource& source_of_domain(const MigrationSet& set, std::string_view domain) {
  const auto of_domain = [&](const Migration& migration) { return migration.domain == domain; };
  const auto file = std::ranges::find_if(set.migrations(), [&](const Migration& migration) {
    return of_domain(migration) && !migration.code;
  });
  return set.source_of(
      file != set.migrations().end() ? *file : *std::ranges::find_if(set.migrations(), of_domain));
}

bool depends_on(const Migration& migration, std::string_view domain, std::string_view version) {
  return std::ranges::any_of(migration.depends, [&](const std::string& entry) {
    const VersionName wanted = dependency_of(migration, entry);
    return wanted.domain == domain && same_version(wanted.version, version);
  });
}

std::string name_for(std::string_view domain, const Migration& migration) {
  return migration.domain == domain ? migration.version
                                    : migration.domain + '/' + migration.version;
}

void skip_for_others(const PlanInput& input, MigrationStep& step) {
  if (rule_takes(step.settings.engine, input.server)) return;
  step.skipped = "it is for " + step.settings.engine + ", and this is " + input.server.name + ' ' +
                 input.server.version;
  step.statements.clear();
}

RowIndex::RowIndex(const std::vector<LedgerRow>& rows) {
  sorted_.reserve(rows.size());
  for (const LedgerRow& row : rows) sorted_.push_back(&row);
  std::ranges::sort(sorted_, [](const LedgerRow* a, const LedgerRow* b) {
    return before(*a, b->domain, b->version);
  });
}

const LedgerRow* RowIndex::find(std::string_view domain, std::string_view version) const {
  const auto found = std::ranges::partition_point(
      sorted_, [&](const LedgerRow* row) { return before(*row, domain, version); });
  if (found == sorted_.end() || (*found)->domain != domain) return nullptr;
  return same_version((*found)->version, version) ? *found : nullptr;
}

const LedgerRow* RowIndex::highest(std::string_view domain) const {
  auto end = std::ranges::partition_point(
      sorted_, [&](const LedgerRow* row) { return row->domain <= domain; });
  while (end != sorted_.begin() && (*(end - 1))->domain == domain) {
    if ((*--end)->kind != "repeatable") return *end;
  }
  return nullptr;
}

}  // namespace lockstep::detail

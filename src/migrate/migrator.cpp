// SPDX-License-Identifier: BSL-1.0
#include "lockstep/migrate.hpp"

#include "migrate/operation.hpp"
#include "migrate/options.hpp"
#include "migrate/plan_parts.hpp"

namespace lockstep {

using detail::Course;
using detail::Operation;

Migrator::Migrator(Database& db, MigrationSet set, MigratorOptions options)
    : db_(&db), set_(std::move(set)), options_(std::move(options)) {
  detail::prepare_options(db, set_, options_);
}

std::vector<MigrationStep> Migrator::plan(const MigrationGoal& goal) {
  return Operation(*db_, set_, options_).plan({.first = goal});
}

std::vector<MigrationStep> Migrator::run(const MigrationGoal& goal) {
  return Operation(*db_, set_, options_).run({.first = goal});
}

std::vector<MigrationStep> Migrator::resume() { return Operation(*db_, set_, options_).resume(); }

std::vector<MigrationStep> Migrator::go_to(const std::string& version) {
  Course course{.first = {.direction = MigrationDirection::down, .version = version}};
  if (!detail::same_version(version.substr(version.rfind('/') + 1), "0")) {
    const MigrationGoal up{.version = version};
    const std::vector<detail::LedgerRow> none;
    // That it can go up to it, before it goes down.
    (void)detail::read_target({.set = set_, .rows = none, .down_text = {}}, detail::RowIndex(none),
                              up);
    course.then = [up](const detail::Steps&) { return std::vector{up}; };
  }
  return Operation(*db_, set_, options_).run(course);
}

std::vector<MigrationStep> Migrator::redo(std::size_t count) {
  Course course{.first = {.direction = MigrationDirection::down, .count = count}};
  course.needs_files = true;
  course.then = [](const detail::Steps& reverted) {
    std::vector<MigrationGoal> goals;
    for (std::size_t i = reverted.size(); i-- > 0;) {
      if (reverted[i].repeatable) continue;
      goals.push_back({.version = reverted[i].domain + '/' + reverted[i].version});
    }
    return goals;
  };
  return Operation(*db_, set_, options_).run(course);
}

}  // namespace lockstep

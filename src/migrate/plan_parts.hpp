// SPDX-License-Identifier: BSL-1.0
// What plans up and plans down have in common.
#pragma once

#include "migrate/planner.hpp"
#include "migrate/version.hpp"

namespace lockstep::detail {

// Throws: "migration shop/0002: why".
[[noreturn]] void refuse_migration(std::string_view domain, std::string_view version,
                                   std::string why, ErrorKind kind = ErrorKind::invalid_state);

[[nodiscard]] bool has_domain(const MigrationSet& set, std::string_view domain);

// Whether a row is of a version that is newer than all of its domain in the set.
[[nodiscard]] bool is_ahead(const MigrationSet& set, const LedgerRow& row);

// "it is C++ code (split_names), which this program does not have: ..."
[[nodiscard]] std::string describe_unknown_code(const LedgerRow& row);

// Where a goal ends: one domain at one version. `all` if it names none.
struct Target {
  bool all = true;
  std::string domain;
  std::string version;

  // Whether a version of a domain is affected when going up, or down.
  [[nodiscard]] bool takes_up(std::string_view d, std::string_view v) const {
    if (all || (d == own_domain && domain != own_domain)) return true;
    return d == domain && std::is_lteq(compare_versions(v, version));
  }
  [[nodiscard]] bool takes_down(std::string_view d, std::string_view v) const {
    return all || (d == domain && std::is_gt(compare_versions(v, version)));
  }
};

// InvalidArgument for a version that is not there.
[[nodiscard]] Target read_target(const PlanInput& input, const RowIndex& index,
                                 const MigrationGoal& goal);

[[nodiscard]] MigrationStep make_step(const PlanInput& input, const Migration& migration,
                                      MigrationDirection direction);

// Takes the statements out of a step that is for another engine or version.
void skip_for_others(const PlanInput& input, MigrationStep& step);

[[nodiscard]] Task make_task(const PlanInput& input, const Migration& migration,
                             MigrationDirection direction);

// Has the task run as the migrations of the source do.
void run_as(Task& task, const MigrationSource& source);

// That of the files of a domain, of which the set has one at least: for a version without a file.
[[nodiscard]] const MigrationSource& source_of_domain(const MigrationSet& set,
                                                      std::string_view domain);

[[nodiscard]] bool depends_on(const Migration& migration, std::string_view domain,
                              std::string_view version);

// "0003", or "shop/0003" where it is of another domain than the one that is spoken of.
[[nodiscard]] std::string name_for(std::string_view domain, const Migration& migration);

[[nodiscard]] std::vector<Task> plan_down(const PlanInput& input, const MigrationGoal& goal);

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "migrate/planner.hpp"

#include <algorithm>

#include "migrate/checksum.hpp"
#include "migrate/splitter.hpp"
#include "migrate/version.hpp"

namespace lockstep::detail {
namespace {

std::string name_of(std::string_view domain, std::string_view version) {
  return "migration " + std::string(domain) + '/' + std::string(version);
}

[[noreturn]] void refuse(std::string_view domain, std::string_view version, std::string why,
                         ErrorKind kind = ErrorKind::invalid_state) {
  raise(kind, name_of(domain, version) + ": " + std::move(why));
}

bool before(const LedgerRow& row, std::string_view domain, std::string_view version) {
  if (row.domain != domain) return row.domain < domain;
  return std::is_lt(compare_versions(row.version, version));
}

bool has_domain(const MigrationSet& set, std::string_view domain) {
  return std::ranges::any_of(set.migrations(),
                             [&](const Migration& m) { return m.domain == domain; });
}

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

// The domain that a bare version is of.
std::string only_domain(const MigrationSet& set, std::string_view version) {
  auto domains = set.domains();
  if (domains.size() > 1) std::erase(domains, own_domain);
  if (domains.size() == 1) return domains.front();
  raise(ErrorKind::invalid_argument,
        "version " + std::string(version) + ": say of which domain, as in domain/version");
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
    refuse(target.domain, target.version, "there is no such version", ErrorKind::invalid_argument);
  }
  return target;
}

MigrationStep make_step(const PlanInput& input, MigrationDirection direction,
                        std::string_view text) {
  MigrationStep step;
  step.direction = direction;
  step.transactional = input.transactional;
  step.statements = split_statements(text, input.set.engine()).statements;
  return step;
}

// The first statement of an unfinished migration that is not known to be done.
std::string next_statement(const PlanInput& input, const LedgerRow& row) {
  if (row.stmts_done >= row.stmts_total) return "what comes after its last statement";
  const bool up = row.direction == MigrationDirection::up;
  const auto done = static_cast<std::size_t>(row.stmts_done);
  const Migration* migration = input.set.find(row.domain, row.version);
  if (migration != nullptr && (up || migration->down)) {
    MigrationStep step = make_step(input, row.direction, up ? migration->up : *migration->down);
    step.file = up ? migration->up_file : migration->down_file;
    if (done < step.statements.size()) return describe_statement(step, done);
  }
  return "statement " + std::to_string(done + 1) + " of " + std::to_string(row.stmts_total);
}

// Where an unfinished migration stands, for people.
std::string describe_unfinished(const PlanInput& input, const LedgerRow& row) {
  const std::string what = row.direction == MigrationDirection::up ? "it" : "its down";
  if (row.state == MigrationState::failed) {
    return what + " failed at " + next_statement(input, row) +
           ", statements done: " + std::to_string(row.stmts_done);
  }
  return what + " was begun at " + format_timestamp(row.started_at) + " on host " + row.host +
         " and not finished: " + next_statement(input, row) + " may have taken effect";
}

void require_finished(const PlanInput& input) {
  for (const LedgerRow& row : input.rows) {
    if (row.state == MigrationState::applied || !has_domain(input.set, row.domain)) continue;
    refuse(row.domain, row.version, describe_unfinished(input, row));
  }
}

void require_unchanged(const PlanInput& input) {
  for (const LedgerRow& row : input.rows) {
    const Migration* migration = input.set.find(row.domain, row.version);
    if (migration == nullptr || row.text_sha == text_checksum(migration->up)) continue;
    refuse(row.domain, row.version, migration->up_file + " was changed after it was applied");
  }
}

void require_in_order(const RowIndex& index, const Migration& pending) {
  const LedgerRow* highest = index.highest(pending.domain);
  if (highest == nullptr) return;
  if (std::is_lt(compare_versions(highest->version, pending.version))) return;
  refuse(pending.domain, pending.version,
         pending.up_file + " is older than version " + highest->version + ", which is applied");
}

std::vector<Task> plan_up(const PlanInput& input, const MigrationGoal& goal) {
  const RowIndex index(input.rows);
  const Target target = read_target(input, index, goal);
  require_unchanged(input);
  std::vector<Task> tasks;
  for (const Migration& migration : input.set.migrations()) {
    if (goal.count && tasks.size() >= *goal.count) break;
    if (!target.takes_up(migration.domain, migration.version) ||
        index.find(migration.domain, migration.version) != nullptr) {
      continue;
    }
    require_in_order(index, migration);
    Task task{make_step(input, MigrationDirection::up, migration.up), text_checksum(migration.up),
              migration.down};
    task.step.domain = migration.domain;
    task.step.version = migration.version;
    task.step.name = migration.name;
    task.step.file = migration.up_file;
    tasks.push_back(std::move(task));
  }
  return tasks;
}

// The latest first, the domain lockstep last, and only if no other domain is left on it.
std::vector<LedgerRow> candidates_down(const PlanInput& input, const Target& target) {
  const bool others_stay = std::ranges::any_of(input.rows, [&](const LedgerRow& row) {
    return row.domain != own_domain && !has_domain(input.set, row.domain);
  });
  std::vector<LedgerRow> rows;
  for (const LedgerRow& row : input.rows) {
    const bool stays = target.all && others_stay && row.domain == own_domain;
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

Task make_down(const PlanInput& input, const LedgerRow& row) {
  const Migration* migration = input.set.find(row.domain, row.version);
  const auto stored = input.down_text(row);
  std::string file = "the stored down text";
  std::optional<std::string> text = stored;
  if (!input.stored_down) {
    if (migration == nullptr) {
      refuse(row.domain, row.version,
             "it is not in the set; the ledger may have kept its down text");
    }
    if (migration->down != stored && (!migration->down || !stored ||
                                      text_checksum(*migration->down) != text_checksum(*stored))) {
      refuse(row.domain, row.version, "its down file is not the one that the ledger has kept");
    }
    text = migration->down;
    file = migration->down_file;
  }
  if (!text) refuse(row.domain, row.version, "there is no down for it");
  Task task{make_step(input, MigrationDirection::down, *text), {}, {}};
  task.step.domain = row.domain;
  task.step.version = row.version;
  task.step.name = row.name;
  task.step.file = std::move(file);
  return task;
}

std::vector<Task> plan_down(const PlanInput& input, const MigrationGoal& goal) {
  std::vector<Task> tasks;
  const Target target = read_target(input, RowIndex(input.rows), goal);
  for (const LedgerRow& row : candidates_down(input, target)) {
    if (goal.count && tasks.size() >= *goal.count) break;
    tasks.push_back(make_down(input, row));
  }
  return tasks;
}

}  // namespace

std::vector<Task> make_plan(const PlanInput& input, const MigrationGoal& goal) {
  require_finished(input);
  return goal.direction == MigrationDirection::up ? plan_up(input, goal) : plan_down(input, goal);
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
  const auto end = std::ranges::partition_point(
      sorted_, [&](const LedgerRow* row) { return row->domain <= domain; });
  if (end == sorted_.begin() || (*(end - 1))->domain != domain) return nullptr;
  return *(end - 1);
}

std::string describe_statement(const MigrationStep& step, std::size_t index) {
  return "statement " + std::to_string(index + 1) + " of " +
         std::to_string(step.statements.size()) + " (" + step.file + ':' +
         std::to_string(step.statements[index].line) + ')';
}

}  // namespace lockstep::detail

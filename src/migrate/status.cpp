// SPDX-License-Identifier: BSL-1.0
// What a migrator tells of its ledger.
#include <algorithm>

#include "migrate/applied_text.hpp"
#include "migrate/planner.hpp"
#include "migrate/version.hpp"

namespace lockstep {
namespace {

using detail::LedgerRow;
using detail::TextChange;

std::vector<LedgerRow> rows_of(Database& db, const MigratorOptions& options) {
  detail::Pinned connection(db);
  return detail::Ledger(connection, {options.applied_by, options.host}).rows();
}

void compare_files(const LedgerRow& row, const Migration& migration, Engine engine,
                   MigrationStatus& status) {
  const TextChange change = detail::compare_text(row, migration, engine);
  if (migration.repeatable && change != TextChange::none) {
    if (row.state == MigrationState::applied) status.state = MigrationState::pending;  // again
    return;
  }
  status.changed = change == TextChange::meaning;
  status.reformatted = change == TextChange::layout;
}

MigrationStatus pending_status(const Migration& migration) {
  MigrationStatus status;
  status.domain = migration.domain;
  status.version = migration.version;
  status.name = migration.name;
  status.kind = detail::kind_of(migration);
  return status;
}

// `migration` is null for a version that the set lacks.
MigrationStatus ledger_status(const LedgerRow& row, const Migration* migration, Engine engine) {
  MigrationStatus status;
  status.domain = row.domain;
  status.version = row.version;
  status.name = row.name;
  status.kind = row.kind;
  status.out_of_order = row.out_of_order == 1;
  status.state = row.state;
  if (migration == nullptr && row.state == MigrationState::applied) {
    status.state = MigrationState::ahead;
  }
  if (migration != nullptr) compare_files(row, *migration, engine, status);
  status.started_at = row.started_at;
  status.finished_at = row.finished_at;
  status.statements_total = static_cast<std::size_t>(row.stmts_total);
  status.statements_done = static_cast<std::size_t>(row.stmts_done);
  status.error = row.error.value_or("");
  return status;
}

bool before(const MigrationStatus& a, const MigrationStatus& b) {
  const auto order = detail::compare_domains(a.domain, b.domain);
  if (std::is_neq(order)) return std::is_lt(order);
  return std::is_lt(detail::compare_versions(a.version, b.version));
}

}  // namespace

std::string_view to_string(MigrationState state) noexcept {
  return enum_texts(state)[static_cast<std::size_t>(state)];
}

std::vector<MigrationStatus> Migrator::status() {
  const auto rows = rows_of(*db_, options_);
  const detail::RowIndex index(rows);
  const auto domains = set_.domains();
  std::vector<MigrationStatus> all;
  for (const Migration& migration : set_.migrations()) {
    if (index.find(migration.domain, migration.version) == nullptr) {
      all.push_back(pending_status(migration));
    }
  }
  for (const LedgerRow& row : rows) {
    if (std::ranges::find(domains, row.domain) == domains.end()) continue;
    all.push_back(ledger_status(row, set_.find(row.domain, row.version), set_.engine()));
  }
  std::ranges::sort(all, before);
  return all;
}

std::vector<std::string> Migrator::applied(std::string_view domain) {
  std::vector<std::string> versions;
  for (LedgerRow& row : rows_of(*db_, options_)) {
    if (row.domain == domain && row.state == MigrationState::applied) {
      versions.push_back(std::move(row.version));
    }
  }
  std::ranges::sort(versions, [](std::string_view a, std::string_view b) {
    return std::is_lt(detail::compare_versions(a, b));
  });
  return versions;
}

std::optional<std::string> Migrator::current_version(std::string_view domain) {
  auto versions = applied(domain);
  if (versions.empty()) return std::nullopt;
  return std::move(versions.back());
}

}  // namespace lockstep

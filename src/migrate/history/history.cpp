// SPDX-License-Identifier: BSL-1.0
#include "lockstep/migration_history.hpp"

#include <algorithm>

#include "migrate/applied_text.hpp"
#include "migrate/forms/directives.hpp"
#include "migrate/history/adopt.hpp"
#include "migrate/history/change.hpp"
#include "migrate/history/verify.hpp"
#include "migrate/options.hpp"

namespace lockstep {
namespace {

using detail::LedgerChange;
using detail::LedgerRow;
using detail::refuse_migration;

constexpr std::size_t max_reason_size = 1000;

std::string require_reason(std::string_view text) {
  const std::string reason(detail::trim(text));
  if (reason.empty()) raise(ErrorKind::invalid_argument, "mark: say why, with a reason");
  require_text("reason", reason);
  if (reason.size() > max_reason_size) {
    raise(ErrorKind::invalid_argument, "reason: more than 1000 bytes");
  }
  return reason;
}

MigrationStep step_of(const LedgerRow& row) {
  MigrationStep step;
  step.domain = row.domain;
  step.version = row.version;
  return step;
}

// The row as it is accepted with the files of the migration.
LedgerRow accepted(LedgerRow row, const Migration& migration) {
  row.name = migration.name;
  row.stmts_total = static_cast<std::int64_t>(detail::statement_count(migration));
  return row;
}

void require_no_versions(const LedgerChange& change, const detail::Target& target) {
  const auto found = std::ranges::find(change.rows(), target.domain, &LedgerRow::domain);
  if (found == change.rows().end()) return;
  refuse_migration(target.domain, target.version,
                   "a baseline is for a database without versions, but " + found->version +
                       " is in the ledger; those that it lacks can be added");
}

std::string short_sha(std::string_view sha) { return std::string(sha.substr(0, 12)); }

}  // namespace

MigrationHistory::MigrationHistory(Database& db, MigrationSet set, MigratorOptions options)
    : db_(&db), set_(std::move(set)), options_(std::move(options)) {
  detail::prepare_options(db, set_, options_);
}

std::vector<MigrationFinding> MigrationHistory::verify() {
  detail::Pinned connection(*db_);
  detail::Ledger ledger(connection, {options_.applied_by, options_.host});
  const auto rows = ledger.rows();
  return detail::find_differences({set_, rows, ledger.down_texts(), options_.strict});
}

std::vector<MigrationLogEntry> MigrationHistory::events(std::string_view domain,
                                                        std::size_t latest) {
  detail::Pinned connection(*db_);
  return detail::Ledger(connection, {options_.applied_by, options_.host}).events(domain, latest);
}

std::vector<std::string> MigrationHistory::baseline(const std::string& version, bool add) {
  LedgerChange change(*db_, set_, options_);
  const auto target = change.target(version, MigrationDirection::up);
  if (!add) require_no_versions(change, target);
  std::vector<std::string> marked;
  for (const Migration& migration : set_.migrations()) {
    if (migration.domain != target.domain || migration.repeatable ||
        !target.takes_up(migration.domain, migration.version) ||
        change.index().find(migration.domain, migration.version) != nullptr) {
      continue;
    }
    change.record(migration, "baseline", change.connection().now());
    marked.push_back(migration.domain + '/' + migration.version);
  }
  change.log(target.domain, target.version, "baseline",
             "versions: " + std::to_string(marked.size()));
  change.commit();
  return marked;
}

void MigrationHistory::mark_applied(const std::string& version, std::string_view reason) {
  const std::string why = require_reason(reason);
  LedgerChange change(*db_, set_, options_);
  const auto target = change.target(version, MigrationDirection::up);
  const Migration& migration = *set_.find(target.domain, target.version);
  const LedgerRow* row = change.index().find(target.domain, target.version);
  if (row == nullptr) {
    change.record(migration, std::string(detail::kind_of(migration)), change.connection().now());
  } else if (row->state == MigrationState::applied) {
    refuse_migration(target.domain, target.version, "it is applied already");
  } else {
    change.ledger().accept(accepted(*row, migration),
                           detail::make_entry(migration, set_.engine()));
  }
  change.log(target.domain, migration.version, "mark", "applied: " + why);
  change.commit();
}

void MigrationHistory::mark_pending(const std::string& version, std::string_view reason) {
  const std::string why = require_reason(reason);
  LedgerChange change(*db_, set_, options_);
  const auto target = change.target(version, MigrationDirection::down);
  const LedgerRow* row = change.index().find(target.domain, target.version);
  if (row == nullptr) refuse_migration(target.domain, target.version, "it is pending already");
  change.ledger().remove(step_of(*row));
  change.log(row->domain, row->version, "mark", "pending: " + why);
  change.commit();
}

void MigrationHistory::rehash(const std::string& version) {
  LedgerChange change(*db_, set_, options_);
  const auto target = change.target(version, MigrationDirection::up);
  const Migration& migration = *set_.find(target.domain, target.version);
  const LedgerRow* row = change.index().find(target.domain, target.version);
  if (row == nullptr || row->state != MigrationState::applied) {
    refuse_migration(target.domain, target.version, "it is not applied");
  }
  const detail::LedgerEntry entry = detail::make_entry(migration, set_.engine());
  if (row->text_sha == entry.text_sha &&
      detail::fits_down(migration, change.ledger().down_text(*row))) {
    refuse_migration(target.domain, target.version,
                     "its files are those that were applied: there is nothing to accept");
  }
  change.ledger().accept(accepted(*row, migration), entry);
  change.log(row->domain, row->version, "rehash",
             "text " + short_sha(row->text_sha) + " -> " + short_sha(entry.text_sha));
  change.commit();
}

AdoptReport MigrationHistory::adopt(MigrationTool tool) {
  LedgerChange change(*db_, set_, options_);
  AdoptReport report = detail::adopt(change, set_, tool);
  change.commit();
  return report;
}

}  // namespace lockstep

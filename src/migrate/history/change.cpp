// SPDX-License-Identifier: BSL-1.0
#include "migrate/history/change.hpp"

#include "migrate/applied_text.hpp"

namespace lockstep::detail {

LedgerChange::LedgerChange(Database& db, const MigrationSet& set, const MigratorOptions& options)
    : set_(set),
      connection_(db),
      ledger_(connection_, {options.applied_by, options.host}),
      lock_((require_primary(connection_), connection_), ledger_, options),
      rows_((begin(options), ledger_.rows())),
      index_(rows_) {}

// Where making tables ends a transaction, the ledger is made before it.
void LedgerChange::begin(const MigratorOptions& options) {
  const bool transactional = connection_.capabilities().transactional_ddl;
  if (!transactional && !ledger_.ready()) ledger_.prepare();
  begin_patiently(connection_, options);
  if (transactional && !ledger_.ready()) ledger_.prepare();
}

Target LedgerChange::target(const std::string& version, MigrationDirection direction) const {
  Target target = read_target({.set = set_, .rows = rows_, .down_text = {}}, index_,
                              {.direction = direction, .version = version});
  if (const Migration* migration = set_.find(target.domain, target.version)) {
    target.version = migration->version;
  } else if (const LedgerRow* row = index_.find(target.domain, target.version)) {
    target.version = row->version;
  }
  return target;
}

void LedgerChange::record(const Migration& migration, std::string kind,
                          std::optional<Timestamp> applied_at) {
  LedgerRow row;
  row.domain = migration.domain;
  row.version = migration.version;
  row.name = migration.name;
  row.kind = std::move(kind);
  row.stmts_total = static_cast<std::int64_t>(statement_count(migration));
  row.started_at = applied_at.value_or(connection_.now());
  row.finished_at = applied_at;
  LedgerEntry entry = make_entry(migration, set_.engine());
  const LedgerRow* highest = index_.highest(row.domain);
  entry.out_of_order =
      highest != nullptr && std::is_gt(compare_versions(highest->version, row.version));
  ledger_.record(row, entry);
}

void LedgerChange::record(std::string domain, std::string version, std::string name,
                          std::optional<Timestamp> applied_at) {
  LedgerRow row;
  row.domain = std::move(domain);
  row.version = std::move(version);
  row.name = std::move(name);
  row.started_at = applied_at.value_or(connection_.now());
  row.finished_at = applied_at;
  ledger_.record(row, {});
}

void LedgerChange::log(std::string_view domain, std::string_view version, std::string_view event,
                       std::string_view detail) {
  MigrationStep step;
  step.domain = domain;
  step.version = version;
  ledger_.log(step, event, detail);
}

}  // namespace lockstep::detail

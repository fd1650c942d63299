// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <array>

#include "lockstep/migrate.hpp"
#include "migrate/ledger.hpp"
#include "migrate/scratch/differences.hpp"

namespace lockstep {
namespace {

using detail::LedgerRow;
using detail::Picture;

// Where other tools keep what they have applied.
constexpr auto history_tables = std::to_array<std::string_view>(
    {"schema_migrations", "goose_db_version", "gorp_migrations", "flyway_schema_history",
     "_sqlx_migrations", "__diesel_schema_migrations", "atlas_schema_revisions",
     "databasechangelog", "databasechangeloglock", "alembic_version", "django_migrations",
     "_prisma_migrations", "ar_internal_metadata", "knex_migrations", "knex_migrations_lock",
     "refinery_schema_history", "schema_version", "migrations"});

bool is_history(std::string_view name) {
  const std::string_view base = name.substr(name.rfind('.') + 1);
  return std::ranges::find(history_tables, base) != history_tables.end();
}

// Unless the files themselves make a table of that name.
void leave_out_history(Picture& live, const Picture& shadow) {
  std::erase_if(live.objects.objects, [&](const SchemaObject& object) {
    const std::string& table = object.table.empty() ? object.name : object.table;
    const bool made = std::ranges::any_of(shadow.objects.objects, [&](const SchemaObject& each) {
      return each.kind == "table" && each.name == table;
    });
    return !made &&
           (is_history(table) || (object.kind == "sequence" && object.name.ends_with("_id_seq") &&
                                  is_history(object.name.substr(0, object.name.size() - 7))));
  });
}

std::vector<LedgerRow> read_ledger(Database& live, const MigrationSet& set) {
  detail::Pinned connection(live);
  std::vector<LedgerRow> rows = detail::Ledger(connection, {}).rows();
  for (const LedgerRow& row : rows) {
    const bool ours = set.find(row.domain, row.version) != nullptr;
    if (!ours || row.state == MigrationState::applied) continue;
    raise(ErrorKind::invalid_state,
          "migration " + row.domain + '/' + row.version +
              " is unfinished: its schema is neither the old nor the new");
  }
  return rows;
}

// Tables take the database's character set where their text names none.
void take_over_defaults(Database& live, ScratchDatabase& scratch) {
  if (live.dialect().engine != Engine::mysql) return;
  const auto [set, collation] = live.fetch_one<std::tuple<std::string, std::string>>(
      "SELECT @@character_set_database, @@collation_database");
  scratch.db().execute("ALTER DATABASE CHARACTER SET " + set + " COLLATE " + collation);
}

Picture make_shadow(Database& live, const MigrationSet& applied, const std::string& url) {
  if (url.empty()) {
    raise(ErrorKind::invalid_argument, "a server for a scratch database of " +
                                           std::string(to_string(applied.engine())) + " is needed");
  }
  ScratchDatabase scratch(url);
  take_over_defaults(live, scratch);
  Migrator(scratch.db(), applied).up();
  return detail::take_picture(scratch.db());
}

// Surplus objects that may belong to domains which the set does not have.
void set_apart(DriftReport& report) {
  std::erase_if(report.differences, [&](const ObjectDifference& each) {
    if (each.what != "surplus") return false;
    report.not_judged.push_back(each.kind + ' ' + each.name);
    return true;
  });
}

}  // namespace

DriftReport check_drift(Database& live, const MigrationSet& set, const ScratchServers& servers) {
  const std::vector<LedgerRow> rows = read_ledger(live, set);
  const MigrationSet applied = set.only([&](const Migration& migration) {
    return std::ranges::any_of(rows, [&](const LedgerRow& row) {
      return set.find(row.domain, row.version) != nullptr && row.domain == migration.domain &&
             set.find(row.domain, row.version)->version == migration.version;
    });
  });
  const Picture shadow = make_shadow(live, applied, servers.of(set.engine()));
  Picture found = detail::take_picture(live);
  leave_out_history(found, shadow);
  DriftReport report{detail::differences(shadow, found), {}};
  const auto domains = set.domains();
  const auto is_other = [&](const LedgerRow& row) {
    return std::ranges::find(domains, row.domain) == domains.end();
  };
  if (std::ranges::any_of(rows, is_other)) set_apart(report);
  for (const LedgerRow& row : rows) {
    if (is_other(row) || set.find(row.domain, row.version) != nullptr) continue;
    report.differences.push_back(
        {"migration", row.domain + '/' + row.version, "surplus", "", "applied"});
  }
  return report;
}

}  // namespace lockstep

// SPDX-License-Identifier: BSL-1.0
#include "lockstep/require_schema.hpp"

#include <algorithm>
#include <thread>

#include "lockstep/migrate.hpp"
#include "migrate/ledger.hpp"
#include "migrate/version.hpp"

namespace lockstep {
namespace {

using detail::LedgerRow;

constexpr std::chrono::milliseconds pause{500};

struct Verdict {
  std::optional<ErrorKind> fault = {};  // none: the schema fits
  std::string why = {};
};

Verdict behind(std::string why) { return {ErrorKind::configuration, std::move(why)}; }
Verdict another(std::string why) { return {ErrorKind::invalid_state, std::move(why)}; }

Verdict judge(const MigrationStatus& status, bool allow_ahead) {
  const std::string name = status.domain + '/' + status.version;
  switch (status.state) {
    case MigrationState::applied:
      if (status.changed) return another(name + " was changed after it was applied");
      return {};
    case MigrationState::ahead:
      if (!allow_ahead) return another(name + " is applied, which this program does not know");
      return {};
    case MigrationState::pending:
      return behind(name + " is not applied");
    default:
      return behind(name + " is not finished, its state is " +
                    std::string(to_string(status.state)));
  }
}

// What no wait can change comes first.
Verdict judge(Database& db, const MigrationSet& set, bool allow_ahead) {
  Verdict worst;
  for (const MigrationStatus& status : Migrator(db, set).status()) {
    Verdict verdict = judge(status, allow_ahead);
    if (verdict.fault == ErrorKind::invalid_state) return verdict;
    if (verdict.fault && !worst.fault) worst = std::move(verdict);
  }
  return worst;
}

Verdict judge(const std::vector<LedgerRow>& rows, const SchemaRange& range) {
  const LedgerRow* highest = nullptr;
  for (const LedgerRow& row : rows) {
    if (row.domain != range.domain || row.kind == "repeatable") continue;
    if (row.state != MigrationState::applied) {
      return behind(row.domain + '/' + row.version + " is not finished, its state is " +
                    std::string(to_string(row.state)));
    }
    const bool higher = highest == nullptr ||
                        std::is_gt(detail::compare_versions(row.version, highest->version));
    if (higher) highest = &row;
  }
  const std::string at = range.domain + " is at " +
                         (highest == nullptr ? "no version" : "version " + highest->version);
  const auto compare = [&](const std::string& bound) {
    return detail::compare_versions(highest->version, bound);
  };
  if (!range.min.empty() && (highest == nullptr || std::is_lt(compare(range.min)))) {
    return behind(at + ", " + range.min + " is needed");
  }
  if (!range.max.empty() && highest != nullptr && std::is_gt(compare(range.max))) {
    return another(at + ", at most " + range.max + " will do");
  }
  return {};
}

Verdict judge(Database& db, std::span<const SchemaRange> ranges) {
  detail::Pinned connection(db);
  const auto rows = detail::Ledger(connection, {}).rows();
  Verdict worst;
  for (const SchemaRange& range : ranges) {
    Verdict verdict = judge(rows, range);
    if (verdict.fault == ErrorKind::invalid_state) return verdict;
    if (verdict.fault && !worst.fault) worst = std::move(verdict);
  }
  return worst;
}

std::chrono::steady_clock::time_point now(const RequireSchemaOptions& options) {
  return options.steady_clock ? options.steady_clock() : std::chrono::steady_clock::now();
}

void rest(const RequireSchemaOptions& options, std::chrono::milliseconds time) {
  if (options.sleep) return options.sleep(time);
  std::this_thread::sleep_for(time);
}

template <class Judge>
SchemaAccess require(const RequireSchemaOptions& options, Judge&& look) {
  const auto until = now(options) + options.wait;
  for (;;) {
    Verdict verdict = look();
    if (!verdict.fault) return SchemaAccess::read_write;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - now(options));
    if (verdict.fault == ErrorKind::configuration && left > std::chrono::milliseconds(0)) {
      rest(options, std::min(left, pause));
      continue;
    }
    if (options.read_only_otherwise) return SchemaAccess::read_only;
    raise(*verdict.fault, "the schema of the database does not fit: " + std::move(verdict.why));
  }
}

}  // namespace

SchemaAccess require_schema(Database& db, const MigrationSet& set,
                            const RequireSchemaOptions& options) {
  return require(options, [&] { return judge(db, set, options.allow_ahead); });
}

SchemaAccess require_schema(Database& db, std::initializer_list<SchemaRange> ranges,
                            const RequireSchemaOptions& options) {
  return require(options, [&] { return judge(db, {ranges.begin(), ranges.end()}); });
}

}  // namespace lockstep

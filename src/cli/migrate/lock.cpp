// SPDX-License-Identifier: BSL-1.0
// lockstep migrate lock status | release
#include <nlohmann/json.hpp>

#include "cli/migrate/commands.hpp"
#include "cli/migrate/output.hpp"
#include "cli/terminal.hpp"
#include "lockstep/migration_lock.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

std::string_view name_of(LockKind kind) { return kind == LockKind::table ? "table" : "session"; }

ordered_json to_json(const LockHolder& holder) {
  return {{"lock", name_of(holder.kind)}, {"process", holder.process},
          {"user", holder.user},          {"host", holder.host},
          {"application", holder.application}, {"since", holder.since},
          {"expired", holder.expired}};
}

}  // namespace

int migrate_lock_status(const Options& options, const DatabaseChoice& choice) {
  Database db = Database::open(without_creating(choice.url), choice.options);
  const auto holders = migration_lock_holders(db);
  if (options.json) {
    ordered_json list = ordered_json::array();
    for (const LockHolder& holder : holders) list.push_back(to_json(holder));
    print_document(db.redacted_url(), "holders", std::move(list));
    return exit_done;
  }
  std::vector<std::vector<std::string>> rows{
      {"LOCK", "PROCESS", "USER", "HOST", "APPLICATION", "SINCE (UTC)", "EXPIRED"}};
  for (const LockHolder& h : holders) {
    rows.push_back({std::string(name_of(h.kind)), h.process, h.user, h.host, h.application,
                    h.since, h.expired ? "yes" : ""});
  }
  if (holders.empty()) {
    message("nobody has it");
  } else {
    print_table(rows);
  }
  return exit_done;
}

int migrate_lock_release(const Options& options, const DatabaseChoice& choice) {
  Database db = Database::open(without_creating(choice.url), choice.options);
  try {
    message(release_migration_lock(db, options.force) ? "released" : "nobody has it");
    return exit_done;
  } catch (const InvalidState& error) {
    message("error[" + std::to_string(exit_locked) + "]: " + error.what());
    message("  next: wait for its end; --force takes a row away from a migrator that is dead");
    return exit_locked;
  }
}

}  // namespace lockstep::cli

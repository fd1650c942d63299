// SPDX-License-Identifier: BSL-1.0
// lockstep migrate verify
#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/migrate/commands.hpp"
#include "cli/migrate/output.hpp"
#include "cli/migrate/set.hpp"
#include "cli/terminal.hpp"
#include "lockstep/migration_history.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;
using Kind = MigrationFindingKind;

// The command that sets a finding right; empty for notes.
std::string next_step(const MigrationFinding& finding) {
  const std::string version = finding.domain + '/' + finding.version;
  switch (finding.kind) {
    case Kind::changed:
    case Kind::down_changed:
      return "put the file back as it was, or accept it with `lockstep migrate repair --rehash " +
             version + "`";
    case Kind::missing:
      return "put its file back, or forget it with `lockstep migrate mark " + version +
             " pending --reason ...`";
    case Kind::out_of_order:
      return "`lockstep migrate up --out-of-order apply`, or give the file a higher version";
    case Kind::unfinished:
      return "`lockstep migrate resume`, or `lockstep migrate mark " + version + " ...`";
    case Kind::reformatted:
    case Kind::ahead:
      break;
  }
  return {};
}

void print_json(const Database& db, const std::vector<MigrationFinding>& findings) {
  ordered_json list = ordered_json::array();
  for (const MigrationFinding& each : findings) {
    ordered_json object{{"kind", to_string(each.kind)},
                        {"error", each.error},
                        {"domain", each.domain},
                        {"version", each.version},
                        {"file", each.file},
                        {"message", each.what}};
    if (each.error) object["next"] = next_step(each);
    list.push_back(std::move(object));
  }
  print_document(db.redacted_url(), "findings", std::move(list));
}

void print_text(const std::vector<MigrationFinding>& findings) {
  for (const MigrationFinding& each : findings) {
    print((each.error ? styled(Style::bad, "error  ") : "note   ") + each.what);
    if (each.error) print("  next: " + next_step(each));
  }
}

}  // namespace

int migrate_verify(const Options& options, const DatabaseChoice& choice) {
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(without_creating(choice.url), choice.options);
  const auto findings =
      MigrationHistory(db, std::move(set), migrator_options(options)).verify();
  const auto errors = std::ranges::count(findings, true, &MigrationFinding::error);
  options.json ? print_json(db, findings) : print_text(findings);
  message(errors == 0 ? "the database fits the files"
                      : "error[5]: " + std::to_string(errors) +
                            " differences between the database and the files");
  return errors == 0 ? exit_done : exit_checksum;
}

}  // namespace lockstep::cli

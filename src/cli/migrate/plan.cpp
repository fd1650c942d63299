// SPDX-License-Identifier: BSL-1.0
// lockstep migrate plan
#include <nlohmann/json.hpp>

#include "cli/migrate/commands.hpp"
#include "cli/migrate/findings.hpp"
#include "cli/migrate/output.hpp"
#include "cli/migrate/set.hpp"
#include "cli/terminal.hpp"
#include "migrate/expected_lock.hpp"

namespace lockstep::cli {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t shown_size = 72;

// What a plan shows of each file.
struct Shown {
  Database& db;
  MigrationSet set;
  std::vector<LintFinding> findings;

  // That of the file of a step.
  [[nodiscard]] const std::string& form(const MigrationStep& step) const {
    return set.source_of(*set.find(step.domain, step.version)).form;
  }
  // What the lint has found in the file of a step.
  [[nodiscard]] std::vector<LintFinding> of(const MigrationStep& step) const {
    std::vector<LintFinding> found;
    for (const LintFinding& each : findings) {
      if (each.domain == step.domain && each.file == step.file) found.push_back(each);
    }
    return found;
  }
};

// How a file runs, and why so.
std::string mode_of(const MigrationStep& step, Database& db) {
  if (step.transactional) return "in one transaction with its ledger row";
  if (!db.capabilities().transactional_ddl) {
    return "statement by statement: " + std::string(db.dialect().title) + " cannot undo DDL";
  }
  return "statement by statement: it is marked so, or cannot run in a transaction";
}

std::string_view lock_of(const MigrationStatement& statement, const Database& db) {
  if (db.dialect().engine != Engine::postgres) return {};
  return detail::expected_lock(statement.text);
}

ordered_json statements_of(const MigrationStep& step, const Database& db) {
  ordered_json list = ordered_json::array();
  for (const MigrationStatement& statement : step.statements) {
    if (statement.implied) continue;
    ordered_json each{{"line", statement.line}, {"text", statement.text}};
    if (const auto lock = lock_of(statement, db); !lock.empty()) each["lock"] = lock;
    list.push_back(std::move(each));
  }
  return list;
}

void print_json(const std::vector<MigrationStep>& steps, const Shown& shown) {
  ordered_json list = ordered_json::array();
  for (const MigrationStep& step : steps) {
    ordered_json each = to_json(step);
    each.erase("duration_ms");
    each["form"] = shown.form(step);
    each["why"] = mode_of(step, shown.db);
    each["statements"] = statements_of(step, shown.db);
    each["lint"] = ordered_json::array();
    for (const LintFinding& finding : shown.of(step)) each["lint"].push_back(to_json(finding));
    list.push_back(std::move(each));
  }
  print_document(shown.db.redacted_url(), "plan", std::move(list));
}

// The first line, as far as it has room.
std::string first_line(const std::string& text) {
  std::string line = text.substr(0, text.find('\n'));
  bool cut = line.size() < text.size();
  if (line.size() > shown_size) {
    std::size_t end = shown_size;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U) --end;
    line.resize(end);
    cut = true;
  }
  return cut ? line + " ..." : line;
}

void print_text(const std::vector<MigrationStep>& steps, const Shown& shown) {
  for (const MigrationStep& step : steps) {
    print(step.domain + '/' + step.version + ' ' + step.name + "  (" + shown.form(step) + ")");
    print("  " + mode_of(step, shown.db));
    for (const MigrationStatement& statement : step.statements) {
      if (statement.implied) continue;
      print("  " + step.file + ':' + std::to_string(statement.line) + "  " +
            first_line(statement.text));
      if (const auto lock = lock_of(statement, shown.db); !lock.empty()) {
        print("    locks " + std::string(lock));
      }
    }
    for (const LintFinding& finding : shown.of(step)) print("  lint " + describe(finding));
  }
  message(std::to_string(steps.size()) + " to apply");
}

}  // namespace

int migrate_plan(const Options& options, const DatabaseChoice& choice) {
  MigrationSet set = read_set(options, choice);
  Database db = Database::open(without_creating(choice.url), choice.options);
  const Shown shown{db, set, lint(set, {.allowed = read_allowed(options)})};
  MigrationGoal goal;
  goal.count = options.migrate.count;
  goal.version = options.migrate.to;
  const auto steps = Migrator(db, std::move(set), migrator_options(options)).plan(goal);
  options.json ? print_json(steps, shown) : print_text(steps, shown);
  return exit_done;
}

}  // namespace lockstep::cli

// SPDX-License-Identifier: BSL-1.0
#include "migrate/assemble.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "lockstep/error.hpp"
#include "migrate/checksum.hpp"
#include "migrate/splitter.hpp"
#include "migrate/version.hpp"

namespace lockstep::detail {
namespace {

// What the columns of the ledger hold.
constexpr std::size_t max_version_size = 64;
constexpr std::size_t max_name_size = 200;

[[noreturn]] void refuse(const FormFolder& folder, const Script& script, std::size_t line,
                         std::string_view why) {
  std::string place = folder.options.domain + '/' + script.file;
  if (line != 0) place += ':' + std::to_string(line);
  refuse_place(place, why);
}

std::string place(const FormFolder& folder, const Script& script) {
  return folder.options.domain + '/' + script.file;
}

bool is_printable(std::string_view text) {
  const auto printable = [](char c) { return static_cast<unsigned char>(c) >= ' ' && c != '/'; };
  return !text.empty() && std::ranges::all_of(text, printable) &&
         check_text(text) == TextFault::none;
}

void check_name(const FormFolder& folder, const Script& script) {
  if (!is_printable(script.name) || !is_printable(script.version)) {
    refuse(folder, script, 0, "a migration's name is NNNN_name.up.sql or NNNN_name.down.sql");
  }
  const std::string_view fault = fault_of_name(script.version, script.name);
  if (!fault.empty()) refuse(folder, script, 0, fault);
}

// Tools of others run an empty file, and their trees have some; the lint tells of it.
void check_empty(const FormFolder& folder, const Script& script) {
  const bool strict = !folder.of_tools || folder.options.form == FolderForm::itinerary;
  if (strict) refuse(folder, script, script.part ? script.line : 0, "no SQL in it");
}

void check_statement(const FormFolder& folder, const Script& script,
                     const MigrationStatement& statement) {
  if (controls_transaction(statement.text, folder.engine)) {
    refuse(folder, script, statement.line,
           "begins or ends a transaction, but a file runs in one, with its ledger row: take it "
           "out, or mark the file with `-- lockstep:notransaction`");
  }
  if (needs_no_transaction(statement.text, folder.engine)) {
    refuse(folder, script, statement.line,
           "cannot run in a transaction, in which its file runs: mark the file with "
           "`-- lockstep:notransaction`");
  }
}

// What a file that runs in one transaction with its ledger row must not hold.
void check_transaction(const FormFolder& folder, Script& script,
                       std::vector<MigrationStatement>& statements) {
  const Engine engine = folder.engine;
  if (script.may_run_alone && statements.size() == 1 &&
      needs_no_transaction(statements.front().text, engine)) {
    script.transactional = false;
  }
  if (!script.transactional) return;
  if (script.may_bring_transaction) imply_own_transaction(statements, engine);
  for (const MigrationStatement& statement : statements) {
    if (statement.implied) continue;
    read_part(folder, [&] { check_statement(folder, script, statement); });
  }
}

void check_batch(const FormFolder& folder, const Script& script,
                 const std::vector<MigrationStatement>& statements) {
  if (script.settings.batch == 0) return;
  const bool fits = !script.transactional && statements.size() == 1 &&
                    can_be_repeated(statements.front().text, folder.engine);
  if (fits) return;
  refuse(folder, script, script.batch_line,
         "batch belongs to a file that is marked with `-- lockstep:notransaction` and has one "
         "statement, an UPDATE or DELETE with WHERE");
}

std::vector<MigrationStatement> read_statements(const FormFolder& folder, Script& script) {
  auto split =
      split_statements(script.text, folder.engine,
                       folder.of_tools ? quotes_of_engine(folder.engine) : DoubleQuotes::name);
  const std::size_t above = script.line - 1;
  if (!split.fault.empty()) refuse(folder, script, split.fault_line + above, split.fault);
  for (MigrationStatement& statement : split.statements) statement.line += above;
  if (split.statements.empty()) check_empty(folder, script);
  if (dialect(folder.engine).capabilities.transactional_ddl) {
    check_transaction(folder, script, split.statements);
  }
  check_batch(folder, script, split.statements);
  script.foreign_keys_off =
      script.foreign_keys_off ||
      std::ranges::any_of(split.statements, [](const MigrationStatement& statement) {
        return turns_foreign_keys_off(statement.text);
      });
  return std::move(split.statements);
}

bool before(const Script& a, const Script& b) {
  if (const auto order = compare_versions(a.version, b.version); std::is_neq(order)) {
    return std::is_lt(order);
  }
  if (a.up != b.up) return a.up;
  return a.for_engine && !b.for_engine;
}

// The script of a direction, at the front of those that are left: one for the engine stands before
// a general one. Null if there is none.
Script* take(const FormFolder& folder, std::span<Script>& scripts, bool up) {
  if (scripts.empty() || scripts.front().up != up) return nullptr;
  Script* first = &scripts.front();
  scripts = scripts.subspan(1);
  if (first->for_engine && !scripts.empty() && scripts.front().up == up &&
      !scripts.front().for_engine) {
    scripts = scripts.subspan(1);
  }
  if (!scripts.empty() && scripts.front().up == up) {
    refuse(folder, scripts.front(), 0, "same version as " + place(folder, *first));
  }
  return first;
}

void add_down(const FormFolder& folder, const Script& up, Script& down, Migration& migration) {
  if (down.name != up.name && !folder.of_tools) {
    refuse(folder, down, 0, "its up is named " + place(folder, up));
  }
  read_part(folder, [&] { migration.down_statements = read_statements(folder, down); });
  if (up.irreversible) return;
  migration.down_file = down.file;
  migration.down_transactional = down.transactional;
  migration.down_foreign_keys_off = down.foreign_keys_off;
  migration.down_settings = down.settings;
  migration.down_allowed = std::move(down.allowed);
  migration.down = std::move(down.text);
}

// The scripts of one version.
Migration join(const FormFolder& folder, std::span<Script> scripts) {
  Script* up = take(folder, scripts, true);
  if (up == nullptr) refuse(folder, scripts.front(), 0, "there is a down, but no up");
  Script* down = take(folder, scripts, false);
  Migration migration{folder.options.domain, up->version, up->name, up->file, {}, {}, std::nullopt};
  read_part(folder, [&] { migration.up_statements = read_statements(folder, *up); });
  migration.up_transactional = up->transactional;
  migration.up_foreign_keys_off = up->foreign_keys_off;
  migration.up_settings = up->settings;
  migration.repeatable = up->repeatable;
  migration.irreversible = up->irreversible;
  migration.allow_out_of_order = up->allow_out_of_order;
  for (const Dependency& dependency : up->depends) {
    if (std::ranges::find_if(migration.depends, [&](const std::string& known) {
          return same_version(known, dependency.version);
        }) == migration.depends.end()) {
      migration.depends.push_back(dependency.version);
    }
  }
  migration.up_allowed = std::move(up->allowed);
  if (down != nullptr) add_down(folder, *up, *down, migration);
  migration.up = std::move(up->text);
  return migration;
}

}  // namespace

std::string_view fault_of_name(std::string_view version, std::string_view name) {
  if (!is_printable(version)) return "its version is empty, or not printable, or has a slash";
  if (!is_printable(name)) return "its name is empty, or not printable, or has a slash";
  if (version.size() > max_version_size) return "a version has at most 64 characters";
  if (name.size() > max_name_size) return "a name has at most 200 bytes";
  return {};
}

std::vector<Migration> assemble(const FormFolder& folder, std::vector<Script> scripts) {
  for (const Script& script : scripts) {
    read_part(folder, [&] { check_name(folder, script); });
  }
  std::ranges::stable_sort(scripts, before);
  if (!has_faults(folder)) check_dependencies(folder, scripts);
  std::vector<Migration> migrations;
  for (auto begin = scripts.begin(); begin != scripts.end();) {
    const auto end = std::find_if_not(begin, scripts.end(), [&](const Script& other) {
      return same_version(begin->version, other.version);
    });
    read_part(folder, [&] { migrations.push_back(join(folder, {begin, end})); });
    begin = end;
  }
  return migrations;
}

}  // namespace lockstep::detail

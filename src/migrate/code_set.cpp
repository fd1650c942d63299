// SPDX-License-Identifier: BSL-1.0
#include <algorithm>

#include "lockstep/error.hpp"
#include "lockstep/migration_set.hpp"
#include "lockstep/value.hpp"
#include "migrate/assemble.hpp"
#include "migrate/checksum.hpp"
#include "migrate/version.hpp"

namespace lockstep {
namespace {

[[noreturn]] void refuse(const CodeMigration& code, const std::string& why) {
  raise(ErrorKind::invalid_argument,
        "migration " + code.domain + '/' + code.version + ", which is code: " + why);
}

void require_sound(const CodeMigration& code) {
  detail::require_domain(code.domain);
  if (code.domain == detail::own_domain) {
    refuse(code, "the domain lockstep is that of lockstep's own tables");
  }
  const std::string_view fault = detail::fault_of_name(code.version, code.name);
  if (!fault.empty()) refuse(code, std::string(fault));
  if (code.id.empty()) refuse(code, "it has no id");
  require_text("id", code.id);
  if (!code.up) refuse(code, "there is nothing to call");
}

Migration migration_of(CodeMigration code) {
  Migration migration;
  migration.domain = code.domain;
  migration.version = code.version;
  migration.name = code.name;
  migration.up_file = code.version + '_' + code.name + " (code)";
  migration.up = code.id;
  if (code.down) {
    migration.down_file = migration.up_file;
    migration.down = code.id;
  }
  migration.up_transactional = migration.down_transactional = code.transactional;
  migration.allow_out_of_order = code.allow_out_of_order;
  migration.depends = code.depends;
  for (std::string& entry : migration.depends) {  // it may be a file of another set
    if (entry.find('/') == std::string::npos) entry.insert(0, code.domain + '/');
  }
  migration.code = std::move(code);
  return migration;
}

}  // namespace

MigrationSet MigrationSet::code(Engine engine, std::vector<CodeMigration> migrations) {
  MigrationSet all(engine);
  all.sources_.push_back({.name = "the program", .form = "code"});
  std::string lines;
  for (CodeMigration& code : migrations) {
    require_sound(code);
    Migration migration = migration_of(std::move(code));
    lines +=
        migration.domain + '/' + migration.up_file + '\n' + detail::sha256(migration.up) + '\n';
    all.migrations_.push_back(std::move(migration));
  }
  all.sha256_ = detail::sha256(lines);
  return union_of({std::move(all)});  // sorted, and none twice
}

}  // namespace lockstep

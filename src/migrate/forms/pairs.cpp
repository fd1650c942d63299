// SPDX-License-Identifier: BSL-1.0
// Two files for a version: 0001_users.up.sql and 0001_users.down.sql, or V1.users.up.sql. Names may
// end in an engine, 0001_users.postgres.up.sql, which then stands before a general file, and in
// .notx or .autocommit.
#include <set>

#include "migrate/forms/directives.hpp"
#include "migrate/forms/names.hpp"
#include "migrate/version.hpp"

namespace lockstep::detail {
namespace {

struct PairName {
  std::string_view version;  // empty: the name is of another form
  std::string_view name;
  Infix infix;
  bool up = true;
};

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

PairName read_name(std::string_view path) {
  PairName pair;
  if (take_suffix(path, ".down.sql")) {
    pair.up = false;
  } else if (!take_suffix(path, ".up.sql")) {
    return pair;
  }
  pair.infix = cut_infix(path);
  std::string_view stem = pair.infix.stem;
  const bool v = stem.starts_with('V');
  if (v) stem.remove_prefix(1);
  const VersionedName parts = cut_version(stem);
  const bool separated = parts.separator == '_' || (v && parts.separator == '.');
  if (!separated || parts.name.empty() || path.find('/') != std::string_view::npos) return pair;
  pair.version = parts.version;
  pair.name = parts.name;
  return pair;
}

std::string mismatch(const FormFolder& folder) {
  for (const FormFile& file : folder.files) {
    if (!is_sql_file(file.path)) continue;
    if (read_name(file.path).version.empty()) {
      return file.path + " is not named as 0001_name.up.sql or 0001_name.down.sql";
    }
    for (const DirectiveKind kind :
         {DirectiveKind::migrate, DirectiveKind::goose, DirectiveKind::dbmate}) {
      if (has_directive(file, kind)) {
        return file.path + " has markers `" + std::string(mark_of(kind)) + "`";
      }
    }
  }
  return {};
}

struct Lower {
  bool operator()(const std::string& a, const std::string& b) const noexcept {
    return std::is_lt(compare_versions(a, b));
  }
};
using Versions = std::set<std::string, Lower>;

// Scripts for this engine, and the versions that others have an up of their own for.
struct Found {
  std::vector<Script> scripts;
  Versions elsewhere;
};

void read_file(const FormFolder& folder, const FormFile& file, Found& found) {
  if (file.path.ends_with(".fizz")) {
    refuse_file(folder, file.path, 0,
                "a migration in fizz cannot be run: write it in SQL, or name it in "
                ".lockstepignore");
  }
  if (!is_sql_file(file.path)) return;
  const PairName pair = read_name(file.path);
  if (pair.version.empty()) {
    refuse_file(folder, file.path, 0,
                "a migration's name is NNNN_name.up.sql or NNNN_name.down.sql");
  }
  const Infix& infix = pair.infix;
  if (infix.other_engine || (infix.engine && *infix.engine != folder.engine)) {
    if (pair.up) found.elsewhere.emplace(pair.version);
    return;
  }
  Script script;
  script.version = pair.version;
  script.name = pair.name;
  script.file = file.path;
  script.text = file.text;
  script.up = pair.up;
  script.for_engine = infix.engine.has_value();
  script.transactional = !infix.no_transaction;
  script.may_bring_transaction = script.may_run_alone = folder.of_tools;
  apply_directives(folder, file, script);
  found.scripts.push_back(std::move(script));
}

// A general down goes with the ups of other engines, where this one has none.
void drop_downs_for_others(Found& found) {
  Versions here;
  for (const Script& script : found.scripts) {
    if (script.up) here.insert(script.version);
  }
  std::erase_if(found.scripts, [&](const Script& script) {
    return !script.up && !script.for_engine && found.elsewhere.contains(script.version) &&
           !here.contains(script.version);
  });
}

std::vector<Script> read(const FormFolder& folder) {
  Found found;
  for (const FormFile& file : folder.files) {
    read_part(folder, [&] { read_file(folder, file, found); });
  }
  if (!found.elsewhere.empty()) drop_downs_for_others(found);
  return std::move(found.scripts);
}

}  // namespace

const Form pairs_form{"pairs", mismatch, read};

}  // namespace lockstep::detail

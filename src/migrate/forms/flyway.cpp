// SPDX-License-Identifier: BSL-1.0
// Flyway's names: V1_2__users.sql, its undo U1_2__users.sql, and R__views.sql, which is repeatable.
// Beside a script its settings may stand, V1_2__users.sql.conf.
#include <algorithm>

#include "migrate/forms/directives.hpp"
#include "migrate/forms/names.hpp"

namespace lockstep::detail {
namespace {

constexpr std::string_view settings_suffix = ".sql.conf";

struct FlywayName {
  char kind = '\0';  // V, U, R or B; NUL: the name is of another form
  std::string version;
  std::string name;
};

FlywayName read_name(std::string_view path) {
  FlywayName read;
  std::string_view stem = base_name(path);
  if (!stem.ends_with(".sql") || stem.empty()) return read;
  stem.remove_suffix(4);
  const auto middle = stem.find("__");
  if (middle == std::string_view::npos || middle + 2 == stem.size()) return read;
  read.version = stem.substr(1, middle - 1);
  read.name = stem.substr(middle + 2);
  std::ranges::replace(read.version, '_', '.');
  const auto fits = [](char c) { return (c >= '0' && c <= '9') || c == '.'; };
  const bool repeatable = stem.starts_with("R__");
  const bool versioned = std::string_view("VUB").find(stem.front()) != std::string_view::npos &&
                         !read.version.empty() && read.version.front() != '.' &&
                         read.version.back() != '.' && std::ranges::all_of(read.version, fits);
  if (repeatable || versioned) read.kind = stem.front();
  return read;
}

std::string mismatch(const FormFolder& folder) {
  for (const FormFile& file : folder.files) {
    if (is_sql_file(file.path) && read_name(file.path).kind == '\0') {
      return file.path + " is not named as V1__name.sql or R__name.sql";
    }
  }
  return {};
}

// executeInTransaction of a script's settings; all others would be left out without a word.
bool read_settings(const FormFolder& folder, const FormFile& file) {
  bool transactional = true;
  std::size_t line = 0;
  for (std::string_view rest = file.text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string_view setting = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++line;
    if (setting.empty() || setting.starts_with('#')) continue;
    if (setting == "executeInTransaction=false") {
      transactional = false;
    } else if (setting != "executeInTransaction=true") {
      refuse_file(folder, file.path, line,
                  "unknown setting; there is executeInTransaction=true or false");
    }
  }
  return transactional;
}

bool is_transactional(const FormFolder& folder, std::string_view path) {
  const std::string settings =
      std::string(path.substr(0, path.size() - 4)) + std::string(settings_suffix);
  const auto found = std::ranges::find(folder.files, settings, &FormFile::path);
  return found == folder.files.end() || read_settings(folder, *found);
}

Script read_file(const FormFolder& folder, const FormFile& file) {
  FlywayName name = read_name(file.path);
  if (name.kind == 'B') {
    refuse_file(folder, file.path, 0,
                "a baseline of Flyway is not run; begin with V files, or name it in "
                ".lockstepignore");
  }
  Script script;
  script.repeatable = name.kind == 'R';
  script.version = script.repeatable ? "R__" + name.name : std::move(name.version);
  script.name = std::move(name.name);
  script.file = file.path;
  script.text = file.text;
  script.up = name.kind != 'U';
  script.transactional = is_transactional(folder, file.path);
  script.may_run_alone = true;
  apply_directives(folder, file, script);
  return script;
}

std::vector<Script> read(const FormFolder& folder) {
  std::vector<Script> scripts;
  for (const FormFile& file : folder.files) {
    if (!is_sql_file(file.path)) continue;
    read_part(folder, [&] { scripts.push_back(read_file(folder, file)); });
  }
  return scripts;
}

}  // namespace

const Form flyway_form{"flyway", mismatch, read};

}  // namespace lockstep::detail

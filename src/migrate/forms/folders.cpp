// SPDX-License-Identifier: BSL-1.0
// A folder for each version, with up.sql and down.sql, of diesel. Its metadata.toml may say
// run_in_transaction = false.
#include "migrate/forms/directives.hpp"
#include "migrate/forms/names.hpp"

namespace lockstep::detail {
namespace {

constexpr std::string_view settings_file = "metadata.toml";

std::string_view folder_of(std::string_view path) { return path.substr(0, path.rfind('/') + 1); }

std::string mismatch(const FormFolder& folder) {
  bool any = false;
  for (const FormFile& file : folder.files) {
    if (!is_sql_file(file.path)) continue;
    const std::string_view name = base_name(file.path);
    if (folder_of(file.path).empty()) return file.path + " is not in a folder of its own";
    if (name != "up.sql" && name != "down.sql") return file.path + " is no up.sql or down.sql";
    any = true;
  }
  return any ? "" : "there is no folder with an up.sql";
}

// Whether the version runs in a transaction, by the settings file.
bool read_settings(const FormFolder& folder, const FormFile& file) {
  bool transactional = true;
  std::size_t line = 0;
  for (std::string_view rest = file.text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string_view setting = trim(rest.substr(0, std::min(rest.find('#'), end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++line;
    if (setting.empty()) continue;
    const auto equals = std::min(setting.find('='), setting.size() - 1);
    const std::string_view value = trim(setting.substr(equals + 1));
    if (trim(setting.substr(0, equals)) != "run_in_transaction" ||
        (value != "true" && value != "false")) {
      refuse_file(folder, file.path, line,
                  "unknown setting; there is run_in_transaction = true or false");
    }
    transactional = value == "true";
  }
  return transactional;
}

bool is_transactional(const FormFolder& folder, std::string_view directory) {
  for (const FormFile& file : folder.files) {
    if (base_name(file.path) == settings_file && folder_of(file.path) == directory) {
      return read_settings(folder, file);
    }
  }
  return true;
}

// As diesel has it: 2024-01-02-030405_users is version 20240102030405.
void read_name(const FormFolder& folder, const FormFile& file, Script& script) {
  std::string_view directory = folder_of(file.path);
  directory.remove_suffix(1);
  const VersionedName parts = cut_version(base_name(directory));
  if (parts.version.empty()) {
    refuse_file(folder, file.path, 0, "the name of its folder does not begin with a version");
  }
  for (const char c : parts.version) {
    if (c != '-') script.version += c;
  }
  script.name = parts.name.empty() ? parts.version : parts.name;
  if (!folder.options.stem_is_version) return;
  script.version = script.name = base_name(directory);
}

Script read_file(const FormFolder& folder, const FormFile& file) {
  Script script;
  read_name(folder, file, script);
  script.file = file.path;
  script.text = file.text;
  script.up = base_name(file.path) == "up.sql";
  script.transactional = is_transactional(folder, folder_of(file.path));
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

const Form folders_form{"folders", mismatch, read};

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "migrate/forms/layout.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <set>

#include "lockstep/error.hpp"
#include "migrate/forms/directives.hpp"
#include "migrate/forms/names.hpp"

namespace lockstep::detail {
namespace {

using Paths = std::vector<std::string>;

constexpr std::string_view ignore_file = ".lockstepignore";

[[noreturn]] void refuse(const FolderSource& source, const std::string& why) {
  raise(ErrorKind::invalid_data, "migrations folder " + source.name + ": " + why);
}

bool is_below(std::string_view path) { return path.find('/') != std::string_view::npos; }

std::string_view first_part(std::string_view path) { return path.substr(0, path.find('/')); }

bool matches(const std::string& pattern, const std::string& text) {
  return fnmatch(pattern.c_str(), text.c_str(), FNM_PATHNAME) == 0;
}

// A pattern without a slash is for a file or folder of any depth; one with a slash for a path from
// the folder of the file; one that ends in a slash for a folder.
bool is_ignored(const std::string& path, std::string pattern) {
  const bool folder_only = pattern.ends_with('/');
  if (folder_only) pattern.pop_back();
  const bool anchored = is_below(pattern);
  if (pattern.starts_with('/')) pattern.erase(0, 1);
  for (std::size_t begin = 0; begin < path.size();) {
    const auto end = std::min(path.find('/', begin), path.size());
    const bool file = end == path.size();
    const std::string part = anchored ? path.substr(0, end) : path.substr(begin, end - begin);
    if (!(file && folder_only) && matches(pattern, part)) return true;
    begin = end + 1;
  }
  return false;
}

void leave_out_ignored(const FolderSource& source, const std::string& prefix, Paths& paths) {
  if (std::ranges::find(paths, ignore_file) == paths.end()) return;
  const std::string text = source.read(prefix + std::string(ignore_file));
  for (std::string_view rest = text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const std::string pattern(trim(rest.substr(0, end)));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (pattern.empty() || pattern.starts_with('#')) continue;
    if (pattern.starts_with('!')) {
      refuse(source, std::string(ignore_file) + ": patterns that begin with ! are not supported");
    }
    std::erase_if(paths, [&](const std::string& path) { return is_ignored(path, pattern); });
  }
}

bool has_own_sql(const Paths& paths) {
  return std::ranges::any_of(
      paths, [](const std::string& path) { return is_sql_file(path) && !is_below(path); });
}

std::string join(const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// The names of folders with .sql files below them.
std::set<std::string> folders_of(const Paths& paths) {
  std::set<std::string> names;
  for (const std::string& path : paths) {
    if (is_below(path) && is_sql_file(path)) names.emplace(first_part(path));
  }
  return names;
}

// The folder of the engine with a slash, if the folder is a parent of such; else empty.
std::string find_prefix(Engine engine, const FolderSource& source, const Paths& paths) {
  std::set<std::string> engines;
  std::set<std::string> own;
  for (const std::string& name : folders_of(paths)) {
    const auto found = folder_engine(name);
    if (!found) continue;
    engines.insert(name);
    if (*found == engine) own.insert(name);
  }
  if (engines.empty()) return {};
  if (has_own_sql(paths)) {
    refuse(source, "it has .sql files of its own beside the folders " + join(engines) +
                       ": name the one that is meant with --dir");
  }
  if (own.empty()) {
    refuse(source,
           "it has no folder for " + std::string(to_string(engine)) + ", only " + join(engines));
  }
  if (own.size() > 1) {
    refuse(source, "the folders " + join(own) + " are for the same engine: name one with --dir");
  }
  return *own.begin() + '/';
}

// "name/up.sql", and what belongs to it.
bool is_in_version_folder(const std::string& path) {
  const auto slash = path.find('/');
  if (slash == std::string::npos || path.find('/', slash + 1) != std::string::npos) return false;
  const std::string_view name = base_name(path);
  return name == "up.sql" || name == "down.sql" || name == "metadata.toml";
}

bool is_flyway_tree(const Paths& paths) {
  FormFolder folder;
  for (const std::string& path : paths) folder.files.push_back({path, ""});
  return std::ranges::any_of(paths, is_sql_file) && flyway_form.mismatch(folder).empty();
}

Layout files_of_engine(Engine engine, const FolderSource& source) {
  Layout layout{{}, source.paths};
  leave_out_ignored(source, {}, layout.paths);
  layout.prefix = find_prefix(engine, source, layout.paths);
  if (layout.prefix.empty()) return layout;
  std::erase_if(layout.paths, [&](const std::string& p) { return !p.starts_with(layout.prefix); });
  for (std::string& path : layout.paths) path.erase(0, layout.prefix.size());
  leave_out_ignored(source, layout.prefix, layout.paths);
  return layout;
}

// Folders that the form does not read: the files of a tool's tests, its dumps.
void leave_out_folders(const FolderSource& source, Paths& paths) {
  if (is_flyway_tree(paths)) return;
  const auto others = folders_of(paths);
  std::erase_if(
      paths, [](const std::string& path) { return is_below(path) && !is_in_version_folder(path); });
  if (others.empty() || std::ranges::any_of(paths, is_sql_file)) return;
  refuse(source, "there is no .sql file in it, but in its folders " + join(others) +
                     ": name the one that is meant with --dir");
}

}  // namespace

Layout choose_files(Engine engine, const FolderSource& source) {
  Layout layout = files_of_engine(engine, source);
  leave_out_folders(source, layout.paths);
  std::ranges::sort(layout.paths);
  return layout;
}

std::vector<Engine> engines_of(const FolderSource& source) {
  Layout layout{{}, source.paths};
  leave_out_ignored(source, {}, layout.paths);
  std::vector<Engine> engines;
  const std::set<std::string> folders = folders_of(layout.paths);
  const auto is_for = [&](Engine engine) {
    return std::ranges::any_of(
        folders, [&](const std::string& name) { return folder_engine(name) == engine; });
  };
  const std::vector<Engine> all{Engine::sqlite, Engine::postgres, Engine::mysql};
  std::ranges::copy_if(all, std::back_inserter(engines), is_for);
  return engines.empty() ? all : engines;
}

std::vector<DomainFolder> domain_folders(Engine engine, const FolderSource& source) {
  const Layout layout = files_of_engine(engine, source);
  const bool own_files = std::ranges::any_of(layout.paths, [](const std::string& path) {
    return is_sql_file(path) && (!is_below(path) || is_in_version_folder(path));
  });
  if (layout.prefix.empty() || own_files || is_flyway_tree(layout.paths)) return {};
  std::vector<DomainFolder> folders;
  for (const std::string& domain : folders_of(layout.paths)) {
    const std::string prefix = layout.prefix + domain + '/';
    FolderSource below{source.name + '/' + layout.prefix + domain, {}, {}, {}};
    for (const std::string& path : layout.paths) {
      if (path.starts_with(domain + '/')) below.paths.push_back(path.substr(domain.size() + 1));
    }
    below.read = [&source, prefix](const std::string& path) { return source.read(prefix + path); };
    if (source.sha256) {
      below.sha256 = [&source, prefix](const std::string& path) {
        return source.sha256(prefix + path);
      };
    }
    folders.push_back({domain, prefix, std::move(below)});
  }
  return folders;
}

}  // namespace lockstep::detail

// SPDX-License-Identifier: BSL-1.0
#include "embed/tree.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

#include "lockstep/error.hpp"
#include "lockstep/migration_checks.hpp"
#include "migrate/forms/layout.hpp"
#include "migrate/forms/names.hpp"
#include "migrate/scratch/tree_places.hpp"

namespace lockstep::embed {
namespace {

using detail::FolderSource;

constexpr std::string_view allow_file = "parity.toml";  // beside the folders of engines

std::string read_file(const std::filesystem::path& file) {
  const std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) raise(ErrorKind::invalid_data, file.string() + ": it cannot be read");
  return text.str();
}

class Reader {
 public:
  explicit Reader(const TreeOptions& options)
      : options_(options), source_(detail::disk_source(options.directory)) {}

  Tree run() {
    if (options_.domains) check_places();
    for (const Engine engine : engines()) read(engine);
    compare();
    if (tree_.faults.empty() && options_.parity) check_schemas();
    for (auto& [path, text] : files_) tree_.files.push_back({path, std::move(text)});
    return std::move(tree_);
  }

 private:
  [[nodiscard]] std::vector<Engine> engines() const {
    return options_.engines.empty() ? detail::engines_of(source_) : options_.engines;
  }
  void check_places();
  void read(Engine engine);
  [[nodiscard]] MigrationSet read_domains(Engine engine);
  [[nodiscard]] MigrationSet read_folder(Engine engine);
  void compare();
  void compare(const MigrationSet& one, const MigrationSet& other);
  void check_schemas();
  void add(const std::string& path) { files_.emplace(path, source_.read(path)); }
  [[nodiscard]] std::string place(const MigrationSet& set, const Migration& migration) const;
  [[nodiscard]] std::string place_of_error(Engine engine, std::string_view what) const;

  const TreeOptions& options_;
  FolderSource source_;
  std::map<std::string, std::string> files_;
  std::vector<MigrationSet> sets_;
  Tree tree_;
};

// Of lockstep's own form: no file beside the folders of the domains.
void Reader::check_places() {
  for (const std::string& path : source_.paths) {
    if (!detail::is_sql_file(path)) continue;
    const bool deep = std::ranges::count(path, '/') == 2;
    if (deep && detail::folder_engine(path.substr(0, path.find('/')))) continue;
    tree_.faults.push_back((options_.directory / path).string() +
                           ": a migration is <engine>/<domain>/NNNN_name.<up|down>.sql");
  }
  if (std::filesystem::exists(options_.directory / allow_file)) add(std::string(allow_file));
}

void Reader::read(Engine engine) {
  try {
    sets_.push_back(options_.domains ? read_domains(engine) : read_folder(engine));
  } catch (const Error& error) {
    tree_.faults.push_back(place_of_error(engine, error.what()));
  }
}

MigrationSet Reader::read_domains(Engine engine) {
  const std::string prefix = std::string(to_string(engine)) + '/';
  std::vector<MigrationFile> files;
  for (const std::string& path : source_.paths) {
    const auto slash = path.find('/', prefix.size());
    if (!path.starts_with(prefix) || slash == std::string::npos) continue;
    add(path);
    const std::string_view name = path;
    files.push_back({name.substr(prefix.size(), slash - prefix.size()), name.substr(slash + 1),
                     files_.at(path)});
  }
  return {engine, files};
}

// Without what the folder ignores.
MigrationSet Reader::read_folder(Engine engine) {
  const detail::FormFolder folder = detail::open_folder(engine, source_, options_.folder);
  for (const detail::FormFile& file : folder.files) {
    if (!detail::base_name(file.path).starts_with('.')) add(folder.prefix + file.path);
  }
  return MigrationSet::folder(engine, options_.directory, options_.folder);
}

// Every engine has the same versions, by the same names, and can revert the same ones.
void Reader::compare() {
  for (std::size_t i = 1; i < sets_.size(); ++i) {
    compare(sets_.front(), sets_[i]);
    compare(sets_[i], sets_.front());
  }
}

void Reader::compare(const MigrationSet& one, const MigrationSet& other) {
  const std::string engine(to_string(other.engine()));
  const bool first = &one == &sets_.front();
  for (const auto& [gap, here, there] : detail::version_differences(one, other, first)) {
    const std::string file = place(one, *here) + ": ";
    switch (gap) {
      case detail::VersionGap::missing:
        tree_.faults.push_back(file + "there is no version " + here->version + " for " + engine);
        break;
      case detail::VersionGap::name:
        tree_.faults.push_back(file + "for " + engine + " version " + here->version + " is " +
                               place(other, *there));
        break;
      case detail::VersionGap::down:
        tree_.faults.push_back(file + "for " + engine + " it has no down");
        break;
    }
  }
}

// Files for every engine alike have nothing to be compared.
void Reader::check_schemas() {
  if (sets_.size() < 2 || MigrationSet::engines_in(options_.directory).empty()) return;
  const std::filesystem::path file = options_.directory / allow_file;
  try {
    const ParityAllow allow = std::filesystem::exists(file)
                                  ? ParityAllow::parse(read_file(file), file.string())
                                  : ParityAllow();
    const TreesReport report = check_trees(sets_, {}, allow);
    for (const SchemaDifference& each : report.schemas.unexplained) {
      tree_.faults.push_back((options_.directory / each.place).string() + ": " + to_string(each));
    }
  } catch (const InvalidData& error) {  // of the allow file
    tree_.faults.emplace_back(error.what());
  } catch (const Error& error) {
    tree_.faults.push_back(options_.directory.string() + ": it does not run on SQLite: " +
                           error.what() + ": " + error.server_message());
  }
}

std::string Reader::place(const MigrationSet& set, const Migration& migration) const {
  std::filesystem::path path = options_.directory;
  if (options_.domains) path = path / to_string(set.engine()) / migration.domain;
  return (path / migration.up_file).string();
}

// "migration default/sqlite/0001_a.sql:3: why", by the file's place on the disk.
std::string Reader::place_of_error(Engine engine, std::string_view what) const {
  const std::string mark = "migration " + (options_.domains ? "" : options_.folder.domain + '/');
  if (!what.starts_with(mark)) return std::string(what);
  what.remove_prefix(mark.size());
  std::filesystem::path path = options_.directory;
  if (options_.domains) path /= to_string(engine);
  return (path / what).string();
}

}  // namespace

Tree read_tree(const TreeOptions& options) {
  try {
    return Reader(options).run();
  } catch (const Error& error) {
    return {{}, {error.what()}};
  }
}

}  // namespace lockstep::embed

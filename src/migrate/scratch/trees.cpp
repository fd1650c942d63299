// SPDX-License-Identifier: BSL-1.0
#include <algorithm>
#include <array>

#include "lockstep/migrate.hpp"
#include "lockstep/migration_checks.hpp"
#include "migrate/parity/text_schema.hpp"
#include "migrate/scratch/tree_places.hpp"

namespace lockstep {
namespace {

// The one that can say most comes first: the others are compared with it.
constexpr std::array by_words{Engine::postgres, Engine::mysql, Engine::sqlite};

std::vector<const MigrationSet*> sorted(std::span<const MigrationSet> sets) {
  std::vector<const MigrationSet*> all;
  for (const MigrationSet& set : sets) all.push_back(&set);
  std::ranges::sort(all, {}, [](const MigrationSet* set) {
    return std::ranges::find(by_words, set->engine()) - by_words.begin();
  });
  const auto same = std::ranges::adjacent_find(all, {}, &MigrationSet::engine);
  if (all.size() < 2 || same != all.end()) {
    raise(ErrorKind::invalid_argument, "parity compares sets of different engines, two at least");
  }
  return all;
}

std::string id_of(const Migration& migration) { return migration.domain + '/' + migration.version; }

// What `other` lacks or names in another way.
void compare_versions(const MigrationSet& set, const MigrationSet& other, bool names,
                      std::vector<std::string>& out) {
  const std::string here(to_string(set.engine()));
  const std::string there(to_string(other.engine()));
  for (const auto& [gap, each, same] : detail::version_differences(set, other, names)) {
    switch (gap) {
      case detail::VersionGap::missing:
        out.push_back(id_of(*each) + ": missing on " + there + ", on " + here + " it is " +
                      each->name);
        break;
      case detail::VersionGap::name:
        out.push_back(id_of(*each) + ", name: " + each->name + " on " + here + ", " + same->name +
                      " on " + there);
        break;
      case detail::VersionGap::down:
        out.push_back(id_of(*each) + ", down: missing on " + there);
        break;
    }
  }
}

class Trees {
 public:
  Trees(const ScratchServers& servers, TreesReport& report) : servers_(servers), report_(report) {}

  Schema read(const MigrationSet& set) {
    const std::string& url = servers_.of(set.engine());
    if (url.empty()) return read_texts(set);
    ScratchDatabase scratch(url);
    Migrator(scratch.db(), set).up();
    return read_schema(scratch.db());
  }

 private:
  Schema read_texts(const MigrationSet& set) {
    const std::string engine(to_string(set.engine()));
    detail::TextSchema read = detail::schema_of_texts(set);
    report_.not_compared.push_back(
        engine + ": no server; its texts were read, without rows and what procedures do");
    for (const std::string& each : read.unread) {
      report_.not_compared.push_back(engine + ": " + each + ": not read");
    }
    return std::move(read.schema);
  }

  const ScratchServers& servers_;
  TreesReport& report_;
};

}  // namespace

std::vector<MigrationSet> read_trees(const std::filesystem::path& path,
                                     const FolderOptions& options, std::vector<Engine> engines) {
  if (engines.empty()) engines = MigrationSet::engines_in(path);
  if (engines.empty()) {
    raise(ErrorKind::invalid_argument,
          "the folder does not tell for which engine it is: name the engine");
  }
  std::vector<MigrationSet> sets;
  for (const Engine engine : engines) sets.push_back(MigrationSet::folder(engine, path, options));
  return sets;
}

std::vector<MigrationSet> embedded_trees(const std::vector<std::string>& domains,
                                         std::vector<Engine> engines) {
  if (engines.empty()) engines = {Engine::sqlite, Engine::postgres, Engine::mysql};
  std::vector<MigrationSet> sets;
  for (const Engine engine : engines) sets.push_back(MigrationSet::embedded(engine, domains));
  return sets;
}

TreesReport check_trees(std::span<const MigrationSet> sets, const ScratchServers& servers,
                        const ParityAllow& allow) {
  const std::vector<const MigrationSet*> all = sorted(sets);
  TreesReport report;
  std::vector<Schema> schemas;
  Trees trees(servers, report);
  for (const MigrationSet* set : all) {
    if (set != all.front()) {
      compare_versions(*all.front(), *set, true, report.versions);
      compare_versions(*set, *all.front(), false, report.versions);
    }
    schemas.push_back(trees.read(*set));
  }
  report.schemas = check_parity(schemas, allow);
  if (!report.not_compared.empty()) report.schemas.unused.clear();
  for (SchemaDifference& each : report.schemas.unexplained) {
    const auto other = std::ranges::find(all, each.other_engine, &MigrationSet::engine);
    each.place = detail::place_of(each, *all.front(), **other);
  }
  return report;
}

}  // namespace lockstep

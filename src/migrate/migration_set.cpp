// SPDX-License-Identifier: BSL-1.0
#include "lockstep/migration_set.hpp"

#include <algorithm>
#include <unordered_map>

#include "lockstep/error.hpp"
#include "migrate/assemble.hpp"
#include "migrate/checksum.hpp"
#include "migrate/forms/layout.hpp"
#include "migrate/forms/names.hpp"
#include "migrate/version.hpp"

namespace lockstep {
namespace {

using detail::DomainFolder;
using detail::FolderSource;
using detail::FormFolder;

constexpr std::size_t max_domain_size = 64;  // of the ledger's column

// The files of one domain, which are pairs.
FormFolder folder_of(Engine engine, std::string_view domain, std::span<const MigrationFile> files) {
  FormFolder folder{engine, {.domain = std::string(domain)}};
  for (const MigrationFile& file : files) {
    if (file.domain != domain) continue;
    if (!detail::is_sql_file(file.file_name)) {
      detail::refuse_file(folder, file.file_name, 0,
                          "a migration's name is NNNN_name.up.sql or NNNN_name.down.sql");
    }
    folder.files.push_back({std::string(file.file_name), std::string(file.text)});
    detail::prepare_file(folder, folder.files.back());
  }
  return folder;
}

// "0002_a.up.sql of db/shop"
std::string place_of(const MigrationSet& set, const Migration& migration) {
  return migration.up_file + " of " + set.source_of(migration).name;
}

bool before(const Migration& a, const Migration& b) {
  const auto order = detail::compare_domains(a.domain, b.domain);
  if (std::is_neq(order)) return std::is_lt(order);
  return std::is_lt(detail::compare_versions(a.version, b.version));
}

// What one file of a set adds to the hash of the set.
std::string hash_line(std::string_view domain, std::string_view path, std::string_view sha256) {
  return std::string(domain) + '/' + std::string(path) + '\n' + std::string(sha256) + '\n';
}

std::string hash_of(const FormFolder& folder, const FolderSource& source) {
  const FolderOptions& options = folder.options;
  std::string lines{to_string(folder.engine)};
  for (const bool option : {options.form == FolderForm::itinerary, options.stem_is_version,
                            options.allow_missing, options.foreign_keys}) {
    lines += option ? '1' : '0';
  }
  for (const detail::FormFile& file : folder.files) {
    std::string sha256 = source.sha256 ? source.sha256(folder.prefix + file.path) : "";
    if (sha256.empty()) sha256 = detail::sha256(file.text);
    lines += hash_line(options.domain, file.path, sha256);
  }
  return detail::sha256(lines);
}

// The domains of a tree, which the names of its folders are: all of them, or the one that
// options.domain names. Empty if it is no such tree.
std::vector<DomainFolder> domains_of(Engine engine, const FolderSource& source,
                                     const FolderOptions& options) {
  std::vector<DomainFolder> folders = detail::domain_folders(engine, source);
  if (!folders.empty() && options.domain != FolderOptions().domain) {
    std::erase_if(folders, [&](const DomainFolder& each) { return each.domain != options.domain; });
    if (folders.empty()) {
      raise(ErrorKind::invalid_argument, "the folder has no domain " + options.domain);
    }
  }
  std::ranges::sort(folders, [](const DomainFolder& a, const DomainFolder& b) {
    return std::is_lt(detail::compare_domains(a.domain, b.domain));
  });
  return folders;
}

}  // namespace

void detail::require_domain(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  if (!text.empty() && text.size() <= max_domain_size && std::ranges::all_of(text, allowed)) return;
  raise(ErrorKind::invalid_argument,
        "a migration's domain is 1 to 64 letters, digits, '_', '-' or '.'");
}

detail::FolderSource detail::memory_source(std::span<const FolderFile> files) {
  FolderSource source{"in memory", {}, {}, {}};
  std::unordered_map<std::string_view, const FolderFile*> by_path;
  for (const FolderFile& file : files) {
    source.paths.emplace_back(file.path);
    by_path.emplace(file.path, &file);  // of two with one path the first
  }
  const auto find = [index = std::move(by_path)](const std::string& path) {
    return index.at(path);
  };
  source.read = [find](const std::string& path) { return std::string(find(path)->text); };
  source.sha256 = [find](const std::string& path) { return std::string(find(path)->sha256); };
  return source;
}

MigrationSet::MigrationSet(Engine engine, std::span<const MigrationFile> files)
    : engine_(engine), sources_{{.name = "in memory"}} {
  std::vector<std::string_view> domains;
  for (const MigrationFile& file : files) domains.push_back(file.domain);
  std::ranges::sort(domains, [](std::string_view a, std::string_view b) {
    return std::is_lt(detail::compare_domains(a, b));
  });
  domains.erase(std::unique(domains.begin(), domains.end()), domains.end());
  std::string lines{to_string(engine)};
  for (const MigrationFile& file : files) {
    lines += hash_line(file.domain, file.file_name, detail::sha256(file.text));
  }
  sha256_ = detail::sha256(lines);
  for (const std::string_view domain : domains) {
    detail::require_domain(domain);
    const FormFolder folder = folder_of(engine, domain, files);
    std::ranges::move(detail::assemble(folder, detail::pairs_form.read(folder)),
                      std::back_inserter(migrations_));
  }
}

MigrationSet MigrationSet::read(Engine engine, const FolderSource& source,
                                const FolderOptions& options) {
  const std::vector<DomainFolder> domains = domains_of(engine, source, options);
  if (domains.empty()) {
    if (options.domain == detail::own_domain) {
      raise(ErrorKind::invalid_argument, "the domain lockstep is that of lockstep's own tables");
    }
    return read_domain(engine, source, options);
  }
  std::vector<MigrationSet> sets;
  FolderOptions own = options;
  for (const DomainFolder& each : domains) {
    own.domain = each.domain;
    MigrationSet& set = sets.emplace_back(read_domain(engine, each.source, own));
    for (Migration& migration : set.migrations_) {
      for (std::string* file : {&migration.up_file, &migration.down_file}) {
        if (!file->empty()) file->insert(0, each.prefix);
      }
    }
  }
  return union_of(std::move(sets));
}

MigrationSet MigrationSet::read_domain(Engine engine, const FolderSource& source,
                                       const FolderOptions& options) {
  detail::require_domain(options.domain);
  const FormFolder folder = detail::open_folder(engine, source, options);
  MigrationSet set(engine);
  set.sources_.push_back(
      {.name = source.name,
       .form = std::string(detail::form_name(folder, source.name)),
       .engine_settings = true,
       .foreign_keys = options.foreign_keys,
       .complete = options.form == FolderForm::itinerary && !options.allow_missing});
  set.migrations_ = detail::assemble(folder, detail::read_folder(folder, source.name));
  set.sha256_ = hash_of(folder, source);
  return set;
}

MigrationSet MigrationSet::folder(Engine engine, const std::filesystem::path& path,
                                  const FolderOptions& options) {
  return read(engine, detail::disk_source(path), options);
}

MigrationSet MigrationSet::folder(Engine engine, std::span<const FolderFile> files,
                                  const FolderOptions& options) {
  return read(engine, detail::memory_source(files), options);
}

MigrationSet MigrationSet::union_of(std::vector<MigrationSet> sets) {
  if (sets.empty()) raise(ErrorKind::invalid_argument, "a union of migrations has a set at least");
  MigrationSet all(sets.front().engine_);
  std::string hashes;
  for (MigrationSet& set : sets) {
    if (set.engine_ != all.engine_) {
      raise(ErrorKind::invalid_argument, "a union of migrations is for one engine");
    }
    for (Migration& migration : set.migrations_) migration.source += all.sources_.size();
    std::ranges::move(set.migrations_, std::back_inserter(all.migrations_));
    std::ranges::move(set.sources_, std::back_inserter(all.sources_));
    hashes += set.sha256_;
  }
  std::ranges::stable_sort(all.migrations_, before);
  const auto twice = std::ranges::adjacent_find(
      all.migrations_,
      [](const Migration& a, const Migration& b) { return !before(a, b) && !before(b, a); });
  if (twice != all.migrations_.end()) {
    raise(ErrorKind::invalid_data, "migration " + twice->domain + '/' + twice->version +
                                       ": two sources have it, " + place_of(all, *twice) + " and " +
                                       place_of(all, *(twice + 1)));
  }
  all.sha256_ = detail::sha256(hashes);
  return all;
}

std::vector<Engine> MigrationSet::engines_in(const std::filesystem::path& path) {
  std::vector<Engine> engines;
  std::error_code unreadable;  // then it has none, and folder() says why
  for (const auto& entry : std::filesystem::directory_iterator(path, unreadable)) {
    const auto engine = detail::folder_engine(entry.path().filename().string());
    if (engine && entry.is_directory()) engines.push_back(*engine);
  }
  std::ranges::sort(engines);
  engines.erase(std::unique(engines.begin(), engines.end()), engines.end());
  return engines;
}

MigrationSet MigrationSet::only(const std::function<bool(const Migration&)>& wanted) const {
  MigrationSet set = *this;
  std::erase_if(set.migrations_, [&](const Migration& each) { return !wanted(each); });
  std::string lines = sha256_;
  for (const Migration& each : set.migrations_) lines += '\n' + each.domain + '/' + each.version;
  set.sha256_ = detail::sha256(lines);
  return set;
}

std::vector<std::string> MigrationSet::domains() const {
  std::vector<std::string> names;
  for (const Migration& migration : migrations_) {
    if (names.empty() || names.back() != migration.domain) names.push_back(migration.domain);
  }
  return names;
}

const Migration* MigrationSet::find(std::string_view domain, std::string_view version) const {
  const auto found = std::ranges::partition_point(migrations_, [&](const Migration& migration) {
    const auto order = detail::compare_domains(migration.domain, domain);
    if (std::is_neq(order)) return std::is_lt(order);
    return std::is_lt(detail::compare_versions(migration.version, version));
  });
  const bool there = found != migrations_.end() && found->domain == domain &&
                     detail::same_version(found->version, version);
  return there ? &*found : nullptr;
}

}  // namespace lockstep

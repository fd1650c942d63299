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

void require_domain(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  if (!text.empty() && text.size() <= max_domain_size && std::ranges::all_of(text, allowed)) return;
  raise(ErrorKind::invalid_argument,
        "a migration's domain is 1 to 64 letters, digits, '_', '-' or '.'");
}

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

MigrationSet::MigrationSet(Engine engine, std::span<const MigrationFile> files) : engine_(engine) {
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
    require_domain(domain);
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
  MigrationSet set(engine);
  std::string hashes;
  FolderOptions own = options;
  for (const DomainFolder& each : domains) {
    own.domain = each.domain;
    MigrationSet part = read_domain(engine, each.source, own);
    hashes += part.sha256_;
    for (Migration& migration : part.migrations_) {
      for (std::string* file : {&migration.up_file, &migration.down_file}) {
        if (!file->empty()) file->insert(0, each.prefix);
      }
    }
    part.migrations_.insert(part.migrations_.begin(),
                            std::make_move_iterator(set.migrations_.begin()),
                            std::make_move_iterator(set.migrations_.end()));
    set = std::move(part);
  }
  set.sha256_ = detail::sha256(hashes);
  return set;
}

MigrationSet MigrationSet::read_domain(Engine engine, const FolderSource& source,
                                       const FolderOptions& options) {
  require_domain(options.domain);
  const FormFolder folder = detail::open_folder(engine, source, options);
  MigrationSet set(engine);
  set.engine_settings_ = true;
  set.foreign_keys_ = options.foreign_keys;
  set.complete_ = options.form == FolderForm::itinerary && !options.allow_missing;
  set.form_ = detail::form_name(folder, source.name);
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
